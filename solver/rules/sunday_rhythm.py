"""SUNDAY_RHYTHM: how many Sundays in a row, and in a calendar month, are worked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.values.workforce import Worker
from solver.kernel.arrays import TOTAL_DATES

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder
    from solver.primitives.rule_readings import Reader

CODES = ("SUNDAY_RHYTHM",)


WEEK = timedelta(days=7)


def contribute(builder: ModelBuilder) -> None:
    sundays = [day for day in builder.all_dates() if day.isoweekday() == 7]
    for worker in builder.problem.workers:
        worked = worker.counters.sundays_worked
        possible = len(sundays) + len(worked) + len(worker.calls)
        for row in sorted(set(builder.by_mix(worker, _most_in_a_row(worker)))):
            if row >= possible:
                continue  # no row of that many can be worked
            # Every row that holds a Sunday of the horizon, those that begin before it too: history may have
            # filled them.
            for first in dict.fromkeys(day - back * WEEK for day in sundays for back in range(row + 1)):
                days = [first + n * WEEK for n in range(row + 1)]
                builder.total(
                    worker, TOTAL_DATES, days, _in_a_row(worker, row), base=builder.unseen(days, worked)
                )
        for month in dict.fromkeys((day.year, day.month) for day in sundays):
            days = builder.month(month, 7)
            builder.total(worker, TOTAL_DATES, days, _in_a_month(worker), base=builder.unseen(days, worked))


def _most_in_a_row(worker: Worker) -> Reader:
    def read(rules: RuleSet) -> int | None:
        limit, volunteers = (
            rules.get("SUNDAY_RHYTHM", "max_per_fortnight"),
            rules.get("SUNDAY_RHYTHM", "volunteers_max_in_row"),
        )
        if limit is not None and worker.contract.in_weekend_team and volunteers is not None:
            limit = volunteers
        return None if limit is None else limit.value

    return read


def _in_a_row(worker: Worker, row: int) -> Reader:
    """Of `row` + 1 Sundays in a row at most `row`, where the rule set's limit is just that."""
    most = _most_in_a_row(worker)
    return lambda rules: row if most(rules) == row else None


def _in_a_month(worker: Worker) -> Reader:
    def read(rules: RuleSet) -> int | None:
        limit = rules.get("SUNDAY_RHYTHM", "max_per_month")
        return None if limit is None or worker.contract.sunday_agreed else limit.value

    return read
