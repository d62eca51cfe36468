"""LINK: two carers at one time, gaps, the same or different workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.values.demand import LinkKind
from solver.kernel.arrays import DIFFERENT, FAR, SAME

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("LINK",)


def contribute(builder: ModelBuilder) -> None:
    for link in builder.problem.links:
        # What ties seats is held by rules of their own.
        if link.rule != "LINK":
            continue
        high = FAR if link.max_gap is None else link.max_gap
        if link.kind is LinkKind.SAME_START:
            builder.link(link.first, link.second, timed=True)
        elif link.kind is LinkKind.GAP:
            builder.link(link.first, link.second, low=link.min_gap, high=high, timed=True)
        # TOGETHER has no times and nobody to compare: ASSIGNMENT holds it, with LINK switched off as well.
        elif link.kind is not LinkKind.TOGETHER:
            who = SAME if link.kind is LinkKind.SAME_WORKER else DIFFERENT
            builder.link(link.first, link.second, workers=who)
