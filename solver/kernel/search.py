"""The kernel's search as a Python object: load or construct a plan, anneal, read what was found."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.arrays import M_COLUMNS, X_LENGTH, Arrays, Ints
from solver.kernel.build import load_kernel
from solver.kernel.passing import CModel, pointer

Orders = list[list[int]]
"""Rows of visits in the order of each tour."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Costs and counters of a search; costs in cost units, `best` being INT64_MAX before any plan was kept."""

    best: int
    present: int
    guide: int
    iterations: int
    improvements: int
    pooled: int
    covered: int


class Search:
    """One search, one thread at a time; two of them run side by side, since calls release the interpreter lock."""

    def __init__(self, arrays: Arrays, seed: int) -> None:
        self._library = load_kernel()
        self._model = CModel(arrays)
        self.tours, self.visits = len(arrays.tours), len(arrays.visits)
        self.width = int(arrays.scalars[X_LENGTH]) + 1
        self._handle = ctypes.c_void_p(self._library.search_new(self._model.pointer, ctypes.c_uint64(seed)))
        if self._handle.value is None:
            raise MemoryError("the kernel found no memory for a search")

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            self._library.search_free(self._handle)

    def load(self, orders: Sequence[Sequence[int]]) -> bool:
        """Replace the plan; True when it was lawful as given, else only what fits was kept.

        Raises: ValueError, for orders of other tours or visits than the model's.
        """
        if len(orders) != self.tours or any(not 0 <= visit < self.visits for row in orders for visit in row):
            raise ValueError(f"orders of {len(orders)} tours for a model of {self.tours} tours and {self.visits} visits")
        width = max([self.width, *map(len, orders)])
        order = np.zeros((self.tours, width), np.int32)
        count = np.array([len(row) for row in orders], np.int64)
        for tour, row in enumerate(orders):
            order[tour, : len(row)] = row
        return bool(self._library.search_load(self._handle, pointer(order), pointer(count), ctypes.c_int64(width)))

    def construct(self) -> None:
        """Add uncovered visits to the present plan, the dearest first."""
        self._library.search_construct(self._handle)

    def anneal(self, iterations: int, hot: float, cold: float, done: float = 0.0, goal: float = 1.0) -> None:
        """Run iterations; `done` to `goal` is the share of the cooling schedule they cover."""
        self._library.search_anneal(self._handle, ctypes.c_int64(iterations), *map(ctypes.c_double, (hot, cold, done, goal)))

    def reset_best(self) -> None:
        """Forget the best plan; the present one counts as best."""
        self._library.search_reset_best(self._handle)

    def plan(self, best: bool = True) -> Orders:
        order = np.zeros((self.tours, self.width), np.int32)
        count = np.zeros(self.tours, np.int64)
        self._library.search_plan(self._handle, int(best), pointer(order), pointer(count), ctypes.c_int64(self.width))
        return [order[tour, : count[tour]].tolist() for tour in range(self.tours)]

    @property
    def facts(self) -> Facts:
        values = np.zeros(7, np.int64)
        self._library.search_facts(self._handle, pointer(values))
        return Facts(*(int(value) for value in values))

    def pool(self) -> list[tuple[int, tuple[int, ...], int]]:
        """Remembered columns: (tour, visits in order, cost of the tour alone), each once."""
        rows = min(self.facts.pooled, 20000)
        order, heads = np.zeros((rows, self.width), np.int32), np.zeros((rows, 3), np.int64)
        rows = self._library.search_pool(self._handle, pointer(order), pointer(heads), ctypes.c_int64(self.width))
        found = {(int(t), tuple(order[row, :n].tolist())): int(cost) for row, (t, n, cost) in enumerate(heads[:rows])}
        return [(tour, visits, cost) for (tour, visits), cost in found.items()]

    def measures(self, tour: int) -> Ints:
        values = np.zeros(M_COLUMNS, np.int64)
        self._library.search_measures(self._handle, ctypes.c_int64(tour), pointer(values))
        return values

    def try_insertion(self, visit: int, tour: int, position: int) -> int | None:
        """Change of the plan's cost by inserting there, everything else in its order; None when a rule breaks."""
        change = np.zeros(1, np.int64)
        arguments = (ctypes.c_int64(value) for value in (visit, tour, position))
        lawful = self._library.search_try(self._handle, *arguments, pointer(change))
        return int(change[0]) if lawful else None
