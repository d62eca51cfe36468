"""AVAILABILITY: nothing over work promised elsewhere; tours keep to their availability by construction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("AVAILABILITY",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        for taken in worker.other_work:
            builder.block(worker, taken)
