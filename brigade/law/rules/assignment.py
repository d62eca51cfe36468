"""ASSIGNMENT: every open visit is somewhere, once: in one tour, or among the uncovered.

Visits tied by a `together` link are covered whole; a side that keeps its usual carer takes place anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

CODES = ("ASSIGNMENT",)
SCOPE = Scope.PLAN
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    yield from _tours(problem, plan)
    yield from _visits(problem, plan)
    yield from _leftovers(problem, plan)
    yield from _together(problem, plan)


def _tours(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """One route for each tour, and none without stops."""
    routes = Counter((route.worker_id, route.tour) for route in plan.routes)
    for route in {(route.worker_id, route.tour): route for route in plan.routes}.values():
        count = routes[route.worker_id, route.tour]
        if count > 1:
            yield breach(
                problem, "ASSIGNMENT", route, {"tour": route.tour, "count": count}, detail="tour_twice"
            )
    for route in plan.routes:
        if not route.stops:
            yield breach(problem, "ASSIGNMENT", route, {"tour": route.tour}, detail="empty_tour")


def _visits(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Only open visits, each at most once."""
    count = Counter(stop.visit_id for route in plan.routes for stop in route.stops)
    told: set[str] = set()
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit_id not in problem.request_by_visit:
                yield breach(problem, "ASSIGNMENT", route, detail="not_open", visit=stop.visit_id)
            # Told once, at the first tour that holds it: two breaches of one slip would look like two slips.
            if count[stop.visit_id] > 1 and stop.visit_id not in told:
                told.add(stop.visit_id)
                met = {"count": count[stop.visit_id]}
                yield breach(problem, "ASSIGNMENT", route, met, detail="twice", visit=stop.visit_id)


def _leftovers(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """What is not covered is said to be uncovered, and nothing else is."""
    left = {visit.visit_id for visit in plan.uncovered}
    for request in problem.requests:
        id = request.visit.id
        if id not in plan.covered and id not in left:
            yield breach(problem, "ASSIGNMENT", id, detail="unaccounted", visit=id)
        if id in plan.covered and id in left:
            yield breach(problem, "ASSIGNMENT", id, detail="both", visit=id)


def _together(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for link in problem.links:
        for id, other in ((link.first, link.second), (link.second, link.first)):
            takes_place = other in plan.covered or problem.fixed_start(other) is not None
            if link.together and id in plan.covered and not takes_place:
                yield breach(problem, "ASSIGNMENT", id, {"other": other}, detail="together", visit=id)
