"""MAX_CONSEC_DAYS: dates of work in a row, and in an ISO week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from solver.kernel.arrays import TOTAL_DATES

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("MAX_CONSEC_DAYS",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        builder.dates_in_a_row(worker, lambda rules: _count(rules, "limit"))
        # Touched, not planned: a Sunday night takes a date of the next week.
        for days in builder.weeks_touched(worker):
            builder.total(worker, TOTAL_DATES, days, lambda rules: _count(rules, "per_week"))


def _count(rules: RuleSet, name: str) -> int | None:
    value = rules.get("MAX_CONSEC_DAYS", name)
    return None if value is None else value.value
