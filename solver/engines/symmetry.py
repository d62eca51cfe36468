"""Tours alike: what the whole day in CP-SAT (engines/whole_day.py) need not tell apart, and the roads that
each may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.kernel.arrays import (
    DIFFERENT,
    L_HIGH,
    L_LOW,
    L_TIMED,
    L_WORKER,
    MAY,
    MAY_FIRST,
    MAY_LAST,
    T_END,
    T_HARD,
    T_IN,
    T_OUT,
    T_PROFILE,
    T_START,
    T_WORKER,
    V_DUR,
    V_OPEN,
    V_PEN,
    V_SHUT,
    V_SITE,
    W_BLOCK0,
    W_BLOCK1,
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
        if not apart and _tours_of(arrays, int(row[T_WORKER])) == 1:
            same = [T_PROFILE, T_START, T_END, T_HARD, T_OUT, T_IN]
            blocks = arrays.blocks[slice(*arrays.workers[row[T_WORKER], [W_BLOCK0, W_BLOCK1]])]
            key = tuple(
                part.tobytes() for part in (row[same], arrays.pairs[tour], arrays.pair_cost[tour], blocks)
            )
        found.setdefault(key, []).append(tour)
    room = MOST_ARCS if is_tied(arrays) else MOST_ARCS_UNTIED
    if not len(arrays.visits) or float(arrays.visits[:, V_PEN].sum(dtype=float)) > MOST_COST:
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
    return bool(len(arrays.links)) and bool((arrays.links[:, L_TIMED] == 1).any())


def _tours_of(arrays: Arrays, worker: int) -> int:
    return int((arrays.tours[:, T_WORKER] == worker).sum())


def _tells_persons_apart(arrays: Arrays) -> bool:
    """Two visits that start together have two workers anyway, as every visit takes time."""
    links = arrays.links
    if not len(links):
        return False
    together = (
        (links[:, L_TIMED] == 1)
        & (links[:, L_LOW] == 0)
        & (links[:, L_HIGH] == 0)
        & (links[:, L_WORKER] == DIFFERENT)
    )
    return bool(((links[:, L_WORKER] != 0) & ~together).any())


def _class(arrays: Arrays, tours: Sequence[int]) -> TourClass:
    """The class's visits, and the roads between them that windows and hours allow."""
    row, flags = arrays.tours[tours[0]], arrays.pairs[tours[0]]
    travel = arrays.travel[row[T_PROFILE]].astype(np.int64)
    kept = np.flatnonzero((flags & MAY) > 0)
    rows = arrays.visits[kept]
    site, opens, shut = rows[:, V_SITE], np.maximum(rows[:, V_OPEN], row[T_START]), rows[:, V_SHUT]
    ready = opens + rows[:, V_DUR]
    firsts = ((flags[kept] & MAY_FIRST) > 0) & (row[T_START] + travel[row[T_OUT], site] <= shut)
    lasts = ((flags[kept] & MAY_LAST) > 0) & (ready + travel[site, row[T_IN]] <= row[T_HARD])
    fits = ready[:, None] + travel[np.ix_(site, site)] <= shut[None, :]
    np.fill_diagonal(fits, val=False)
    visits = kept.tolist()
    arcs = [(-1, visit) for visit, may in zip(visits, firsts.tolist(), strict=True) if may]
    arcs += [(visit, -1) for visit, may in zip(visits, lasts.tolist(), strict=True) if may]
    arcs += [(visits[one], visits[other]) for one, other in np.argwhere(fits).tolist()]
    return TourClass(tuple(tours), tuple(visits), tuple(arcs))
