"""MAX_DAILY_WORK: effective work of a day, at all the plan's hosts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.arrays import OWN_WORK

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("MAX_DAILY_WORK",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        builder.day_limit(worker, OWN_WORK, lambda rules: builder.minutes(rules, "MAX_DAILY_WORK"))
