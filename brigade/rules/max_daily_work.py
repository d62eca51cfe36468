"""MAX_DAILY_WORK: effective work that the plan gives on a day, at all its hosts together.

A day is the duty day (`limit`), or the local date from midnight to midnight where the text says so (`civil_limit`). Beyond it
up to `exceptional` on a counted number of days of the calendar year, for those whose count is known (`Counters.long_days`):
without it nobody can say that a day is left. Other employers' hours are MULTI_EMPLOYER's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from brigade.labour import RuleSet
from brigade.measures import hosts_met, minutes_of, ticks_of, timeline, work_days
from brigade.periods import broken, history_on, limit_min, own_hours, planned_by_date, reaching, service_dates
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.units import Ticks
from brigade.workforce import Worker

CODES = ("MAX_DAILY_WORK",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Rules of the employer and of the hosts of the duty day. `Counters.long_days` is of the horizon's first year."""
    for worker in problem.workers:
        long_days = Counter({problem.horizon.first_day.year: worker.counters.long_days or 0})
        for day in work_days(problem, plan, worker):
            rules, work = problem.rules_for(worker, day.hosts), own_hours(problem, worker, [day])
            limit = rules.get("MAX_DAILY_WORK")
            if limit is not None and work > ticks_of(problem, limit):
                long_days[day.day.year] += 1
                yield from _long_day(problem, rules, worker, day.day, work, long_days[day.day.year])
        yield from _by_date(problem, plan, worker)


def _by_date(problem: Problem, plan: Plan, worker: Worker) -> Iterator[Violation]:
    """Local dates that the plan reaches into; rules of the hosts of the duty days that do. What of the last day before the
    horizon must lie on its first date counts."""
    days = timeline(problem, plan, worker)
    long_days = Counter({problem.horizon.first_day.year: worker.counters.long_days or 0})
    work = planned_by_date(problem, days)
    reached = {one for worked in days if worked.planned for one in service_dates(problem, worked)}
    for day in sorted(reached):
        rules = problem.rules_for(worker, hosts_met(reaching(problem, days, [day])))
        limit, own = rules.get("MAX_DAILY_WORK", "civil_limit"), work.get(day, 0) + history_on(problem, worker, day)
        if limit is not None and own > ticks_of(problem, limit):
            long_days[day.year] += 1
            yield from _long_day(problem, rules, worker, day, own, long_days[day.year], "civil_")


def _long_day(
    problem: Problem, rules: RuleSet, worker: Worker, day: date, work: Ticks, count: int, kind: str = ""
) -> Iterator[Violation]:
    """A day beyond the normal limit: at most one violation, the first reason that forbids it."""
    where, met = str(day), minutes_of(problem, work)
    limit, longest = rules.get("MAX_DAILY_WORK", f"{kind}limit"), rules.get("MAX_DAILY_WORK", f"{kind}exceptional")
    allowed = rules.get("MAX_DAILY_WORK", f"{kind}exceptional_days_per_year")
    assert limit is not None
    has_longer_days = longest is not None and longest.value > limit.value
    if longest is not None and has_longer_days and work > ticks_of(problem, longest):
        yield broken(longest, worker, where, "exceptional", work_min=met, limit_min=limit_min(longest))
    elif worker.counters.long_days is None or not has_longer_days:
        yield broken(limit, worker, where, work_min=met, limit_min=limit_min(limit))
    elif allowed is not None and count > allowed.value:
        usual = limit_min(limit)
        yield broken(allowed, worker, where, "days", work_min=met, limit_min=usual, days=count, limit=allowed.value)
