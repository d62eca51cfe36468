"""Routes that local search met, put together anew: the top levels of coverage as a set partitioning problem.

Local search changes a few tours at a time; plans that differ in most tours are out of its reach, though it
has met each of their routes. A MIP over the routes it pooled, and over those of the coverage program, finds
them (Rochat & Taillard 1995, Journal of Heuristics 1; Subramanian, Uchoa & Ochi 2013, Computers & Operations
Research 40). All routes are lawful alone, by every rule. What rules ask of two tours of one worker's day, and
links of two routes, are constraints; what they ask of more comes back from the kernel as a forbidden set, and
the program is solved again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
from ortools.sat.python import cp_model

from solver.engines.column_generation.columns import Column, ColumnGeneration, groups_of
from solver.engines.cpsat import run, solver_for
from solver.kernel.arrays import SAME, Ints
from solver.kernel.local_search import Orders, Search
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

Spans = dict[int, tuple[int, int]]
"""Earliest and latest start of each visit of a route."""


class Recombination:
    """Over the visits down to one level, the levels in their true order."""

    def __init__(self, model: Model, level: int) -> None:
        arrays = model.arrays
        links = arrays.links.copy()
        links["together"] = 0  # halves are judged apart: the program keeps them together
        self.model, self.workers, self.slots = model, arrays.tours["worker"], arrays.tours["slot"]
        self.counts = ranks(np.array([request.visit.level for request in model.requests], np.int64), level)
        self.groups = [group for group in groups_of(model) if self.counts[group].any()]
        self.bound = 0
        self._judge = Search(arrays._replace(links=links), seed=1)
        self._met: list[Column] = []
        self._spans: dict[Column, Spans | None] = {}
        self._pairs: dict[tuple[Column, Column], bool] = {}
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
        self._forget_but({*self._met, *self._at_hand(orders)})
        for size, smaller in zip(SIZES, (0, *SIZES), strict=False):
            if left_s() <= 0 or is_over() or self.is_settled(orders) or smaller >= len(self._met):
                return
            for found in self._plans_of(self._met[:size], orders, seed, left_s, is_over):
                yield found
                orders = found if self._holds(enumerate(map(tuple, found))) else orders

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
        program = _Program(self, sorted({*at_hand, *routes}))
        program.hint(at_hand, orders)
        for _ in range(SOLVES):
            if left_s() <= 0 or is_over():
                return
            chosen = program.solve(self.left_out(orders), left_s(), seed, is_over)
            if not chosen:
                return
            yield self._orders(chosen)
            conflicts = self.conflicts(chosen)
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
        self._learn(asked.values())
        self._learn(route for route, kept in asked.items() if self._spans[kept] is None)
        found = (kept if self._spans[kept] is not None else route for route, kept in asked.items())
        return [route for route in dict.fromkeys(found) if self._spans[route] is not None]

    def _forget_but(self, routes: Collection[Column]) -> None:
        """What was learnt of other routes: a long search would keep it for ever."""
        self._spans = {route: spans for route, spans in self._spans.items() if route in routes}
        self._pairs = {
            pair: held for pair, held in self._pairs.items() if pair[0] in routes and pair[1] in routes
        }

    def _learn(self, routes: Iterable[Column]) -> None:
        """When the visits of routes may start that were not yet looked at."""
        new = [route for route in dict.fromkeys(routes) if route not in self._spans]
        self._spans |= zip(new, self._judge.spans_alone(new), strict=True)

    def _holds(self, routes: Iterable[Column]) -> bool:
        orders: Orders = [[] for _ in self.workers]
        for tour, route in routes:
            orders[tour] = list(route)
        return self._judge.load(orders)

    def span(self, route: Column, visit: int) -> tuple[int, int]:
        """When the visit may start in the route, nothing else being planned."""
        spans = self._spans[route]
        assert spans is not None, "only lawful routes are in the program"
        return spans[visit]

    def clashing(
        self, ones: Sequence[Column], others: Sequence[Column]
    ) -> Iterator[tuple[Column, list[Column]]]:
        """Of two tours of one worker's day: for each route of the one the routes of the other that rules
        forbid beside it."""
        asked = [(one, other) for one in ones for other in others if (one, other) not in self._pairs]
        rows, columns = (
            list(dict.fromkeys(one for one, _ in asked)),
            list(dict.fromkeys(other for _, other in asked)),
        )
        if asked:
            routes = [route for _, route in rows], [route for _, route in columns]
            found = self._judge.pairs_hold(ones[0][0], routes[0], others[0][0], routes[1])
            for row, one in enumerate(rows):
                self._pairs |= {
                    (one, other): bool(held) for other, held in zip(columns, found[row], strict=True)
                }
        for one in ones:
            yield one, [other for other in others if not self._pairs[one, other]]

    def conflicts(self, chosen: Sequence[Column]) -> list[list[Column]]:
        """Sets of routes that are not lawful together, each without any that could be spared; none when all
        are lawful."""
        held: list[Column] = []
        found: list[list[Column]] = []
        for route in chosen:
            if self._holds([*held, route]):
                held.append(route)
            else:
                found.append([*self._spared(held, route), route])
        return found

    def _spared(self, held: Sequence[Column], route: Column) -> list[Column]:
        """Those of the routes beside which this one is not lawful."""
        kept = list(held)
        for other in held:
            fewer = [one for one in kept if one != other]
            if not self._holds([*fewer, route]):
                kept = fewer
        return kept

    def _orders(self, chosen: Sequence[Column]) -> Orders:
        """Each visit in one of its routes."""
        taken: set[int] = set()
        orders: Orders = [[] for _ in self.workers]
        for tour, route in chosen:
            orders[tour] = [visit for visit in route if visit not in taken]
            taken.update(route)
        return orders


def ranks(levels: Ints, lowest: int) -> Ints:
    """What each visit counts so that no number of lower ones outweighs it; 0 below the level `lowest`."""
    counts, above = np.zeros(len(levels), np.int64), 1
    for level in range(lowest, -1, -1):
        counts[levels == level] = above
        above = 1 + int(counts.sum())
    return counts


class _Program:
    """Which routes to drive so that the least is left out."""

    def __init__(self, asked: Recombination, routes: Sequence[Column]) -> None:
        self.asked, self.routes, self.model = asked, routes, cp_model.CpModel()
        self.variables = [self.model.new_bool_var("") for _ in routes]
        self.of_route = dict(zip(routes, self.variables, strict=True))
        self.holding: dict[int, list[Column]] = defaultdict(list)
        self.driving: dict[int, list[Column]] = defaultdict(list)
        for route in routes:
            self.driving[route[0]].append(route)
            for visit in route[1]:
                self.holding[visit].append(route)
        self.left = [self.model.new_bool_var("") for _ in asked.groups]
        self.left_of = {
            visit: left for group, left in zip(asked.groups, self.left, strict=True) for visit in group
        }
        self._cover()
        self._tie()
        self._pair_tours()
        # By group: what is covered together or not at all is left out once, with all that it counts.
        weights = [int(asked.counts[group].sum()) for group in asked.groups]
        self.cost = cp_model.LinearExpr.weighted_sum(self.left, weights)
        self.model.minimize(self.cost)

    def hint(self, at_hand: set[Column], orders: Orders) -> None:
        covered = {visit for row in orders for visit in row}
        for route, variable in self.of_route.items():
            self.model.add_hint(variable, route in at_hand)
        for group, left in zip(self.asked.groups, self.left, strict=True):
            self.model.add_hint(left, not covered.issuperset(group))

    def solve(self, below: int, limit_s: float, seed: int, is_over: Callable[[], bool]) -> list[Column]:
        """The routes of a plan that leaves out less than `below`; none where there is none, or none was found
        in time."""
        solver = solver_for(limit_s, seed)
        solver.parameters.cp_model_probing_level = 0  # takes most of a second here, and finds little
        solver.parameters.cut_level = 0  # what cuts take is longer than what they spare
        status = run(solver, self.model, is_over)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE) or solver.objective_value >= below:
            return []
        return [route for route, variable in self.of_route.items() if solver.boolean_value(variable)]

    def forbid(self, routes: Iterable[Column]) -> None:
        self.model.add_bool_or([~self.of_route[route] for route in routes])

    def _any_of(self, routes: Iterable[Column]) -> list[cp_model.IntVar]:
        return [self.of_route[route] for route in dict.fromkeys(routes)]

    def _cover(self) -> None:
        for group in self.asked.groups:
            for visit in group:
                self.model.add_bool_or([*self._any_of(self.holding[visit]), self.left_of[visit]])
        for routes in self.driving.values():
            self.model.add_at_most_one(self._any_of(routes))

    def _tie(self) -> None:
        """Links: whose starts no two tours can bring together are not driven both; same or different
        workers."""
        arrays = self.asked.model.arrays
        for visit in list(self.holding):
            for link in arrays.links_of(visit):
                other = int(link["other"])
                if other not in self.left_of or not self.holding[other]:
                    continue
                if link["timed"]:
                    self._keep_starts(visit, other, int(link["low"]))
                if link["worker"] != 0:
                    self._keep_workers(visit, other, is_same=link["worker"] == SAME)

    def _keep_starts(self, visit: int, other: int, low: int) -> None:
        """start[other] - start[visit] >= low. The other end of a link is the other visit's own."""
        early = {route: self.asked.span(route, visit)[0] for route in self.holding[visit]}
        late = {route: self.asked.span(route, other)[1] for route in self.holding[other]}
        # One constraint a start, and not one a pair of routes: of those there are as many as the square.
        for start in sorted(set(early.values())):
            too_late = [route for route, first in early.items() if first >= start]
            too_early = [route for route, last in late.items() if last < start + low]
            if too_early:
                self.model.add_at_most_one(self._any_of([*too_late, *too_early]))

    def _keep_workers(self, visit: int, other: int, *, is_same: bool) -> None:
        own, others = self._by_worker(visit), self._by_worker(other)
        for worker, routes in own.items():
            if is_same:
                for route in routes:
                    self.model.add_bool_or(
                        [~self.of_route[route], self.left_of[other], *self._any_of(others[worker])]
                    )
            elif others[worker]:
                self.model.add_at_most_one(self._any_of([*routes, *others[worker]]))

    def _by_worker(self, visit: int) -> dict[int, list[Column]]:
        found: dict[int, list[Column]] = defaultdict(list)
        for route in self.holding[visit]:
            found[int(self.asked.workers[route[0]])].append(route)
        return found

    def _pair_tours(self) -> None:
        """Days of one worker that hold two tours."""
        days: dict[tuple[int, int], list[int]] = defaultdict(list)
        for tour in self.driving:
            days[int(self.asked.workers[tour]), int(self.asked.slots[tour])].append(tour)
        for one, other in (pair for tours in days.values() for pair in combinations(tours, 2)):
            for route, bad in self.asked.clashing(self.driving[one], self.driving[other]):
                if bad:
                    self.model.add_at_most_one(self._any_of([route, *bad]))
