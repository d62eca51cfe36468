"""WEEKLY_REST: hours in a row each week; rest days a week and a fortnight, some in a row, a Sunday among them."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from brigade.labour import RuleSet
from brigade.measures import fortnight_of
from brigade.units import Interval
from brigade.workforce import Worker
from solver.arrays import TOTAL_DATES, TOTAL_DAYS

if TYPE_CHECKING:
    from solver.builder import ModelBuilder, Reader

CODES = ("WEEKLY_REST",)


REST_DAY_MIN = 24 * 60
FORTNIGHT = 14


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        for days in builder.weeks(worker):
            week = Interval(builder.horizon.at(days[0], time()), builder.horizon.at(days[-1] + timedelta(days=1), time()))
            whole_day = builder.horizon.ticks(REST_DAY_MIN)
            builder.rest_within(worker, week, lambda rules: builder.minutes(rules, "WEEKLY_REST", "hours_in_row"), whole_day)
            builder.total(worker, TOTAL_DAYS, days, lambda rules: _at_most(rules, "rest_days_per_week", 7, 7))
        _fortnights(builder, worker)


def _fortnights(builder: ModelBuilder, worker: Worker) -> None:
    """Each parity that a text may anchor fortnights on; a text's limits hold on its own parity only."""
    for anchor in (0, 1):
        for first in sorted({fortnight_of(tour.day, anchor) for tour in builder.tours if tour.worker is worker}):
            dates = [day for day in (first + timedelta(days=n) for n in range(FORTNIGHT)) if fortnight_of(day, anchor) == first]
            _fortnight(builder, worker, anchor, dates)


def _fortnight(builder: ModelBuilder, worker: Worker, anchor: int, dates: list[date]) -> None:
    size = len(dates)
    sundays = [day for day in dates if day.isoweekday() == 7]

    def on_anchor(read: Reader) -> Reader:
        return lambda rules: read(rules) if _anchor(rules) == anchor else None

    def sunday(rules: RuleSet) -> int | None:
        volunteers = worker.contract.sunday_agreed and rules.get("SUNDAY_RHYTHM", "volunteers_max_in_row") is not None
        return None if volunteers else _at_most(rules, "sundays_per_fortnight", size, len(sundays))

    def in_row(rules: RuleSet) -> int | None:
        value = rules.get("WEEKLY_REST", "rest_days_in_row")
        return None if value is None else value.value * size // FORTNIGHT

    builder.total(worker, TOTAL_DAYS, dates, on_anchor(lambda rules: _at_most(rules, "rest_days_per_fortnight", size, size)))
    builder.total(worker, TOTAL_DATES, sundays, on_anchor(sunday))
    builder.free_days_within(worker, dates[0], dates[-1], on_anchor(in_row))


def _at_most(rules: RuleSet, name: str, size: int, days: int) -> int | None:
    """Of `days`, how many may be worked when the text's share for `size` dates of them must not; whole weeks owe all."""
    value = rules.get("WEEKLY_REST", name)
    whole = 7 if name.endswith("per_week") else FORTNIGHT
    return None if value is None else days - value.value * size // whole


def _anchor(rules: RuleSet) -> int:
    value = rules.get("WEEKLY_REST", "anchor")
    return 1 if value is None else value.value
