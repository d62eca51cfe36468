"""PERSONAL_LIMIT: the limits of one person (age, pregnancy, medical advice: presets of limits, the reason is
never known).

Hours are the person's, so other employers' work counts. A shorter day is the scheduled one (SCHEDULED_DAY)
less the reduction: both are her contract's, and hold its own hours alone. Days off in a row lie in one ISO
week. A personal longest stretch is judged by REST_BREAK and a personal longest commute by COMMUTE_NORMAL,
which they replace.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import RuleValue
from brigade.timing.duty_days import (
    WorkDay,
    by_week,
    minutes_of,
    monday_of,
    ticks_of,
    timeline,
    touched_dates,
)
from brigade.timing.free_time import DAY, broken, own_hours, reaching, rests, runs, week_name, worked_dates
from brigade.units import Interval, Ticks
from brigade.values.calendar import is_public_holiday
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from brigade.worked.contract_hours import mean_week

CODES = ("PERSONAL_LIMIT",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()
# A limit of a person has no text behind it: a row that stands in, so that breaches look alike.
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
        yield from _days_off(problem, worker, days)


def _day(problem: Problem, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    limits, where = worker.limits, str(day.day)
    if limits.max_daily_work is not None and day.work > limits.max_daily_work:
        yield _over(problem, worker, where, "daily_work", work_min=day.work, limit_min=limits.max_daily_work)
    if limits.max_span is not None and day.span > limits.max_span:
        yield _over(problem, worker, where, "span", span_min=day.span, limit_min=limits.max_span)
    yield from _shorter_day(problem, worker, day)
    if limits.no_sundays and any(one.isoweekday() == 7 for one in day.service_dates):
        yield broken(LIMIT, worker, where, "sunday")
    if limits.no_holidays:
        yield from _holidays(problem, worker, day)
    yield from _bands(problem, worker, day)


def _shorter_day(problem: Problem, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    scheduled, reduction = scheduled_day(problem, worker), worker.limits.daily_reduction
    work = own_hours(problem, worker, [day])
    if reduction is not None and scheduled is not None and work > max(0, scheduled - reduction):
        met = {"work_min": work, "limit_min": max(0, scheduled - reduction), "day_min": scheduled}
        yield _over(problem, worker, str(day.day), "shorter_day", **met)


def scheduled_day(problem: Problem, worker: Worker) -> Ticks | None:
    """Work of a scheduled day: the contract's, or its mean week's hours (full time where it has none) over a
    week's days."""
    rules, contract = problem.rules_for(worker), worker.contract
    days, full_week = (
        rules.get("SCHEDULED_DAY", "days_per_week"),
        rules.get("SCHEDULED_DAY", "full_time_week"),
    )
    if contract.daily is not None or days is None or full_week is None:
        return contract.daily
    own_week = mean_week(contract, rules)
    return (ticks_of(problem, full_week) if own_week is None else own_week) // days.value


def _holidays(problem: Problem, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    """The visits of the day with a minute in a public holiday of their place."""
    for stop in (stop for route in day.routes for stop in route.stops):
        department = problem.department_at(problem.visit_by_id[stop.visit_id])
        if any(is_public_holiday(one, department) for one in touched_dates(problem, stop.start, stop.end)):
            yield broken(LIMIT, worker, f"{day.day} {stop.visit_id}", "holiday", visit=stop.visit_id)


def _bands(problem: Problem, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    """The visits of the day that have time in a band in which the person does not work."""
    for text in worker.limits.no_work_bands:
        for route in day.routes:
            for stop in route.stops:
                bands = _daily_bands(problem, problem.day_of(stop.start), text)
                if any(stop.service.overlap(band) for band in bands):
                    yield broken(
                        LIMIT, worker, f"{day.day} {stop.visit_id}", "band", visit=stop.visit_id, band=text
                    )


def _daily_bands(problem: Problem, day: date, text: str) -> Iterator[Interval]:
    """Such as "22:00-06:00", of the evening before to the evening after: a visit may run past midnight."""
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


def _days_off(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """Dates of work a week, and those off in a row, of the weeks that the plan reaches into: a night takes
    both its dates."""
    most, owed, worked = (
        worker.limits.max_days_per_week,
        worker.limits.rest_days_in_row,
        worked_dates(problem, worker, days),
    )
    for monday in sorted({monday_of(day) for day in worked}):
        week = [monday + offset * DAY for offset in range(7)]
        if not reaching(days, week):
            continue
        free = [day for day in week if day not in worked]
        longest = max((len(run) for run in runs(set(free) - worker.leave_dates)), default=0)
        if most is not None and 7 - len(free) > most:
            yield broken(LIMIT, worker, week_name(monday), "days", days=7 - len(free), limit=most)
        if owed is not None and longest < owed:
            yield broken(LIMIT, worker, week_name(monday), "days_off", days=longest, limit=owed)


def _over(problem: Problem, worker: Worker, where: str, detail: str, **ticks: Ticks) -> Violation:
    return broken(
        LIMIT, worker, where, detail, **{name: minutes_of(problem, value) for name, value in ticks.items()}
    )
