"""HOLIDAY_RHYTHM: how many public holidays in a row a person works, and what may be done on 1 May.

Holidays follow each other in the calendar of the basin's department; `Counters.holidays_worked` tells of those before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from brigade.calendar import is_may_first, is_public_holiday, public_holidays
from brigade.demand import ActClass
from brigade.measures import WorkDay, hosts_met, timeline
from brigade.periods import broken, service_dates, touched_dates, worked_dates
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.workforce import Worker

CODES = ("HOLIDAY_RHYTHM",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Holidays that the plan's services reach into; rules of the hosts met on those duty days."""
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        worked = worked_dates(problem, worker, days) | worker.counters.holidays_worked
        planned = {day.day: service_dates(problem, day) for day in days if day.planned}
        for holiday in sorted(frozenset[date]().union(*planned.values())):
            if is_public_holiday(holiday, problem.basin.department):
                reaching = [day for day in days if holiday in planned.get(day.day, ())]
                yield from _in_a_row(problem, worker, holiday, worked, reaching)
                if is_may_first(holiday):
                    yield from _may_first(problem, worker, holiday, reaching)


def _in_a_row(
    problem: Problem, worker: Worker, holiday: date, worked: frozenset[date], days: list[WorkDay]
) -> Iterator[Violation]:
    limit = problem.rules_for(worker, hosts_met(days)).get("HOLIDAY_RHYTHM", "max_in_row")
    row = _row_through(problem, holiday, worked)
    if limit is not None and row > limit.value:
        yield broken(limit, worker, str(holiday), "in_row", holidays=row, limit=limit.value)


def _row_through(problem: Problem, holiday: date, worked: frozenset[date]) -> int:
    """How many worked holidays that follow each other contain `holiday`."""
    years = (holiday.year - 1, holiday.year, holiday.year + 1)
    known = sorted({day for year in years for day in public_holidays(year, problem.basin.department)})
    before = after = known.index(holiday)
    while before > 0 and known[before - 1] in worked:
        before -= 1
    while after + 1 < len(known) and known[after + 1] in worked:
        after += 1
    return after - before + 1


def _may_first(problem: Problem, worker: Worker, holiday: date, days: list[WorkDay]) -> Iterator[Violation]:
    """1 May is a day off, save for what cannot be interrupted: the essential acts."""
    for day in days:
        for stop in (stop for route in day.routes for stop in route.stops):
            visit = problem.visit_by_id[stop.visit_id]
            rule = problem.rules_for(worker, day.hosts).get("HOLIDAY_RHYTHM", "may_first_essential_only")
            reaches = holiday in touched_dates(problem, stop.start, stop.end)
            if rule is not None and rule.value and reaches and visit.act_class is not ActClass.ESSENTIAL:
                yield broken(rule, worker, f"{holiday} {visit.id}", "may_first", visit=visit.id)
