"""Answers to a coordinator's questions about a plan: why not, what would help, why this person, who else.
Values only.

`solver.advice` finds them; every text in them is a `Reason`, said in any language by `brigade.words`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from brigade.units import Ticks, TimeWindow
from brigade.values.plan import Marking, Reason, RefusalKind
from brigade.worked.refusal_counts import Allowance


# -- why a visit is uncovered ------------------------------------------------------------------------------
class ObstacleKind(StrEnum):
    """AWAY: no hours there. RULE: a rule forbids the pair or a limit would be passed. HOURS: times do not fit
    even on a free day. TIED: a link to a covered visit. BUSY: other visits of the plan. PARTNER: nobody is
    left for the visit it goes with. NONE: nothing; the visit could be added."""

    AWAY = "away"
    RULE = "rule"
    HOURS = "hours"
    TIED = "tied"
    BUSY = "busy"
    PARTNER = "partner"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in one worker's way. `reason` leaves the worker out. `rule`: its code, where a rule speaks.
    `pushed_out`: of BUSY, visits that would have to go, tried to be enough; of a limit of the day, visits
    whose leaving would do as well. `priority`: the most important level among them."""

    kind: ObstacleKind
    reason: Reason
    rule: str | None = None
    pushed_out: tuple[str, ...] = ()
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class ObstacleSet:
    """What keeps one worker away: the smallest set of obstacles whose removal lets her come, found by trying,
    and never empty. Each of them is needed, all of them are enough; what forbids the pair comes first.
    `tour`: the availability looked at."""

    worker_id: str
    tour: int | None
    obstacles: tuple[Obstacle, ...]

    @property
    def first(self) -> Obstacle:
        return self.obstacles[0]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every worker's obstacles, and `summary`: what the visit's ties lack, then the same in a few reasons,
    those nearest to possible first."""

    visit_id: str
    workers: tuple[ObstacleSet, ...]
    summary: tuple[Reason, ...]

    def of(self, worker_id: str) -> ObstacleSet:
        """Raises: KeyError, when the worker is unknown."""
        found = {one.worker_id: one for one in self.workers}
        return found[worker_id]


# -- what would cover it -----------------------------------------------------------------------------------
class SuggestionKind(StrEnum):
    ADD = "add"
    REARRANGE = "rearrange"
    SHIFT_WINDOW = "shift_window"
    EXTEND = "extend_availability"
    LEND_CAR = "lend_car"
    SIGN = "sign_engagement"
    SPLIT = "split_pair"
    MOVE = "move_visit"
    COMPETENCY = "add_competency"
    DROP = "drop_visit"
    TWO = "two_changes"


@dataclass(frozen=True, slots=True)
class Placement:
    """A visit and where it would go: after `position` stops of the worker's tour."""

    visit_id: str
    worker_id: str
    tour: int
    position: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change that covers `visit_id`, or two of them, checked. What is changed depends on `kind`; the rest
    keeps its default.

    Attributes:
        people_cost: what it asks of people, in minutes' worth (see `solver.advice.suggesting.suggestions`);
            the list is sorted by it.
        shift: ticks by which the windows of `changed_visits` move (SHIFT_WINDOW, MOVE), earlier when
            negative.
        earlier, later: ticks by which `worker_id`'s availability `tour` grows (EXTEND).
        competency, provider_id: what the worker gains (COMPETENCY, SIGN). other: the visit split off (SPLIT).
        changed_visits: visits whose own data change: moved (SHIFT_WINDOW, MOVE) or given up (DROP).
        parts: the two changes (TWO), each without placements of its own.
        placements: what then goes where, in this order; visits that lie elsewhere in the plan leave it first.
    """

    kind: SuggestionKind
    visit_id: str
    reason: Reason
    people_cost: int
    placements: tuple[Placement, ...]
    worker_id: str | None = None
    tour: int | None = None
    shift: Ticks = 0
    earlier: Ticks = 0
    later: Ticks = 0
    competency: str | None = None
    provider_id: str | None = None
    other: str | None = None
    changed_visits: tuple[str, ...] = ()
    parts: tuple[Suggestion, ...] = ()


# -- what present staff could be asked ---------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class GivenVisit:
    """A visit that an employee would give to a worker of the brigade, at the hour at which it stands: the
    place in the worker's tour, and the start."""

    place: Placement
    start: Ticks


