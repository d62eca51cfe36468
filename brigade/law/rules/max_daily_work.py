"""MAX_DAILY_WORK: effective work that the plan gives on a day, at all its hosts together.

A day is the duty day (`limit`), or the local date from midnight to midnight where the text says so
(`civil_limit`). Beyond it up to `exceptional` on a counted number of days of the calendar year, for those
whose count is known (`Counters.long_days`): without it nobody can say that a day of the horizon's first year
is left. Other employers' hours are MULTI_EMPLOYER's.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.long_days import LongDays, TooLong
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import LONG_DATES, LONG_DAYS
from brigade.timing.duty_days import hosts_met, minutes_of, timeline, work_days
from brigade.timing.free_time import broken, history_on, limit_min, own_hours, planned_by_date, reaching
from brigade.units import Ticks
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = ("MAX_DAILY_WORK",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Rules of the employer and of the hosts of the duty day; at most one violation a day, of the first text
    broken."""
    for worker in problem.workers:
        long_days = LongDays(problem, worker)
        # In date order: the year's longer days are used up by the days that come first.
        for day in work_days(problem, plan, worker):
            rules, work = problem.rules_for(worker, day.hosts), own_hours(problem, worker, [day])
            met = long_days.judge(rules.apart(LONG_DAYS), day.day, work)
            if met is not None:
                yield _violation(problem, worker, str(day.day), work, met)
        yield from _by_date(problem, plan, worker)


def _by_date(problem: Problem, plan: Plan, worker: Worker) -> Iterator[Violation]:
    """Local dates that the plan reaches into; rules of the hosts of the duty days that do. What of the last
    day before the horizon must lie on its first date counts."""
    days, long_days = timeline(problem, plan, worker), LongDays(problem, worker, "civil_")
    work = planned_by_date(problem, days)
    reached = {one for worked in days if worked.planned for one in worked.service_dates}
    for day in sorted(reached):
        rules = problem.rules_for(worker, hosts_met(reaching(days, [day])))
        own = work.get(day, 0) + history_on(problem, worker, day)
        met = long_days.judge(rules.apart(LONG_DATES), day, own)
        if met is not None:
            yield _violation(problem, worker, str(day), own, met)


def _violation(problem: Problem, worker: Worker, where: str, work: Ticks, met: TooLong) -> Violation:
    work_min = minutes_of(problem, work)
    if met.detail == "days":
        counted = {"days": met.days, "limit": met.value.value}
        return broken(
            met.value,
            worker,
            where,
            met.detail,
            work_min=work_min,
            limit_min=limit_min(met.normal),
            **counted,
        )
    return broken(met.value, worker, where, met.detail, work_min=work_min, limit_min=limit_min(met.value))
