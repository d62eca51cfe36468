"""MAX_SPAN: first start to last end of a day; longer on a counted number of days a month and where the text allows it.

Each text has its own numbers and counts the days it holds on.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from brigade.labour import LONG_SPANS, RuleSet
from brigade.workforce import Worker
from solver.arrays import FAR, SPAN, SPAN_FRAGILE_ONLY, SPAN_LESS_COMMUTE
from solver.builder import Longer

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("MAX_SPAN",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        promised = worker.contract.span_limit
        if promised is not None:
            builder.day_limit(worker, SPAN, lambda rules, most=promised: most if rules.get("MAX_SPAN") else None)  # type: ignore[misc]
        for text, mixes in builder.texts_apart(worker, LONG_SPANS):
            _limit(builder, worker, text, mixes)
    for row in range(len(builder.tours)):
        _commute(builder, row)


def _limit(builder: ModelBuilder, worker: Worker, text: RuleSet, mixes: list[int]) -> None:
    normal, most = builder.minutes(text, "MAX_SPAN"), builder.minutes(text, "MAX_SPAN", "exceptional")
    if normal is None:
        return
    if most is None or most <= normal:
        builder.day_limit_of(worker, SPAN, mixes, normal)
        return
    allowed = builder.count(text, "MAX_SPAN", "exceptional_days_per_month")
    months = list(dict.fromkeys(map(_month, builder.all_dates())))
    done = {months[0]: worker.counters.long_spans or 0}
    left = {month: (FAR if allowed is None else allowed) - done.get(month, 0) for month in months}
    builder.longer_days(worker, SPAN, mixes, Longer(normal, most, left, _terms(text)), _month)


def _terms(rules: RuleSet) -> int:
    fragile, deducted = rules.get("MAX_SPAN", "exceptional_fragile_only"), rules.get("MAX_SPAN", "commute_excess_deducted")
    only_fragile = SPAN_FRAGILE_ONLY if fragile is not None and fragile.value else 0
    return only_fragile | (SPAN_LESS_COMMUTE if deducted is not None and deducted.value else 0)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _commute(builder: ModelBuilder, row: int) -> None:
    """What each home leg has beyond the normal commute, by the strictest of all hosts' texts."""
    worker, problem = builder.tours[row].worker, builder.problem
    rules = builder.rules_everywhere(worker)
    minutes, metres = builder.minutes(rules, "COMMUTE_NORMAL", "normal_minutes"), rules.get("COMMUTE_NORMAL", "normal_metres")
    if minutes is None or not _terms(rules) & SPAN_LESS_COMMUTE:
        return

    def excess(origin: str | None, destination: str | None) -> int:
        if origin is None or destination is None:
            return 0
        ticks, far = problem.travel[worker.mode].between(origin, destination)
        return ticks - minutes if ticks > minutes and (metres is None or far > metres.value) else 0

    for visit, request in enumerate(builder.requests):
        there = problem.site_of(request.visit).id
        builder.commute_excess(row, visit, excess(worker.start_site, there), excess(there, worker.end_site))