class Disturbed(StrEnum):
    """Whom a swap disturbs: the employee who is asked, a worker whose tour changes, a client whom somebody
    new visits."""

    EMPLOYEE = "employee"
    WORKER = "worker"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class ProposedSwap:
    """A present employee takes an uncovered visit at `start`, at `place` in her tour once what she gives has
    left it, and gives one of hers to the brigade, or none: a question to her SAAD, and no part of any plan.
    `disturbs`: whom it disturbs, by code. `travel`: ticks of travel more than without it, hers included.
    `marking`: of the visit she would take: whether a text lets it be imposed."""

    place: Placement
    provider_id: str
    start: Ticks
    given: GivenVisit | None
    disturbs: tuple[tuple[Disturbed, str], ...]
    travel: Ticks
    marking: Marking | None = None

    @property
    def visit_id(self) -> str:
        return self.place.visit_id

    @property
    def employee_id(self) -> str:
        return self.place.worker_id

    @property
    def rank(self) -> tuple[int, Ticks, str, str]:
        """Fewest people first, then least travel."""
        given = "" if self.given is None else self.given.place.visit_id
        return len(self.disturbs), self.travel, self.employee_id, given

    def reason(self, travel_min: float) -> Reason:
        """What to ask her SAAD. Args: travel_min: the same as `travel`, as sentences count."""
        values = {
            "provider": self.provider_id,
            "employee": self.employee_id,
            "visit": self.visit_id,
            "start_at": self.start,
            **({"travel_min": travel_min} if travel_min > 0 else {}),
        }
        if self.given is None:
            return Reason.of("swap_take", **values)
        place = self.given.place
        client = next((id for who, id in self.disturbs if who is Disturbed.CLIENT), None)
        given = {"given": place.visit_id, "worker": place.worker_id, "given_at": self.given.start}
        return Reason.of("swap_exchange", **values, **given, **({} if client is None else {"client": client}))


@dataclass(frozen=True, slots=True)
class FoundSwaps:
    """`proposals`: of each visit that is left, in the order in which the plan tells them, the best first.
    `unasked`: of whose staff somebody could not be asked, and for want of what."""

    proposals: tuple[ProposedSwap, ...] = ()
    unasked: tuple[Reason, ...] = ()

    def of(self, visit_id: str) -> tuple[ProposedSwap, ...]:
        return tuple(one for one in self.proposals if one.visit_id == visit_id)


# -- why this worker ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Alternative:
    """Somebody else for a stop: `more` is what the plan would cost beyond today's plan, in cost units;
    `terms` splits it."""

    worker_id: str
    tour: int
    more: int
    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a stop adds to the plan's soft cost, term by term (zero terms left out), and what it saves in
    coverage.

    `removable` False: its tour could not stay as it is without it; then `terms` is what the stop shows by
    itself.
    """

    visit_id: str
    worker_id: str
    terms: Mapping[str, int]
    coverage: int
    marking: Marking | None
    alternatives: tuple[Alternative, ...]
    others: tuple[ObstacleSet, ...]
    removable: bool = True

    @property
    def soft(self) -> int:
        return sum(self.terms.values())


# -- who could take it -------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take the visits asked for, and how that looks.

    Attributes:
        placements: what would go where, in this order, the visits asked for first, once they, those that
            change hands and `dropped` have left the plan. cost: change of the plan's cost, in cost units; the
            order of candidates with the same `points`.
        points: priority points the plan would gain (lose, when negative): what is covered less what must go.
        detour_min: travel added, home legs included. known: visits (of those asked) where the worker is usual
            or wished.
        hours_left_min: contract hours less the week's own work with these visits, else the weekly limit less
            the work for all employers; None: neither is known.
        work_min: planned work with these visits; fair_min: the worker's fair share. short_notice_calls: last
            30 days.
        allowances: refusals without fault left, by kind; shown, never ranked on. marking: of the first visit.
        moved: other visits that change hands (with moves allowed): visit id -> worker id. dropped: those that
            would go.
    """

    worker_id: str
    placements: tuple[Placement, ...]
    cost: int
    points: int
    detour_min: float
    known: tuple[str, ...]
    hours_left_min: float | None
    work_min: float
    fair_min: float
    short_notice_calls: int
    allowances: tuple[Allowance, ...]
    marking: Marking | None
    moved: Mapping[str, str]
    dropped: tuple[str, ...]

    @property
    def refusals_left(self) -> int | None:
        """Of changes told late; None: no text counts them."""
        return next((one.left for one in self.allowances if one.kind is RefusalKind.SHORT_NOTICE), None)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Ranked candidates, best first, and what keeps the others away (of the first visit that does not
    fit)."""

    visit_ids: tuple[str, ...]
    ranked: tuple[Candidate, ...]
    others: tuple[ObstacleSet, ...]


# -- when else it could be ---------------------------------------------------------------------------------
FAMILIES_FROM, FAMILIES_UNTIL = time(7), time(21)
"""Local hours within which a visit may be proposed to a family that has named no others."""


@dataclass(frozen=True, slots=True)
class ProposedHour:
    """Hours at which a visit could take place, were its client to agree; judged whole by the plain rules.

    Attributes:
        windows: by visit, the hours to be agreed on: of the visit asked about, and of those at a fixed
            distance from it. starts, workers: of the visit and of what is covered together with it, the start
            in the plan that this leads to, and who would do it.
        soft: that plan's cost beside coverage less today's, in cost units; the order of the proposals.
        points: priority points gained. travel_min: minutes on the road added, home legs included. known:
            visits of `workers` whose worker is usual or wished. marking: of the visit asked about.
        placements: what would go where, in this order, once the visits of `starts` have left the plan.
    """

    windows: Mapping[str, TimeWindow]
    starts: Mapping[str, Ticks]
    workers: Mapping[str, str]
    soft: int
    points: int
    travel_min: float
    known: tuple[str, ...]
    marking: Marking | None
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class ProposedHours:
    """Of one visit, what costs the plan least first. `tried`: windows that were looked at."""

    visit_id: str
    proposals: tuple[ProposedHour, ...]
    tried: int
