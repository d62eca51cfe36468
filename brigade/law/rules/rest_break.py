"""REST_BREAK: no stretch of work beyond the limit without its break; a stricter personal stretch replaces the
limit.

The stretch runs from the first start after the last gap that is long enough, travel included. Work that
reaches the limit owes the break (CT L3121-16): it has come before or comes right then; after the last visit
it comes too late. One visit longer than the limit is lawful alone: the break is taken inside.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import BREAKS, RuleSet
from brigade.timing.duty_days import day_rules, minutes_of
from brigade.timing.tour import RestBreak, rest_break
from brigade.values.plan import Plan, Route, Violation
from brigade.values.problem import Problem

CODES = ("REST_BREAK",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle(is_of_hours=True)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Each text's stretch with its own break, the personal one beside it."""
    for route in plan.routes:
        rules = day_rules(problem, plan, route)
        found = [one for text in rules.apart(BREAKS) or (rules,) for one in _missing(problem, text, route)]
        # One breach a stop: several texts that miss the same break ask for one and the same break.
        yield from {one.where: one for one in found}.values()


def _missing(problem: Problem, text: RuleSet, route: Route) -> Iterator[Violation]:
    owed = rest_break(problem, problem.worker_by_id[route.worker_id], text)
    if owed is not None and route.stops:
        for visit, stretch in _too_long(route, owed):
            limits = {
                "limit_min": minutes_of(problem, owed.after),
                "break_min": minutes_of(problem, owed.length),
            }
            met = {"stretch_min": minutes_of(problem, stretch), **limits}
            yield breach(
                problem, "REST_BREAK", route, met, value=text.get("REST_BREAK", "after"), visit=visit
            )


def _too_long(route: Route, owed: RestBreak) -> Iterator[tuple[str, int]]:
    """The stops before which a break is missing, and how long the stretch gets with them."""
    since = route.stops[0].start
    for _, stop in pairwise(route.stops):
        most = owed.at_end if stop is route.stops[-1] else owed.after
        if stop.start - stop.arrival >= owed.length:
            since = stop.start
        elif stop.end - since > most:
            yield stop.visit_id, stop.end - since
