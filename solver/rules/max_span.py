"""MAX_SPAN: first start to last end of a day; longer on a counted number of days a month and where the text
allows it.

Each text has its own numbers and counts the days it holds on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import LONG_SPANS, RuleSet
from brigade.timing.tour_ways import TourWays, Way, leg_of
from brigade.values.workforce import Worker
from solver.kernel.arrays import FAR, SPAN, SPAN_FRAGILE_ONLY, SPAN_LESS_COMMUTE
from solver.primitives.builder import LongerDays

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("MAX_SPAN",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        promised = worker.contract.span_limit
        if promised is not None:
            builder.day_limit(worker, SPAN, partial(_where_spans_are_limited, promised))
        for text, mixes in builder.texts_apart(worker, LONG_SPANS):
            _limit(builder, worker, text, mixes)


def _where_spans_are_limited(promised: int, rules: RuleSet) -> int | None:
    return promised if rules.get("MAX_SPAN") else None


def _limit(builder: ModelBuilder, worker: Worker, text: RuleSet, mixes: list[int]) -> None:
    normal, most = builder.minutes(text, "MAX_SPAN"), builder.minutes(text, "MAX_SPAN", "exceptional")
    if normal is None:
        return
    if most is None or most <= normal:
        builder.day_limit_of(worker, SPAN, mixes, normal)
        return
    allowed = builder.count(text, "MAX_SPAN", "exceptional_days_per_month")
    months = list(dict.fromkeys(map(_month, builder.all_dates())))
    # `Counters.long_spans` is of the first month; a month that begins inside the horizon begins at none.
    done = {months[0]: worker.counters.long_spans or 0}
    left = {month: (FAR if allowed is None else allowed) - done.get(month, 0) for month in months}
    builder.longer_days(
        worker,
        SPAN,
        mixes,
        LongerDays(normal, most, left, _terms(text), _commute(builder, worker, text)),
        _month,
    )


def _terms(text: RuleSet) -> int:
    fragile, deducted = (
        text.get("MAX_SPAN", "exceptional_fragile_only"),
        text.get("MAX_SPAN", "commute_excess_deducted"),
    )
    only_fragile = SPAN_FRAGILE_ONLY if fragile is not None and fragile.value else 0
    # Without a normal commute nothing can exceed it, and the check deducts nothing either.
    knows_normal = text.get("COMMUTE_NORMAL", "normal_minutes") is not None
    return only_fragile | (
        SPAN_LESS_COMMUTE if deducted is not None and deducted.value and knows_normal else 0
    )


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _commute(builder: ModelBuilder, worker: Worker, text: RuleSet) -> int:
    """What each home leg has beyond the text's normal commute; the number of its table."""
    minutes, metres = (text.get("COMMUTE_NORMAL", name) for name in ("normal_minutes", "normal_metres"))
    if minutes is None or not _terms(text) & SPAN_LESS_COMMUTE:
        return 0
    most = builder.horizon.ticks(minutes.value)

    def excess(ways: Sequence[Way]) -> int:
        ticks, far = leg_of(ways)
        return ticks - most if ticks > most and (metres is None or far > metres.value) else 0

    def legs(visit: int, ways: TourWays) -> tuple[int, int]:
        there = builder.problem.place_of(builder.requests[visit].visit, worker)
        return excess(ways.out(there)), excess(ways.back(there))

    return builder.commute_excess(worker, (minutes.value, metres and metres.value), legs)
