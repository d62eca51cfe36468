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
from brigade.law.reserved_days import AdmittedVisit, ReservedDay, shipped_conditions
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import touched_dates
from brigade.values.calendar import is_christmas, is_public_holiday, is_sunday
from brigade.values.demand import Visit
from brigade.values.plan import Plan, Route, Stop, Violation
from brigade.values.problem import Problem

CODES = ("SUNDAY_HOLIDAY_ACTS",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle(rank=4)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        for stop in route.stops:
            visit = problem.visit_by_id[stop.visit_id]
            for day in touched_dates(problem, stop.start, stop.end):
                kinds = kinds_of(day, problem.department_at(visit))
                if kinds:
                    yield from _unsuited(problem, route, stop, day, kinds)


def kinds_of(day: date, department: str) -> frozenset[ReservedDay]:
    """What the date is in a department: a Sunday, a public holiday, 25 December, or several of them."""
    facts = {
        ReservedDay.SUNDAY: is_sunday(day),
        ReservedDay.HOLIDAY: is_public_holiday(day, department),
        ReservedDay.CHRISTMAS: is_christmas(day),
    }
    return frozenset(kind for kind, is_so in facts.items() if is_so)


def _unsuited(
    problem: Problem, route: Route, stop: Stop, day: date, kinds: frozenset[ReservedDay]
) -> Iterator[Violation]:
    visit = problem.visit_by_id[stop.visit_id]
    rules = problem.rules_for(problem.worker_by_id[route.worker_id], {problem.provider_of(visit).id})
    for condition in shipped_conditions():
        value = rules.get("SUNDAY_HOLIDAY_ACTS", condition.parameter)
        speaks = value is not None and value.value and condition.days & kinds
        if speaks and not any(_fills(problem, visit, line) for line in condition.admits):
            detail, met = condition.parameter, {"day": str(day)}
            yield breach(
                problem, "SUNDAY_HOLIDAY_ACTS", route, met, detail=detail, value=value, visit=visit.id
            )


def _fills(problem: Problem, visit: Visit, line: AdmittedVisit) -> bool:
    if line.act_class is not None and visit.act_class is not line.act_class:
        return False
    if line.fragile is not None and visit.fragile != line.fragile:
        return False
    if line.one_of and not visit.required & line.one_of:
        return False
    return not (line.no_other_act and _acts(problem, visit) - line.one_of)


def _acts(problem: Problem, visit: Visit) -> frozenset[str]:
    """The required competencies that say an act, not a public or a circumstance."""
    known = problem.catalogue.competencies
    return frozenset(code for code in visit.required if code in known and known[code].act_class is not None)
