"""What nobody can cover, seen before any search: no admissible worker reaches the visit even with the whole
day for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernel.arrays import (
    MAY,
    T_HARD,
    T_IN,
    T_OUT,
    T_PROFILE,
    T_START,
    V_DUR,
    V_PEN,
    V_SITE,
    V_WIN0,
    V_WIN1,
)
from solver.model.model import Model


def possible_pairs(model: Model) -> NDArray[np.bool_]:
    """Shape (tours, visits): admissible, and some window lies between the quickest way there and the last way
    home."""
    a, travel = model.arrays, model.shortest_travel
    found = np.zeros((len(a.tours), len(a.visits)), np.bool_)
    sites, durations = a.visits[:, V_SITE], a.visits[:, V_DUR]
    owner = np.repeat(np.arange(len(a.visits)), a.visits[:, V_WIN1] - a.visits[:, V_WIN0])
    opens, shuts = a.windows[:, 0], a.windows[:, 2]
    for row, tour in enumerate(a.tours):
        arrival = tour[T_START] + travel[tour[T_PROFILE], tour[T_OUT], sites]
        latest = tour[T_HARD] - durations - travel[tour[T_PROFILE], sites, tour[T_IN]]
        fits = np.maximum(opens, arrival[owner]) <= np.minimum(shuts, latest[owner])
        found[row, owner[fits]] = True
    return found & np.asarray((a.pairs & MAY) > 0)


def coverable(model: Model) -> NDArray[np.bool_]:
    """For each visit whether some tour could hold it, and the visits it must be covered together with; shape
    (visits,)."""
    a = model.arrays
    found: NDArray[np.bool_] = np.asarray(possible_pairs(model).any(axis=0))
    for visit in range(len(a.visits)):
        if not found[a.partners_of(visit)].all():
            found[visit] = False
    return found


def unavoidable_cost(model: Model) -> int:
    """Cost of the visits that no plan covers: the first valid bound."""
    return int(model.arrays.visits[~coverable(model), V_PEN].sum())
