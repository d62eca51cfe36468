"""SECTOR: outside her sector, or beyond its neighbours, nobody with such a limit is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.values.places import SectorDistance, SectorLimit, SectorMap
from brigade.values.workforce import Worker

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("SECTOR",)
Place = tuple[SectorMap | None, str | None]
"""The map that counts for a visit, and the visit's sector in it."""


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    if not problem.sectors:
        return
    places = [(problem.sector_map_of(one.visit), problem.sector_id_at(one.visit)) for one in builder.requests]
    for row, tour in enumerate(builder.tours):
        if tour.worker.sector_limit is not None:
            builder.forbid(row, _out_of_reach(tour.worker, places))


def _out_of_reach(worker: Worker, places: list[Place]) -> Iterator[int]:
    within = {SectorDistance.HOME, None}
    if worker.sector_limit is SectorLimit.NEIGHBOURS:
        within.add(SectorDistance.NEIGHBOUR)
    for row, (counted, there) in enumerate(places):
        if counted is not None and counted.distance(worker.sectors, there) not in within:
            yield row
