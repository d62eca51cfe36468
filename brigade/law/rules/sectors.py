"""SECTOR: nobody is sent further from her home sector than her own limit lets her: into no other sector, or
into its neighbours only (BAD V.19). The map that counts is the provider's own, else the basin's.

Without a home sector in that map nothing binds; a place that no sector of it holds is further than any.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.law.sector_distance import sector_distance
from brigade.values.places import SectorDistance, SectorLimit
from brigade.values.plan import Plan, Reason, Route, Stop, Violation
from brigade.values.problem import Problem

CODES = ("SECTOR",)
SCOPE = Scope.WORKER
LAWFUL = {
    SectorLimit.NEIGHBOURS: frozenset({SectorDistance.HOME, SectorDistance.NEIGHBOUR}),
    SectorLimit.HOME: frozenset({SectorDistance.HOME}),
}
DETAILS = {SectorLimit.NEIGHBOURS: "neighbours", SectorLimit.HOME: "home"}


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    met = {name: one for name, one in broken.reason.values if name == "sector"}
    return Reason.of("outside_sector", **met)


AS_OBSTACLE = AsObstacle(rank=3, words=_as_obstacle, several=frozenset({"outside_sector"}))


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        for stop in route.stops:
            yield from _too_far(problem, route, stop)


def _too_far(problem: Problem, route: Route, stop: Stop) -> Iterator[Violation]:
    worker, visit = problem.worker_by_id[route.worker_id], problem.visit_by_id[stop.visit_id]
    limit, distance = worker.sector_limit, sector_distance(problem, worker, visit)
    if limit is not None and distance is not None and distance not in LAWFUL[limit]:
        there = problem.sector_at(visit)
        met = {"sector": None if there is None else there.name}
        yield breach(problem, "SECTOR", route, met, detail=DETAILS[limit], visit=visit.id)
