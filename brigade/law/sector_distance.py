"""How far from her home sector a visit takes somebody."""

from __future__ import annotations

from enum import StrEnum

from brigade.values.demand import Visit
from brigade.values.problem import Problem
from brigade.values.workforce import Worker


class SectorDistance(StrEnum):
    HOME = "home"
    NEIGHBOUR = "neighbour"
    OTHER = "other"


def sector_distance(problem: Problem, worker: Worker, visit: Visit) -> SectorDistance | None:
    """None: no map counts for the visit, or the worker has no home sector in the one that does. A place that
    no sector holds is further than any."""
    counted = problem.sector_map_of(visit)
    home = None if counted is None else counted.home_among(worker.sectors)
    if counted is None or home is None:
        return None
    there = counted.sector_at(problem.site_of(visit))
    if there == home:
        return SectorDistance.HOME
    return SectorDistance.NEIGHBOUR if there in counted.near(home) else SectorDistance.OTHER
