"""LEARNING: a learner's tours hold nothing that she learns; her shared visits are in no other tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("LEARNING",)


def contribute(builder: ModelBuilder) -> None:
    visits = [request.visit for request in builder.requests]
    shared = {row: one.shadowing.worker_id for row, one in enumerate(visits) if one.shadowing is not None}
    for row, tour in enumerate(builder.tours):
        builder.forbid(row, [seat for seat, learner in shared.items() if learner != tour.worker.id])
        for learning in tour.worker.learning:
            if not learning.allows_solo(tour.day):
                asked = (at for at, one in enumerate(visits) if one.teaches(learning))
                builder.forbid(row, [at for at in asked if at not in shared])
