"""The places between which arrays know ways: each site; and where traffic is told, the place of visits once
more for each traffic met on the way to it and on the way from it.

So that what a leg takes stays a matter of two rows, whatever the hour.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from brigade.timing.traffic import percent_from, percent_to
from brigade.values.demand import Visit
from brigade.values.places import TravelMode
from brigade.values.problem import Problem
from solver.primitives.vehicle_tables import DrivenWays

Place = tuple[str, Visit | None]
"""A site; the visit whose traffic it has, None: a home, or where a vehicle stands."""


class PlaceRows:
    def __init__(self, problem: Problem, visits: Iterable[Visit]) -> None:
        self.problem = problem
        self.row_of_site = {site.id: row for row, site in enumerate(problem.sites)}
        self._places: list[Place] = [(site.id, None) for site in problem.sites]
        self._row_of_visit: dict[str, int] = {}
        known: dict[tuple[str, tuple[int, ...]], int] = {}
        modes = sorted({one.mode for one in problem.traffic} & problem.travel.keys())
        for visit in visits if modes else ():
            if (site := problem.site_of(visit)) is not None:
                percents = (of(problem, mode, visit) for mode in modes for of in (percent_to, percent_from))
                key = site.id, tuple(percents)
                if key not in known:
                    known[key] = len(self._places)
                    self._places.append((site.id, visit))
                self._row_of_visit[visit.id] = known[key]

    def __len__(self) -> int:
        return len(self._places)

    def row_of(self, visit: Visit) -> int | None:
        """None: it has no place of its own."""
        site = self.problem.site_of(visit)
        return None if site is None else self._row_of_visit.get(visit.id, self.row_of_site[site.id])

    def ways(self, mode: TravelMode) -> tuple[list[int], DrivenWays]:
        """The rows of the places where the mode goes, and its ways between them, access included."""
        problem, matrix = self.problem, self.problem.ways[mode]
        here = [row for row, (site, _) in enumerate(self._places) if site in matrix.index]
        there = [matrix.index[self._places[row][0]] for row in here]
        ends = np.ix_(there, there)
        ticks, visits = matrix.ticks[ends], [self._places[row][1] for row in here]
        if self._row_of_visit:
            is_visit = np.array([visit is not None for visit in visits])
            left = np.array([percent_from(problem, mode, visit) for visit in visits])
            reached = np.array([percent_to(problem, mode, visit) for visit in visits])
            # What leaves a visit has the traffic of then; what leaves no visit, that of what it leads to.
            percents = np.where(is_visit[:, None], left[:, None], reached[None, :])
            for percent in np.unique(percents):
                ticks = np.where(percents == percent, problem.ways_by(mode, int(percent)).ticks[ends], ticks)
        return here, DrivenWays(ticks, matrix.metres[ends])
