"""HOLIDAY_RHYTHM: how many public holidays that follow each other are worked; on 1 May essential acts
only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.values.calendar import LOCAL_LAW, is_may_first, is_public_holiday, public_holidays
from brigade.values.demand import ActClass
from brigade.values.workforce import Worker
from solver.kernel.arrays import TOTAL_DATES

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder
    from solver.primitives.rule_readings import Reader

CODES = ("HOLIDAY_RHYTHM",)


def contribute(builder: ModelBuilder) -> None:
    calendars = _calendars(builder)
    for worker in builder.problem.workers:
        worked, limits = worker.counters.holidays_worked, sorted(set(builder.by_mix(worker, _most_in_a_row)))
        # Calendars of local law share most holidays with the basin's: each row of dates is limited once.
        for days in dict.fromkeys(row for known in calendars for row in _rows(builder, known, limits)):
            # A row with a day that nobody can work never comes full: a total for it would only slow the
            # search.
            if all(_may_be_worked(builder, worker, day) for day in days):
                most = _in_a_row(len(days) - 1)
                builder.total(worker, TOTAL_DATES, days, most, base=builder.unseen(days, worked))
    _may_first(builder)


def _calendars(builder: ModelBuilder) -> list[list[date]]:
    """The holidays of the basin's department, and of those under local law in which there are visits; of the
    years around."""
    problem, dates = builder.problem, builder.horizon.dates
    places = {problem.department_at(request.visit) for request in builder.requests}
    departments = [
        problem.basin.department,
        *sorted((places & LOCAL_LAW.keys()) - {problem.basin.department}),
    ]
    years = range(dates[0].year - 1, dates[-1].year + 2)
    return [sorted(day for year in years for day in public_holidays(year, one)) for one in departments]


def _rows(builder: ModelBuilder, known: list[date], limits: Iterable[int]) -> Iterator[tuple[date, ...]]:
    """Holidays that follow each other, one of them within reach of a tour: one more than each of the
    limits."""
    near = [n for n, day in enumerate(known) if day in builder.all_dates()]
    for row in (limit for limit in limits if limit < len(known)):
        for start in dict.fromkeys(max(0, n - back) for n in near for back in range(row + 1)):
            yield tuple(known[start : start + row + 1])


def _may_be_worked(builder: ModelBuilder, worker: Worker, day: date) -> bool:
    """Whether the day can be a holiday worked. Work on a day of local law counts as such as soon as one visit
    is under it: the totals know dates, not places, so the search is a little stricter than the check where a
    basin straddles the border."""
    problem = builder.problem
    if (
        day not in builder.all_dates()
        or day in worker.counters.holidays_worked
        or worker.other_work
        or worker.calls
    ):
        return True
    return any(is_public_holiday(day, problem.department_at(request.visit)) for request in builder.requests)


def _most_in_a_row(rules: RuleSet) -> int | None:
    limit = rules.get("HOLIDAY_RHYTHM", "max_in_row")
    return None if limit is None else limit.value


def _in_a_row(row: int) -> Reader:
    return lambda rules: row if _most_in_a_row(rules) == row else None


def _may_first(builder: ModelBuilder) -> None:
    dates = [day for day in builder.all_dates() if is_may_first(day)]
    ordinary = (
        row for row, one in enumerate(builder.requests) if one.visit.act_class is not ActClass.ESSENTIAL
    )
    hours = {row: found for row in ordinary if (found := builder.hours_on(row, dates))}
    for worker in builder.problem.workers if hours else ():
        closed = {row: found for row, found in hours.items() if _closes_may_first(builder, worker, row)}
        builder.keep_off(worker, closed)


def _closes_may_first(builder: ModelBuilder, worker: Worker, row: int) -> bool:
    rules = builder.rules_at(worker, builder.host_class_of(row))
    rule = rules.get("HOLIDAY_RHYTHM", "may_first_essential_only")
    return rule is not None and bool(rule.value)
