"""What it costs to leave visits uncovered: by levels that come before any soft cost, or in points that
compete with it.

Weights are derived rather than guessed: a level's weight is one more than everything below it could cost
together.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from brigade.errors import Issue
from brigade.timing.traffic import most_percent
from brigade.units import Cents, Ticks
from brigade.values.demand import Visit
from brigade.values.places import TravelMode
from brigade.values.plan import Plan
from brigade.values.policy import CoverageMode
from brigade.values.problem import Problem
from brigade.values.workforce import Counters, Worker
from brigade.worked.contract_hours import has_hours
from brigade.worked.path_goals import week_goals

LEVELS = range(5)
"""0 mandatory, then the priorities 1 to 4."""
MOST_COST = 1 << 60
"""No plan may cost more: the search counts in 64 bits, and needs room to add."""


# -- counting ----------------------------------------------------------------------------------------------
def uncovered_by_level(problem: Problem, plan: Plan) -> tuple[int, ...]:
    """Open visits that `plan` does not cover, by level 0 to 4."""
    count = Counter(visit.level for visit in _uncovered(problem, plan))
    return tuple(count[level] for level in LEVELS)


def coverage_points(problem: Problem, plan: Plan) -> int:
    """Priority points left uncovered."""
    return sum(points_of(problem, visit) for visit in _uncovered(problem, plan))


def points_of(problem: Problem, visit: Visit) -> int:
    return problem.policy.points[visit.level] if visit.points is None else visit.points


def _uncovered(problem: Problem, plan: Plan) -> list[Visit]:
    requests = problem.request_by_visit
    return [requests[id].visit for id in requests.keys() - plan.covered - problem.at_soft_cost.keys()]


def _open_by_level(problem: Problem) -> Counter[int]:
    """Visits that are asked: what is only likely, or to be shared, counts in no level."""
    visits = (request.visit for request in problem.requests)
    return Counter(visit.level for visit in visits if visit.id not in problem.at_soft_cost)


# -- weighing ----------------------------------------------------------------------------------------------
def level_weights(problem: Problem) -> tuple[int, ...]:
    """Cost of one uncovered visit, by level 0 to 4, when coverage comes first.

    Each is one more than all soft costs and all visits of the lower levels together: no saving is worth a
    visit. Where plans could then cost more than MOST_COST (several hundred visits of all levels), one visit
    outweighs as many of each lower level as can be counted: still dozens.
    """
    open_visits = _open_by_level(problem)
    soft, counts = most_soft_cost(problem), range(1, max(open_visits.values(), default=0) + 1)

    def is_too_dear(count: int) -> bool:
        weights = _outweighing(open_visits, soft, count)
        return soft + sum(open_visits[level] * weights[level] for level in LEVELS) > MOST_COST

    # Costs only grow with the count: the largest one that still fits is found by halves.
    first = bisect_left(counts, True, key=is_too_dear)
    return _outweighing(open_visits, soft, max(1, first))


def levels_outweigh_all(problem: Problem) -> bool:
    """Whether coverage comes first and a visit outweighs all soft costs and all visits of lower levels
    together: their count was not cut."""
    if problem.policy.mode is not CoverageMode.LEXICOGRAPHIC:
        return False
    open_visits = _open_by_level(problem)
    most = max(open_visits.values(), default=1)
    return level_weights(problem) == _outweighing(open_visits, most_soft_cost(problem), most)


def _outweighing(open_visits: Mapping[int, int], soft: int, count: int) -> tuple[int, ...]:
    """The weights when a visit outweighs all soft costs and up to `count` visits of each lower level."""
    below, weights = soft, dict.fromkeys(LEVELS, 0)
    for level in reversed(LEVELS):
        weights[level] = 1 + below
        below += min(open_visits[level], count) * weights[level]
    return tuple(weights[level] for level in LEVELS)


def least_by_level(problem: Problem, bound: int) -> tuple[int, ...]:
    """What a bound of every plan's cost says of each level 0 to 4 when coverage comes first: no plan leaves
    fewer visits of it, among those that leave no more of the levels above than said. What does not make a
    whole visit is left for soft costs."""
    weights, left = level_weights(problem), bound
    open_visits = _open_by_level(problem)
    below = most_soft_cost(problem) + sum(open_visits[level] * weights[level] for level in LEVELS)
    least = []
    for level in LEVELS:
        below -= open_visits[level] * weights[level]
        least.append(max(0, -((below - left) // weights[level])))  # rounded up: visits are whole
        left -= least[-1] * weights[level]
    return tuple(least)


def uncovered_costs(problem: Problem) -> dict[str, int]:
    """What leaving each open visit uncovered costs, by its id, in the policy's mode; of what is left of a
    problem, what it costs in the whole."""
    visits = [request.visit for request in problem.requests]
    cheap = {visit.id: cost for visit in visits if (cost := problem.at_soft_cost.get(visit.id)) is not None}
    if problem.policy.mode is CoverageMode.LEXICOGRAPHIC:
        weights = level_weights(problem.whole)
        return {visit.id: weights[visit.level] for visit in visits} | cheap
    return {visit.id: points_of(problem, visit) * cost_of_a_point(problem) for visit in visits} | cheap


def cost_of_a_point(problem: Problem) -> int:
    """What a priority point is worth where it competes with soft costs, in cost units."""
    return problem.policy.units_per_point * problem.horizon.ticks_per_minute


def uncountable(problem: Problem) -> Iterator[Issue]:
    """The weights or points of a problem of which a plan could cost more than MOST_COST."""
    # What has a soft cost is among those already.
    asked = (cost for id, cost in uncovered_costs(problem).items() if id not in problem.at_soft_cost)
    most = most_soft_cost(problem) + sum(asked)
    if most > MOST_COST:
        yield Issue("P407", "policy.weights", "weights_too_big", {"sum": most, "limit": MOST_COST})


# -- the most a lawful plan can cost -----------------------------------------------------------------------
def most_soft_cost(problem: Problem) -> int:
    """No lawful plan has soft costs above this: a sum of one bound a term, from availabilities, windows and
    matrices."""
    w, per_minute = problem.policy.weights, problem.horizon.ticks_per_minute
    visits = [request.visit for request in problem.requests]
    time, tours = _time_available(problem.workers), _most_tours(problem, visits)
    longest = max(
        (stay.hard_end - stay.start for one in problem.workers for stay in one.availability), default=0
    )
    late = [max(window.hard_latest - window.latest for window in visit.windows) for visit in visits]
    goals = [goal for worker in problem.workers for goal in week_goals(problem, worker)]
    minutes = (
        w.travel * min(time, _most_travel(problem, visits, tours))
        + w.lateness * sum(late)
        # A wait is one of the two, by its length: the dearer weight bounds either.
        + max(w.waiting, w.interruption) * time
        + w.overtime * sum(stay.hard_end - stay.end for one in problem.workers for stay in one.availability)
        + w.additional_hours * _most_contract_work(problem)
        + w.equity_workers * time
        # Twice: as much as lies above the mean lies below it.
        + w.workload_balance * 2 * time
        + w.max_lateness * max(late, default=0)
        + (w.max_waiting + w.max_idle) * longest
        + w.moved_start * sum(_width(visit) for visit in visits)
        + w.usual_hour * sum(_farthest_from_usual(problem, visit) for visit in visits)
        + w.path_hours * sum(goal.work for goal in goals)
    )
    each = w.unfamiliar + w.not_preferred + w.moved_visit + w.changed_worker
    each += max(w.neighbour_sector, w.other_sector) if problem.sectors else 0
    counted = (
        w.travel_cost * _most_mileage(problem, visits, tours)
        + each * len(visits)
        + w.missing_preferred * sum(len(visit.preferred) for visit in visits)
        + w.equity_providers * _most_inequity(problem, visits)
        + w.shared_visits * sum(visit.shadowing is not None for visit in visits)
        + w.path_essential * sum(goal.aimed(goal.visits + len(visits)) for goal in goals)
        + w.path_clients * sum(goal.clients for goal in goals)
        + (w.used_worker + w.missed_meal) * tours
    )
    return minutes + counted * per_minute + sum(problem.likely.values())


def _time_available(workers: Iterable[Worker]) -> Ticks:
    return sum(stay.hard_end - stay.start for worker in workers for stay in worker.availability)


def _most_tours(problem: Problem, visits: list[Visit]) -> int:
    return min(len(visits), sum(len(worker.availability) for worker in problem.workers))


def _width(visit: Visit) -> Ticks:
    return max(one.hard_latest for one in visit.windows) - min(one.earliest for one in visit.windows)


def _farthest_from_usual(problem: Problem, visit: Visit) -> Ticks:
    """The usual hour may lie outside the windows."""
    usual = problem.usual_hour(visit)
    if usual is None:
        return 0
    first, last = (
        min(one.earliest for one in visit.windows),
        max(one.hard_latest for one in visit.windows),
    )
    return max(last - usual, usual - first)


def _most_travel(problem: Problem, visits: list[Visit], tours: int) -> Ticks:
    """The longest way to each visit, from anywhere and by any mode, and to the farthest end place for every
    tour."""
    farthest = _farthest(problem, {mode: 1 for mode, _ in _prices(problem)}, "ticks")
    ends = [farthest.get(worker.end_site, 0) for worker in problem.workers if worker.end_site]
    legs = (_farthest_of(problem, farthest, visit) for visit in visits)
    return sum(legs) + tours * (max(ends, default=0) + 2 * _farthest_vehicle(problem, farthest))


def _prices(problem: Problem) -> Iterator[tuple[TravelMode, Cents]]:
    """The modes by which people go, and what a kilometre costs each time."""
    yield from ((worker.mode, worker.cents_per_km) for worker in problem.workers)
    yield from ((vehicle.mode, vehicle.cents_per_km) for vehicle in problem.vehicles)


def _farthest_vehicle(problem: Problem, farthest: Mapping[str, int]) -> int:
    """To where a vehicle stands: on the way out to take it, on the way back to leave it."""
    return max((farthest.get(one.site_id, 0) for one in problem.vehicles), default=0)


def _most_mileage(problem: Problem, visits: list[Visit], tours: int) -> Cents:
    dearest: dict[str, int] = {}
    for mode, cents in _prices(problem):
        dearest[mode] = max(cents, dearest.get(mode, 0))
    farthest = _farthest(problem, dearest, "metres")
    ends = [farthest.get(worker.end_site, 0) for worker in problem.workers if worker.end_site]
    legs = [_farthest_of(problem, farthest, visit) for visit in visits]
    taken = 2 * (_farthest_vehicle(problem, farthest) // 1000)
    by_day = problem.horizon.days * sum(one.cents_per_day for one in problem.vehicles)
    return sum(leg // 1000 for leg in legs) + tours * (max(ends, default=0) // 1000 + taken) + by_day


def _farthest_of(problem: Problem, farthest: Mapping[str, int], visit: Visit) -> int:
    """To the visit's site; where it has none, to the start place of anybody who may attend."""
    if (site := problem.site_of(visit)) is not None:
        return farthest.get(site.id, 0)
    return max((farthest.get(one.start_site or "", 0) for one in problem.workers), default=0)


