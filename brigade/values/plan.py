"""A plan: tours of timed stops, what stays uncovered and why. Values only; rules judge it in
`brigade.judging.checker`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

from brigade.texts.rule_sets import RuleValue
from brigade.units import Interval, Metres, Ticks


class Status(StrEnum):
    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


Drives: TypeAlias = Mapping[tuple[str, int], str]
"""Vehicles by worker and tour."""


class MarkingKind(StrEnum):
    """FIRM: may be imposed. TO_OFFER: the worker may say no. Both by an article, given with it."""

    FIRM = "firm"
    TO_OFFER = "to_offer"


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable reason code (docs/reasons.md) and the values that make its sentence, in any language."""

    code: str
    values: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, code: str, /, **values: Any) -> Reason:
        # By position alone: a document may call one of its values "code".
        # Sorted, so that two reasons with the same values are equal, however they were built.
        return cls(code, tuple(sorted(values.items())))

    def value(self, name: str) -> Any:
        return dict(self.values)[name]


class RefusalKind(StrEnum):
    """What was refused: each has a number of its own a year (`brigade.worked.refusal_counts`)."""

    SHORT_NOTICE = "short_notice"
    SUNDAY_HOLIDAY = "sunday_holiday"
    NIGHT = "night"
    ADDITIONAL_HOURS = "additional_hours"


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason and the article it stands on."""

    reason: Reason
    article: str


@dataclass(frozen=True, slots=True)
class Marking:
    """`reason`, `article`: the first ground; `also`: the others, in order. A marking to be offered begins
    with what protects the worker most. `counts_as`: the count that a refusal uses up; None: it is not
    counted."""

    kind: MarkingKind
    reason: Reason
    article: str
    also: tuple[Ground, ...] = ()
    counts_as: RefusalKind | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit in a tour. Travel from the previous place takes `travel` ticks and ends at `arrival`; then
    comes `pause` (a break, counted as no work), then waiting until `start`. `end` = start + the visit's
    duration. `told_at`: from when its worker knows of these hours; None: nobody said."""

    visit_id: str
    arrival: Ticks
    start: Ticks
    end: Ticks
    travel: Ticks
    metres: Metres
    pause: Ticks = 0
    marking: Marking | None = None
    paper_to_sign: str | None = None
    told_at: Ticks | None = None

    @property
    def wait(self) -> Ticks:
        """Free or idle time between arrival and start, beyond the pause."""
        return self.start - self.arrival - self.pause

    @property
    def service(self) -> Interval:
        return Interval(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Route:
    """One worker's tour in one availability (`tour` is its index in `Worker.availability`), on local date
    `day`.

    `departure`: leaving the start place. `back`: reaching the end place; `travel_back`, `metres_back` lead
    there. `vehicle_id`: the shared vehicle it is driven with; None: her own mode. The first leg then leads by
    the place where the vehicle stands, and so does the last one.
    """

    worker_id: str
    tour: int
    day: date
    departure: Ticks
    stops: tuple[Stop, ...]
    back: Ticks
    travel_back: Ticks = 0
    metres_back: Metres = 0
    vehicle_id: str | None = None

    @property
    def travel(self) -> Ticks:
        """Home legs included."""
        return sum(stop.travel for stop in self.stops) + self.travel_back


@dataclass(frozen=True, slots=True)
class UncoveredVisit:
    """A visit nobody does, with at least one reason and, where one was found, a possible action."""

    visit_id: str
    reasons: tuple[Reason, ...]
    action: Reason | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A coordinator's override of one rule for one worker (and visit, if any): who, when, why. Never the
    solver's."""

    rule: str
    worker_id: str
    visit_id: str | None
    by: str
    at: datetime
    reason: str


WANTS_NOBODY = Reason.of("client_wants_nobody")
"""Why a visit left without a carer is not to be covered."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule broken: where in the plan, the values met, the article. `waived` names the waiver's author, if
    any."""

    rule: str
    worker_id: str | None
    where: str
    reason: Reason
    article: str
    waived_by: str | None = None
    row: RuleValue | None = field(default=None, compare=False, repr=False)
    """The rule value broken; None: the rule has none of its own."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of the plan's quality: no plan of the problem costs less than `bound`.

    `coverage_bound`: priority points that stay uncovered in every plan. `relaxed`: rules the bound leaves out
    (it stays valid without them, only weaker). Where levels come before costs, what `bound` says of each:
    `uncovered`: visits left
    out, by level 0 to 4; `least_uncovered`: no plan leaves fewer of a level, among those that leave no more
    of the levels above; empty where points compete with costs. `soft`: what the plan costs beyond its
    coverage; `soft_bound`: the least of all plans of the same coverage.
    """

    objective: int
    bound: int
    coverage_points: int
    coverage_bound: int
    relaxed: tuple[str, ...] = ()
    uncovered: tuple[int, ...] = ()
    least_uncovered: tuple[int, ...] = ()
    soft: int = 0
    soft_bound: int = 0

    @property
    def is_optimal(self) -> bool:
        return self.objective <= self.bound

    @property
    def open_level(self) -> int | None:
        """The first level of which fewer visits might stay uncovered; nothing is proven of those below. None:
        there is none."""
        # A proof may speak of fewer levels than there are: nothing is claimed below the first open one.
        both = enumerate(zip(self.uncovered, self.least_uncovered, strict=False))
        return next((level for level, (left, least) in both if left > least), None)

    @property
    def gap(self) -> float:
        """Share of the soft costs that a better plan of the same coverage could save, at the most; of points
        and costs together where they compete. Never a share of a sum in which a level outweighs all below
        it."""
        if self.is_optimal:
            return 0.0
        # Without levels there is one sum, and a share of it means something.
        if not self.least_uncovered:
            return self.share_of_sum
        return (self.soft - self.soft_bound) / self.soft if self.soft > self.soft_bound else 0.0

    @property
    def share_of_sum(self) -> float:
        """Of the whole objective; for benches on sets that have one sum."""
        return 0.0 if self.is_optimal else (self.objective - self.bound) / max(1, abs(self.objective))


@dataclass(frozen=True)
class Plan:
    """Tours and leftovers of one problem; `routes` only where there are stops, sorted by worker and tour.

    `pinned`: visits whose worker and start a coordinator fixed. `announced`: of a plan told before, the
    visits whose hours are their worker's, because she agreed to them or a text let them be imposed; None:
    those not marked to be offered.
    """

    routes: tuple[Route, ...]
    uncovered: tuple[UncoveredVisit, ...] = ()
    pinned: frozenset[str] = frozenset()
    waivers: tuple[Waiver, ...] = ()
    announced: frozenset[str] | None = None

    def is_announced(self, stop: Stop) -> bool:
        """Whether the hours of this stop of a plan told before are its worker's by now."""
        if self.announced is None:
            return stop.marking is None or stop.marking.kind is not MarkingKind.TO_OFFER
        return stop.visit_id in self.announced

    @property
    def travel(self) -> Ticks:
        """Of all tours, home legs included."""
        return sum(route.travel for route in self.routes)

    def routes_of(self, worker_id: str) -> tuple[Route, ...]:
        return self._routes_by_worker.get(worker_id, ())

    def stop_of(self, visit_id: str) -> tuple[Route, Stop] | None:
        return self._stop_by_visit.get(visit_id)

    # Rules ask for these visit by visit, so each is worked out once a plan.
    @cached_property
    def covered(self) -> frozenset[str]:
        return frozenset(self._stop_by_visit)

    @cached_property
    def drives(self) -> Drives:
        """Who has which vehicle: its id by worker and tour."""
        held = (((one.worker_id, one.tour), one.vehicle_id) for one in self.routes)
        return {tour: id for tour, id in held if id is not None}

    @cached_property
    def _stop_by_visit(self) -> dict[str, tuple[Route, Stop]]:
        """The first stop of each visit: a plan that is yet to be judged may hold one twice."""
        backwards = (
            (stop.visit_id, (route, stop))
            for route in reversed(self.routes)
            for stop in reversed(route.stops)
        )
        return dict(backwards)

    @cached_property
    def _routes_by_worker(self) -> dict[str, tuple[Route, ...]]:
        found: dict[str, list[Route]] = {}
        for route in self.routes:
            found.setdefault(route.worker_id, []).append(route)
        return {id: tuple(routes) for id, routes in found.items()}
