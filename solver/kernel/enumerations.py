"""What Python and C number alike: each class here is an `enum` of the kernel's header, its members
`CLASS_MEMBER` there."""

from __future__ import annotations

from enum import IntEnum


class Verdict(IntEnum):
    """What stands in the way of a place; the lower, the nearer to possible."""

    LAWFUL = 0
    RULE = 1
    TIMES = 2
    TIED = 3
    ENDS = 4
    FULL = 5
    NOWHERE = 6


class Effort(IntEnum):
    """EXACT prices prove; COARSE keeps about one label per visit and ten minutes and no long waits, FINE one
    in four. MILD prices leave rest breaks out and prove less, several times as quickly."""

    EXACT = 0
    COARSE = 1
    FINE = 2
    MILD = 3

    @property
    def proves(self) -> bool:
        return self in (Effort.EXACT, Effort.MILD)


ENUMERATIONS: tuple[type[IntEnum], ...] = (Verdict, Effort)

POOL_ROWS = 20_000
"""Columns that a search remembers."""
CUT_WORDS = 2
"""Words of 64 cuts in a label of pricing."""
MOST_CUTS = 64 * CUT_WORDS
"""That a label can remember."""
