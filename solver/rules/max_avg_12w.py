"""MAX_AVG_12W: the mean of the weeks up to each one of the horizon; the sum stays within that many times the
limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.units import Ticks

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("MAX_AVG_12W",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        builder.mean_week(
            worker, lambda rules: _sum(builder, rules), lambda rules: rules.get("MAX_AVG_12W", "weeks")
        )


def _sum(builder: ModelBuilder, rules: RuleSet) -> Ticks | None:
    return builder.minutes(rules, "MAX_AVG_12W")
