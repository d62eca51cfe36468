"""What nobody can cover, seen before any search: no admissible worker reaches the visit even with the whole
day for it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernel.arrays import MAY
from solver.model.model import Model


def possible_pairs(model: Model) -> NDArray[np.bool_]:
    """Shape (tours, visits): admissible, and some window lies between the quickest way there and the last way
    home."""
    a, travel = model.arrays, model.shortest_travel
    found = np.zeros((len(a.tours), len(a.visits)), np.bool_)
    sites = a.visits["site"]
    owner = np.repeat(np.arange(len(a.visits)), a.visits["end_window"] - a.visits["first_window"])
    opens, shuts = a.windows["earliest"], a.windows["hard_latest"]
    for row, tour in enumerate(a.tours):
        arrival = tour["start"] + travel[tour["profile"], tour["start_site"], sites]
        latest = (
            tour["hard_end"] - a.service[tour["worker"]] - travel[tour["profile"], sites, tour["end_site"]]
        )
        fits = np.maximum(opens, arrival[owner]) <= np.minimum(shuts, latest[owner])
        found[row, owner[fits]] = True
    return found & np.asarray((a.pairs & MAY) > 0)


def coverable(model: Model) -> NDArray[np.bool_]:
    """For each visit whether some tour could hold it, and the visits it must be covered together with; shape
    (visits,)."""
    found: NDArray[np.bool_] = np.asarray(possible_pairs(model).any(axis=0))
    # Until nothing changes: of a chain, whoever is lost takes along those before it.
    while lost := [
        visit for visit in np.flatnonzero(found).tolist() if not found[model.arrays.partners_of(visit)].all()
    ]:
        found[lost] = False
    return found


def unavoidable_cost(model: Model) -> int:
    """Cost of the visits that no plan covers: the first valid bound."""
    return int(model.arrays.visits["penalty"][~coverable(model)].sum())
