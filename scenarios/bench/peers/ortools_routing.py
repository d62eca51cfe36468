"""OR-Tools routing: a penalty for every visit left out, allowed vehicles, guided local search; one thread by
nature.

Facts met: `SetAllowedVehiclesForIndex` refuses Python lists in 9.15, so the vehicle variable is set instead;
whole matrices are registered, as calls back into Python would slow it; there is no seed; its first plan by
itself (AUTOMATIC) is best on days of middling size given time and poor on large ones, parallel insertion the
other way round: both are run.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from scenarios.bench.plain import Orders, PlainDay

# A night begun on the day ends on the next: the time axis has to hold both.
DAY_END = 48 * 3600


def by_insertion(day: PlainDay, limit_s: float, seed: int) -> Orders:
    return _solve(day, limit_s, "PARALLEL_CHEAPEST_INSERTION")


def automatic(day: PlainDay, limit_s: float, seed: int) -> Orders:
    return _solve(day, limit_s, "AUTOMATIC")


def _solve(day: PlainDay, limit_s: float, first: str) -> Orders:
    began = time.monotonic()
    manager, routing = _model(day)
    asked = pywrapcp.DefaultRoutingSearchParameters()
    asked.first_solution_strategy = getattr(routing_enums_pb2.FirstSolutionStrategy, first)
    asked.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    # What the model took is off the limit, as it is for everybody; 0 would mean no limit at all.
    asked.time_limit.FromMilliseconds(max(50, int(1000 * (limit_s - (time.monotonic() - began)))))
    found = routing.SolveWithParameters(asked)
    orders: dict[str, list[str]] = {worker.id: [] for worker in day.workers}
    if found is not None:
        for row, worker in enumerate(day.workers):
            orders[worker.id] = [
                day.visits[node].id for node in _nodes(manager, routing, found, row) if node < len(day.visits)
            ]
    return orders


def _model(day: PlainDay) -> tuple[Any, Any]:
    """Nodes are the visits, then the workers' homes."""
    visits, workers = len(day.visits), len(day.workers)
    sites = [visit.site for visit in day.visits] + [worker.home for worker in day.workers]
    homes = [visits + row for row in range(workers)]
    manager = pywrapcp.RoutingIndexManager(visits + workers, workers, homes, homes)
    routing = pywrapcp.RoutingModel(manager)
    service = np.array([visit.duration for visit in day.visits] + [0] * workers)[:, None]
    legs = {mode: matrix[np.ix_(sites, sites)] for mode, matrix in day.travel.items()}
    cost = {mode: routing.RegisterTransitMatrix(leg.tolist()) for mode, leg in legs.items()}
    lasts = {mode: routing.RegisterTransitMatrix((leg + service).tolist()) for mode, leg in legs.items()}
    routing.AddDimensionWithVehicleTransits(
        [lasts[worker.mode] for worker in day.workers], DAY_END, DAY_END, False, "time"
    )
    clock = routing.GetDimensionOrDie("time")
    for row, worker in enumerate(day.workers):
        routing.SetArcCostEvaluatorOfVehicle(cost[worker.mode], row)
        # Both ends: the way home has to be over in time too.
        for end in (routing.Start(row), routing.End(row)):
            clock.CumulVar(end).SetRange(worker.start, worker.end)
    for node, visit in enumerate(day.visits):
        index = manager.NodeToIndex(node)
        clock.CumulVar(index).SetRange(visit.earliest, visit.latest)
        routing.VehicleVar(index).SetValues(
            # -1 stands for nobody: without it a visit could not be left out.
            [-1, *(row for row, one in enumerate(day.workers) if visit.needs <= one.can)]
        )
        routing.AddDisjunction([index], visit.weight * day.unit)
    return manager, routing


def _nodes(manager: Any, routing: Any, found: Any, vehicle: int) -> list[int]:
    index, nodes = routing.Start(vehicle), []
    while not routing.IsEnd(index):
        nodes.append(manager.IndexToNode(index))
        index = found.Value(routing.NextVar(index))
    return nodes
