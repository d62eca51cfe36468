"""MAX_DAILY_WORK: effective work of a day, at all the plan's hosts together; longer on a counted number of days a year.

A day is the duty day, or the local date where the text says so (`civil_*`). Where several hosts' texts count long days
differently, the smallest count holds for all.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from brigade.workforce import Worker
from solver.arrays import DATE_OWN_WORK, OWN_WORK

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("MAX_DAILY_WORK",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        _limit(builder, worker, OWN_WORK, "limit", "exceptional")
        _limit(builder, worker, DATE_OWN_WORK, "civil_limit", "civil_exceptional")


def _limit(builder: ModelBuilder, worker: Worker, measure: int, normal: str, exceptional: str) -> None:
    builder.day_limit(
        worker,
        measure,
        lambda rules: builder.minutes(rules, "MAX_DAILY_WORK", normal),
        lambda rules: builder.minutes(rules, "MAX_DAILY_WORK", exceptional),
    )
    done, years = worker.counters.long_days, sorted({day.year for day in builder.horizon.dates})
    if done is not None:
        counts = builder.by_mix(worker, lambda rules: builder.count(rules, "MAX_DAILY_WORK", f"{exceptional}_days_per_year"))
        left = {year: min(counts) - (done if year == years[0] else 0) for year in years}
        builder.day_allowance(worker, measure, left, _year)


def _year(day: date) -> int:
    return day.year
