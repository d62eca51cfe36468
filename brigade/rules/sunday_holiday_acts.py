"""SUNDAY_HOLIDAY_ACTS: what may be done on Sundays and public holidays: essential acts (BAD), fragile clients (SAP).

The date is that of the service, minute by minute: a visit of Saturday's night that runs past midnight is Sunday work.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from brigade.breach import breach
from brigade.calendar import is_sunday_or_holiday
from brigade.demand import ActClass
from brigade.periods import touched_dates
from brigade.plan import Plan, Route, Stop, Violation
from brigade.problem import Problem

CODES = ("SUNDAY_HOLIDAY_ACTS",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    department = problem.basin.department
    for route in plan.routes:
        for stop in route.stops:
            for day in touched_dates(problem, stop.start, stop.end):
                if is_sunday_or_holiday(day, department):
                    yield from _unsuited(problem, route, stop, day)


def _unsuited(problem: Problem, route: Route, stop: Stop, day: date) -> Iterator[Violation]:
    visit = problem.visit_by_id[stop.visit_id]
    rules = problem.rules_for(problem.worker_by_id[route.worker_id], {problem.provider_of(visit).id})
    for parameter, suits in (
        ("essential_only", visit.act_class is ActClass.ESSENTIAL),
        ("fragile_only", visit.fragile),
    ):
        value = rules.get("SUNDAY_HOLIDAY_ACTS", parameter)
        if value is not None and value.value and not suits:
            met = {"day": str(day)}
            yield breach(problem, "SUNDAY_HOLIDAY_ACTS", route, met, detail=parameter, value=value, visit=visit.id)
