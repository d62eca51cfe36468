"""MAX_DAILY_WORK: effective work of a day, at all the plan's hosts together; longer on a counted number of days a year.

Where several hosts' texts count such days differently, the smallest count holds for all.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from brigade.labour import RuleSet
from solver.arrays import OWN_WORK

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("MAX_DAILY_WORK",)


def contribute(builder: ModelBuilder) -> None:
    years = sorted({day.year for day in builder.horizon.dates})
    for worker in builder.problem.workers:
        builder.day_limit(
            worker,
            OWN_WORK,
            lambda rules: builder.minutes(rules, "MAX_DAILY_WORK"),
            lambda rules: builder.minutes(rules, "MAX_DAILY_WORK", "exceptional"),
        )
        done = worker.counters.long_days
        if done is not None:
            allowed = min(builder.by_mix(worker, _allowed))
            left = {year: allowed - (done if year == years[0] else 0) for year in years}
            builder.day_allowance(worker, OWN_WORK, left, _year)


def _allowed(rules: RuleSet) -> int | None:
    value = rules.get("MAX_DAILY_WORK", "exceptional_days_per_year")
    return None if value is None else value.value


def _year(day: date) -> int:
    return day.year
