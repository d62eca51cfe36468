"""MULTI_EMPLOYER: nobody works beyond the longest day and week, all employers together: hours are a person's.

Judged where other employers' hours meet the plan's; the plan's own hours alone are MAX_DAILY_WORK's and MAX_WEEK_WORK's,
whose limits apply here to the sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from brigade.measures import WorkDay, by_week, hosts_met, minutes_of, ticks_of, timeline
from brigade.periods import (
    broken,
    history_on,
    limit_min,
    other_hours,
    other_on,
    planned_by_date,
    reaching,
    service_dates,
    week_name,
)
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.workforce import Worker

CODES = ("MULTI_EMPLOYER",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for worker in problem.workers:
        if not worker.other_work:
            continue
        days = timeline(problem, plan, worker)
        for day in days:
            yield from _judge(problem, worker, "day", str(day.day), (day,))
        yield from _dates(problem, worker, days)
        for monday, week in by_week(days).items():
            yield from _judge(problem, worker, "week", week_name(monday), week)


def _dates(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """Local dates, under texts that measure the day from midnight to midnight."""
    work = planned_by_date(problem, days)
    for date in sorted({date for day in days if day.planned for date in service_dates(problem, day)}):
        rules = problem.rules_for(worker, hosts_met(reaching(problem, days, [date])))
        rule, limit = rules.get("MULTI_EMPLOYER", "all_employers"), rules.get("MAX_DAILY_WORK", "civil_limit")
        elsewhere = other_on(problem, worker, date)
        total = work.get(date, 0) + history_on(problem, worker, date) + elsewhere
        if rule is not None and rule.value and limit is not None and elsewhere and total > ticks_of(problem, limit):
            both = replace(rule, article=f"{rule.article} ; {limit.article}")
            met = {"work_min": minutes_of(problem, total), "other_min": minutes_of(problem, elsewhere)}
            yield broken(both, worker, str(date), "day", limit_min=limit_min(limit), **met)


def _judge(problem: Problem, worker: Worker, span: str, where: str, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    rules = problem.rules_for(worker, hosts_met(days))
    rule = rules.get("MULTI_EMPLOYER", "all_employers")
    limit = rules.get("MAX_DAILY_WORK" if span == "day" else "MAX_WEEK_WORK")
    elsewhere = other_hours(problem, worker, days)
    if rule is None or not rule.value or limit is None or not elsewhere or not any(day.planned for day in days):
        return
    work = sum(day.work for day in days)
    if work > ticks_of(problem, limit):
        both = replace(rule, article=f"{rule.article} ; {limit.article}")
        met = {"work_min": minutes_of(problem, work), "other_min": minutes_of(problem, elsewhere)}
        yield broken(both, worker, where, span, limit_min=limit_min(limit), **met)
