"""MAX_DAILY_WORK: effective work of a day, at all the plan's hosts together; longer on a counted number of
days a year.

A day is the duty day, or the local date where the text says so (`civil_*`). Each text has its own numbers and
counts the days it holds on.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    years = sorted({day.year for day in builder.all_dates()})
    is_counted = worker.counters.long_days is not None or len(years) > 1
    if most is None or most <= normal or not is_counted:
        builder.day_limit_of(worker, measure, mixes, normal)
        return
    allowed = builder.count(text, CODES[0], f"{kind}exceptional_days_per_year")
    left = _left(worker, FAR if allowed is None else allowed, years)
    builder.longer_days(worker, measure, mixes, LongerDays(normal, most, left), _year)


def _left(worker: Worker, allowed: int, years: Sequence[int]) -> dict[int, int]:
    """By year, the longer days that are left. What was used up before is of the horizon's first year: none is
    left of it where nobody counted. A year that begins inside the horizon begins afresh."""
    used, first = worker.counters.long_days, years[0]
    return dict.fromkeys(years, allowed) | {first: 0 if used is None else allowed - used}


def _year(day: date) -> int:
    return day.year
