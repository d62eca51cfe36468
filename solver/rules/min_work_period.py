"""MIN_WORK_PERIOD: the least that the longest continuous work of a day lasts, as the most of its opposite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.units import Ticks
from solver.kernel.arrays import NO_PERIOD

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("MIN_WORK_PERIOD",)


def contribute(builder: ModelBuilder) -> None:
    def most(rules: RuleSet) -> Ticks | None:
        least = builder.minutes(rules, CODES[0])
        # Negated because the kernel knows only "at most": longest >= least is -longest <= -least.
        return None if least is None else -least

    for worker in builder.problem.workers:
        builder.day_limit(worker, NO_PERIOD, most)
