"""WEEKLY_REST: a long rest of its own for each week; rest days a week and a fortnight, some in a row with a
Sunday."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import FORTNIGHTS, RuleSet
from brigade.timing.duty_days import fortnight_of, monday_of
from brigade.units import Interval
from brigade.values.workforce import Worker, WorkingTimeMode
from solver.kernel.arrays import HISTORY, TOTAL_DATES

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder
    from solver.primitives.rule_readings import Reader

CODES = ("WEEKLY_REST",)


REST_DAY_MIN = 24 * 60
WEEK, FORTNIGHT = timedelta(days=7), 14
ANY = 2
"""Anchor of fortnights whose beginning nobody knows: any two weeks in a row."""


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        _rests(builder, worker)
        for days in builder.weeks_touched(worker):
            restful = _no_leave(worker, days)
            builder.total(worker, TOTAL_DATES, restful, _days_of_week(worker, len(restful)))
        _fortnights(builder, worker)


def _rests(builder: ModelBuilder, worker: Worker) -> None:
    """Every week that something is known of or planned in: a rest that one has taken serves the next no
    more."""
    touched = [days[0] for days in builder.weeks_touched(worker)]
    # From the first known day: a rest taken by a week of the past cannot serve the first week of the plan
    # again.
    monday, at = monday_of(builder.horizon.first_day - timedelta(days=HISTORY)), builder.horizon.at
    while touched and monday <= touched[-1]:
        week = Interval(at(monday, time()), at(monday + WEEK, time()))
        owed = builder.horizon.ticks(REST_DAY_MIN)
        builder.rest_within(
            worker, week, lambda rules: builder.minutes(rules, "WEEKLY_REST", "hours_in_row"), owed
        )
        monday += WEEK


def _no_leave(worker: Worker, dates: list[date]) -> list[date]:
    """Those that can be rest days: a day on leave is none, worked or not."""
    return [day for day in dates if day not in worker.leave_dates]


def _days_of_week(worker: Worker, size: int) -> Reader:
    is_weekly = worker.contract.working_time_mode is WorkingTimeMode.WEEKLY

    def at_most(rules: RuleSet) -> int | None:
        every, mode = (
            rules.get("WEEKLY_REST", "rest_days_per_week"),
            rules.get("WEEKLY_REST", "weekly_mode_rest_days"),
        )
        owed = [value.value for value in (every, mode if is_weekly else None) if value is not None]
        return size - max(owed) if owed else None

    return at_most


def _fortnights(builder: ModelBuilder, worker: Worker) -> None:
    """Each way that a text may count its fortnights; a text's limits hold on its own only."""
    days = builder.dates_touched(worker)
    for anchor in (0, 1):
        for first in sorted({fortnight_of(day, anchor) for day in days}):
            dates = [
                day
                for day in (first + timedelta(days=n) for n in range(FORTNIGHT))
                if fortnight_of(day, anchor) == first
            ]
            _fortnight(builder, worker, anchor, dates)
    for first in sorted({monday_of(day) - back for day in days for back in (timedelta(), WEEK)}):
        _fortnight(builder, worker, ANY, [first + timedelta(days=n) for n in range(FORTNIGHT)])


def _fortnight(builder: ModelBuilder, worker: Worker, anchor: int, whole: list[date]) -> None:
    # A week of leave and one rest day owes nothing: the other stands alone.
    away = {week for week in map(monday_of, whole) if len(worker.leave_dates & set(_week(week))) > 5}
    dates = [day for day in whole if monday_of(day) not in away]
    if not dates:
        return
    size, restful = len(dates), _no_leave(worker, dates)
    sundays = [day for day in restful if day.isoweekday() == 7]

    def on_anchor(read: Reader) -> Reader:
        """The most that a text owes which counts its fortnights so."""

        def most(rules: RuleSet) -> int | None:
            owed = [read(text) for text in rules.apart(FORTNIGHTS) if _anchor(text) == anchor]
            return max((one for one in owed if one is not None), default=None)

        return most

    def share(name: str) -> Reader:
        def read(rules: RuleSet) -> int | None:
            value = rules.get("WEEKLY_REST", name)
            return None if value is None else value.value * size // FORTNIGHT

        return read

    def free_sundays(rules: RuleSet) -> int | None:
        volunteers = (
            worker.contract.in_weekend_team
            and rules.get("SUNDAY_RHYTHM", "volunteers_max_in_row") is not None
        )
        return None if volunteers else share("sundays_per_fortnight")(rules)

    def at_most(read: Reader, days: int) -> Reader:
        def limit(rules: RuleSet) -> int | None:
            owed = on_anchor(read)(rules)
            return None if owed is None else days - owed

        return limit

    def around_sunday(rules: RuleSet) -> int | None:
        tied = rules.get("WEEKLY_REST", "sunday_in_row")
        return (
            share("rest_days_in_row")(rules)
            if tied is not None and tied.value and free_sundays(rules)
            else None
        )

    builder.total(worker, TOTAL_DATES, restful, at_most(share("rest_days_per_fortnight"), len(restful)))
    builder.total(worker, TOTAL_DATES, sundays, at_most(free_sundays, len(sundays)))
    # `sunday_in_row` beside the plain run, not instead of it: it binds only where its text ties the two
    # together.
    builder.free_days_within(worker, dates[0], dates[-1], on_anchor(share("rest_days_in_row")))
    builder.free_days_within(worker, dates[0], dates[-1], on_anchor(around_sunday), with_sunday=True)


def _week(monday: date) -> list[date]:
    return [monday + timedelta(days=n) for n in range(7)]


def _anchor(rules: RuleSet) -> int:
    value, any_two = rules.get("WEEKLY_REST", "anchor"), rules.get("WEEKLY_REST", "any_two_weeks")
    if any_two is not None and any_two.value:
        return ANY
    return 1 if value is None else value.value
