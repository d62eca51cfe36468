"""How far from her home sector a visit takes somebody."""

from __future__ import annotations

from brigade.values.demand import Visit
from brigade.values.places import SectorDistance
from brigade.values.problem import Problem
from brigade.values.workforce import Worker


def sector_distance(problem: Problem, worker: Worker, visit: Visit) -> SectorDistance | None:
    """None: no map counts for the visit, or the worker has no home sector in the one that does."""
    counted = problem.sector_map_of(visit)
    return None if counted is None else counted.distance(worker.sectors, problem.sector_id_at(visit))
