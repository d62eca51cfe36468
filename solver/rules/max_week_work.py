"""MAX_WEEK_WORK: effective work of an ISO week, the days before the horizon included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.kernel.arrays import TOTAL_OWN_WORK

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("MAX_WEEK_WORK",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        for days in builder.weeks(worker):
            builder.total(worker, TOTAL_OWN_WORK, days, lambda rules: builder.minutes(rules, "MAX_WEEK_WORK"))
