"""ADDITIONAL_HOURS: how far a part-time week goes beyond the contract, below a full-time one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.labour import RuleSet
from brigade.units import Ticks
from solver.arrays import TOTAL_OWN_WORK

if TYPE_CHECKING:
    from solver.builder import ModelBuilder, Reader

CODES = ("ADDITIONAL_HOURS",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        if worker.contract.weekly is not None and not worker.contract.full_time:
            for days in builder.weeks(worker):
                builder.total(worker, TOTAL_OWN_WORK, days, _most(builder, worker.contract.weekly))


def _most(builder: ModelBuilder, weekly: Ticks) -> Reader:
    def read(rules: RuleSet) -> Ticks | None:
        share = rules.get("ADDITIONAL_HOURS", "percent_of_contract")
        below = builder.minutes(rules, "ADDITIONAL_HOURS", "part_time_week_below")
        limits = [] if share is None else [weekly * (100 + share.value) // 100]
        limits += [] if below is None else [below - 1]  # strictly below: one tick less
        return min(limits, default=None)

    return read
