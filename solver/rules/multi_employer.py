"""MULTI_EMPLOYER: the longest day and week bind the sum over all employers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.labour import RuleSet
from brigade.units import Ticks
from solver.arrays import DATE_WORK, TOTAL_WORK, WORK

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("MULTI_EMPLOYER",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        if worker.other_work:
            builder.day_limit(worker, WORK, lambda rules: _limit(builder, rules, "MAX_DAILY_WORK"))
            builder.day_limit(worker, DATE_WORK, lambda rules: _limit(builder, rules, "MAX_DAILY_WORK", "civil_limit"))
            for days in builder.weeks(worker):
                builder.total(worker, TOTAL_WORK, days, lambda rules: _limit(builder, rules, "MAX_WEEK_WORK"))


def _limit(builder: ModelBuilder, rules: RuleSet, rule: str, name: str = "limit") -> Ticks | None:
    joined = rules.get("MULTI_EMPLOYER", "all_employers")
    return builder.minutes(rules, rule, name) if joined is not None and joined.value else None
