"""When things happen once their order is decided: a whole plan, with links between tours (docs/design.md
§2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from brigade.errors import Issue
from brigade.timing.duty_days import engagement_of
from brigade.timing.forward import Bounds, TimedTour, depart_late, time_tour, with_meal_placed
from brigade.timing.tour import Tour, duty_day, tour_of
from brigade.units import Ticks
from brigade.values.demand import Link, LinkKind, Visit
from brigade.values.plan import Plan, Reason, Route, Stop, UncoveredVisit
from brigade.values.policy import Departure
from brigade.values.problem import Problem
from brigade.values.validation.plan_references import refuse_unknown
from brigade.values.workforce import EngagementStatus, Worker

__all__ = ["Orders", "RetimedPlan", "retime"]

TourKey = tuple[str, int]
TIMED = (LinkKind.SAME_START, LinkKind.GAP)
"""The links that speak of times; the others speak of people."""
Orders = Mapping[TourKey, Sequence[str]]
"""(worker id, tour) -> visit ids in order."""


LEFT_OUT = (Reason.of("left_out"),)


@dataclass(frozen=True)
class RetimedPlan:
    """A timed plan, and what of it could not be timed lawfully: that is timed as early as possible all the
    same. `tours`: of the plan, without a word of what is left out."""

    problem: Problem
    tours: Plan
    issues: tuple[Issue, ...] = ()

    @cached_property
    def plan(self) -> Plan:
        # Two tours of a large day leave a thousand visits out, of which whoever tries them need not hear.
        return replace(self.tours, uncovered=tuple(_left_out(self.problem, self.tours)))


def retime(
    problem: Problem,
    orders: Orders,
    *,
    fixed_starts: Mapping[str, Ticks] | None = None,
    no_earlier: Mapping[str, Ticks] | None = None,
    no_later: Mapping[str, Ticks] | None = None,
) -> RetimedPlan:
    """Time a plan of which only the order is given, with the vehicles of `Problem.drives`.

    Args: orders: tours by worker and availability index; empty ones are dropped. fixed_starts: visits a
        coordinator pinned to a tick. no_earlier: ticks that visits are known to wait for. no_later: ticks by
        which visits begin.
    Raises: InvalidPlan with every unknown worker, tour and visit.
    """
    refuse_unknown(problem, orders, (id for order in orders.values() for id in order))
    anchored = _anchored(problem, fixed_starts or {}).raised(no_earlier or {}).cut(no_later or {})
    tours = {
        key: with_meal_placed(_tour(problem, orders, key), anchored) for key in sorted(orders) if orders[key]
    }
    timed, bounds = _settled(problem, tours, anchored)
    still = _tied_visits(problem, tours) | (fixed_starts or {}).keys()
    final = timed
    if problem.policy.departure is Departure.AS_LATE:
        final = {key: depart_late(tours[key], timed[key], bounds, still) for key in tours}
    routes = tuple(_route(problem, tours[key], final[key]) for key in tours)
    plan = Plan(routes, pinned=frozenset(fixed_starts or {}))
    issues = tuple(issue for key in tours for issue in _issues(problem, tours[key], final[key]))
    return RetimedPlan(problem, plan, issues)


def _tour(problem: Problem, orders: Orders, key: TourKey) -> Tour:
    worker = problem.worker_by_id[key[0]]
    visits = [problem.visit_by_id[id] for id in orders[key]]
    # Rules go by the duty day: the hosts of its other tours bind this one too.
    hosts = _hosts_of_day(problem, orders, worker, duty_day(problem, worker, key[1]))
    return tour_of(problem, worker, key[1], visits, problem.rules_for(worker, hosts))


def _hosts_of_day(problem: Problem, orders: Orders, worker: Worker, day: date) -> frozenset[str]:
    tours = ((index, order) for (worker_id, index), order in orders.items() if worker_id == worker.id)
    ids = (id for index, order in tours if duty_day(problem, worker, index) == day for id in order)
    return frozenset(host for id in ids for host in problem.hosts_at(problem.visit_by_id[id]))


# -- links between tours -----------------------------------------------------------------------------------
def timed_links(problem: Problem) -> tuple[Link, ...]:
    """The links that tie starts, but those of a rule that is switched off."""
    off = problem.rule_sets_off
    return tuple(link for link in problem.links if link.kind in TIMED and link.rule not in off)


def _anchored(problem: Problem, fixed_starts: Mapping[str, Ticks]) -> Bounds:
    """Bounds from pinned starts and from links to visits that keep their usual carer, whose start is
    known."""
    lower, upper = dict(fixed_starts), dict(fixed_starts)
    for link in timed_links(problem):
        for id, first, last in _anchors(problem, link):
            if first is not None:
                lower[id] = max(first, lower.get(id, first))
            if last is not None:
                upper[id] = min(last, upper.get(id, last))
    return Bounds(lower, upper)


def _anchors(problem: Problem, link: Link) -> Iterator[tuple[str, Ticks | None, Ticks | None]]:
    """(visit, earliest, latest start) that `link` asks of one side because the other one's start is known."""
    first, second = problem.fixed_start(link.first), problem.fixed_start(link.second)
    same, widest = link.kind is LinkKind.SAME_START, link.max_gap
    if first is not None:
        latest = None if widest is None else first + widest
        yield (link.second, first, first) if same else (link.second, first + link.min_gap, latest)
    if second is not None:
        earliest = None if widest is None else second - widest
        yield (link.first, second, second) if same else (link.first, earliest, second - link.min_gap)


