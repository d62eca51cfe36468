"""INTERRUPTIONS: how many unpaid gaps a duty day may have, how long each and together, and on how many days
longer.

A total above `max_total` is allowed on `long_total_days_per_fortnight` days; `Counters.long_interruptions`
are those already used in the fortnight the horizon starts in. `long_count` gaps may be longer than
`long_length`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import GAP_TOTALS, LONG_GAPS, Key, RuleSet
from brigade.timing.duty_days import WorkDay, fortnight_of, minutes_of, ticks_of, work_days
from brigade.timing.free_time import broken, limit_min
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = ("INTERRUPTIONS",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()
LongTotals = Counter[tuple[frozenset[tuple[Key, int]], date]]
"""Days whose interruptions last longer together than the normal total, by the text's wording and the
fortnight."""


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Rules of the employer and of the hosts of the duty day, each text with its own numbers; a text counts
    the days it holds on."""
    for worker in problem.workers:
        long_days = LongTotals()
        for day in work_days(problem, plan, worker):
            rules = problem.rules_for(worker, day.hosts)
            yield from _lengths(problem, rules, worker, day)
            for text in rules.apart(LONG_GAPS):
                yield from _long(problem, text, worker, day)
            # Every text is asked even after one is broken, as each counts its long days; one breach a day is
            # told.
            yield from [
                one
                for text in rules.apart(GAP_TOTALS)
                for one in _total(problem, text, worker, day, long_days)
            ][:1]


def _lengths(problem: Problem, rules: RuleSet, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    most, longest = rules.get("INTERRUPTIONS", "max_count"), rules.get("INTERRUPTIONS", "max_length")
    where = str(day.day)
    if most is not None and len(day.interruptions) > most.value:
        yield broken(most, worker, where, "count", count=len(day.interruptions), limit=most.value)
    met = max(day.interruptions, default=0)
    if longest is not None and met > ticks_of(problem, longest):
        yield broken(
            longest, worker, where, "length", gap_min=minutes_of(problem, met), limit_min=limit_min(longest)
        )


def _long(problem: Problem, text: RuleSet, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    most, length = text.get("INTERRUPTIONS", "long_count"), text.get("INTERRUPTIONS", "long_length")
    if most is None or length is None:
        return
    long = sum(gap > ticks_of(problem, length) for gap in day.interruptions)
    if long > most.value:
        yield broken(
            most, worker, str(day.day), "long", count=long, limit=most.value, length_min=limit_min(length)
        )


def _total(
    problem: Problem, text: RuleSet, worker: Worker, day: WorkDay, long_days: LongTotals
) -> Iterator[Violation]:
    limit, allowed = (
        text.get("INTERRUPTIONS", "max_total"),
        text.get("INTERRUPTIONS", "long_total_days_per_fortnight"),
    )
    total = sum(day.interruptions)
    if limit is None or total <= ticks_of(problem, limit):
        return
    met = {"total_min": minutes_of(problem, total), "limit_min": limit_min(limit)}
    fortnight = _fortnight(text, day.day)
    long_days[text.wording, fortnight] += 1
    is_first = fortnight == _fortnight(text, problem.horizon.first_day)
    count = long_days[text.wording, fortnight] + (
        (worker.counters.long_interruptions or 0) if is_first else 0
    )
    if allowed is None:
        yield broken(limit, worker, str(day.day), "total", **met)
    elif count > allowed.value:
        yield broken(allowed, worker, str(day.day), "days", days=count, limit=allowed.value, **met)


def _fortnight(rules: RuleSet, day: date) -> date:
    anchor = rules.get("WEEKLY_REST", "anchor")
    return fortnight_of(day) if anchor is None else fortnight_of(day, anchor.value)
