"""HOLIDAY_RHYTHM: how many public holidays that follow each other are worked; on 1 May essential acts only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.calendar import is_may_first, public_holidays
from brigade.demand import ActClass
from brigade.labour import RuleSet
from solver.arrays import TOTAL_DATES

if TYPE_CHECKING:
    from solver.builder import ModelBuilder, Reader

CODES = ("HOLIDAY_RHYTHM",)


LONGEST_ROW = 4


def contribute(builder: ModelBuilder) -> None:
    department = builder.problem.basin.department
    first, last = builder.horizon.dates[0], builder.horizon.dates[-1]
    known = sorted(day for year in range(first.year - 1, last.year + 2) for day in public_holidays(year, department))
    near = [n for n, day in enumerate(known) if day in builder.all_dates()]
    for worker in builder.problem.workers:
        worked = worker.counters.holidays_worked
        builder.known_dates(worker, worked)
        for row in range(1, LONGEST_ROW):
            for start in dict.fromkeys(max(0, n - back) for n in near for back in range(row + 1)):
                days = known[start : start + row + 1]
                builder.total(worker, TOTAL_DATES, days, _in_a_row(row), base=builder.unseen(days, worked))
    _may_first(builder)


def _in_a_row(row: int) -> Reader:
    def read(rules: RuleSet) -> int | None:
        limit = rules.get("HOLIDAY_RHYTHM", "max_in_row")
        return row if limit is not None and limit.value == row else None

    return read


def _may_first(builder: ModelBuilder) -> None:
    if not any(is_may_first(day) for day in builder.all_dates()):
        return
    for row, tour in enumerate(builder.tours):
        rule = builder.rules_everywhere(tour.worker).get("HOLIDAY_RHYTHM", "may_first_essential_only")
        if rule is not None and rule.value:
            ordinary = (v for v, q in enumerate(builder.requests) if q.visit.act_class is not ActClass.ESSENTIAL)
            builder.forbid(row, [v for v in ordinary if any(is_may_first(day) for day in builder.possible_dates(row, v))])
