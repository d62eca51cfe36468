"""SUNDAY_HOLIDAY_ACTS: what may be done on Sundays, public holidays and 25 December
(`brigade/data/reserved_days.toml`).

The date is that of the service, minute by minute: a visit of Saturday's night that runs past midnight is
Sunday work. The place decides what is a public holiday, for local law (Alsace, Moselle) binds where the work
is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import touched_dates
from brigade.values.plan import Plan, Route, Stop, Violation
from brigade.values.problem import Problem
from brigade.values.reserved_days import ReservedDay, kinds_of, unmet_conditions

CODES = ("SUNDAY_HOLIDAY_ACTS",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle(rank=4)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        for stop in route.stops:
            visit = problem.visit_by_id[stop.visit_id]
            # What may be done at homes on such days says nothing of a meeting.
            if visit.attendance is not None:
                continue
            for day in touched_dates(problem, stop.start, stop.end):
                kinds = kinds_of(day, problem.department_at(visit))
                if kinds:
                    yield from _unsuited(problem, route, stop, day, kinds)


def _unsuited(
    problem: Problem, route: Route, stop: Stop, day: date, kinds: frozenset[ReservedDay]
) -> Iterator[Violation]:
    visit = problem.visit_by_id[stop.visit_id]
    rules = problem.rules_for(problem.worker_by_id[route.worker_id], problem.hosts_at(visit))
    for condition, value in unmet_conditions(rules, kinds, visit, problem.catalogue):
        detail, met = condition.parameter, {"day": str(day)}
        yield breach(problem, "SUNDAY_HOLIDAY_ACTS", route, met, detail=detail, value=value, visit=visit.id)
