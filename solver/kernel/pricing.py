"""Pricing as a Python object: the tours of least reduced cost for given duals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solver.kernel.arrays import Arrays, Ints
from solver.kernel.build import load_kernel
from solver.kernel.enumerations import MOST_CUTS, Effort
from solver.kernel.passing import CModel

# Partial tours that a pricer holds at once; the memory is taken when it is made, and touched as it fills.
LABELS = 1_500_000


class Pricer:
    """One a thread. `legs` False prices coverage alone: every cost but the visits' is left out. Duals and
    reduced costs are in `grain`-ths of a cost unit."""

    def __init__(
        self, arrays: Arrays, shortest: NDArray[np.int32], *, legs: bool = True, grain: int = 1
    ) -> None:
        """Args: shortest: least travel with detours allowed, shape as `Arrays.travel`: who is out of reach
        stays so."""
        self._library = load_kernel()
        self._model, self._shortest = CModel(arrays), np.ascontiguousarray(shortest, np.int32)
        self._legs, self._grain = legs, grain if legs else 0
        self._handle = self._library.pricer_new(self._model.struct, self._shortest, LABELS)
        if not self._handle:
            raise MemoryError("the kernel found no memory for pricing")
        self.width = int(arrays.scalars["length"]) + 64
        self._best = np.zeros(1, np.int64)

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            self._library.pricer_free(self._handle)

    def cut(self, cuts: Sequence[tuple[int, int, int]], prices: Ints) -> None:
        """Price these sets of three visits from now on. Args: prices: in grains, at least 0, shape
        (cuts,)."""
        dear = [row for row in range(len(cuts)) if prices[row] > 0][:MOST_CUTS]
        visits = np.array([cuts[row] for row in dear], np.int32).reshape(-1)
        paid = np.ascontiguousarray(prices[dear], np.int64)
        self._library.pricer_cut(self._handle, len(dear), visits, paid)

    def price(
        self, tour: int, dual: Ints, sigma: int, effort: Effort, most: int
    ) -> tuple[list[tuple[int, ...]], int] | None:
        """Routes of negative reduced cost and the least reduced cost (at most 0); None when labels ran out.

        Args: dual: of each visit, in grains, shape (visits,); sigma: of the tour, at most 0.
        """
        if not effort.proves:
            self._best[0] = 0
            return self._price(tour, dual, sigma, effort, most)
        coarse = self.price(tour, dual, sigma, Effort.COARSE, most)  # what exact pricing has to beat
        exact = self._price(tour, dual, sigma, effort, most)
        return (coarse[0] + exact[0], exact[1]) if coarse and exact else exact

    def _price(
        self, tour: int, dual: Ints, sigma: int, effort: Effort, most: int
    ) -> tuple[list[tuple[int, ...]], int] | None:
        routes, lengths = np.zeros((most, self.width), np.int32), np.zeros(most, np.int64)
        asked = dual, sigma, effort, self._grain, most, 0
        answers = self._best, self.width, routes, lengths
        found = self._library.price_tour(self._handle, tour, *asked, *answers)
        if found < 0:
            return None
        return [tuple(routes[row, : lengths[row]].tolist()) for row in range(found)], int(self._best[0])

    def cost(self, tour: int, route: tuple[int, ...]) -> int | None:
        """Cost of a route as pricing sees it; None when it cannot be timed."""
        order = np.array(route, np.int32)
        cost = self._library.route_cost(self._model.struct, tour, order, len(route), self._legs)
        return None if cost < 0 else int(cost)
