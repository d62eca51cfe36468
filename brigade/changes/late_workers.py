"""Whoever is late or called away: when she is home again, and what is left of her hours and visits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from brigade.changes.hours_left import left_around
from brigade.errors import InvalidProblem, Issue
from brigade.timing.tour_ways import leg_of, ways_of
from brigade.units import Interval, Ticks
from brigade.values.demand import Visit
from brigade.values.plan import Plan, Route, Stop
from brigade.values.problem import Problem
from brigade.values.validation.workforce_faults import SHORTEST_GAP_MIN
from brigade.values.workforce import Availability, Worker


def begun(published: Plan | None, worker_id: str, at: Ticks) -> tuple[Route, Stop] | None:
    """The last visit that the worker began before `at`, and its tour; None: none yet."""
    routes = () if published is None else published.routes_of(worker_id)
    stops = ((route, stop) for route in routes for stop in route.stops if stop.start < at)
    return max(stops, key=lambda pair: pair[1].start, default=None)


def _stands(problem: Problem, stop: Stop) -> bool:
    """Whether the visit is still asked for and has begun by now, or may begin at the hour it was told."""
    visit = problem.visit_by_id.get(stop.visit_id)
    return visit is not None and (stop.start < problem.now or visit.may_begin(stop.start))


def home_again(problem: Problem, worker: Worker, at: Ticks, published: Plan | None) -> Ticks:
    """When a worker called away at `at` is home: at once, or after the visit under way and its way back."""
    last = begun(published, worker.id, at)
    if last is None or last[1].visit_id not in problem.visit_by_id:
        return at
    route, stop = last
    back = stop.end + leg_of(ways_of(problem, route).back(problem.visit_by_id[stop.visit_id]))[0]
    return at if route.back <= at else max(at, back)


def bounded(problem: Problem, one: Availability, at: Ticks, end: Ticks) -> Availability:
    """An availability that ends before an absence of the same date, or begins after it, is not to be
    stretched into it."""
    if one.hard_end <= at and problem.day_of(one.hard_end - 1) == problem.day_of(at):
        return replace(one, not_after=at if one.not_after is None else min(one.not_after, at))
    if one.start >= end and problem.day_of(one.start) == problem.day_of(end - 1):
        return replace(one, not_before=end if one.not_before is None else max(one.not_before, end))
    return one


def joined(availability: Sequence[Availability]) -> tuple[Availability, ...]:
    made: list[Availability] = []
    for one in sorted(availability, key=lambda stay: (stay.start, stay.hard_end)):
        if made and one.start <= made[-1].hard_end:
            last = made.pop()
            fed, longer = (
                last if last.meal is not None else one,
                max(last, one, key=lambda stay: stay.hard_end),
            )
            known = replace(fed, not_before=last.not_before, not_after=longer.not_after)
            one = replace(known, start=last.start, end=max(last.end, one.end), hard_end=longer.hard_end)
        made.append(one)
    return tuple(made)


def _home_since(routes: Sequence[Route], stay: Availability, at: Ticks) -> Ticks | None:
    """When a tour of this availability was over, if it is by `at`: what it did stays where it was."""
    over = (route.back for route in routes if stay.start <= route.departure and route.back <= at)
    return max((back for back in over if back <= stay.hard_end), default=None)


def _time_lost(problem: Problem, stay: Availability, home: Ticks | None, end: Ticks) -> Interval:
    """What lateness takes of an availability: until `end`, from its start or from the way home on."""
    if home is None:
        return Interval(stay.start, end)
    # Two availabilities lie so far apart, or are one.
    return Interval(home, max(end, home + problem.horizon.ticks(SHORTEST_GAP_MIN)))


def _around(problem: Problem, stay: Availability, lost: Interval) -> Iterator[Availability]:
    return left_around(bounded(problem, stay, lost.start, lost.end), lost, lost.start, lost.end)


def late(problem: Problem, worker: Worker, at: Ticks, late: Ticks, published: Plan | None) -> Problem:
    last = begun(published, worker.id, at)
    is_out = last is not None and last[0].back > at
    under_way = (
        [] if last is None else [stop for stop in last[0].stops if stop.start < at and _stands(problem, stop)]
    )
    if is_out and under_way:
        more = late + max(0, at - under_way[-1].end)
        return with_visit(problem, _longer(problem, worker, under_way[-1].visit_id, more))
    stays = list(worker.availability)
    index = next((index for index, stay in enumerate(stays) if stay.hard_end > at), None)
    if index is not None:
        routes = () if published is None else published.routes_of(worker.id)
        home = _home_since(routes, stays[index], at)
        leaving = next((route.departure for route in routes if route.tour == index), at)
        # What she had begun is called off: she is out already, and leaves from wherever that was.
        left = at if is_out or home is not None else max(stays[index].start, leaving)
        lost = _time_lost(problem, stays[index], home, left + late)
        kept = (part for stay in stays[index:] for part in _around(problem, stay, lost))
        return with_worker(problem, replace(worker, availability=(*stays[:index], *kept)))
    issue = Issue("E102", f"workers.{worker.id}", "no_availability_left")
    raise InvalidProblem([issue])


def _longer(problem: Problem, worker: Worker, visit_id: str, more: Ticks) -> Visit:
    """The visit under way, with the time that its worker has lost in it."""
    visit = problem.visit_by_id[visit_id]
    # The time is this worker's: whoever did the visit instead would be given it.
    others = frozenset(one.id for one in problem.workers) - {worker.id}
    return replace(
        visit,
        duration=visit.duration + more,
        preferred_workers=visit.preferred_workers - others,
        usual_workers=visit.usual_workers - others,
        forbidden_workers=visit.forbidden_workers | others,
    )


# -- one thing replaced ------------------------------------------------------------------------------------
def with_visit(problem: Problem, visit: Visit) -> Problem:
    return with_visits(problem, [visit])


def with_visits(problem: Problem, changed: Sequence[Visit]) -> Problem:
    """All at once: one without the other may go against a tie of theirs."""
    by_id = {visit.id: visit for visit in changed}
    visits = tuple(by_id.get(one.id, one) for one in problem.visits)
    before = {id: problem.visit_by_id[id] for id in by_id}
    return replace(problem, visits=visits, rostered={**before, **problem.rostered})


def with_worker(problem: Problem, worker: Worker) -> Problem:
    return replace(problem, workers=tuple(worker if one.id == worker.id else one for one in problem.workers))
