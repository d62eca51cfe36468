"""INTERRUPTIONS: how many unpaid gaps a duty day may have, how long each and together, and on how many days longer.

A total above `max_total` is allowed on `long_total_days_per_fortnight` days; `Counters.long_interruptions` are those already
used in the fortnight the horizon starts in. `long_count` gaps may be longer than `long_length`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from brigade.labour import RuleSet
from brigade.measures import WorkDay, fortnight_of, minutes_of, ticks_of, work_days
from brigade.periods import broken, limit_min
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.workforce import Worker

CODES = ("INTERRUPTIONS",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Rules of the employer and of the hosts of the duty day."""
    for worker in problem.workers:
        long_days: Counter[date] = Counter()
        long_days[_fortnight(problem.rules_for(worker), problem.horizon.first_day)] = worker.counters.long_interruptions or 0
        for day in work_days(problem, plan, worker):
            rules = problem.rules_for(worker, day.hosts)
            yield from _lengths(problem, rules, worker, day)
            yield from _total(problem, rules, worker, day, long_days)


def _lengths(problem: Problem, rules: RuleSet, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    most, longest = rules.get("INTERRUPTIONS", "max_count"), rules.get("INTERRUPTIONS", "max_length")
    long_count, long_length = rules.get("INTERRUPTIONS", "long_count"), rules.get("INTERRUPTIONS", "long_length")
    where = str(day.day)
    if most is not None and len(day.interruptions) > most.value:
        yield broken(most, worker, where, "count", count=len(day.interruptions), limit=most.value)
    met = max(day.interruptions, default=0)
    if longest is not None and met > ticks_of(problem, longest):
        yield broken(longest, worker, where, "length", gap_min=minutes_of(problem, met), limit_min=limit_min(longest))
    if long_count is not None and long_length is not None:
        long = sum(gap > ticks_of(problem, long_length) for gap in day.interruptions)
        if long > long_count.value:
            length = limit_min(long_length)
            yield broken(long_count, worker, where, "long", count=long, limit=long_count.value, length_min=length)


def _total(problem: Problem, rules: RuleSet, worker: Worker, day: WorkDay, long_days: Counter[date]) -> Iterator[Violation]:
    limit, allowed = (
        rules.get("INTERRUPTIONS", "max_total"),
        rules.get("INTERRUPTIONS", "long_total_days_per_fortnight"),
    )
    total = sum(day.interruptions)
    if limit is None or total <= ticks_of(problem, limit):
        return
    met = {"total_min": minutes_of(problem, total), "limit_min": limit_min(limit)}
    fortnight = _fortnight(rules, day.day)
    long_days[fortnight] += 1
    if allowed is None:
        yield broken(limit, worker, str(day.day), "total", **met)
    elif long_days[fortnight] > allowed.value:
        yield broken(allowed, worker, str(day.day), "days", days=long_days[fortnight], limit=allowed.value, **met)


def _fortnight(rules: RuleSet, day: date) -> date:
    anchor = rules.get("WEEKLY_REST", "anchor")
    return fortnight_of(day) if anchor is None else fortnight_of(day, anchor.value)
