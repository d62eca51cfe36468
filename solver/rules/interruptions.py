"""INTERRUPTIONS: how many unpaid gaps a day has, how long each and together, and on how many days longer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import GAP_TOTALS, RuleSet
from brigade.timing.duty_days import fortnight_of
from brigade.values.workforce import Worker
from solver.kernel.arrays import FAR, GAP_TOTAL, GAPS, LONG_GAPS, LONGEST_GAP
from solver.primitives.builder import LongerDays

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder
    from solver.primitives.rule_readings import Reader

CODES = ("INTERRUPTIONS",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        known = builder.problem.rules_for(worker).get("INTERRUPTIONS", "counterpart_travel")
        if worker.contract.rebuilt_travel and known is not None and known.value:
            builder.rebuild_travel(worker)
        for measure, name in ((GAPS, "max_count"), (LONGEST_GAP, "max_length"), (LONG_GAPS, "long_count")):
            builder.day_limit(worker, measure, _reader(builder, name))
        builder.long_gaps(worker, _long_length(builder))
        for text, mixes in builder.texts_apart(worker, GAP_TOTALS):
            _total(builder, worker, text, mixes)


def _total(builder: ModelBuilder, worker: Worker, text: RuleSet, mixes: list[int]) -> None:
    """Any length on the days that are counted, where the text counts some."""
    most, allowed = (
        builder.minutes(text, CODES[0], "max_total"),
        builder.count(text, CODES[0], "long_total_days_per_fortnight"),
    )
    if most is None:
        return
    if allowed is None:
        builder.day_limit_of(worker, GAP_TOTAL, mixes, most)
        return
    anchor = builder.count(text, "WEEKLY_REST", "anchor")

    def fortnight(day: date) -> date:
        return fortnight_of(day, 1 if anchor is None else anchor)

    # The counter speaks of the fortnight that the horizon begins in; later ones begin at none.
    done = {fortnight(builder.horizon.first_day): worker.counters.long_interruptions or 0}
    left = {first: allowed - done.get(first, 0) for first in map(fortnight, builder.all_dates())}
    builder.longer_days(worker, GAP_TOTAL, mixes, LongerDays(most, FAR, left), fortnight)


def _reader(builder: ModelBuilder, name: str) -> Reader:
    def read(rules: RuleSet) -> int | None:
        value = rules.get("INTERRUPTIONS", name)
        if value is None:
            return None
        return builder.horizon.ticks(value.value) if value.unit == "min" else value.value

    return read


def _long_length(builder: ModelBuilder) -> Reader:
    return lambda rules: builder.minutes(rules, "INTERRUPTIONS", "long_length")
