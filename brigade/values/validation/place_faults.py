"""The horizon's clock, the sites and the travel between them."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.errors import Issue
from brigade.values.places import Site, TravelMatrix, TravelMode
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import duplicates, say


def issues(problem: ProblemParts) -> Iterator[Issue]:
    if problem.now >= problem.horizon.length:
        met = say(problem, problem.now)
        yield Issue(
            "P003", "horizon.now", met, "un instant avant la fin de l'horizon, ou un horizon plus tardif"
        )
    yield from duplicates("P006", "sites", (site.id for site in problem.sites))
    for site in problem.sites:
        yield from _coordinates(site)
    for mode, matrix in problem.travel.items():
        yield from _matrix(problem, mode, matrix)
    yield from _rows(problem)


def _coordinates(site: Site) -> Iterator[Issue]:
    if (site.latitude is None) != (site.longitude is None):
        is_north_alone = site.longitude is None
        met = (
            f"latitude {site.latitude:g} sans longitude"
            if is_north_alone
            else f"longitude {site.longitude:g} sans latitude"
        )
        yield Issue("P007", f"sites.{site.id}", met, "donner les deux, ou aucune")
    for name, value, most in (("latitude", site.latitude, 90.0), ("longitude", site.longitude, 180.0)):
        if value is not None and not -most <= value <= most:
            yield Issue(
                "P007", f"sites.{site.id}.{name}", str(value), f"des degrés WGS84, de -{most:g} à {most:g}"
            )


def _matrix(problem: ProblemParts, mode: TravelMode, matrix: TravelMatrix) -> Iterator[Issue]:
    if matrix.mode is not mode:
        yield Issue(
            "P014",
            f"travel.{mode}",
            f"matrice du mode « {matrix.mode} »",
            f"ranger la matrice sous « {matrix.mode} »",
        )
    yield from duplicates("P015", f"travel.{mode}.sites", matrix.site_ids)


SHOWN = 3


def _rows(problem: ProblemParts) -> Iterator[Issue]:
    """A worker may go from the own places to any client's: each of these needs a row in the matrix of the
    mode."""
    clients = {client.site_id for client in problem.clients}
    needed: dict[TravelMode, set[str]] = {}
    people: dict[TravelMode, list[str]] = {}
    for worker in problem.workers:
        people.setdefault(worker.mode, []).append(worker.id)
        own = {site for site in (worker.start_site, worker.end_site) if site is not None}
        needed.setdefault(worker.mode, set(clients)).update(own)
    known = {site.id for site in problem.sites}
    for mode, sites in needed.items():
        matrix = problem.travel.get(mode)
        if matrix is None:
            yield _no_matrix(problem, mode, people[mode])
            continue
        for site in sorted((sites & known) - matrix.index.keys()):
            yield Issue(
                "P013",
                f"travel.{mode}.sites.{site}",
                f"le site « {site} » n'a pas de ligne",
                "ajouter sa ligne et sa colonne",
            )


def _no_matrix(problem: ProblemParts, mode: TravelMode, people: list[str]) -> Issue:
    named = ", ".join(f"« {id} »" for id in people[:SHOWN])
    more = f" et {len(people) - SHOWN} autres" if len(people) > SHOWN else ""
    source = "une source de trajets (travel.source, dans un tableur source_des_trajets)"
    given = (
        f", ou à ces personnes un mode qui en a une : {', '.join(problem.travel)}" if problem.travel else ""
    )
    met = f"aucune matrice pour « {mode} », mode de {named}{more}"
    return Issue("P012", f"travel.{mode}", met, f"donner la matrice de ce mode, ou {source}{given}")
