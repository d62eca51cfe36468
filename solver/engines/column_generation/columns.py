"""Column generation: the bound, and columns for plans.

Lagrange: for any prices pi >= 0 of visits, no plan costs less than sum(pi) + sum over tours of min(0, least
reduced cost), as long as no group of visits is priced above what leaving it out costs. Prices are whole
numbers, so the bound is exact. Desaulniers, Desrosiers & Solomon (2005), Column Generation, chapters 1 and 2.
Cuts (column_generation/cuts.py) are priced too: what a tour pays for them, less what they are worth together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np

from solver.engines.column_generation.cuts import Cut, violated
from solver.engines.column_generation.master import Floats, LpSolution, Master
from solver.kernel.arrays import Arrays, Ints
from solver.kernel.enumerations import MOST_CUTS, Effort
from solver.kernel.pricing import Pricer
from solver.model.model import Model

Column = tuple[int, tuple[int, ...]]
"""A tour row and its visits in order."""
FIRST_TOLERANCE = 3e-2
LAST_TOLERANCE = 1e-7
CUT_TOLERANCE = 1e-4
"""How loosely the master is solved when cuts have just come."""
FLAT_ROUNDS, FLAT_GAIN = 8, 0.025
"""Columns are enough for a dive when so many rounds gain less than this share of the master's value."""
GRAIN = 64
"""Prices are whole grains of a cost unit, so that rounding them loses less than a unit of bound."""
MOST_GRAINED = 1 << 60
"""Grains that all penalties together may make: sums of prices are 64 bits wide."""


def groups_of(model: Model) -> list[list[int]]:
    """Visits that are covered together or not at all, each visit in one group. A visit that needs others
    without being needed by them has a row behind theirs, and so a group of its own."""
    a, seen, groups = model.arrays, set[int](), []
    for visit in range(len(a.visits)):
        if visit in seen:
            continue
        group, queue = [], [visit]
        while queue:
            one = queue.pop()
            if one not in seen:
                seen.add(one)
                group.append(one)
                queue += a.partners_of(one)
        groups.append(sorted(group))
    return groups


