"""PERSONAL_LIMIT: the limits of one person (age, pregnancy, medical advice: presets of limits, the reason is never known).

Hours are the person's, so other employers' work counts. A personal longest stretch is judged by REST_BREAK and a personal
longest commute by COMMUTE_NORMAL, which they replace.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from brigade.labour import RuleValue
from brigade.measures import WorkDay, by_week, minutes_of, timeline
from brigade.periods import DAY, broken, rests, service_dates, week_name
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.units import Interval, Ticks
from brigade.workforce import Worker

CODES = ("PERSONAL_LIMIT",)
LIMIT = RuleValue("PERSONAL_LIMIT", "limit", 0, "min", "limite personnelle", date(2000, 1, 1))


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        for day in days:
            if day.planned:
                yield from _day(problem, worker, day)
        yield from _rest(problem, worker, days)
        for monday, week in by_week(days).items():
            if any(day.planned for day in week):
                yield from _week(problem, worker, week_name(monday), week)


def _day(problem: Problem, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    limits, where = worker.limits, str(day.day)
    if limits.max_daily_work is not None and day.work > limits.max_daily_work:
        yield _over(problem, worker, where, "daily_work", work_min=day.work, limit_min=limits.max_daily_work)
    if limits.max_span is not None and day.span > limits.max_span:
        yield _over(problem, worker, where, "span", span_min=day.span, limit_min=limits.max_span)
    if limits.no_sundays and any(one.isoweekday() == 7 for one in service_dates(problem, day)):
        yield broken(LIMIT, worker, where, "sunday")
    yield from _bands(problem, worker, day)


def _bands(problem: Problem, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    """The visits of the day that have time in a band in which the person does not work."""
    for text in worker.limits.no_work_bands:
        bands = list(_daily_bands(problem, day.day, text))
        for route in day.routes:
            for stop in route.stops:
                if any(stop.service.overlap(band) for band in bands):
                    yield broken(LIMIT, worker, f"{day.day} {stop.visit_id}", "band", visit=stop.visit_id, band=text)


def _daily_bands(problem: Problem, day: date, text: str) -> Iterator[Interval]:
    """Such as "22:00-06:00", of the evening before to the evening after: a tour may run past midnight."""
    start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
    for first in (day - DAY, day, day + DAY):
        last = first if start < end else first + DAY
        yield Interval(problem.horizon.at(first, start), problem.horizon.at(last, end))


def _rest(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    owed = worker.limits.daily_rest
    for rest in rests(days):
        if owed is not None and rest.planned and rest.length < owed:
            yield _over(problem, worker, str(rest.after.day), "rest", rest_min=rest.length, limit_min=owed)


def _week(problem: Problem, worker: Worker, where: str, week: tuple[WorkDay, ...]) -> Iterator[Violation]:
    limits, work = worker.limits, sum(day.work for day in week)
    if limits.max_week_work is not None and work > limits.max_week_work:
        yield _over(problem, worker, where, "week_work", work_min=work, limit_min=limits.max_week_work)
    if limits.max_days_per_week is not None and len(week) > limits.max_days_per_week:
        yield broken(LIMIT, worker, where, "days", days=len(week), limit=limits.max_days_per_week)


def _over(problem: Problem, worker: Worker, where: str, detail: str, **ticks: Ticks) -> Violation:
    return broken(LIMIT, worker, where, detail, **{name: minutes_of(problem, value) for name, value in ticks.items()})
