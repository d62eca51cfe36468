"""Communes put together into sectors: balanced hours first, then the least way from each sector's centre.

A p-median model (Hakimi 1965): each commune belongs to one of `count` centres. A commune may only belong to a
centre if a neighbour that is nearer to it, by the shortest way over neighbours, does too (Zoltners & Sinha
1983): so every sector hangs together, without flows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy.sparse.csgraph import shortest_path

from solver.engines.cpsat import solver_for
from solver.sectoring.commune_graph import CommuneNetwork, Matrix

TENTHS = 10
"""Travel is counted in tenths of a minute."""
SHARE_OF_BALANCE = 0.3
"""Of the time: what is spent on the balance alone."""
PASSES = 20
"""Exchanges of a centre at the most, before the search."""


Centres = tuple[int, ...]
Members = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Partition:
    """Attributes:
    members: of each sector, rows of the graph; the centre is the first.
    beyond: minutes of service by which sectors miss the tolerance, all together; 0: all are within it.
    is_proven: no other sectors of this kind are better. gap: how much shorter ways might be at the most, as
        a share, with this balance; None: nothing is known of it.
    """

    members: Members
    beyond: int
    is_proven: bool
    gap: float | None


def partition(
    graph: CommuneNetwork, count: int, tolerance: float, limit_s: float, seed: int, threads: int = 2
) -> Partition:
    """Args: count: sectors, from 1 to the number of communes. tolerance: how far a sector's hours may lie
    from the mean, as a share of it."""
    whole = int(graph.minutes.sum())
    bounds = [round(whole / count * (1 + sign * tolerance)) for sign in (-1, 1)]
    shape = _Shape(graph, _ways(graph), bounds[0], bounds[1])
    start = shape.nearest(shape.good_centres(count))
    balance = _PartitionModel(shape, count)
    balance.model.minimize(balance.beyond)
    members, is_balanced, _ = balance.solved(start, limit_s * SHARE_OF_BALANCE, seed, threads)
    travel = _PartitionModel(shape, count)
    beyond = shape.beyond(members)
    travel.least_travel(beyond)
    members, is_nearest, gap = travel.solved(members, limit_s * (1 - SHARE_OF_BALANCE), seed, threads)
    return Partition(members, shape.beyond(members), is_balanced and is_nearest, gap)


def _ways(graph: CommuneNetwork) -> Matrix:
    """The shortest ways over neighbours."""
    steps = np.where(graph.near, np.maximum(graph.travel, 1 / TENTHS), 0.0)
    return np.asarray(shortest_path(steps, directed=False), np.float64)


@dataclass(frozen=True, eq=False)
class _Shape:
    """A graph, its shortest ways, and how many minutes a sector should have."""

    graph: CommuneNetwork
    way: Matrix
    least: int
    most: int

    def nearest(self, centres: Centres) -> Members:
        """Each commune with the centre that is nearest over neighbours: such sectors hang together."""
        chosen = np.argmin(self.way[:, list(centres)], axis=1)
        return tuple(
            (centre, *(int(row) for row in np.flatnonzero(chosen == at) if row != centre))
            for at, centre in enumerate(centres)
        )

    def beyond(self, members: Members) -> int:
        loads = [int(self.graph.minutes[list(rows)].sum()) for rows in members]
        return sum(max(0, load - self.most, self.least - load) for load in loads)

    def cost(self, centres: Centres) -> tuple[int, float]:
        members = self.nearest(centres)
        paid = sum(
            float(self.graph.visits[row] * self.graph.travel[row, rows[0]])
            for rows in members
            for row in rows
        )
        return self.beyond(members), paid

    def good_centres(self, count: int) -> Centres:
        """Each far from those before it; then one exchanged for another as long as that is better."""
        centres = [int(np.argmax(self.graph.minutes))]
        while len(centres) < count:
            centres.append(int(np.argmax(self.way[:, centres].min(axis=1))))
        best = tuple(centres)
        for _ in range(PASSES):
            swaps = [
                (*best[:at], row, *best[at + 1 :])
                for at in range(count)
                for row in range(len(self.way))
                if row not in best
            ]
            better = min([best, *swaps], key=self.cost)
            if better == best:
                break
            best = better
        return best


class _PartitionModel:
    def __init__(self, shape: _Shape, count: int) -> None:
        self.shape, self.model = shape, cp_model.CpModel()
        size = len(shape.way)
        self.belongs = [
            [self.model.new_bool_var(f"{row}:{centre}") for centre in range(size)] for row in range(size)
        ]
        for row in range(size):
            self.model.add_exactly_one(self.belongs[row])
            for centre in range(size):
                self.model.add_implication(self.belongs[row][centre], self.belongs[centre][centre])
        self.model.add(sum(self.belongs[centre][centre] for centre in range(size)) == count)
        self._hang_together()
        self._balance(count)

    def _hang_together(self) -> None:
        way, near = self.shape.way, self.shape.graph.near
        for centre in range(len(way)):
            for row in np.flatnonzero(np.arange(len(way)) != centre):
                before = np.flatnonzero(near[row] & (way[centre] < way[centre, row]))
                own = self.belongs[row][centre]
                self.model.add_bool_or([own.negated(), *(self.belongs[other][centre] for other in before)])

    def _balance(self, count: int) -> None:
        minutes = [int(one) for one in self.shape.graph.minutes]
        whole, misses = sum(minutes), []
        for centre in range(len(minutes)):
            load = sum(one * self.belongs[row][centre] for row, one in enumerate(minutes))
            above = self.model.new_int_var(0, whole, f"above{centre}")
            below = self.model.new_int_var(0, whole, f"below{centre}")
            is_open = self.belongs[centre][centre]
            self.model.add(load - above <= self.shape.most * is_open)
            self.model.add(load + below >= self.shape.least * is_open)
            misses += [above, below]
        self.beyond = self.model.new_int_var(0, 2 * whole * count, "beyond")
        self.model.add(self.beyond == sum(misses))

    def least_travel(self, beyond: int) -> None:
        """Missing the tolerance no more than so."""
        self.model.add(self.beyond <= beyond)
        prices: NDArray[np.int64] = np.rint(self.shape.graph.travel * TENTHS).astype(np.int64)
        prices *= self.shape.graph.visits[:, None]
        self.model.minimize(
            sum(
                int(price) * own
                for row, paid in zip(self.belongs, prices, strict=True)
                for own, price in zip(row, paid, strict=True)
            )
        )

    def solved(
        self, start: Members, limit_s: float, seed: int, threads: int
    ) -> tuple[Members, bool, float | None]:
        """The best members found, `start` where there was no time; whether none are better; the gap."""
        for centre, *rows in start:
            for row in range(len(self.belongs)):
                self.model.add_hint(self.belongs[row][centre], row == centre or row in rows)
        solver = solver_for(limit_s, seed, threads)
        status = solver.solve(self.model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return start, False, None
        best, bound = solver.objective_value, solver.best_objective_bound
        gap = 0.0 if best <= 0 else max(0.0, (best - bound) / best)
        return self._members(solver), status == cp_model.OPTIMAL, gap

    def _members(self, found: cp_model.CpSolver) -> Members:
        rows = range(len(self.belongs))
        centres = [centre for centre in rows if found.value(self.belongs[centre][centre])]
        return tuple(
            (centre, *(row for row in rows if row != centre and found.value(self.belongs[row][centre])))
            for centre in centres
        )
