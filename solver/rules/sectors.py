"""SECTOR: outside her sector, or beyond its neighbours, nobody with such a limit is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.values.places import SectorLimit, SectorMap, Site
from brigade.values.workforce import Worker

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("SECTOR",)
Place = tuple[SectorMap | None, Site | None]


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    if not problem.sectors:
        return
    places = [(problem.sector_map_of(one.visit), problem.site_of(one.visit)) for one in builder.requests]
    for row, tour in enumerate(builder.tours):
        if tour.worker.sector_limit is not None:
            builder.forbid(row, _out_of_reach(tour.worker, places))


def _out_of_reach(worker: Worker, places: list[Place]) -> Iterator[int]:
    for row, (counted, site) in enumerate(places):
        home = counted and counted.home_among(worker.sectors)
        if counted and home:
            near = counted.near(home) if worker.sector_limit is SectorLimit.NEIGHBOURS else frozenset()
            if counted.sector_at(site) not in near | {home}:
                yield row
