"""NIGHT_PRESENCE: so many nights of which a part counts, in any so many days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from solver.kernel.arrays import TOTAL_PRESENCES

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("NIGHT_PRESENCE",)
RULE = CODES[0]


def contribute(builder: ModelBuilder) -> None:
    if not any(request.visit.counted_percent for request in builder.requests):
        return
    for worker in builder.problem.workers:
        window = builder.count(builder.problem.rules_for(worker), RULE, "in_days")
        for first in builder.horizon.dates if window is not None else ():
            days = [first + timedelta(days=n) for n in range(window or 0)]
            builder.total(worker, TOTAL_PRESENCES, days, lambda rules: _most(builder, rules))


def _most(builder: ModelBuilder, rules: RuleSet) -> int | None:
    return builder.count(rules, RULE, "max_nights")
