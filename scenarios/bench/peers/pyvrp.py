"""PyVRP: a prize for every visit done, two ways to say who may do it.

Facts met: it has no skills. *By profile*: one set of edges for each (mode, competencies), those into visits
beyond them far too long to drive; edges join places, so every visit is a place of its own. *By load*: one
load for each competency that not everybody has; a visit delivers one, a worker without it carries none; a
load may be exceeded at a price that the search adapts. A prize of the day's true 36 000 s made searches by
load end in plans that break a rule; 10 000 s for a point cured it and still is more than any detour.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.stop import MaxRuntime

from scenarios.bench.plain import Orders, PlainDay

# A point of coverage outweighs any travel of the day, in PyVRP's whole seconds.
PRIZE_UNIT = 10_000
# It knows no forbidden pair: one so far away that no window is met stands for it.
TOO_FAR = 1_000_000


def by_profile(day: PlainDay, limit_s: float, seed: int) -> Orders:
    return _solve(day, limit_s, seed, is_by_load=False)


def by_load(day: PlainDay, limit_s: float, seed: int) -> Orders:
    return _solve(day, limit_s, seed, is_by_load=True)


def _solve(day: PlainDay, limit_s: float, seed: int, *, is_by_load: bool) -> Orders:
    began = time.monotonic()
    data = _data(day, is_by_load)
    left = max(0.05, limit_s - (time.monotonic() - began))
    found = pyvrp.solve(data, stop=MaxRuntime(left), seed=seed, collect_stats=False, display=False)
    orders: dict[str, list[str]] = {worker.id: [] for worker in day.workers}
    for route in found.best.routes():
        orders[day.workers[route.vehicle_type()].id] = [
            day.visits[stop.idx].id for stop in route if stop.is_client()
        ]
    return orders


def _data(day: PlainDay, is_by_load: bool) -> pyvrp.ProblemData:
    """Places are the workers' homes, then the visits, so that edges can tell visits of one home apart."""
    count = len(day.workers)
    # What everybody can do needs no load: each dimension costs the search time.
    common = frozenset.intersection(*(worker.can for worker in day.workers))
    skills = sorted({skill for visit in day.visits for skill in visit.needs - common}) if is_by_load else []
    profiles = sorted(
        {(str(worker.mode), () if is_by_load else tuple(sorted(worker.can))) for worker in day.workers}
    )
    edges: Any = [_edges(day, mode, None if is_by_load else frozenset(can)) for mode, can in profiles]
    vehicles = [
        pyvrp.VehicleType(
            num_available=1,
            start_depot=row,
            end_depot=row,
            tw_early=worker.start,
            tw_late=worker.end,
            capacity=[len(day.visits) if skill in worker.can else 0 for skill in skills],
            profile=profiles.index((str(worker.mode), () if is_by_load else tuple(sorted(worker.can)))),
        )
        for row, worker in enumerate(day.workers)
    ]
    clients = [
        pyvrp.Client(
            location=count + row,
            delivery=[int(skill in visit.needs) for skill in skills],
            service_duration=visit.duration,
            tw_early=visit.earliest,
            tw_late=visit.latest,
            prize=visit.weight * PRIZE_UNIT,
            required=False,
        )
        for row, visit in enumerate(day.visits)
    ]
    # Distances come from the matrices: coordinates are asked for, and not looked at.
    places = [pyvrp.Location(0, 0) for _ in range(count + len(day.visits))]
    return pyvrp.ProblemData(
        places, clients, [pyvrp.Depot(row) for row in range(count)], vehicles, edges, edges
    )


def _edges(day: PlainDay, mode: str, can: frozenset[int] | None) -> NDArray[np.int64]:
    """Ticks between homes and visits, shape (workers + visits, same); out of reach what needs more than
    `can`."""
    sites = [worker.home for worker in day.workers] + [visit.site for visit in day.visits]
    edges = day.travel[mode][np.ix_(sites, sites)].astype(np.int64)
    if can is not None:
        barred = [len(day.workers) + row for row, visit in enumerate(day.visits) if not visit.needs <= can]
        edges[barred, :] = edges[:, barred] = TOO_FAR
        # A way from a place to itself is checked to be nothing.
        np.fill_diagonal(edges, 0)
    return edges
