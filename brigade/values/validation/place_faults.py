"""The horizon's clock, the sites, the travel between them and the sectors they lie in."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.errors import Issue
from brigade.values.places import Sector, Site, TravelMatrix, TravelMode
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import duplicates, say, unknown


def issues(problem: ProblemParts) -> Iterator[Issue]:
    if problem.now >= problem.horizon.length:
        yield Issue("P003", "horizon.now", "now_after_horizon", {"met": say(problem, problem.now)})
    yield from duplicates("P006", "sites", (site.id for site in problem.sites))
    for site in problem.sites:
        yield from _coordinates(site)
    for mode, matrix in problem.travel.items():
        yield from _matrix(problem, mode, matrix)
    yield from _rows(problem)
    yield from _sectors(problem)


def _coordinates(site: Site) -> Iterator[Issue]:
    if (site.latitude is None) != (site.longitude is None):
        words = "latitude_alone" if site.longitude is None else "longitude_alone"
        degrees = site.latitude if site.longitude is None else site.longitude
        yield Issue("P007", f"sites.{site.id}", words, {"degrees": degrees})
    for name, value, most in (("latitude", site.latitude, 90.0), ("longitude", site.longitude, 180.0)):
        if value is not None and not -most <= value <= most:
            yield Issue(
                "P007", f"sites.{site.id}.{name}", "degrees_out_of_range", {"met": str(value), "most": most}
            )


def _matrix(problem: ProblemParts, mode: TravelMode, matrix: TravelMatrix) -> Iterator[Issue]:
    if matrix.mode is not mode:
        yield Issue("P014", f"travel.{mode}", "matrix_of_other_mode", {"mode": str(matrix.mode)})
    yield from duplicates("P015", f"travel.{mode}.sites", matrix.site_ids)


SHOWN = 3


def _rows(problem: ProblemParts) -> Iterator[Issue]:
    """A worker may go from the own places to any client's: each of these needs a row in the matrix of the
    mode; so do a present employee's, who may be asked."""
    clients = {client.site_id for client in problem.clients}
    needed: dict[TravelMode, set[str]] = {}
    people: dict[TravelMode, list[str]] = {}
    staff = ((one.id, one.mode, (one.start_site,)) for one in problem.employees if one.mode is not None)
    workers = ((one.id, one.mode, (one.start_site, one.end_site)) for one in problem.workers)
    for id, mode, sites in (*workers, *staff):
        people.setdefault(mode, []).append(id)
        needed.setdefault(mode, set(clients)).update(site for site in sites if site is not None)
    known = {site.id for site in problem.sites}
    for mode, asked in needed.items():
        matrix = problem.travel.get(mode)
        if matrix is None:
            yield _no_matrix(problem, mode, people[mode])
            continue
        # A site that is not known at all is a fault of its own already.
        for site in sorted((asked & known) - matrix.index.keys()):
            yield Issue("P013", f"travel.{mode}.sites.{site}", "site_without_row", {"site": site})


def _no_matrix(problem: ProblemParts, mode: TravelMode, people: list[str]) -> Issue:
    more = len(people) - SHOWN if len(people) > SHOWN else None
    met = {"mode": mode, "people": people[:SHOWN], "more": more, "given": list(problem.travel)}
    return Issue("P012", f"travel.{mode}", "mode_without_matrix", met)


# -- sectors -----------------------------------------------------------------------------------------------
def _sectors(problem: ProblemParts) -> Iterator[Issue]:
    """Maps of sectors: each place in one sector of a map, neighbours on the same map."""
    yield from duplicates("P020", "sectors", (sector.id for sector in problem.sectors))
    for sector in problem.sectors:
        yield from _sector(problem, sector, f"sectors.{sector.id}")
    yield from _places_twice(problem)


def _sector(problem: ProblemParts, sector: Sector, where: str) -> Iterator[Issue]:
    owner = [sector.provider_id] if sector.provider_id is not None else []
    yield from unknown("P021", f"{where}.provider_id", owner, problem.provider_by_id, "service")
    yield from unknown("P021", f"{where}.sites", sector.sites, problem.site_by_id, "site")
    yield from unknown("P021", f"{where}.neighbours", sector.neighbours, problem.sector_by_id, "sector")
    for id in sorted(sector.neighbours & problem.sector_by_id.keys()):
        if id == sector.id or problem.sector_by_id[id].provider_id != sector.provider_id:
            yield Issue("P022", f"{where}.neighbours", "neighbour_of_other_map", {"id": id})


def _places_twice(problem: ProblemParts) -> Iterator[Issue]:
    holders: dict[tuple[str | None, str, str], list[str]] = {}
    for sector in problem.sectors:
        for kind, places in (("communes", sector.communes), ("sites", sector.sites)):
            for place in sorted(places):
                holders.setdefault((sector.provider_id, kind, place), []).append(sector.id)
    for (_, kind, place), sectors in holders.items():
        if len(sectors) > 1:
            met = {"place": place, "sectors": sectors}
            yield Issue("P023", f"sectors.{sectors[-1]}.{kind}", "place_in_two_sectors", met)
