"""Routes that local search met, put together anew: the top levels of coverage as a set partitioning problem.

Local search changes a few tours at a time; plans that differ in most tours are out of its reach, though it
has met each of their routes. A MIP over the routes it pooled, and over those of the coverage program, finds
them (Rochat & Taillard 1995, Journal of Heuristics 1; Subramanian, Uchoa & Ochi 2013, Computers & Operations
Research 40). All routes are lawful alone, by every rule. What rules ask of two tours of one worker's day, and
links of two routes, are constraints; what they ask of more comes back from the kernel as a forbidden set, and
the program is solved again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from solver.engines.column_generation.columns import Column, ColumnGeneration, groups_of
from solver.engines.route_judgement import RouteJudgement
from solver.engines.route_model import RouteModel
from solver.kernel.arrays import Ints
from solver.kernel.local_search import Orders
from solver.model.model import Model

GRAIN = 10_000
"""Prices are whole numbers: a visit is split so finely that rounding them costs next to nothing."""
SIZES = (1500, 2500, 4000, 6000)
"""Routes of one program after the other, those of least reduced cost: a good plan's have little, and of few
routes a good one is found in a tenth of the time."""
MOST_POOLED = 2 * SIZES[-1]
"""The last ones of a pool: to judge them takes a quarter of a second."""
SOLVES = 8
"""At the most, each forbidding what the last one's plan breaks."""


class Recombination:
    """Over the visits down to one level, the levels in their true order."""

    def __init__(self, model: Model, level: int) -> None:
        self.model, self.judged = model, RouteJudgement(model)
        self.counts = ranks(np.array([request.visit.level for request in model.requests], np.int64), level)
        self.groups = [group for group in groups_of(model) if self.counts[group].any()]
        self.bound = 0
        self._met: list[Column] = []
        self._generation: ColumnGeneration | None = None

    def left_out(self, orders: Orders) -> int:
        """What the plan leaves out, by the counts: the fewer of each level, the higher levels first."""
        covered = [visit for row in orders for visit in row]
        return int(self.counts.sum() - self.counts[covered].sum())

    def is_settled(self, orders: Orders) -> bool:
        """Whether no plan leaves out less."""
        return self.left_out(orders) <= self.bound

    def plans(
        self,
        pooled: Iterable[Column],
        orders: Orders,
        seed: int,
        left_s: Callable[[], float],
        is_over: Callable[[], bool],
    ) -> Iterator[Orders]:
        """Plans that leave out less than `orders`, the top levels alone: each is lawful, or nearly so.

        Args: left_s: seconds that are left for this; `is_over`: whether to stop at once.
        """
        generated = self._generate(lambda: is_over() or left_s() <= 0)
        # The newest first: of routes that cost the same those of the colder search are better.
        newest = self.needed(reversed(list(pooled)[-MOST_POOLED:]))
        self._met = self._cheapest([*newest, *self._met, *self.needed(generated)])
        self.judged.keep_only({*self._met, *self._at_hand(orders)})
        for size, smaller in zip(SIZES, (0, *SIZES), strict=False):
            if left_s() <= 0 or is_over() or self.is_settled(orders) or smaller >= len(self._met):
                return
            for found in self._plans_of(self._met[:size], orders, seed, left_s, is_over):
                yield found
                orders = found if self.judged.holds(enumerate(map(tuple, found))) else orders

    def _plans_of(
        self,
        routes: Iterable[Column],
        orders: Orders,
        seed: int,
        left_s: Callable[[], float],
        is_over: Callable[[], bool],
    ) -> Iterator[Orders]:
        """Of one program: solved again where rules forbid what came of it."""
        at_hand = set(self._at_hand(orders))
        self.judged.trust(at_hand)
        program = RouteModel(self.judged, self.groups, self.counts, sorted({*at_hand, *routes}))
        program.hint(at_hand, orders)
        for _ in range(SOLVES):
            if left_s() <= 0 or is_over():
                return
            chosen = program.solve(self.left_out(orders), left_s(), seed, is_over)
            if not chosen:
                return
            yield self.judged.orders(chosen)
            conflicts = self.judged.conflicts(chosen)
            if not conflicts:
                return
            for conflict in conflicts:
                program.forbid(conflict)

    def _at_hand(self, orders: Orders) -> list[Column]:
        return self.needed(enumerate(map(tuple, orders)))

    def _cheapest(self, routes: Iterable[Column]) -> list[Column]:
        """Those of least reduced cost in the coverage program, the least first."""
        generation = self._generation
        assert generation is not None, "prices are those of the program that was generated"
        cost = {
            route: -int(generation.prices[list(route[1])].sum() + generation.tour_prices[route[0]])
            for route in routes
        }
        return sorted(cost, key=cost.__getitem__)[: SIZES[-1]]

    def _generate(self, is_over: Callable[[], bool]) -> Iterable[Column]:
        """Routes of the coverage program, and its bound."""
        if self._generation is None:
            visits = np.flatnonzero(self.counts).tolist()
            self._generation = ColumnGeneration(self.model, self.counts * GRAIN, legs=False, visits=visits)
        self._generation.run(is_over)
        self.bound = max(self.bound, -(-self._generation.bound // GRAIN))
        return self._generation.columns

    def _narrowed(self, route: Column) -> Column:
        """The route without the visits that do not count."""
        tour, visits = route
        return tour, tuple(visit for visit in visits if self.counts[visit])

    def needed(self, routes: Iterable[Column]) -> list[Column]:
        """What a program needs of the routes: without the visits that do not count, whole where rules ask for
        one of those (one interruption would become too long); without what is not lawful alone."""
        narrow = {route: self._narrowed(route) for route in routes}
        asked = {route: kept for route, kept in narrow.items() if kept[1]}
        lawful = set(self.judged.lawful(asked.values()))
        return self.judged.lawful(kept if kept in lawful else route for route, kept in asked.items())


def ranks(levels: Ints, lowest: int) -> Ints:
    """What each visit counts so that no number of lower ones outweighs it; 0 below the level `lowest`."""
    counts, above = np.zeros(len(levels), np.int64), 1
    for level in range(lowest, -1, -1):
        counts[levels == level] = above
        above = 1 + int(counts.sum())
    return counts
