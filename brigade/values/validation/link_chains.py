"""Chains of gaps between visits: how long after one of them another may begin at the most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

Bound: TypeAlias = tuple[str, str, int, int | None]
"""start(second) <= start(first) + ticks, because of the link of that number, or of a visit's hours (None)."""
BLOCK = 256
"""Visits looked from at a time: a row of distances to all others is held for each."""


class LinkChains:
    """Of gaps that some starts suit. Distances are measured by what a gap leaves beyond those starts, never
    below zero.

    Source: Johnson's algorithm (reweighting by a potential, then Dijkstra from each end).
    """

    def __init__(self, gaps: Sequence[Bound], starts: Mapping[str, int]) -> None:
        self._ids = list(starts)
        self._row_of = {id: row for row, id in enumerate(self._ids)}
        self._start = np.array(list(starts.values()), dtype=float)
        self._link: dict[tuple[int, int], tuple[int, int | None]] = {}
        for before, after, most, index in gaps:
            pair = self._row_of[before], self._row_of[after]
            # A sparse matrix would add up two gaps between the same pair: only the tighter one binds.
            if pair not in self._link or most < self._link[pair][0]:
                self._link[pair] = most, index
        rows, columns = (np.array([pair[side] for pair in self._link], dtype=np.int32) for side in (0, 1))
        most_of = np.array([most for most, _ in self._link.values()], dtype=float)
        # Beyond starts that suit all gaps nothing is negative, which is what Dijkstra needs.
        left = most_of + self._start[rows] - self._start[columns] if self._link else most_of
        size = (len(self._ids), len(self._ids))
        self._after = csr_array((left, (rows, columns)), shape=size)
        self._before = csr_array((left, (columns, rows)), shape=size)

    def over_each_other(
        self, groups: Sequence[Sequence[str]], lengths: Mapping[str, int]
    ) -> Iterator[tuple[int, str, str]]:
        """Pairs within each group that overlap whatever the starts, with the number of the group, in its
        order."""
        order = [
            (number, self._row_of[id])
            for number, group in enumerate(groups)
            for id in group
            if id in self._row_of
        ]
        if not order:
            return
        group, place = np.full(len(self._ids), -1), np.zeros(len(self._ids), dtype=int)
        for at, (number, row) in enumerate(order):
            group[row], place[row] = number, at
        length = np.array([lengths.get(id, 0) for id in self._ids], dtype=float)
        sources, most = np.array([row for _, row in order]), 2 * float(length.max())
        for at in range(0, len(sources), BLOCK):
            some: Any = sources[at : at + BLOCK]
            # There and back takes less than both lengths, so neither way alone is further beyond the starts
            # than that.
            after, before = (
                dijkstra(graph, indices=some, limit=most) for graph in (self._after, self._before)
            )
            later = self._start[None, :] - self._start[some, None]
            held = (after + later < length[some, None]) & (before - later < length[None, :])
            held &= (group[some, None] == group[None, :]) & (place[some, None] < place[None, :])
            for one, other in sorted(
                zip(*np.nonzero(held), strict=True), key=lambda pair: (pair[0], place[pair[1]])
            ):
                yield int(group[some[one]]), self._ids[some[one]], self._ids[other]

    def links_between(self, first: str, second: str) -> Iterator[int]:
        """Those whose gaps say how long after the first the second may begin."""
        source, row = self._row_of[first], self._row_of[second]
        came_by = dijkstra(self._after, indices=[source], return_predecessors=True)[1][0]
        while row != source:
            before = int(came_by[row])
            index = self._link[before, row][1]
            if index is not None:
                yield index
            row = before
