"""What workers carry into the horizon: past days before it, counters within what they can count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from brigade.errors import Issue
from brigade.values.calendar import is_holiday_anywhere, is_sunday
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import negative, say
from brigade.values.workforce import Counters, PastDay

# As far back as a rule between days looks: rests of a fortnight, and rows of dates.
PAST_DAYS = 14
# Who is a night worker is told by twelve months; no month has more minutes than this.
PAST_MONTHS, MONTH_MIN = 12, 31 * 24 * 60
# Any twelve weeks of fifteen, the one that is planned among them (CT L3123-13).
PAST_WEEKS = 14
WEEK_MIN = 7 * 24 * 60


def issues(problem: ProblemParts) -> Iterator[Issue]:
    for worker in problem.workers:
        where = f"workers.{worker.id}.counters"
        yield from _numbers(worker.counters, where)
        yield from _worked(problem, worker.counters, where)
        yield from past_days(problem, worker.counters.days, f"{where}.days")


def past_days(problem: ProblemParts, days: Sequence[PastDay], where: str) -> Iterator[Issue]:
    """Of a worker; of an employee who may be asked."""
    for index, day in enumerate(days):
        yield from _past_day(problem, day, f"{where}[{index}]")
    for index, (before, after) in enumerate(pairwise(days)):
        if after.day <= before.day:
            met = {"day": after.day, "before": before.day}
            yield Issue("P211", f"{where}[{index + 1}].day", "days_out_of_order", met)


def _numbers(counters: Counters, where: str) -> Iterator[Issue]:
    yield from negative(
        "P210",
        where,
        long_spans=counters.long_spans,
        long_days=counters.long_days,
        long_interruptions=counters.long_interruptions,
        capped_ai_work=counters.capped_ai_work,
        ai_cap=counters.ai_cap,
        refusals=counters.refusals,
        short_notice_calls=counters.short_notice_calls,
        sunday_refusals=counters.sunday_refusals,
        night_refusals=counters.night_refusals,
        additional_refusals=counters.additional_refusals,
        period_work=counters.period_work,
        period_promised=counters.period_promised,
        week_visits=counters.week_visits,
        week_essential=counters.week_essential,
    )
    if counters.week_essential > counters.week_visits:
        met = {"met": counters.week_essential, "most": counters.week_visits}
        yield Issue("P210", f"{where}.week_essential", "more_than_visits", met)
    # More days than the month, the year or the fortnight has are a count of something else.
    for name, count, most in (
        ("long_spans", counters.long_spans or 0, 31),
        ("long_days", counters.long_days or 0, 366),
        ("long_interruptions", counters.long_interruptions or 0, 14),
    ):
        if count > most:
            yield Issue("P210", f"{where}.{name}", "too_many_days", {"met": str(count), "most": most})


def _worked(problem: ProblemParts, counters: Counters, where: str) -> Iterator[Issue]:
    """Work by week and by month of nights before the horizon, and the days that count for themselves."""
    weeks, months = counters.week_work, counters.night_months
    if len(weeks) > PAST_WEEKS:
        values = {"count": len(weeks), "most": PAST_WEEKS}
        yield Issue("P210", f"{where}.week_work", "too_many_weeks", values)
    if len(months) > PAST_MONTHS:
        values = {"count": len(months), "most": PAST_MONTHS}
        yield Issue("P210", f"{where}.night_months", "too_many_months", values)
    yield from _within(problem, weeks, WEEK_MIN, f"{where}.week_work")
    yield from _within(problem, months, MONTH_MIN, f"{where}.night_months")
    yield from _dated(problem, counters, where)


def _within(problem: ProblemParts, spans: Sequence[int], most_min: int, where: str) -> Iterator[Issue]:
    """Spans of work, in ticks, that are negative or longer than the week or month they were worked in."""
    for index, work in enumerate(spans):
        if not 0 <= work <= problem.horizon.ticks(most_min):
            values = {"minutes": problem.horizon.minutes(work), "most": most_min}
            yield Issue("P210", f"{where}[{index}]", "minutes_out_of_range", values)


def _dated(problem: ProblemParts, counters: Counters, where: str) -> Iterator[Issue]:
    """Sundays and holidays told as worked that lie ahead, or are none."""
    first = problem.horizon.first_day
    for name, days, is_one, words in (
        ("sundays_worked", counters.sundays_worked, is_sunday, "sunday_before"),
        ("holidays_worked", counters.holidays_worked, is_holiday_anywhere, "holiday_before"),
    ):
        for day in sorted(days):
            if day >= first or not is_one(day):
                yield Issue("P210", f"{where}.{name}", words, {"met": str(day)})


def _past_day(problem: ProblemParts, day: PastDay, where: str) -> Iterator[Issue]:
    first = problem.horizon.first_day
    if not first - timedelta(days=PAST_DAYS) <= day.day < first:
        yield Issue(
            "P211",
            f"{where}.day",
            "past_day_too_old",
            {"met": str(day.day), "days": PAST_DAYS, "first": first},
        )
    if day.start >= day.end or not 0 <= day.work <= day.end - day.start:
        yield Issue(
            "P211",
            where,
            "past_day_work",
            {
                "minutes": problem.horizon.minutes(day.work),
                "start": say(problem, day.start),
                "end": say(problem, day.end),
            },
        )
    elif problem.horizon.day_of(day.start) != day.day:
        yield Issue(
            "P211", f"{where}.start", "past_day_start", {"met": say(problem, day.start), "day": day.day}
        )
