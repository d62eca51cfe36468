"""Pricing as a Python object: the tours of least reduced cost for given duals."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from solver.kernel.arrays import X_LENGTH, Arrays, Ints
from solver.kernel.build import load_kernel
from solver.kernel.passing import CModel, pointer

LABELS = 1_500_000
MOST_CUTS = 128
"""That a label can remember."""


class Effort(IntEnum):
    """EXACT prices prove; COARSE keeps about one label per visit and ten minutes and no long waits, FINE one
    in four. MILD prices leave rest breaks out and prove less, several times as quickly."""

    EXACT = 0
    COARSE = 1
    FINE = 2
    MILD = 3

    @property
    def proves(self) -> bool:
        return self in (Effort.EXACT, Effort.MILD)


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
        self._legs, self._grain = ctypes.c_int(legs), ctypes.c_int64(grain if legs else 0)
        made = self._library.pricer_new(self._model.pointer, pointer(self._shortest), ctypes.c_int64(LABELS))
        self._handle = ctypes.c_void_p(made)
        if self._handle.value is None:
            raise MemoryError("the kernel found no memory for pricing")
        self.width = int(arrays.scalars[X_LENGTH]) + 64
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
        self._library.pricer_cut(self._handle, ctypes.c_int64(len(dear)), pointer(visits), pointer(paid))

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
        numbers = (
            ctypes.c_int64(sigma),
            ctypes.c_int(effort),
            self._grain,
            ctypes.c_int64(most),
            ctypes.c_int64(0),
        )
        found = self._library.price_tour(
            self._handle,
            ctypes.c_int64(tour),
            pointer(dual),
            *numbers,
            pointer(self._best),
            ctypes.c_int64(self.width),
            pointer(routes),
            pointer(lengths),
        )
        if found < 0:
            return None
        return [tuple(routes[row, : lengths[row]].tolist()) for row in range(found)], int(self._best[0])

    def cost(self, tour: int, route: tuple[int, ...]) -> int | None:
        """Cost of a route as pricing sees it; None when it cannot be timed."""
        order = np.array(route, np.int32)
        length = ctypes.c_int64(len(route))
        cost = self._library.route_cost(
            self._model.pointer, ctypes.c_int64(tour), pointer(order), length, self._legs
        )
        return None if cost < 0 else int(cost)