def _farthest(problem: Problem, factors: dict[str, int], measure: str) -> dict[str, int]:
    """By site: the largest entry of its column over the modes of `factors`, each times its factor."""
    found: dict[str, int] = {}
    for mode in problem.travel.keys() & factors.keys():
        matrix = problem.ways_by(mode, most_percent(problem, mode))
        legs = np.where(matrix.has_way, getattr(matrix, measure), 0)
        columns = legs.max(axis=0) if matrix.site_ids else ()
        for site, column in zip(matrix.site_ids, columns, strict=True):
            found[site] = max(found.get(site, 0), int(column) * factors[mode])
    return found


def _most_contract_work(problem: Problem) -> Ticks:
    """All the time that people with contract hours could work in the periods the horizon touches, known hours
    included."""
    people = [worker for worker in problem.workers if has_hours(worker.contract)]
    known = sum(_known_hours(worker.counters) for worker in people)
    return _time_available(people) + known


def _known_hours(counters: Counters) -> Ticks:
    days = sum(past.work for past in counters.days)
    return max(days + sum(counters.week_work), counters.period_work or 0) + (counters.period_promised or 0)


def _most_inequity(problem: Problem, visits: list[Visit]) -> int:
    asked = (visit for visit in visits if not visit.is_seat)
    count = Counter(host for visit in asked for host in problem.hosts_at(visit))
    return sum(one * (one - 1) // 2 for one in count.values())
