"""The tours a dive has fixed, and what they ask of visits not fixed yet where links tie them: when, by whom,
at what loss.

Pricing knows neither links nor all limits. So the kernel judges the fixed tours together, by every rule, and
when a tied visit of theirs may start tells the program when the other half may. Leaving that out loses both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.kernel.arrays import (
    DIFFERENT,
    FAR,
    GUIDED,
    GUIDES,
    MAY_GUIDE,
    SAME,
    Arrays,
)
from solver.kernel.local_search import Orders, Search

# It draws nothing: tours are only loaded and judged.
SEED = 1


class FixedTours:
    """Tours with their visits in order, lawful together; halves whose other half is not fixed yet count as
    whole."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays, self.routes = arrays, dict[int, tuple[int, ...]]()
        self._stays = arrays.tours["stay"]
        links = arrays.links.copy()
        # Half of a pair may be fixed first: the whole is kept together by what its loss is charged
        # (`narrowed`).
        links["together"] = 0
        self._search = Search(arrays._replace(links=links), SEED)

    def take(self, tour: int, route: tuple[int, ...]) -> tuple[int, ...]:
        """Fix one more tour, if need be without one of its visits, the cheapest that makes it lawful beside
        the others. Returns what was fixed of it: nothing when that is not enough."""
        cheapest_first = sorted(route, key=lambda visit: int(self.arrays.visits["penalty"][visit]))
        shorter = (tuple(one for one in route if one != visit) for visit in cheapest_first if len(route) > 1)
        for some in (route, *shorter):
            wider = {**self.routes, tour: some}
            if self._holds(wider):
                self.routes = wider
                return some
        return ()

    def is_taken(self, tour: int) -> bool:
        """Whether its availability has a tour, with whatever vehicle."""
        return int(self._stays[tour]) in self._taken

    @property
    def _taken(self) -> set[int]:
        return {int(self._stays[tour]) for tour in self.routes}

    @property
    def covered(self) -> set[int]:
        """The visits of the fixed tours."""
        return {visit for route in self.routes.values() for visit in route}

    def spans(self) -> dict[int, tuple[int, int]]:
        """Earliest and latest start of each fixed visit."""
        self._holds(self.routes)
        return self._search.spans()

    def _holds(self, routes: dict[int, tuple[int, ...]]) -> bool:
        return self._search.load([list(routes.get(tour, ())) for tour in range(len(self.arrays.tours))])


def narrowed(fixed: FixedTours) -> Arrays:
    """The arrays as the visits that are tied to fixed ones may still take place."""
    arrays = fixed.arrays
    if not len(arrays.links):
        return arrays
    copied = {name: getattr(arrays, name).copy() for name in ("visits", "windows", "pairs")}
    rest, spans = arrays._replace(**copied), fixed.spans()
    for tour, route in fixed.routes.items():
        for visit in route:
            early, late = spans[visit]
            for link in arrays.links_of(visit):
                if (other := int(link["other"])) in spans:
                    continue
                if link["timed"]:
                    _keep_between(rest, other, early + int(link["low"]), min(FAR, late + int(link["high"])))
                if link["worker"]:
                    rest.pairs[~_may_do(arrays, tour, visit, link), other] = 0
                if link["together"]:
                    rest.visits["penalty"][other] += arrays.visits["penalty"][visit]
    return rest


def _may_do(arrays: Arrays, tour: int, visit: int, link: Any) -> NDArray[np.bool_]:
    """The tours that may hold the other end of a link between people, beside the visit in this tour."""
    own = arrays.tours["worker"] == arrays.tours["worker"][tour]
    guides = arrays.pairs & MAY_GUIDE > 0
    held: dict[int, NDArray[np.bool_]] = {
        SAME: own,
        DIFFERENT: ~own,
        GUIDES: np.full_like(own, guides[tour, link["other"]]),
        GUIDED: guides[:, visit],
    }
    return held[int(link["worker"])]


def without_lone_halves(arrays: Arrays, orders: Orders) -> Orders:
    """The orders without visits that must be covered together with one that is not there."""
    present = {visit for order in orders for visit in order}
    while lone := {visit for visit in present if not present.issuperset(arrays.partners_of(visit))}:
        present -= lone
    return [[visit for visit in order if visit in present] for order in orders]


def _keep_between(rest: Arrays, visit: int, low: int, high: int) -> None:
    """Starts of the visit from `low` to `high` only; nobody may take it when there are none."""
    windows = rest.windows[rest.window_rows(visit)]
    opens, shuts = windows["earliest"], windows["hard_latest"]
    np.maximum(opens, low, out=opens)
    np.minimum(shuts, high, out=shuts)
    is_open = opens <= shuts
    if not is_open.any():
        rest.pairs[:, visit] = 0
        return
    row = rest.visits[visit]
    row["opens"], row["shuts"] = opens[is_open].min(), shuts[is_open].max()
