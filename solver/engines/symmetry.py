"""Tours alike: what the whole day in CP-SAT (engines/whole_day.py) need not tell apart, and the roads that
each may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.kernel.arrays import (
    DIFFERENT,
    MAY,
    MAY_FIRST,
    MAY_LAST,
    Arrays,
)

MOST_ARCS = 30_000
"""Arcs of all classes beyond which the model is not worth building: CP-SAT then finds next to nothing in
minutes."""
MOST_ARCS_UNTIED = 4000
"""The same where no link ties starts: column generation knows those problems better."""
MOST_COST = 1 << 53
"""Largest sum of prices that CP-SAT handles without losing digits in its linear relaxation."""


@dataclass(frozen=True, slots=True)
class TourClass:
    """Tours alike: rows of the arrays. `visits`: rows that they may hold; `arcs`: pairs of them, -1 the
    depot."""

    tours: tuple[int, ...]
    visits: tuple[int, ...]
    arcs: tuple[tuple[int, int], ...]


def classes_of(arrays: Arrays) -> list[TourClass] | None:
    """Tours alike in what this model knows, one each where links speak of persons that their starts do not
    tell apart; None when there is nothing to model or more than is worth it."""
    found: dict[object, list[int]] = {}
    apart = _tells_persons_apart(arrays)
    for tour, row in enumerate(arrays.tours):
        key: object = tour
        if not apart and _tours_of(arrays, int(row["worker"])) == 1:
            same = ["profile", "start", "end", "hard_end", "start_site", "end_site"]
            worker = row["worker"]
            tables = (
                arrays.pairs[tour],
                arrays.pair_cost[tour],
                arrays.service[worker],
                arrays.counted[worker],
                arrays.blocks_of(worker),
            )
            key = (*(int(row[name]) for name in same), *(table.tobytes() for table in tables))
        found.setdefault(key, []).append(tour)
    room = MOST_ARCS if is_tied(arrays) else MOST_ARCS_UNTIED
    # What this model does not know: one vehicle in several tours.
    if (
        len(arrays.vehicles)
        or not len(arrays.visits)
        or float(arrays.visits["penalty"].sum(dtype=float)) > MOST_COST
    ):
        return None
    classes = []
    for tours in found.values():
        classes.append(_class(arrays, tours))
        room -= len(classes[-1].arcs)
        if room < 0:
            return None
    return classes


def is_tied(arrays: Arrays) -> bool:
    """Whether links tie starts of visits."""
    return bool(len(arrays.links)) and bool((arrays.links["timed"] == 1).any())


def _tours_of(arrays: Arrays, worker: int) -> int:
    return int((arrays.tours["worker"] == worker).sum())


def _tells_persons_apart(arrays: Arrays) -> bool:
    """Two visits that start together have two workers anyway, as every visit takes time."""
    links = arrays.links
    if not len(links):
        return False
    together = (
        (links["timed"] == 1) & (links["low"] == 0) & (links["high"] == 0) & (links["worker"] == DIFFERENT)
    )
    return bool(((links["worker"] != 0) & ~together).any())


def _class(arrays: Arrays, tours: Sequence[int]) -> TourClass:
    """The class's visits, and the roads between them that windows and hours allow."""
    row, flags = arrays.tours[tours[0]], arrays.pairs[tours[0]]
    travel = arrays.travel[row["profile"]].astype(np.int64)
    kept = np.flatnonzero((flags & MAY) > 0)
    rows = arrays.visits[kept]
    site, opens, shut = rows["site"], np.maximum(rows["opens"], row["start"]), rows["shuts"]
    ready = opens + arrays.service[row["worker"], kept]
    firsts = ((flags[kept] & MAY_FIRST) > 0) & (row["start"] + travel[row["start_site"], site] <= shut)
    lasts = ((flags[kept] & MAY_LAST) > 0) & (ready + travel[site, row["end_site"]] <= row["hard_end"])
    fits = ready[:, None] + travel[np.ix_(site, site)] <= shut[None, :]
    np.fill_diagonal(fits, val=False)
    visits = kept.tolist()
    arcs = [(-1, visit) for visit, may in zip(visits, firsts.tolist(), strict=True) if may]
    arcs += [(visit, -1) for visit, may in zip(visits, lasts.tolist(), strict=True) if may]
    arcs += [(visits[one], visits[other]) for one, other in np.argwhere(fits).tolist()]
    return TourClass(tuple(tours), tuple(visits), tuple(arcs))
