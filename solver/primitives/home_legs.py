"""The ways between home and every visit by the ways of a tour, all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brigade.timing.tour_ways import TourWays, leg_of
from brigade.values.places import NO_WAY


@dataclass(frozen=True, slots=True)
class HomeLegs:
    """Between home and each visit, ticks and metres; shape (visits,)."""

    travel: NDArray[np.int64]
    metres: NDArray[np.int64]


def home_legs(
    ways: TourWays, home: str | None, sites: Sequence[str | None], *, back: bool = False
) -> HomeLegs:
    """Args: home: None: no way to it counts. sites: those of the visits, None: the start place of whoever
    attends."""
    place = home if ways.vehicle is None else ways.vehicle.site_id
    if place is None:
        return HomeLegs(np.zeros(len(sites), np.int64), np.zeros(len(sites), np.int64))
    matrix = ways.problem.ways[ways.mode]
    own = ways.worker.start_site or place
    here, there = matrix.index[place], [matrix.index[site or own] for site in sites]
    ends = (there, here) if back else (here, there)
    walk = (0, 0)
    if ways.vehicle is not None and home is not None:
        walk = leg_of(ways.back(None)[1:] if back else ways.out(None, home)[:1])
    # What no way leads to is as near as arriving takes: it forbids itself where it is taken.
    return HomeLegs(matrix.ticks[ends] % NO_WAY + walk[0], matrix.metres[ends] + walk[1])
