"""The horizon's clock, the sites and the travel between them."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.errors import Issue
from brigade.values.places import Site, TravelMatrix, TravelMode
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import duplicates, say


def issues(problem: ProblemParts) -> Iterator[Issue]:
    if problem.now >= problem.horizon.length:
        yield Issue("P003", "horizon.now", "now_after_horizon", {"met": say(problem, problem.now)})
    yield from duplicates("P006", "sites", (site.id for site in problem.sites))
    for site in problem.sites:
        yield from _coordinates(site)
    for mode, matrix in problem.travel.items():
        yield from _matrix(problem, mode, matrix)
    yield from _rows(problem)


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
        # A site that is not known at all is a fault of its own already.
        for site in sorted((sites & known) - matrix.index.keys()):
            yield Issue("P013", f"travel.{mode}.sites.{site}", "site_without_row", {"site": site})


def _no_matrix(problem: ProblemParts, mode: TravelMode, people: list[str]) -> Issue:
    more = len(people) - SHOWN if len(people) > SHOWN else None
    met = {"mode": mode, "people": people[:SHOWN], "more": more, "given": list(problem.travel)}
    return Issue("P012", f"travel.{mode}", "mode_without_matrix", met)
