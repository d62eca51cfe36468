"""WORK_BLOCKS: all seats at one time; those beyond the needed ones only beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("WORK_BLOCKS",)


def contribute(builder: ModelBuilder) -> None:
    for link in builder.problem.links:
        if link.of_block:
            builder.link(link.first, link.second, timed=True)
            # The needed ones are held together by ASSIGNMENT, as any visits are.
            if not link.together:
                builder.only_with(link.second, link.first)
