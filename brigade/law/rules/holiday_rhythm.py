"""HOLIDAY_RHYTHM: how many public holidays in a row a person works, and what may be done on 1 May.

A holiday is worked where it is one: the place of the visit decides. Holidays follow each other in the
calendar of the basin's department, and in that of local law (Alsace, Moselle) for who works one of its own;
`Counters.holidays_worked` tells of those before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import date

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import WorkDay, hosts_met, timeline, touched_dates
from brigade.timing.free_time import broken, worked_dates
from brigade.values.calendar import LOCAL_LAW, is_may_first, is_public_holiday, public_holidays
from brigade.values.demand import ActClass
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = ("HOLIDAY_RHYTHM",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


@dataclass
class _Worked:
    """A public holiday that the plan has somebody work: the departments in which it does, the duty days that
    reach into it."""

    departments: set[str] = field(default_factory=set)
    days: list[WorkDay] = field(default_factory=list)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Holidays that the plan's services reach into, where they take place; rules of the hosts met on those
    duty days."""
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        planned = _holidays_of_the_plan(problem, days)
        elsewhere = worked_dates(problem, worker, [day for day in days if not day.planned])
        worked = planned.keys() | elsewhere | worker.counters.holidays_worked
        for holiday, met in sorted(planned.items()):
            yield from _in_a_row(problem, worker, holiday, worked, met)
            if is_may_first(holiday):
                yield from _may_first(problem, worker, holiday, met.days)


def _holidays_of_the_plan(problem: Problem, days: Iterable[WorkDay]) -> dict[date, _Worked]:
    found: dict[date, _Worked] = {}
    for day in days:
        for stop in (stop for route in day.routes for stop in route.stops):
            department = problem.department_at(problem.visit_by_id[stop.visit_id])
            for reached in touched_dates(problem, stop.start, stop.end):
                if is_public_holiday(reached, department):
                    met = found.setdefault(reached, _Worked())
                    met.departments.add(department)
                    # A day with several visits on the holiday is one day whose hosts count.
                    met.days += [] if day in met.days else [day]
    return found


def _in_a_row(
    problem: Problem, worker: Worker, holiday: date, worked: Set[date], met: _Worked
) -> Iterator[Violation]:
    """In the calendar of the basin, and in those of local law in which this holiday is worked."""
    limit = problem.rules_for(worker, hosts_met(met.days)).get("HOLIDAY_RHYTHM", "max_in_row")
    calendars = {problem.basin.department, *(met.departments & LOCAL_LAW.keys())}
    # The stricter calendar binds: one shift may be in a row in local law and alone in the rest of France.
    row = max(_row_through(department, holiday, worked) for department in calendars)
    if limit is not None and row > limit.value:
        yield broken(limit, worker, str(holiday), "in_row", holidays=row, limit=limit.value)


def _row_through(department: str, holiday: date, worked: Set[date]) -> int:
    """How many worked holidays that follow each other in a department contain `holiday`; 0 where it is
    none."""
    # A row may reach over New Year at either end.
    years = (holiday.year - 1, holiday.year, holiday.year + 1)
    known = sorted({day for year in years for day in public_holidays(year, department)})
    if holiday not in known:
        return 0
    before = after = known.index(holiday)
    while before > 0 and known[before - 1] in worked:
        before -= 1
    while after + 1 < len(known) and known[after + 1] in worked:
        after += 1
    return after - before + 1


def _may_first(problem: Problem, worker: Worker, holiday: date, days: list[WorkDay]) -> Iterator[Violation]:
    """1 May is a day off, save for what cannot be interrupted: the essential acts. Rules of the visit's own
    host, as for any other day that a text reserves."""
    for day in days:
        for stop in (stop for route in day.routes for stop in route.stops):
            visit = problem.visit_by_id[stop.visit_id]
            rules = problem.rules_for(worker, problem.hosts_at(visit))
            rule = rules.get("HOLIDAY_RHYTHM", "may_first_essential_only")
            reaches = holiday in touched_dates(problem, stop.start, stop.end)
            if rule is not None and rule.value and reaches and visit.act_class is not ActClass.ESSENTIAL:
                yield broken(rule, worker, f"{holiday} {visit.id}", "may_first", visit=visit.id)