class ColumnGeneration:
    """Grows columns and the bound over some tours and visits (all, unless said otherwise).

    After each round: `bound` (0 until a first round that proves), `lp` the master's value, `prices` of visits
    and tours, `coarse_s` the seconds that a coarse round prices, `has_stalled` whether the last proof raised
    no bound.
    """

    def __init__(
        self,
        model: Model,
        penalties: Ints,
        *,
        arrays: Arrays | None = None,
        legs: bool = True,
        tours: Iterable[int] | None = None,
        visits: Iterable[int] | None = None,
        finest: Effort = Effort.EXACT,
    ) -> None:
        """Args: penalties: the visits' costs when uncovered (true costs, or points alone with `legs` False).
        arrays: the model's, or a narrower copy. finest: how finely it prices at the most; only one that
        proves gives a bound."""
        self.model, self.all_penalties, self.legs = model, penalties, legs
        self.arrays = arrays if arrays is not None else model.arrays
        self.tours = list(range(len(model.arrays.tours)) if tours is None else tours)
        self.visits = list(range(len(model.arrays.visits)) if visits is None else visits)
        self.row_of_visit = {visit: row for row, visit in enumerate(self.visits)}
        # One tour of an availability, whatever the vehicle: they share a row.
        stays = model.arrays.tours["stay"][self.tours].tolist()
        rows = {stay: row for row, stay in enumerate(dict.fromkeys(stays))}
        self.row_of_tour = {
            tour: len(self.visits) + rows[stay] for tour, stay in zip(self.tours, stays, strict=True)
        }
        self.own_rows = len(rows)
        kept = ([visit for visit in group if visit in self.row_of_visit] for group in groups_of(model))
        self.groups = [group for group in kept if group]
        self.penalties = np.array([penalties[group].sum() for group in self.groups], np.int64)
        seen = self.arrays
        if len(self.visits) < len(seen.visits):
            hidden = np.ones(len(seen.visits), bool)
            hidden[self.visits] = False
            # A copy: the local search of the other thread reads the day's own.
            pairs = seen.pairs.copy()
            pairs[:, hidden] = 0
            seen = seen._replace(pairs=pairs)
        self.grain = GRAIN if int(self.penalties.sum()) * GRAIN <= MOST_GRAINED else 1
        self.pricer = Pricer(seen, model.shortest_travel, legs=legs, grain=self.grain)
        self.master = Master(len(self.visits) + self.own_rows, len(self.visits))
        self.columns: dict[Column, int] = {}
        self.cuts: list[Cut] = []
        self._cuts_in: dict[tuple[int, ...], list[int]] = {}
        self.cut_prices = np.zeros(0, np.int64)
        self.bound, self.lp, self.rounds = 0, float("inf"), 0
        self.coarse_s, self.has_stalled = 0.0, False
        self.values: list[float] = []
        self.solution: LpSolution | None = None
        self.solved: list[Column] = []
        self.prices = np.zeros(len(model.arrays.visits), np.int64)
        self.tour_prices, self.stay_prices = np.zeros(len(model.arrays.tours), np.int64), 0
        self._worth: dict[int, int] = {}
        self._effort, self._tolerance, self._finest = Effort.COARSE, FIRST_TOLERANCE, finest
        self.is_done = not self.visits or not self.tours
        if self.is_done:
            self.bound, self.lp = int(self.penalties.sum()), float(self.penalties.sum())

    def add(self, columns: Iterable[Column]) -> int:
        """Columns that pricing can time; returns how many were new."""
        before = len(self.columns)
        for tour, route in columns:
            if (
                route
                and (tour, route) not in self.columns
                and (cost := self.pricer.cost(tour, route)) is not None
            ):
                self.columns[tour, route] = cost
        return len(self.columns) - before

    def add_cuts(self, cuts: Iterable[Cut]) -> int:
        """Hold the program to these too, as far as pricing can; returns how many."""
        before = len(self.cuts)
        self.cuts = [*self.cuts, *cuts][:MOST_CUTS]
        self._cuts_in = {}
        self.master = Master(len(self.visits) + self.own_rows + len(self.cuts), len(self.visits))
        self.cut_prices = np.concatenate([self.cut_prices, np.zeros(len(self.cuts) - before, np.int64)])
        if len(self.cuts) > before:
            self.is_done, self._tolerance = False, CUT_TOLERANCE
        return len(self.cuts) - before

    def tighten(self, most: int) -> int:
        """Add the cuts that the last master's columns break; returns how many."""
        values = zip((route for _, route in self.solved), self.column_values().tolist(), strict=True)
        return self.add_cuts(violated(values, self.cuts, most))

    def run(self, is_over: Callable[[], bool], gap: float = 1e-4) -> None:
        """Rounds until `is_over`, or the bound meets the master's value within `gap`."""
        while not self.is_done and not is_over():
            self.round(is_over, gap)

    def round(self, is_over: Callable[[], bool], gap: float = 1e-4) -> None:
        """Solve the master loosely, price every tour, tighten. Coarse pricing first, what proves at the
        end."""
        self._solve_master()
        if is_over():
            return
        # All that is found goes into the next master: of many tours fewer routes each.
        most = 20 if len(self.tours) <= 20 else 8
        fresh: list[Column] = []
        # A bound is the prices and the cheapest route of every tour: one tour not priced, and it is none.
        # Of an availability that is the cheapest of its tours, as it is one of them.
        value, complete = int(self.prices.sum() + self.stay_prices - self.cut_prices.sum()), True
        least: dict[int, int] = {}
        self.pricer.cut(self.cuts, self.cut_prices)
        began = time.perf_counter()
        for tour in self.tours:
            if is_over():
                complete = False
                break
            priced = self.pricer.price(tour, self.prices, int(self.tour_prices[tour]), self._effort, most)
            if priced is None:
                complete = False
                continue
            fresh += [(tour, route) for route in priced[0]]
            row = self.row_of_tour[tour]
            least[row] = min(priced[1], least.get(row, priced[1]))
            self._worth[tour] = -(priced[1] + int(self.tour_prices[tour])) // self.grain
        if self._effort is Effort.COARSE:
            self.coarse_s = time.perf_counter() - began
        found = self.add(fresh)
        self.rounds += 1
        if complete:
            self._advance(value + sum(least.values()), found, gap)
        elif self._effort.proves and not is_over():
            self.is_done = True  # labels ran out: the bound found so far stands

    def _solve_master(self) -> None:
        row_of = self.row_of_visit
        first_cut = len(self.visits) + self.own_rows
        rows = [
            [
                *(row_of[visit] for visit in route),
                self.row_of_tour[tour],
                *(first_cut + cut for cut in self.cuts_in(route)),
            ]
            for tour, route in self.columns
        ]
        rows += [[row_of[visit] for visit in group] for group in self.groups]
        self.solution = self.master.solve(
            rows, [*self.columns.values(), *self.penalties.tolist()], self._tolerance
        )
        self.lp = self.solution.primal
        self.values.append(self.lp)
        self.solved = list(self.columns)
        self._round_prices(self.solution.prices)

    def cuts_in(self, route: tuple[int, ...]) -> list[int]:
        """The cuts of which the route holds two visits or three."""
        if not self.cuts:
            return []
        if route not in self._cuts_in:
            visits = set(route)
            self._cuts_in[route] = [
                row
                for row, (one, other, third) in enumerate(self.cuts)
                if (one in visits) + (other in visits) + (third in visits) > 1
            ]
        return self._cuts_in[route]

    def _round_prices(self, found: Floats) -> None:
        """Whole prices that no group's penalty is below: then leaving visits out never pays in the bound."""
        cover, own = len(self.visits), len(self.visits) + self.own_rows
        self.prices[self.visits] = np.maximum(0, np.rint(found[:cover] * self.grain)).astype(np.int64)
        for group, penalty in zip(self.groups, self.penalties * self.grain, strict=True):
            total = int(self.prices[group].sum())
            if total > penalty:  # Python's whole numbers: products may pass 64 bits
                self.prices[group] = [int(price) * int(penalty) // total for price in self.prices[group]]
        prices = np.minimum(0, np.rint(found[cover:own] * self.grain)).astype(np.int64)
        self.stay_prices = int(prices.sum())
        self.tour_prices[self.tours] = prices[[self.row_of_tour[tour] - cover for tour in self.tours]]
        self.cut_prices = np.maximum(0, np.rint(-found[own:] * self.grain)).astype(np.int64)

    def _advance(self, value: int, fresh: int, gap: float) -> None:
        """Move to finer pricing and tighter masters as the estimated gap closes."""
        estimate = (self.lp - value / self.grain) / max(1.0, abs(self.lp))
        if self._effort.proves:
            found = -(-value // self.grain)
            self.has_stalled, self.bound = 0 < found <= self.bound, max(self.bound, found)
            is_last = self._effort is Effort.EXACT and fresh == 0 and self._tolerance <= LAST_TOLERANCE
            self.is_done = is_last or self.lp - self.bound <= gap * abs(self.lp)
        elif self._effort is Effort.COARSE:
            if estimate < 3e-2 or fresh < 3:
                self._effort = Effort.FINE
        elif estimate < 2e-3 or fresh < 3:
            self._effort = self._finest
            self.is_done = self._finest is Effort.FINE and fresh == 0 and self._tolerance <= LAST_TOLERANCE
        self._tolerance = min(self._tolerance, max(LAST_TOLERANCE, 0.1 * abs(estimate)))
        if fresh == 0:
            self._tolerance = max(LAST_TOLERANCE, 0.05 * self._tolerance)

    def is_flat(self, since: int = 0) -> bool:
        """Whether the last few rounds, all after round `since`, together gained little."""
        values = self.values[since:]
        return len(values) > FLAT_ROUNDS and values[-1 - FLAT_ROUNDS] - values[-1] < FLAT_GAIN * abs(
            values[-1]
        )

    def worth_of_tours(self) -> dict[int, int]:
        """For each tour, how much one more like it could save at the most at these prices, in cost units:
        dual prices only
        rank whom to try, a real solve says what it is worth. What the last round of each tour found, so that
        it costs nothing: the least reduced cost and the price of the tour itself."""
        return dict(self._worth)

    def column_values(self) -> Floats:
        """Values of the columns that the last master knew (`solved`), in their order."""
        return self.solution.values[: len(self.solved)] if self.solution else np.zeros(0)

    def prove_now(self, effort: Effort = Effort.EXACT) -> None:
        """Price so that it proves from the next round on: time is short and a bound is wanted."""
        self._effort = effort

    def reduced_cost(self, column: Column) -> int:
        tour, route = column
        prices = int(
            self.prices[list(route)].sum()
            + self.tour_prices[tour]
            - self.cut_prices[self.cuts_in(route)].sum()
        )
        return self.columns[column] - prices // self.grain
