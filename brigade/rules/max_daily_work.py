"""MAX_DAILY_WORK: effective work that the plan gives on a day, at all its hosts together.

A day is the duty day (`limit`), or the local date from midnight to midnight where the text says so (`civil_limit`). Beyond it
up to `exceptional` on a counted number of days of the calendar year, for those whose count is known (`Counters.long_days`):
without it nobody can say that a day is left. Other employers' hours are MULTI_EMPLOYER's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from brigade.labour import LONG_DATES, LONG_DAYS, Key, RuleSet
from brigade.measures import hosts_met, minutes_of, ticks_of, timeline, work_days
from brigade.periods import broken, history_on, limit_min, own_hours, planned_by_date, reaching, service_dates
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.units import Ticks
from brigade.workforce import Worker

CODES = ("MAX_DAILY_WORK",)
LongDays = Counter[tuple[frozenset[tuple[Key, int]], int]]
"""Days beyond the normal limit, by the text's wording and the year."""


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Rules of the employer and of the hosts of the duty day, each text with its own numbers; a text counts the days it holds
    on. `Counters.long_days` is of the horizon's first year."""
    for worker in problem.workers:
        long_days = LongDays()
        for day in work_days(problem, plan, worker):
            rules, work = problem.rules_for(worker, day.hosts), own_hours(problem, worker, [day])
            yield from _day(problem, rules.apart(LONG_DAYS), worker, Met(day.day, work), long_days)
        yield from _by_date(problem, plan, worker)


def _by_date(problem: Problem, plan: Plan, worker: Worker) -> Iterator[Violation]:
    """Local dates that the plan reaches into; rules of the hosts of the duty days that do. What of the last day before the
    horizon must lie on its first date counts."""
    days, long_days = timeline(problem, plan, worker), LongDays()
    work = planned_by_date(problem, days)
    reached = {one for worked in days if worked.planned for one in service_dates(problem, worked)}
    for day in sorted(reached):
        rules = problem.rules_for(worker, hosts_met(reaching(problem, days, [day])))
        own = work.get(day, 0) + history_on(problem, worker, day)
        yield from _day(problem, rules.apart(LONG_DATES), worker, Met(day, own, "civil_"), long_days)


@dataclass(frozen=True, slots=True)
class Met:
    """A day and its work. `kind`: how the parameters that speak of such a day begin."""

    day: date
    work: Ticks
    kind: str = ""


def _day(problem: Problem, texts: Iterable[RuleSet], worker: Worker, met: Met, long_days: LongDays) -> Iterator[Violation]:
    """At most one violation a day, of the first text that forbids it."""
    found: list[Violation] = []
    for text in texts:
        limit = text.get("MAX_DAILY_WORK", f"{met.kind}limit")
        if limit is not None and met.work > ticks_of(problem, limit):
            key = text.wording, met.day.year
            long_days[key] += 1
            before = (worker.counters.long_days or 0) if met.day.year == problem.horizon.first_day.year else 0
            found += _long_day(problem, text, worker, met, before + long_days[key])
    yield from found[:1]


def _long_day(problem: Problem, text: RuleSet, worker: Worker, met: Met, count: int) -> Iterator[Violation]:
    """A day beyond a text's normal limit: at most one violation, the first reason that forbids it."""
    where, work_min, kind = str(met.day), minutes_of(problem, met.work), met.kind
    limit, longest = text.get("MAX_DAILY_WORK", f"{kind}limit"), text.get("MAX_DAILY_WORK", f"{kind}exceptional")
    allowed = text.get("MAX_DAILY_WORK", f"{kind}exceptional_days_per_year")
    assert limit is not None
    has_longer_days = longest is not None and longest.value > limit.value
    if longest is not None and has_longer_days and met.work > ticks_of(problem, longest):
        yield broken(longest, worker, where, "exceptional", work_min=work_min, limit_min=limit_min(longest))
    elif worker.counters.long_days is None or not has_longer_days:
        yield broken(limit, worker, where, work_min=work_min, limit_min=limit_min(limit))
    elif allowed is not None and count > allowed.value:
        usual = limit_min(limit)
        yield broken(allowed, worker, where, "days", work_min=work_min, limit_min=usual, days=count, limit=allowed.value)
