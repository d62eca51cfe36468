"""SHADOWING: a shared visit begins with the visit beside it, which is covered by somebody who guides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("SHADOWING",)


def contribute(builder: ModelBuilder) -> None:
    for link in builder.problem.links:
        seat = builder.problem.visit_by_id[link.second].shadowing
        if link.of_shadowing and seat is not None:
            builder.link(link.first, link.second, timed=True)
            builder.only_with(link.second, link.first)
            builder.guided(link.second, link.first, seat.guides)
