"""Where the meal of an availability is eaten in a plan, and how long people stand idle (docs/design.md §1,
§5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from brigade.timing.duty_days import day_rules
from brigade.timing.tour import OwnMeal, meal_break, own_meal
from brigade.units import Ticks
from brigade.values.plan import Plan, Route
from brigade.values.problem import Problem
from brigade.values.workforce import Worker


class MealPlace(Enum):
    NOT_ASKED = "not_asked"
    ON_THE_WAY = "on_the_way"
    AT_HOME = "at_home"
    NOWHERE = "nowhere"


def eats(problem: Problem, plan: Plan, route: Route) -> MealPlace:
    """Where the tour's own meal is eaten; not asked where the texts know a meal break."""
    meal = own_meal(problem.worker_by_id[route.worker_id].availability[route.tour])
    if meal is None or meal_break(problem, day_rules(problem, plan, route), route.day) is not None:
        return MealPlace.NOT_ASKED
    return where_eaten(meal, route)


def where_eaten(meal: OwnMeal, route: Route) -> MealPlace:
    if any(
        meal.is_on_the_way(before.end, after.start, after.pause) for before, after in pairwise(route.stops)
    ):
        return MealPlace.ON_THE_WAY
    return (
        MealPlace.AT_HOME
        if meal.is_before(route.departure) or meal.is_after(route.back)
        else MealPlace.NOWHERE
    )


@dataclass(frozen=True, slots=True)
class MealTime:
    """A meal begun at tick `begin`, before stop `position` (0: before leaving; as many as there are stops: on
    return). `at_next`: at the door of that stop; else where the worker was before (at the last door, or at
    home)."""

    position: int
    begin: Ticks
    at_next: bool = False


def where_meal_begins(problem: Problem, route: Route) -> MealTime | None:
    """When the tour's own meal begins, as early as it may; None: it is eaten nowhere, or not asked for."""
    meal = own_meal(problem.worker_by_id[route.worker_id].availability[route.tour])
    if meal is None:
        return None
    for position, (before, after) in enumerate(pairwise(route.stops), start=1):
        if meal.is_on_the_way(before.end, after.start, after.pause):
            at_next = after.arrival <= meal.latest
            return MealTime(position, max(after.arrival if at_next else before.end, meal.earliest), at_next)
    if meal.is_before(route.departure):
        return MealTime(0, max(meal.start, meal.earliest))
    return MealTime(len(route.stops), route.back) if meal.is_after(route.back) else None


def idle_times(problem: Problem, plan: Plan, worker: Worker) -> list[Ticks]:
    """What each availability of one worker holds of time neither worked, travelled, paused nor eaten in:
    before leaving, in waits, after the return. One without a tour is idle but for its meal."""
    routes = {route.tour: route for route in plan.routes_of(worker.id)}
    stays = range(len(worker.availability))
    return [_idle(problem, plan, worker, index, routes.get(index)) for index in stays]


def _idle(problem: Problem, plan: Plan, worker: Worker, index: int, route: Route | None) -> Ticks:
    stay = worker.availability[index]
    meal = own_meal(stay)
    if route is None:
        return stay.end - stay.start - (meal.at_home if meal else 0)
    at_home = meal.length if meal and eats(problem, plan, route) is MealPlace.AT_HOME else 0
    waits = sum(stop.wait for stop in route.stops)
    return max(0, route.departure - stay.start) + waits + max(0, stay.end - route.back) - at_home
