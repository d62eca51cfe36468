"""MULTI_EMPLOYER: nobody works beyond the longest day and week, all employers together: hours are a person's.

Judged for who has hours elsewhere; the plan's own hours alone are MAX_DAILY_WORK's and MAX_WEEK_WORK's, whose
limits apply here to the sum. Each text has its own numbers: the longer days that one allows are those on
which the sum is longer, and they count in that text; another text's shorter day holds beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from brigade.law.long_days import LongDays, TooLong
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import LONG_DATES, LONG_DAYS, RuleValue
from brigade.timing.duty_days import WorkDay, by_week, hosts_met, minutes_of, ticks_of, timeline
from brigade.timing.free_time import (
    broken,
    history_on,
    limit_min,
    other_hours,
    other_on,
    planned_by_date,
    reaching,
    week_name,
)
from brigade.units import Ticks
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = ("MULTI_EMPLOYER",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for worker in problem.workers:
        # Without hours elsewhere the sum is the plan's own, which two other rules judge: no breach under two
        # names.
        if not worker.other_work:
            continue
        days = timeline(problem, plan, worker)
        yield from _days(problem, worker, days)
        yield from _dates(problem, worker, days)
        for monday, week in by_week(days).items():
            yield from _week(problem, worker, week_name(monday), week)


def _days(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """A day without an hour elsewhere is this rule's only where hours elsewhere have used up the year's
    longer days: what the plan's own hours break, MAX_DAILY_WORK says."""
    long_days, own = LongDays(problem, worker), LongDays(problem, worker)
    for day in (day for day in days if day.planned):
        rules, elsewhere = problem.rules_for(worker, day.hosts), other_hours(problem, worker, [day])
        rule, texts = rules.get("MULTI_EMPLOYER", "all_employers"), rules.apart(LONG_DAYS)
        alone = own.judge(texts, day.day, day.work - elsewhere)
        if rule is not None and rule.value:
            met = long_days.judge(texts, day.day, day.work)
            if met is not None and (elsewhere or alone is None):
                yield _too_long(problem, worker, str(day.day), (day.work, elsewhere), rule, met)


def _dates(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """Local dates, under texts that measure the day from midnight to midnight."""
    work = planned_by_date(problem, days)
    long_days, own_days = LongDays(problem, worker, "civil_"), LongDays(problem, worker, "civil_")
    for date in sorted({date for day in days if day.planned for date in day.service_dates}):
        rules = problem.rules_for(worker, hosts_met(reaching(days, [date])))
        rule, texts = rules.get("MULTI_EMPLOYER", "all_employers"), rules.apart(LONG_DATES)
        own, elsewhere = (
            work.get(date, 0) + history_on(problem, worker, date),
            other_on(problem, worker, date),
        )
        alone = own_days.judge(texts, date, own)
        if rule is not None and rule.value:
            met = long_days.judge(texts, date, own + elsewhere)
            if met is not None and (elsewhere or alone is None):
                yield _too_long(problem, worker, str(date), (own + elsewhere, elsewhere), rule, met)


def _too_long(
    problem: Problem, worker: Worker, where: str, hours: tuple[Ticks, Ticks], rule: RuleValue, met: TooLong
) -> Violation:
    """Args: hours: of the day in all, and of them for other employers."""
    total, elsewhere = hours
    # Both articles: the one says that hours add up, the other how many there may be.
    both = replace(rule, article=f"{rule.article} ; {met.value.article}")
    told: dict[str, int | float] = {
        "work_min": minutes_of(problem, total),
        "other_min": minutes_of(problem, elsewhere),
    }
    if met.detail == "days":
        counted = {"days": met.days, "limit": met.value.value}
        return broken(both, worker, where, "days", **told, limit_min=limit_min(met.normal), **counted)
    return broken(both, worker, where, "day", **told, limit_min=limit_min(met.value))


def _week(problem: Problem, worker: Worker, where: str, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    rules = problem.rules_for(worker, hosts_met(days))
    rule, limit = rules.get("MULTI_EMPLOYER", "all_employers"), rules.get("MAX_WEEK_WORK")
    elsewhere = other_hours(problem, worker, days)
    if (
        rule is None
        or not rule.value
        or limit is None
        or not elsewhere
        or not any(day.planned for day in days)
    ):
        return
    work = sum(day.work for day in days)
    if work > ticks_of(problem, limit):
        both = replace(rule, article=f"{rule.article} ; {limit.article}")
        met = {"work_min": minutes_of(problem, work), "other_min": minutes_of(problem, elsewhere)}
        yield broken(both, worker, where, "week", limit_min=limit_min(limit), **met)
