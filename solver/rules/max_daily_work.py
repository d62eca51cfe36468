"""MAX_DAILY_WORK: effective work of a day, at all the plan's hosts together; longer on a counted number of
days a year.

A day is the duty day, or the local date where the text says so (`civil_*`). Each text has its own numbers and
counts the days it holds on.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import LONG_DATES, LONG_DAYS, RuleSet
from brigade.values.workforce import Worker
from solver.kernel.arrays import DATE_OWN_WORK, FAR, OWN_WORK
from solver.primitives.builder import LongerDays

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("MAX_DAILY_WORK",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        for text, mixes in builder.texts_apart(worker, LONG_DAYS):
            hold_days(builder, worker, OWN_WORK, (text, mixes), "")
        for text, mixes in builder.texts_apart(worker, LONG_DATES):
            hold_days(builder, worker, DATE_OWN_WORK, (text, mixes), "civil_")


def hold_days(
    builder: ModelBuilder, worker: Worker, measure: int, held: tuple[RuleSet, list[int]], kind: str
) -> None:
    """Hold a measure of a day to one text's limit, and to its longer days.

    Args: held: the text, and the mixes of hosts under which it holds. kind: how its parameters begin.
    """
    text, mixes = held
    normal, most = (builder.minutes(text, CODES[0], kind + name) for name in ("limit", "exceptional"))
    if normal is None:
        return
    done = worker.counters.long_days
    if most is None or most <= normal or done is None:
        builder.day_limit_of(worker, measure, mixes, normal)
        return
    allowed = builder.count(text, CODES[0], f"{kind}exceptional_days_per_year")
    years = sorted({day.year for day in builder.all_dates()})
    # What was used up before is of the horizon's first year; a year that begins inside it begins afresh.
    left = {year: (FAR if allowed is None else allowed) - (done if year == years[0] else 0) for year in years}
    builder.longer_days(worker, measure, mixes, LongerDays(normal, most, left), _year)


def _year(day: date) -> int:
    return day.year
