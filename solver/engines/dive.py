"""From the linear program to a plan: fix the tours it is surest of, let columns adapt to what is left, again.

Diving with column generation as in Sadykov et al. (2019), INFORMS J. Computing 31(2), without backtracking: local search
repairs what the dive got wrong.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solver.engines.columns import Column, ColumnGeneration

SURE = 0.7
"""Columns at this value or above are all fixed."""
FIRST_COLUMNS = 6000
ROUNDS_BETWEEN = 4


def dive(generation: ColumnGeneration, is_over: Callable[[], bool], step: float = 0.15) -> dict[int, tuple[int, ...]]:
    """Tours and their visits, none twice. `step`: share of the remaining tours fixed at a time."""
    fixed: dict[int, tuple[int, ...]] = {}
    while generation.solution is not None and generation.tours:
        chosen = _surest(generation, max(1, int(step * len(generation.tours))))
        if not chosen:
            break
        fixed.update(chosen)
        if is_over():
            break
        generation = _rest(generation, fixed)
        if generation.is_done:
            break
        for _ in range(ROUNDS_BETWEEN):
            generation.round(is_over)
            if is_over() or generation.is_done:
                break
    return fixed


def _surest(generation: ColumnGeneration, wanted: int) -> dict[int, tuple[int, ...]]:
    """The columns of greatest value that do not clash, at least `wanted` of them where there are."""
    chosen, taken = dict[int, tuple[int, ...]](), set[int]()
    values = generation.column_values()
    for index in np.argsort(-values, kind="stable"):
        if values[index] < 1e-3 or (values[index] < SURE and len(chosen) >= wanted):
            break
        tour, route = generation.solved[index]
        if tour not in chosen and taken.isdisjoint(route):
            chosen[tour] = route
            taken.update(route)
    return chosen


def _rest(generation: ColumnGeneration, fixed: dict[int, tuple[int, ...]]) -> ColumnGeneration:
    """The problem that is left, with the best columns trimmed to it."""
    covered = {visit for route in fixed.values() for visit in route}
    rest = ColumnGeneration(
        generation.model,
        generation.all_penalties,
        legs=generation.legs,
        tours=[tour for tour in generation.tours if tour not in fixed],
        visits=[visit for visit in generation.visits if visit not in covered],
    )
    columns = sorted(generation.columns, key=generation.reduced_cost)[:FIRST_COLUMNS]
    rest.add(_trimmed(column, covered) for column in columns if column[0] not in fixed)
    return rest


def _trimmed(column: Column, covered: set[int]) -> Column:
    tour, route = column
    return tour, tuple(visit for visit in route if visit not in covered)
