"""MAX_SPAN: first start to last end of a duty day, other work of that date included, across midnight where
need be.

Up to `limit` every day; up to `exceptional` on a counted number of days a month, and where the text says so
only at fragile clients' and less what the commute has beyond the normal one. A contract may promise a shorter
span in return for interruptions (`Contract.span_limit`): then that one binds, without exceptions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import LONG_SPANS, Key, RuleSet
from brigade.timing.duty_days import WorkDay, minutes_of, ticks_of, work_days
from brigade.timing.free_time import broken, limit_min, month_name
from brigade.units import Ticks
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = ("MAX_SPAN",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()
LongSpans = Counter[tuple[frozenset[tuple[Key, int]], str]]
"""Days beyond the normal span, by the text's wording and the month."""


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Rules of the employer and of the hosts of the duty day, each text with its own numbers; a text counts
    the days it holds on. `Counters.long_spans` is of the horizon's first month."""
    for worker in problem.workers:
        long_days = LongSpans()
        for day in work_days(problem, plan, worker):
            rules = problem.rules_for(worker, day.hosts)
            if rules.get("MAX_SPAN") is not None:
                yield from _promised(problem, rules, worker, day)
                yield from _day(problem, rules.apart(LONG_SPANS), worker, day, long_days)


def _day(
    problem: Problem, texts: Iterable[RuleSet], worker: Worker, day: WorkDay, long_days: LongSpans
) -> Iterator[Violation]:
    """At most one violation a day, of the first text that forbids it."""
    month, found = month_name(day.day), list[Violation]()
    for text in texts:
        limit = text.get("MAX_SPAN")
        # Each text counts the day it calls long, whether it forbids it or not: another text may be the one
        # that does.
        if limit is not None and day.span > ticks_of(problem, limit):
            long_days[text.wording, month] += 1
            before = (
                (worker.counters.long_spans or 0) if month == month_name(problem.horizon.first_day) else 0
            )
            found += _long_day(problem, text, worker, day, before + long_days[text.wording, month])
    yield from found[:1]


def _promised(problem: Problem, rules: RuleSet, worker: Worker, day: WorkDay) -> Iterator[Violation]:
    promised, rule = worker.contract.span_limit, rules.get("MAX_SPAN", "counterpart") or rules.get("MAX_SPAN")
    if promised is not None and rule is not None and day.span > promised:
        met = {"span_min": minutes_of(problem, day.span), "limit_min": minutes_of(problem, promised)}
        yield broken(
            replace(rule, article=f"{rule.article} (contrat)"), worker, str(day.day), "contract", **met
        )


def _long_day(
    problem: Problem, rules: RuleSet, worker: Worker, day: WorkDay, count: int
) -> Iterator[Violation]:
    """A day above a text's normal limit: at most one violation, the first reason that forbids it."""
    where, span = str(day.day), minutes_of(problem, day.span)
    limit, longest = rules.get("MAX_SPAN"), rules.get("MAX_SPAN", "exceptional")
    fragile = rules.get("MAX_SPAN", "exceptional_fragile_only")
    allowed = rules.get("MAX_SPAN", "exceptional_days_per_month")
    assert limit is not None
    # No longer span, or one that an accord's normal span has overtaken: nothing to count.
    if longest is None or limit.value >= longest.value:
        yield broken(limit, worker, where, span_min=span, limit_min=limit_min(limit))
        return
    excess = commute_excess(problem, rules, worker, day)
    if day.span > ticks_of(problem, longest) - excess:
        most = minutes_of(problem, ticks_of(problem, longest) - excess)
        yield broken(longest, worker, where, "exceptional", span_min=span, limit_min=most)
    elif fragile is not None and fragile.value and not _at_fragile(problem, day):
        yield broken(fragile, worker, where, "fragile", span_min=span, limit_min=limit_min(limit))
    elif allowed is not None and count > allowed.value:
        yield broken(
            allowed,
            worker,
            where,
            "days",
            span_min=span,
            limit_min=limit_min(limit),
            days=count,
            limit=allowed.value,
        )


def commute_excess(problem: Problem, rules: RuleSet, worker: Worker, day: WorkDay) -> Ticks:
    """What the day's first and last home legs have beyond the normal commute, where the text deducts it from
    the longer span; a leg within the normal minutes or the normal metres has none."""
    deducted = rules.get("MAX_SPAN", "commute_excess_deducted")
    minutes, metres = (
        rules.get("COMMUTE_NORMAL", "normal_minutes"),
        rules.get("COMMUTE_NORMAL", "normal_metres"),
    )
    if deducted is None or not deducted.value or minutes is None:
        return 0
    first, last = day.routes[0].stops[0], day.routes[-1]
    legs = ((first.travel, first.metres), (last.travel_back, last.metres_back))
    normal = ticks_of(problem, minutes)
    return sum(
        ticks - normal for ticks, far in legs if ticks > normal and (metres is None or far > metres.value)
    )


def _at_fragile(problem: Problem, day: WorkDay) -> bool:
    return any(problem.visit_by_id[stop.visit_id].fragile for route in day.routes for stop in route.stops)
