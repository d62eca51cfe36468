"""MAX_SPAN: first start to last end of a day; longer on a counted number of days a month and where the text
allows it.

Each text has its own numbers and counts the days it holds on.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from brigade.texts.rule_sets import LONG_SPANS, RuleSet
from brigade.timing.tour_ways import TourWays
from brigade.values.workforce import Worker
from solver.kernel.arrays import FAR, SPAN, SPAN_FRAGILE_ONLY, SPAN_LESS_COMMUTE
from solver.primitives.builder import LongerDays
from solver.primitives.home_legs import HomeLegs, home_legs

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

    visits = [request.visit for request in builder.requests]

    def excess(legs: HomeLegs) -> NDArray[np.int64]:
        beyond = legs.travel > most
        if metres is not None:
            beyond &= legs.metres > metres.value
        return np.where(beyond, legs.travel - most, 0)

    def legs(ways: TourWays) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return (
            excess(home_legs(ways, worker.start_site, visits)),
            excess(home_legs(ways, worker.end_site, visits, back=True)),
        )

    return builder.commute_excess(worker, (minutes.value, metres and metres.value), legs)