def _settled(
    problem: Problem, tours: Mapping[TourKey, Tour], bounds: Bounds
) -> tuple[dict[TourKey, TimedTour], Bounds]:
    """The least fixpoint of forward timing and link bounds.

    It ends: only lawful stops push others, they never move back, and no lawful start lies beyond a window's
    hard end.
    """
    timed = {key: time_tour(tour, bounds) for key, tour in tours.items()}
    while True:
        pushed = _pushed(problem, _lawful_starts(tours, timed), bounds)
        if not pushed:
            return timed, bounds
        bounds = bounds.raised(pushed)
        for key, tour in tours.items():
            # Bounds moved for these visits only: the other tours would keep their times.
            if any(visit.id in pushed for visit in tour.visits):
                timed[key] = time_tour(tour, bounds)


def _lawful_starts(tours: Mapping[TourKey, Tour], timed: Mapping[TourKey, TimedTour]) -> dict[str, Ticks]:
    pairs = (
        (v, s) for key, tour in tours.items() for v, s in zip(tour.visits, timed[key].stops, strict=True)
    )
    return {visit.id: stop.start for visit, stop in pairs if stop.is_lawful}


def _pushed(problem: Problem, starts: Mapping[str, Ticks], bounds: Bounds) -> dict[str, Ticks]:
    """The visits that a link asks to begin later than they do, and the tick it asks for. One that begins just
    then is bound to it as well: a pause before it is no longer due where waiting for the other is as long."""
    asked: dict[str, Ticks] = {}
    for link in timed_links(problem):
        if link.first in starts and link.second in starts:
            for id, tick in _asks(link, starts[link.first], starts[link.second]):
                known = bounds.lower.get(id, tick - 1)
                if tick >= starts[id] and tick > max(known, asked.get(id, known)):
                    asked[id] = tick
    return asked


def _asks(link: Link, first: Ticks, second: Ticks) -> Iterator[tuple[str, Ticks]]:
    """The earliest start that `link` allows either side, given the other's."""
    if link.kind is LinkKind.SAME_START:
        yield from ((link.first, second), (link.second, first))
    else:
        yield link.second, first + link.min_gap
        if link.max_gap is not None:
            yield link.first, second - link.max_gap


def _tied_visits(problem: Problem, tours: Mapping[TourKey, Tour]) -> frozenset[str]:
    """Visits that a link ties in time to another one of the plan: late departure leaves them where they
    are."""
    present = {visit.id for tour in tours.values() for visit in tour.visits}
    tying = (link for link in timed_links(problem) if {link.first, link.second} <= present)
    return frozenset(id for link in tying for id in (link.first, link.second))


# -- the plan ----------------------------------------------------------------------------------------------
def _route(problem: Problem, tour: Tour, timed: TimedTour) -> Route:
    worker = problem.worker_by_id[tour.worker_id]
    papers = (paper_to_sign(problem, worker, visit, tour.day) for visit in tour.visits)
    stops = tuple(
        Stop(visit.id, stop.arrival, stop.start, stop.end, *leg, stop.pause, paper_to_sign=paper)
        for visit, stop, leg, paper in zip(tour.visits, timed.stops, tour.legs[:-1], papers, strict=True)
    )
    back, metres_back = tour.legs[-1]
    departure = stops[0].arrival - stops[0].travel
    vehicle = problem.vehicle_of(tour.worker_id, tour.index)
    return Route(
        tour.worker_id,
        tour.index,
        tour.day,
        departure,
        stops,
        timed.end + back,
        back,
        metres_back,
        None if vehicle is None else vehicle.id,
    )


def paper_to_sign(problem: Problem, worker: Worker, visit: Visit, day: date) -> str | None:
    """Id of the provider with whom the engagement is only promised; None when it is signed (or there is none
    at all), and for what has no host."""
    host = problem.host_of(visit)
    found = None if host is None else engagement_of(worker, host.id, day)
    return found.provider_id if found and found.status is EngagementStatus.PROMISED else None


def _left_out(problem: Problem, plan: Plan) -> Iterator[UncoveredVisit]:
    for request in problem.requests:
        if request.visit.id not in plan.covered:
            yield UncoveredVisit(request.visit.id, LEFT_OUT)


def _issues(problem: Problem, tour: Tour, timed: TimedTour) -> Iterator[Issue]:
    where = f"orders.{tour.worker_id}.{tour.index}"
    for visit, stop in zip(tour.visits, timed.stops, strict=True):
        if not stop.is_lawful:
            yield Issue("T101", f"{where}.{visit.id}", "out_of_reach", {"clock": _clock(problem, stop.start)})
    if tour.lacks_way:
        yield Issue("T104", where, "leg_without_way")
    if timed.lacks_meal:
        yield Issue("T102", where, "no_room_for_meal")
    back = timed.end + tour.legs[-1][0]
    if back > tour.available.hard_end:
        yield Issue(
            "T103",
            where,
            "back_too_late",
            {"back": _clock(problem, back), "end": _clock(problem, tour.available.hard_end)},
        )


def _clock(problem: Problem, tick: Ticks) -> str:
    return f"{problem.horizon.instant(tick):%H:%M}"
