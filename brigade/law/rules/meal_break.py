"""MEAL_BREAK: a tour over midday holds a gap long enough to eat, inside the meal band, no travel in it."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import MEALS, RuleSet
from brigade.timing.duty_days import day_rules, minutes_of
from brigade.timing.tour import MealBreak, meal_break
from brigade.units import Interval
from brigade.values.plan import Plan, Route, Violation
from brigade.values.problem import Problem

CODES = ("MEAL_BREAK",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle(is_of_hours=True)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Each text's meal in its own band; at most one violation a tour."""
    for route in plan.routes:
        texts = day_rules(problem, plan, route).apart(MEALS)
        yield from [one for text in texts for one in _missing(problem, text, route)][:1]


def _missing(problem: Problem, text: RuleSet, route: Route) -> Iterator[Violation]:
    meal = meal_break(problem, text, route.day)
    if meal is not None and is_missed(route, meal):
        best = max((_held(route, position, meal) for position in range(1, len(route.stops))), default=0)
        met = {"gap_min": minutes_of(problem, best), "limit_min": minutes_of(problem, meal.length)}
        yield breach(problem, "MEAL_BREAK", route, met, value=text.get("MEAL_BREAK", "length"))


def is_missed(route: Route, meal: MealBreak) -> bool:
    """Whether the meal is due in this tour and no gap between two visits holds it."""
    if not route.stops or not meal.is_due(route.stops[0].start, route.stops[-1].end):
        return False
    return not any(meal.is_held_by(Interval(stop.arrival, stop.start)) for stop in route.stops[1:])


def _held(route: Route, position: int, meal: MealBreak) -> int:
    stop = route.stops[position]
    return Interval(stop.arrival, stop.start).overlap(meal.band)
