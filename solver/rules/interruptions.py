"""INTERRUPTIONS: how many unpaid gaps a day has, how long each and together, and on how many days longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from brigade.labour import RuleSet
from brigade.measures import fortnight_of
from brigade.workforce import Worker
from solver.arrays import FAR, GAP_TOTAL, GAPS, LONG_GAPS, LONGEST_GAP

if TYPE_CHECKING:
    from solver.builder import ModelBuilder, Reader

CODES = ("INTERRUPTIONS",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        known = builder.problem.rules_for(worker).get("INTERRUPTIONS", "counterpart_travel")
        if worker.contract.rebuilt_travel and known is not None and known.value:
            builder.rebuild_travel(worker)
        for measure, name in ((GAPS, "max_count"), (LONGEST_GAP, "max_length"), (LONG_GAPS, "long_count")):
            builder.day_limit(worker, measure, _reader(builder, name))
        counted = _reader(builder, "long_total_days_per_fortnight")
        builder.day_limit(worker, GAP_TOTAL, _reader(builder, "max_total"), _any_where(counted))
        builder.day_allowance(worker, GAP_TOTAL, _days_left(builder, worker, counted), _fortnight(builder, worker))
    lengths = [builder.by_mix(worker, _long_length(builder)) for worker in builder.problem.workers]
    builder.long_gap = min((min(one) for one in lengths), default=FAR)


def _any_where(counted: Reader) -> Reader:
    """Any length on the days that are counted, where the text counts some."""
    return lambda rules: FAR if counted(rules) is not None else None


def _reader(builder: ModelBuilder, name: str) -> Reader:
    def read(rules: RuleSet) -> int | None:
        value = rules.get("INTERRUPTIONS", name)
        if value is None:
            return None
        return builder.horizon.ticks(value.value) if value.unit == "min" else value.value

    return read


def _long_length(builder: ModelBuilder) -> Reader:
    return lambda rules: builder.minutes(rules, "INTERRUPTIONS", "long_length")


def _days_left(builder: ModelBuilder, worker: Worker, counted: Reader) -> dict[date, int]:
    allowed, fortnight = min(builder.by_mix(worker, counted)), _fortnight(builder, worker)
    groups = list(dict.fromkeys(fortnight(day) for day in builder.horizon.dates))
    return {group: allowed - ((worker.counters.long_interruptions or 0) if group == groups[0] else 0) for group in groups}


def _fortnight(builder: ModelBuilder, worker: Worker) -> Callable[[date], date]:
    anchor = builder.rules_everywhere(worker).get("WEEKLY_REST", "anchor")
    return lambda day: fortnight_of(day, 1 if anchor is None else anchor.value)
