"""The ways between home and every visit by the ways of a tour, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brigade.timing.tour_ways import TourWays, leg_of
from brigade.timing.traffic import percent_from, percent_to
from brigade.values.demand import Visit
from brigade.values.places import NO_WAY


@dataclass(frozen=True, slots=True)
class HomeLegs:
    """Between home and each visit, ticks and metres; shape (visits,)."""

    travel: NDArray[np.int64]
    metres: NDArray[np.int64]


def home_legs(ways: TourWays, home: str | None, visits: Sequence[Visit], *, back: bool = False) -> HomeLegs:
    """Args: home: None: no way to it counts."""
    place = home if ways.vehicle is None else ways.vehicle.site_id
    if place is None:
        return HomeLegs(np.zeros(len(visits), np.int64), np.zeros(len(visits), np.int64))
    problem, of = ways.problem, percent_from if back else percent_to
    percents = np.array([of(problem, ways.mode, visit) for visit in visits], np.int64)
    matrix = problem.ways[ways.mode]
    there = np.array([matrix.index[problem.place_of(visit, ways.worker) or place] for visit in visits], int)
    here = matrix.index[place]
    travel, metres = np.zeros(len(visits), np.int64), np.zeros(len(visits), np.int64)
    for percent in np.unique(percents):
        rows = np.flatnonzero(percents == percent)
        ends = (there[rows], here) if back else (here, there[rows])
        by = problem.ways_by(ways.mode, int(percent))
        # What no way leads to is as near as arriving takes: it forbids itself where it is taken.
        travel[rows], metres[rows] = by.ticks[ends] % NO_WAY, by.metres[ends]
    walk = (0, 0)
    if ways.vehicle is not None and home is not None:
        walk = leg_of(ways.back(None)[1:] if back else ways.out(None, home)[:1])
    return HomeLegs(travel + walk[0], metres + walk[1])
