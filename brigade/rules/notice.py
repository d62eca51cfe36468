"""SCHEDULE_NOTICE, only where the policy asks it: nothing inside the notice period that is not marked as urgent.

By itself the notice forbids nothing: inside it a stop is offered, not imposed (`brigade.marking`). Days are counted from
the date on which the plan is made to the duty day.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.breach import breach
from brigade.calendar import working_days_between
from brigade.demand import ActClass
from brigade.labour import RuleSet
from brigade.plan import Plan, Route, Stop, Violation
from brigade.problem import Problem, Request

CODES = ("SCHEDULE_NOTICE",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if problem.policy.only_urgent_inside_notice:
        for route in plan.routes:
            for stop in route.stops:
                yield from _too_soon(problem, route, stop)


def _too_soon(problem: Problem, route: Route, stop: Stop) -> Iterator[Violation]:
    worker, request = problem.worker_by_id[route.worker_id], problem.request_by_visit.get(stop.visit_id)
    if request is None:
        return
    rules = problem.rules_for(worker, {problem.provider_of(request.visit).id})
    today, department = problem.day_of(problem.now), problem.basin.department
    ahead = {"days": (route.day - today).days, "working_days": working_days_between(today, route.day, department)}
    for unit, days in ahead.items():
        value = rules.get("SCHEDULE_NOTICE", unit)
        if value is not None and days < value.value and not _is_urgent(rules, request):
            met = {"met": days, "limit": value.value}
            yield breach(problem, "SCHEDULE_NOTICE", route, met, detail=unit, value=value, visit=stop.visit_id)


def _is_urgent(rules: RuleSet, request: Request) -> bool:
    """A cause the texts recognise and, where they ask for it, an essential act."""
    recognised = rules.get("URGENT_CAUSES", "colleague_absence")
    essential = rules.get("URGENT_CAUSES", "essential_required")
    needs_essential = essential is not None and bool(essential.value)
    is_recognised = request.urgent_cause and recognised is not None and bool(recognised.value)
    return is_recognised and (request.visit.act_class is ActClass.ESSENTIAL or not needs_essential)
