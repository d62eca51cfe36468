"""The best plan of a tiny problem by trying every one: all subsets of visits, all tours, all orders, plainly
timed.

Nothing here knows the solver. A plan counts when the plain timing keeps it and the checker finds nothing;
what is best is what `brigade.judging.objective` says. Tiny means four visits and three tours: 685 plans.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations, product

from brigade.judging.checker import hard_violations
from brigade.judging.coverage_levels import coverage_points, uncovered_costs
from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import Orders, retime
from brigade.values.plan import Plan
from brigade.values.problem import Problem


@dataclass(frozen=True, slots=True)
class Best:
    """`total`: least cost of a lawful plan; `points`: least priority points a lawful plan leaves
    uncovered."""

    plan: Plan
    total: int
    points: int


def best_plan(problem: Problem, *, least_points: bool = False) -> Best:
    """Args: least_points: find also the least points, which in lexicographic mode another plan may have
    (slower)."""
    price, best, fewest = uncovered_costs(problem), None, None
    for orders, driven in all_drives(problem):
        covered = {id for order in orders.values() for id in order}
        left = sum(cost for id, cost in price.items() if id not in covered)
        if best is not None and left >= best.total and not least_points:
            continue  # leaving those alone costs more already
        timed = retime(driven, orders)
        if timed.issues:
            continue
        total, points = breakdown(problem, timed.plan).total, coverage_points(problem, timed.plan)
        is_cheaper, is_fuller = (
            best is None or total < best.total,
            least_points and (fewest is None or points < fewest),
        )
        if (is_cheaper or is_fuller) and not hard_violations(problem, timed.plan):
            best = Best(timed.plan, total, points) if is_cheaper else best
            fewest = points if fewest is None else min(fewest, points)
    assert best is not None, "the empty plan is always lawful"
    assert fewest is not None
    return Best(best.plan, best.total, fewest)


def all_orders(problem: Problem) -> Iterator[Orders]:
    """Every way to give some of the open visits to some tours in some order, fullest first."""
    ids = [request.visit.id for request in problem.requests]
    tours = [(worker.id, index) for worker in problem.workers for index, _ in enumerate(worker.availability)]
    for size in range(len(ids), -1, -1):
        for chosen in combinations(ids, size):
            for order in permutations(chosen):
                for cuts in combinations(range(size + len(tours) - 1), len(tours) - 1) if tours else ():
                    yield dict(zip(tours, _pieces(order, cuts), strict=True))
    if not tours:
        yield {}


def all_drives(problem: Problem) -> Iterator[tuple[Orders, Problem]]:
    """Every way to do that with each of the vehicles, or none, in each tour with visits."""
    for orders in all_orders(problem):
        tours = [key for key, order in orders.items() if order]
        for ids in product((None, *problem.vehicle_by_id), repeat=len(tours)):
            drives = {key: id for key, id in zip(tours, ids, strict=True) if id is not None}
            yield orders, problem.driven(drives)


def _pieces(order: tuple[str, ...], cuts: tuple[int, ...]) -> Iterator[tuple[str, ...]]:
    """`order` cut at bars placed among its places ("stars and bars"): one piece, maybe empty, a tour."""
    begin = 0
    for number, cut in enumerate((*cuts, len(order) + len(cuts))):
        yield order[begin : cut - number]
        begin = cut - number
