"""The records that both languages read: a structured dtype in numpy, the struct of that name in C.

Fields are signed 64-bit integers unless they say otherwise, so that a record has no padding and a table of
records is an array of structs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

Record = np.dtype[np.void]


def record(*fields: str, of: DTypeLike = np.int64) -> Record:
    """Fields of one type, in order."""
    return np.dtype([(name, of) for name in fields])


# -- what the search answers -------------------------------------------------------------------------------
PLACE = record("verdict", "tour", "position", "change", "shortfall")
"""The best place for a visit (`solver.kernel.local_search.Fit`)."""
SPOT = record("visit", "tour", "position")
"""A visit put somewhere first, before a question is asked; visit -1: none."""
FACTS = record("best", "present", "guide", "iterations", "improvements", "pooled", "covered")
"""Costs and counters of a search (`solver.kernel.local_search.Facts`)."""
POOLED = record("tour", "length", "cost")
"""A remembered column: its tour, how many visits it holds, the cost of the tour alone."""

RECORDS: dict[str, Record] = {"place": PLACE, "spot": SPOT, "facts": FACTS, "pooled": POOLED}
"""By the name of the struct."""
