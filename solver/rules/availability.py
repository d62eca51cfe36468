"""AVAILABILITY: nothing over work promised elsewhere; tours keep to their availability by construction."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("AVAILABILITY",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        for taken in worker.other_work:
            # Blocked rather than cut out of the availability: a visit before and one after may still share a
            # tour.
            builder.block(worker, taken)
