"""Ways of a joint day: within a basin as it gave them; those between basins are nobody's, and estimated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from brigade.travel.completing import UNKNOWN, KnownLegs
from brigade.values.places import TravelMatrix, TravelMode
from solver.lending.planned_basin import PlannedBasin


def known_legs(
    days: Sequence[PlannedBasin], modes: Iterable[TravelMode], names: Sequence[str]
) -> dict[TravelMode, KnownLegs]:
    """The ways of each basin as it knows them; those between basins are nobody's."""
    row_of = {name: row for row, name in enumerate(names)}
    found = {}
    for mode in modes:
        ticks = np.full((len(names), len(names)), UNKNOWN, np.int64)
        metres = ticks.copy()
        given = [(day, day.problem.travel[mode]) for day in days if mode in day.problem.travel]
        for day, matrix in given:
            _spread(day, matrix, row_of, ticks, metres)
        found[mode] = KnownLegs(names, ticks, metres, given[0][1].source)
    return found


def _spread(
    day: PlannedBasin,
    matrix: TravelMatrix,
    row_of: Mapping[str, int],
    ticks: NDArray[np.int64],
    metres: NDArray[np.int64],
) -> None:
    theirs = [row for row, id in enumerate(matrix.site_ids) if day.named(id) in row_of]
    ours = [row_of[day.named(matrix.site_ids[row])] for row in theirs]
    ticks[np.ix_(ours, ours)] = matrix.ticks[np.ix_(theirs, theirs)]
    metres[np.ix_(ours, ours)] = matrix.metres[np.ix_(theirs, theirs)]
