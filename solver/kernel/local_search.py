"""The kernel's search as a Python object: load or construct a plan, anneal, read what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.kernel.arrays import FAR, Arrays, Ints
from solver.kernel.build import load_kernel
from solver.kernel.enumerations import POOL_ROWS, Verdict
from solver.kernel.passing import CModel
from solver.kernel.structs import FACTS, MEASURES, PLACE, POOLED, SPOT

Orders = list[list[int]]
"""Rows of visits in the order of each tour."""

# Passed where C expects an array and there is nothing to tell: a null pointer would not say its type.
NOTHING = np.zeros(0, np.int64)
NO_SPOT = np.array([(-1, -1, -1)], SPOT)


@dataclass(frozen=True, slots=True)
class SearchFacts:
    """Costs and counters of a search; costs in cost units, `best` being INT64_MAX before any plan was
    kept."""

    best: int
    present: int
    guide: int
    iterations: int
    improvements: int
    pooled: int
    covered: int


@dataclass(frozen=True, slots=True)
class BestInsertion:
    """The best place for a visit: `change` of the plan's cost, in cost units, when LAWFUL; else by how many
    ticks it misses, breaks and links aside. `position` counts in the order that remains without what was
    taken out."""

    verdict: Verdict
    tour: int
    position: int
    change: int
    shortfall: int

    @property
    def is_lawful(self) -> bool:
        return self.verdict is Verdict.LAWFUL


class Search:
    """One search, one thread at a time; two of them run side by side, since calls release the interpreter
    lock."""

    def __init__(self, arrays: Arrays, seed: int) -> None:
        self._library = load_kernel()
        self._model = CModel(arrays)
        self.tours, self.visits = len(arrays.tours), len(arrays.visits)
        self.width = int(arrays.scalars["length"]) + 1
        self._handle = self._library.search_new(self._model.struct, seed)
        if not self._handle:
            raise MemoryError("the kernel found no memory for a search")
        self._answer = np.zeros(1, PLACE)

    def __del__(self) -> None:
        if hasattr(self, "_handle"):
            self._library.search_free(self._handle)

    def load(self, orders: Sequence[Sequence[int]], starts: Mapping[int, int] | None = None) -> bool:
        """Replace the plan; True when it was lawful as given, else only what fits was kept.

        Args: starts: of a plan that was found so: where waiting for a colleague is the break that a tour
        owes, orders alone do not tell all of it. Raises: ValueError, for orders of other tours or visits than
        the model's.
        """
        if len(orders) != self.tours or any(not 0 <= visit < self.visits for row in orders for visit in row):
            raise ValueError(
                f"orders of {len(orders)} tours for a model of {self.tours} tours and {self.visits} visits"
            )
        width = max([self.width, *map(len, orders)])
        order = np.zeros((self.tours, width), np.int32)
        count = np.array([len(row) for row in orders], np.int64)
        for tour, row in enumerate(orders):
            order[tour, : len(row)] = row
        known = (
            None
            if starts is None
            else np.array([starts.get(visit, -FAR) for visit in range(self.visits)], np.int64)
        )
        return bool(self._library.search_load(self._handle, order, count, width, known))

    def spans_alone(
        self, routes: Sequence[tuple[int, Sequence[int]]]
    ) -> list[dict[int, tuple[int, int]] | None]:
        """Of each route (its tour, its visits in order), nothing else being planned: earliest and latest
        start of its visits, in ticks; None where it is not lawful. The present plan is nothing afterwards."""
        width = max([self.width, *(len(visits) for _, visits in routes)])
        rows, counts = _table([visits for _, visits in routes], width)
        tours, holds = np.array([tour for tour, _ in routes], np.int64), np.zeros(len(routes), np.uint8)
        early, late = np.zeros(rows.shape, np.int64), np.zeros(rows.shape, np.int64)
        asked = tours, rows, counts, width
        self._library.search_routes(self._handle, len(routes), *asked, holds, early, late)
        found: list[dict[int, tuple[int, int]] | None] = []
        for row, (_, visits) in enumerate(routes):
            spans = zip(early[row].tolist(), late[row].tolist(), strict=True)
            found.append(
                dict(zip(visits, spans, strict=False)) if holds[row] else None
            )  # rows are wider than routes
        return found

    def pairs_hold(
        self, one: int, ones: Sequence[Sequence[int]], other: int, others: Sequence[Sequence[int]]
    ) -> NDArray[np.uint8]:
        """Which routes of one tour are lawful beside which of another, nothing else being planned; shape
        (ones, others). The present plan is nothing afterwards."""
        holds = np.zeros((len(ones), len(others)), np.uint8)
        tours, sizes = np.array([one, other], np.int64), np.array(holds.shape, np.int64)
        width = max([self.width, *map(len, ones), *map(len, others)])
        (rows, counts), (other_rows, other_counts) = _table(ones, width), _table(others, width)
        routes = rows, counts, other_rows, other_counts
        self._library.search_pairs(self._handle, tours, sizes, *routes, width, holds)
        return holds

    def construct(self) -> None:
        """Add uncovered visits to the present plan, the dearest first."""
        self._library.search_construct(self._handle)

    def complete(self) -> int:
        """Cover, in the best plan, whatever one lawful insertion still covers and makes the plan cheaper:
        every tour and
        position is judged exactly, two visits at once where neither may be covered alone. Returns how many
        insertions that took; afterwards none is left."""
        self.load(self.plan(), self.starts())
        inserted = int(self._library.search_complete(self._handle))
        if inserted < 0:
            raise MemoryError("the kernel found no memory for its last pass")
        return inserted

    def enumerate(self, ticks: NDArray[np.int32], roads: Ints, sequence: Sequence[int], nodes: int) -> bool:
        """Look at every plan that could be cheaper than the best one; True when `nodes` decisions were enough
        for that, so that the best plan is the best there is.

        Args: ticks, roads: least travel and leg costs, detours allowed. sequence: the visits as they are
        decided.
        """
        travel, legs = np.ascontiguousarray(ticks), np.ascontiguousarray(roads)
        order = np.array(sequence, np.int64)
        whole = int(self._library.search_enumerate(self._handle, travel, legs, order, nodes))
        if whole < 0:
            raise MemoryError("the kernel found no memory to look at every plan")
        return whole > 0

    def guide(self, worth: Ints) -> None:
        """Let the search count `worth` for leaving each visit out, by row; visits that count as nothing are
        not looked for."""
        self._library.search_guide(self._handle, np.ascontiguousarray(worth, np.int64))

    def anneal(self, iterations: int, hot: float, cold: float, done: float = 0.0, goal: float = 1.0) -> None:
        """Run iterations; `done` to `goal` is the share of the cooling schedule they cover."""
        self._library.search_anneal(self._handle, iterations, hot, cold, done, goal)

    def reset_best(self) -> None:
        """Forget the best plan; the present one counts as best."""
        self._library.search_reset_best(self._handle)

    def plan(self, best: bool = True) -> Orders:
        order = np.zeros((self.tours, self.width), np.int32)
        count = np.zeros(self.tours, np.int64)
        self._library.search_plan(self._handle, best, order, count, self.width)
        return [order[tour, : count[tour]].tolist() for tour in range(self.tours)]

    @property
    def facts(self) -> SearchFacts:
        found = np.zeros(1, FACTS)
        self._library.search_facts(self._handle, found)
        return SearchFacts(*found[0].item())

    def pool(self) -> list[tuple[int, tuple[int, ...], int]]:
        """Remembered columns: (tour, visits in order, cost of the tour alone), each once."""
        rows = min(self.facts.pooled, POOL_ROWS)
        order, heads = np.zeros((rows, self.width), np.int32), np.zeros(rows, POOLED)
        rows = self._library.search_pool(self._handle, order, heads, self.width, rows)
        found = {
            (tour, tuple(order[row, :length].tolist())): cost
            for row, (tour, length, cost) in enumerate(heads[:rows].tolist())
        }
        return [(tour, visits, cost) for (tour, visits), cost in found.items()]

    def spans(self) -> dict[int, tuple[int, int]]:
        """Earliest and latest start of the visits of the present plan, in ticks, its orders kept."""
        early, late = np.zeros(self.visits, np.int64), np.zeros(self.visits, np.int64)
        self._library.search_spans(self._handle, early, late)
        both = enumerate(zip(early.tolist(), late.tolist(), strict=True))
        return {visit: span for visit, span in both if span[0] > -FAR}

    def starts(self) -> dict[int, int]:
        """Ticks at which the visits of the best plan start, as early as they can."""
        values = np.zeros(self.visits, np.int64)
        self._library.search_starts(self._handle, values)
        return {visit: start for visit, start in enumerate(values.tolist()) if start > -FAR}

    def measures(self, tour: int) -> dict[str, int]:
        """What timing found of a tour of the present plan (`solver.kernel.structs.MEASURES`)."""
        values = np.zeros(1, MEASURES)
        self._library.search_measures(self._handle, tour, values)
        return dict(zip(MEASURES.names or (), values[0].item(), strict=True))

    def try_insertion(self, visit: int, tour: int, position: int) -> int | None:
        """Change of the plan's cost by inserting there, everything else in its order; None when a rule
        breaks."""
        change = np.zeros(1, np.int64)
        lawful = self._library.search_try(self._handle, visit, tour, position, change)
        return int(change[0]) if lawful else None

    def place(
        self,
        visit: int,
        tours: range | None = None,
        *,
        without: Sequence[int] = (),
        first: tuple[int, int, int] | None = None,
        anyway: bool = False,
    ) -> BestInsertion:
        """The best place of a visit in the present plan, which stays as it is; every position is judged
        exactly.

        Args: tours: the rows to look at, all by default. without: visits taken out before. first: (visit,
            tour, position) put in before. anyway: look also where a rule forbids the pair.
        """
        asked = tours if tours is not None else range(self.tours)
        gone = np.array(without, np.int64) if len(without) else NOTHING
        before = NO_SPOT if first is None else np.array([first], SPOT)
        self._library.search_place(
            self._handle, visit, asked.start, asked.stop, gone, len(gone), before, anyway, self._answer
        )
        verdict, *values = self._answer[0].item()
        return BestInsertion(Verdict(verdict), *values)

    def leaving(
        self, visit: int, tour: int, groups: Sequence[Sequence[int]], without: Sequence[int] = ()
    ) -> list[int]:
        """Which of these groups of visits have to leave so that the visit fits into the tour: the first that
        is enough alone, else a set none of which can stay, the last ones staying first; none when all of them
        are not enough.

        Args: without: visits that leave anyway.
        """
        ends = np.cumsum([len(group) for group in groups], dtype=np.int64)
        rows = np.array([row for group in groups for row in group], np.int64)
        gone, goes = np.zeros(len(without) + len(rows), np.int64), np.zeros(len(groups), np.int64)
        gone[: len(without)] = without
        sizes = len(groups), len(without)
        self._library.search_leaving(self._handle, visit, tour, rows, ends, *sizes, gone, goes)
        return [int(group) for group in np.flatnonzero(goes)]


def _table(routes: Sequence[Sequence[int]], width: int) -> tuple[NDArray[np.int32], Ints]:
    """Routes as rows so wide, and their lengths."""
    rows, counts = np.zeros((len(routes), width), np.int32), np.zeros(len(routes), np.int64)
    for row, route in enumerate(routes):
        rows[row, : len(route)], counts[row] = route, len(route)
    return rows, counts
