"""The communes of a year of visits: their hours, the ways between them, and which lie side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components, shortest_path

from brigade.exchange.outlines import shared_borders
from solver.sectoring.visit_days import VisitDay

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CommuneNetwork:
    """Attributes:
    codes: INSEE codes, in order; all arrays go by it.
    minutes, visits: of service, and how many; shape (communes,).
    travel: minutes between communes, both ways averaged; shape (communes, communes).
    near: whether two lie side by side; symmetric; shape (communes, communes).
    joined: pairs made neighbours without a known border, so that everything hangs together.
    """

    codes: tuple[str, ...]
    minutes: NDArray[np.int64]
    visits: NDArray[np.int64]
    travel: Matrix
    near: NDArray[np.bool_]
    joined: tuple[tuple[str, str], ...]


def commune_graph(days: Iterable[VisitDay]) -> CommuneNetwork:
    """Args: days: at least one visit among them."""
    days = tuple(days)
    minutes, visits = Counter[str](), Counter[str]()
    for one in days:
        for visit in one.visits:
            minutes[visit.commune] += visit.minutes
            visits[visit.commune] += 1
    codes = tuple(sorted(visits))
    travel = _travel(days, codes)
    near = np.zeros((len(codes), len(codes)), np.bool_)
    row = {code: at for at, code in enumerate(codes)}
    for here, there in shared_borders(codes):
        near[row[here], row[there]] = near[row[there], row[here]] = True
    joined = _join(near, travel)
    return CommuneNetwork(
        codes,
        np.array([minutes[code] for code in codes], np.int64),
        np.array([visits[code] for code in codes], np.int64),
        travel,
        near,
        tuple((codes[one], codes[other]) for one, other in joined),
    )


def _travel(days: tuple[VisitDay, ...], codes: tuple[str, ...]) -> Matrix:
    """Means over the places met; where no day knew both communes, the shortest way over others."""
    row, size = {code: at for at, code in enumerate(codes)}, len(codes)
    total, count = np.zeros((size, size)), np.zeros((size, size))
    seen: set[tuple[int, str]] = set()
    for day in days:
        sites = {visit.site: row[visit.commune] for visit in day.visits}
        fresh = {site: at for site, at in sites.items() if (id(day.travel), site) not in seen}
        seen |= {(id(day.travel), site) for site in fresh}
        # A place met before has met the others of its day as well, nearly always: each pair counts once.
        for site, at in fresh.items():
            for other, there in sites.items():
                if other != site and day.travel.way(site, other) and day.travel.way(other, site):
                    ways = (day.way(site, other) + day.way(other, site)) / 2
                    total[at, there] += ways
                    total[there, at] += ways
                    count[at, there] += 1
                    count[there, at] += 1
    known = np.divide(total, count, out=np.full((size, size), np.inf), where=count > 0)
    inside = np.where(np.isfinite(known.diagonal()), known.diagonal(), 0.0)
    np.fill_diagonal(known, 0.0)
    # Zero would mean no edge to the search of shortest ways.
    found = shortest_path(
        np.where(known > 0, known, np.where(np.isfinite(known), 0.5, np.inf)), directed=False
    )
    far = found[np.isfinite(found)].max(initial=1.0)
    found = np.where(np.isfinite(found), np.minimum(found, np.where(known > 0, known, np.inf)), 2 * far)
    np.fill_diagonal(found, inside)
    return np.asarray(found, np.float64)


def _join(near: NDArray[np.bool_], travel: Matrix) -> list[tuple[int, int]]:
    """Make neighbours of the nearest two of different parts, until there is one part; changes `near`."""
    made: list[tuple[int, int]] = []
    while True:
        parts, part = connected_components(near, directed=False)
        if parts == 1:
            return made
        apart = part[:, None] != part[None, :]
        one, other = np.unravel_index(np.argmin(np.where(apart, travel, np.inf)), travel.shape)
        near[one, other] = near[other, one] = True
        made.append((int(one), int(other)))
