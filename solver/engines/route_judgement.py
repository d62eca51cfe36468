"""Routes judged by every rule: alone, two of one worker's day, and all those of a plan.

The kernel judges. What it said of a route or of a pair is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from solver.engines.column_generation.columns import Column
from solver.kernel.local_search import Orders, Search
from solver.model.model import Model

LAWFUL = 1
"""What the kernel says of a pair that is lawful as it is. 0: not lawful. 2, 3 and 4: lawful only where a link
puts starts off, of the first route, of the second or of both."""

Spans = dict[int, tuple[int, int]]
"""Earliest and latest start of each visit of a route."""


@dataclass(frozen=True, slots=True)
class RouteConflict:
    """Routes that are not lawful together, none of which can be spared. `left`: visits of theirs that others
    of the plan took."""

    routes: list[Column]
    left: set[int]


class RouteJudgement:
    """What rules say of routes and of plans made of them."""

    def __init__(self, model: Model) -> None:
        arrays = model.arrays
        links = arrays.links.copy()
        links["together"] = 0  # halves are judged apart: the program keeps them together
        self.model, self.workers, self.slots = model, arrays.tours["worker"], arrays.tours["slot"]
        self._tied = {visit for visit in range(len(arrays.visits)) if arrays.links_of(visit)["timed"].any()}
        self._search = Search(arrays._replace(links=links), seed=1)
        self._spans: dict[Column, Spans | None] = {}
        self._pairs: dict[tuple[Column, Column], int] = {}

    def stay_of(self, tour: int) -> int:
        """The availability of a tour."""
        return int(self.model.arrays.tours["stay"][tour])

    def lawful(self, routes: Iterable[Column]) -> list[Column]:
        """Those that are lawful alone."""
        asked = list(dict.fromkeys(routes))
        new = [route for route in asked if route not in self._spans]
        self._spans |= zip(new, self._search.spans_alone(new), strict=True)
        return [route for route in asked if self._spans[route] is not None]

    def trust(self, routes: Collection[Column]) -> None:
        """Take the pairs of a lawful plan for lawful, whatever they are by themselves: else the program would
        not hold the plan that it begins with."""
        if self.holds(routes):
            days = ((int(self.workers[route[0]]), int(self.slots[route[0]]), route) for route in routes)
            for (worker, slot, one), (its, day, other) in permutations(days, 2):
                if (worker, slot) == (its, day):
                    self._pairs[one, other] = LAWFUL

    def keep_only(self, routes: Collection[Column]) -> None:
        """Forget what was learnt of other routes: a long search would keep it for ever."""
        self._spans = {route: spans for route, spans in self._spans.items() if route in routes}
        self._pairs = {
            pair: held for pair, held in self._pairs.items() if pair[0] in routes and pair[1] in routes
        }

    def holds(self, routes: Iterable[Column]) -> bool:
        orders: Orders = [[] for _ in self.workers]
        for tour, route in routes:
            orders[tour] = list(route)
        return self._search.load(orders)

    def span(self, route: Column, visit: int) -> tuple[int, int]:
        """When the visit may start in the route, nothing else being planned."""
        spans = self._spans[route]
        assert spans is not None, "only lawful routes are in the program"
        return spans[visit]

    def clashing(
        self, ones: Sequence[Column], others: Sequence[Column]
    ) -> Iterator[tuple[Column, list[Column]]]:
        """Each route of one tour, with the routes of the same worker's other tour that day that rules forbid
        beside it."""
        asked = [(one, other) for one in ones for other in others if (one, other) not in self._pairs]
        rows = list(dict.fromkeys(one for one, _ in asked))
        columns = list(dict.fromkeys(other for _, other in asked))
        if asked:
            routes = [route for _, route in rows], [route for _, route in columns]
            found = self._search.pairs_hold(ones[0][0], routes[0], others[0][0], routes[1])
            for row, one in enumerate(rows):
                for other, held in zip(columns, found[row].tolist(), strict=True):
                    self._pairs.setdefault((one, other), held)  # what is trusted stays
        for one in ones:
            yield one, [other for other in others if not self._pairs[one, other]]

    def put_off(self, ones: Sequence[Column], others: Sequence[Column]) -> Iterator[tuple[Column, Column]]:
        """The judged pairs that are lawful only where a link puts a start of theirs off."""
        pairs = ((one, other) for one in ones for other in others)
        return (pair for pair in pairs if self._pairs[pair] > LAWFUL)

    def conflicts(self, chosen: Sequence[Column]) -> list[RouteConflict]:
        """Sets of routes whose plan is not lawful, each without any that could be spared; none when the plan
        of all is lawful."""
        rows = [(tour, tuple(row)) for tour, row in enumerate(self.orders(chosen)) if row]
        of_tour = dict(zip((tour for tour, _ in chosen), chosen, strict=True))
        found: list[RouteConflict] = []
        while not self.holds(rows):
            clash = self._unlawful(rows)
            tours = {tour for tour, _ in clash}
            left = {visit for tour, row in clash for visit in of_tour[tour][1] if visit not in row}
            found.append(RouteConflict([of_tour[tour] for tour in sorted(tours)], left))
            rows.remove(clash[0])
        return found

    def put_off_by(self, routes: Sequence[Column]) -> tuple[Column, int] | None:
        """The route of these that puts a pair of them off, but not enough, and the visit by which it does."""
        found = ((route, other) for other in self._pushing(routes) for route in routes if other in route[1])
        return next(found, None)

    def _unlawful(self, rows: Sequence[Column]) -> list[Column]:
        """Routes that are not lawful together, none of which can be spared."""
        kept = list(rows)
        # Tied routes are tried last: without them a pair that they put off seems unlawful.
        for row in sorted(rows, key=lambda row: not self._tied.isdisjoint(row[1])):
            fewer = [one for one in kept if one != row]
            if not self.holds(fewer) and not self._puts_off(row, fewer):
                kept = fewer
        return kept

    def _puts_off(self, row: Column, others: Sequence[Column]) -> bool:
        """Whether the row may put off a pair of the others which is lawful only so."""
        return any(visit in row[1] for visit in self._pushing(others))

    def _pushing(self, routes: Sequence[Column]) -> Iterator[int]:
        """The visits whose starts put pairs of the routes off which are lawful only so."""
        for pair in permutations(routes, 2):
            if self._pairs.get(pair, LAWFUL) > LAWFUL:
                yield from (other for _, _, other, _ in self.ties(pair))

    def ties(self, pair: tuple[Column, Column]) -> list[tuple[Column, int, int, int]]:
        """The links that put off a pair which is lawful only so: its route, the visit of it, the visit at the
        other end, and how much later that one starts."""
        late, arrays, own = self._pairs[pair] - LAWFUL, self.model.arrays, {*pair[0][1], *pair[1][1]}
        return [
            (route, visit, int(link["other"]), int(link["low"]))
            for place, route in enumerate(pair)
            if late >> place & 1
            for visit in route[1]
            for link in arrays.links_of(visit)
            if link["timed"] and link["low"] == link["high"] and link["other"] not in own
        ]

    def orders(self, chosen: Sequence[Column]) -> Orders:
        """Each visit in one of its routes: in the first, or in the last where only that is lawful."""
        first, last = self._parted(chosen), self._parted(chosen[::-1])
        holds = self.holds(enumerate(map(tuple, first))) or not self.holds(enumerate(map(tuple, last)))
        return first if holds else last

    def _parted(self, chosen: Sequence[Column]) -> Orders:
        taken: set[int] = set()
        orders: Orders = [[] for _ in self.workers]
        for tour, route in chosen:
            orders[tour] = [visit for visit in route if visit not in taken]
            taken.update(route)
        return orders
