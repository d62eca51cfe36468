"""AVAILABILITY: a tour keeps to its availability, up to the hard end, and no service lies over work promised
elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import minutes_of
from brigade.timing.meals import MealPlace, eats
from brigade.values.plan import Plan, Reason, Route, Violation
from brigade.values.problem import Problem

CODES = ("AVAILABILITY",)
SCOPE = Scope.WORKER


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    if broken.reason.code != "availability_end":
        return None
    back, end = broken.reason.value("back_at"), broken.reason.value("limit_at")
    return Reason.of("back_too_late", back=back, end=end, late_min=minutes_of(problem, back - end))


AS_OBSTACLE = AsObstacle(is_of_hours=True, words=_as_obstacle)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        yield from _inside(problem, route)
        yield from _meal(problem, plan, route)
        yield from _elsewhere(problem, route)


def _inside(problem: Problem, route: Route) -> Iterator[Violation]:
    available = problem.worker_by_id[route.worker_id].availability[route.tour]
    if route.departure < available.start:
        yield breach(
            problem,
            "AVAILABILITY",
            route,
            {"departure_at": route.departure, "limit_at": available.start},
            detail="start",
        )
    if route.back > available.hard_end:
        yield breach(
            problem,
            "AVAILABILITY",
            route,
            {"back_at": route.back, "limit_at": available.hard_end},
            detail="end",
        )


def _meal(problem: Problem, plan: Plan, route: Route) -> Iterator[Violation]:
    """A meal that the availability requires."""
    stay = problem.worker_by_id[route.worker_id].availability[route.tour]
    if stay.meal_required and stay.meal is not None and eats(problem, plan, route) is MealPlace.NOWHERE:
        met = {
            "meal_min": minutes_of(problem, stay.meal),
            "from_at": stay.meal_earliest,
            "to_at": stay.meal_latest,
        }
        yield breach(problem, "AVAILABILITY", route, met, detail="meal")


def _elsewhere(problem: Problem, route: Route) -> Iterator[Violation]:
    for stop in route.stops:
        for taken in problem.worker_by_id[route.worker_id].other_work:
            if stop.service.overlap(taken):
                met = {"from_at": taken.start, "to_at": taken.end}
                yield breach(problem, "AVAILABILITY", route, met, detail="other_work", visit=stop.visit_id)
