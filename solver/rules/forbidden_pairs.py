"""FORBIDDEN_PAIR: people who must not meet, or are not among those whom a meeting is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("FORBIDDEN_PAIR",)


def contribute(builder: ModelBuilder) -> None:
    for row, tour in enumerate(builder.tours):
        named = (v for v, request in enumerate(builder.requests) if not request.visit.admits(tour.worker.id))
        builder.forbid(row, named)
