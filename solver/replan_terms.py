"""What a replan must respect, what its changes cost, and terms that do not fit the problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from brigade.changes.events import Event, VisitAdded, apply_events
from brigade.errors import InvalidProblem, Issue, refuse
from brigade.units import Ticks
from brigade.values.announced import EVERYBODY, AnnouncedPlan
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.validation.checks import far_ticks, say, unknown


@dataclass(frozen=True, slots=True)
class ChangePrices:
    """What changing a told stop costs, in units of the policy's weights: each minute that its worker's start
    moves, another worker, an hour that its client minds. They replace the policy's disruption weights."""

    moved_minute: int = 8
    changed_worker: int = 900
    changed_hour: int = 1400


@dataclass(frozen=True, slots=True)
class ReplanTerms:
    """What a replan must respect.

    freeze: stops that begin before it stay, and nothing new begins before it; no earlier than the problem's
    `now`, with which None means the same. pinned: visits that keep worker and start, beside those that the
    plan pins. pinned_workers: nothing of their tours changes. told: who knows what of the plan.
    people: at most so many people may be disturbed; None: no such limit.
    """

    freeze: Ticks | None = None
    pinned: frozenset[str] = frozenset()
    pinned_workers: frozenset[str] = frozenset()
    told: AnnouncedPlan = EVERYBODY
    people: int | None = None
    prices: ChangePrices = field(default_factory=ChangePrices)

    def frozen_until(self, now: Ticks) -> Ticks:
        """What begins before it stays."""
        return now if self.freeze is None else max(now, self.freeze)


def after_events(
    problem: Problem, events: Sequence[Event], published: Plan, terms: ReplanTerms, now: Ticks | None
) -> Problem:
    """The problem after `events`, told at `now`.

    Raises: InvalidProblem with all that does not fit, of the events and of the terms.
    """
    try:
        after = apply_events(problem, events, published=published, now=now)
    except InvalidProblem as refused:
        # Visits that the events bring may be named by the terms.
        brought = {event.visit.id for event in events if isinstance(event, VisitAdded)}
        more = (one for one in faults(problem, published, terms) if one.values.get("id") not in brought)
        raise InvalidProblem([*refused.issues, *more]) from None
    refuse(faults(after, published, terms))
    return after


def faults(problem: Problem, published: Plan, terms: ReplanTerms) -> Iterator[Issue]:
    """A freeze of another year, and unknown names."""
    yield from _far_freeze(problem, terms.freeze)
    yield from _unknown(problem, published, terms)


def _far_freeze(problem: Problem, freeze: Ticks | None) -> Iterator[Issue]:
    """Another year's: it would hold the whole plan, or none of it."""
    far, length = far_ticks(problem), problem.horizon.length
    if freeze is not None and not -far <= freeze <= length + far:
        yield Issue("E103", "freeze", "far_from_horizon", {"met": say(problem, freeze)})


def _unknown(problem: Problem, published: Plan, terms: ReplanTerms) -> Iterator[Issue]:
    """Names that neither the problem nor the told plan knows; a visit cancelled since may still be named."""
    told = {stop.visit_id for route in published.routes for stop in route.stops}
    visits, workers = problem.visit_by_id.keys() | told, problem.worker_by_id.keys()
    for where, names, known, kind in (
        ("pinned", terms.pinned, visits, "visit"),
        ("pinned_workers", terms.pinned_workers, workers, "worker"),
        ("told.workers", terms.told.workers, visits, "visit"),
        ("told.clients", terms.told.clients, visits, "visit"),
    ):
        yield from unknown("E101", where, names or (), known, kind)
