"""Maps of sectors over a problem's places: the basin's, a provider's own, home sectors, limits and prices."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.values.places import Sector, SectorLimit
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

PRICES = ((0, 0), (30, 60), (7, 0), (0, 50))
LIMITS = (None, None, *SectorLimit)


@st.composite
def with_sectors(draw: DrawFn, problem: Problem) -> Problem:
    """In two problems of three as it was; in the third with one or two maps that need not hold every
    place."""
    if draw(st.integers(0, 2)):
        return problem
    owners = draw(st.sampled_from([(None,), (problem.providers[0].id,), (None, problem.providers[0].id)]))
    sectors = tuple(one for owner in owners for one in draw(_maps(problem, owner)))
    neighbour, other = draw(st.sampled_from(PRICES))
    weights = replace(problem.policy.weights, neighbour_sector=neighbour, other_sector=other)
    workers = tuple(draw(_at_home(worker, sectors)) for worker in problem.workers)
    return replace(problem, sectors=sectors, workers=workers, policy=replace(problem.policy, weights=weights))


@st.composite
def _maps(draw: DrawFn, problem: Problem, owner: str | None) -> tuple[Sector, ...]:
    ids = [f"Q{owner or ''}{n}" for n in range(1, draw(st.integers(1, 3)) + 1)]
    communes: dict[str, set[str]] = {id: set() for id in ids}
    sites: dict[str, set[str]] = {id: set() for id in ids}
    for site in problem.sites:
        for held, place in ((communes, site.commune), (sites, site.id)):
            # A place by name may lie in another sector than its commune.
            into = draw(st.sampled_from([*ids, None] if held is communes else [*ids, None, None, None]))
            if into is not None and place is not None:
                held[into].add(place)
    held_ids = [id for id in ids if communes[id] or sites[id]]
    beside = st.frozensets(st.sampled_from(held_ids), max_size=2) if held_ids else st.just(frozenset())
    return tuple(
        Sector(id, f"Secteur {id}", owner, frozenset(communes[id]), frozenset(sites[id]), draw(beside) - {id})
        for id in held_ids
    )


@st.composite
def _at_home(draw: DrawFn, worker: Worker, sectors: tuple[Sector, ...]) -> Worker:
    by_map: dict[str | None, list[str]] = {}
    for sector in sectors:
        by_map.setdefault(sector.provider_id, []).append(sector.id)
    drawn = [draw(st.sampled_from([*ids, None])) for ids in by_map.values()]
    homes = {one for one in drawn if one is not None}
    limit = draw(st.sampled_from(LIMITS)) if homes else None
    return replace(worker, sectors=frozenset(homes), sector_limit=limit)
