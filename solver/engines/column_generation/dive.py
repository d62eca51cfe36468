"""From the linear program to a plan: fix the tours it is surest of, let columns adapt to what is left, again.

Diving with column generation as in Sadykov et al. (2019), INFORMS J. Computing 31(2), without backtracking:
local search
repairs what the dive got wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solver.engines.column_generation.columns import Column, ColumnGeneration
from solver.engines.column_generation.fixed_tours import FixedTours, narrowed
from solver.kernel.enumerations import Effort

SURE, LEAST_VALUE = 0.7, 1e-3
"""Columns at the one value or above are all fixed, those below the other never."""
FIRST_COLUMNS = 3000
GAIN = 4e-4
"""Share of the program's value below which a pricing round gains too little."""
BLUR = 0.1
"""A second dive takes other ways: values are blurred by so much."""
HURRY = 0.5
"""The largest step, when time is nearly over."""


@dataclass(frozen=True, slots=True)
class DivePace:
    """`step`: share of the remaining tours fixed at a time; then at least and at most so many pricing
    rounds."""

    step: float
    least_rounds: int
    most_rounds: int


CAREFUL = DivePace(0.05, 8, 20)
"""Days of some 3000 tours x visits take seconds at this pace, and the dive often ends at the optimum."""
BRISK = DivePace(0.08, 3, 8)
"""For large days."""


def dive(
    generation: ColumnGeneration,
    is_over: Callable[[], bool],
    pace: DivePace = CAREFUL,
    *,
    left_s: Callable[[], float] | None = None,
    random: np.random.Generator | None = None,
) -> dict[int, tuple[int, ...]]:
    """Tours and their visits, none twice. The columns found on the way are left with the whole program.

    Args: left_s: seconds left; steps grow so that the dive ends in time. random: blurs the choice, for
    another dive.
    """
    whole, fixed, step = generation, FixedTours(generation.arrays), pace.step
    while generation.solution is not None and generation.tours:
        left = left_s() if left_s else 0.0
        if not _fix_surest(generation, fixed, max(1, int(step * len(generation.tours))), random) or is_over():
            break
        generation = _rest(whole, generation, fixed)
        if generation.is_done:
            break
        known = set(generation.columns)
        _adapt(generation, is_over, pace)
        whole.add(generation.columns.keys() - known)
        if left_s:
            step = _step_for(left - left_s(), left_s(), pace)
    return fixed.routes


def _step_for(last_s: float, left_s: float, pace: DivePace) -> float:
    """What is left shrinks by the share fixed: after a step of `last_s`, steps of share s take last_s (1 - s)
    / s more."""
    return min(HURRY, max(pace.step, last_s / max(last_s + left_s, 1e-6)))


def _adapt(generation: ColumnGeneration, is_over: Callable[[], bool], pace: DivePace) -> None:
    """Columns for what is left: good ones are enough, so that pricing never is exact."""
    for count in range(pace.most_rounds):
        before = generation.lp
        generation.round(is_over)
        if is_over() or generation.is_done:
            return
        if count >= pace.least_rounds and before - generation.lp < GAIN * abs(before):
            return


def _fix_surest(
    generation: ColumnGeneration, fixed: FixedTours, wanted: int, random: np.random.Generator | None
) -> int:
    """Fix the columns of greatest value that are lawful together, at least `wanted` where there are; returns
    how many."""
    values, count, taken = generation.column_values(), 0, fixed.covered
    ranks = values if random is None else values * (1 + BLUR * random.standard_normal(len(values)))
    # Stable: equal values in the order in which columns came, so that the same seed dives the same way.
    for index in np.argsort(-ranks, kind="stable"):
        if values[index] < LEAST_VALUE or (values[index] < SURE and count >= wanted):
            break
        tour, route = generation.solved[index]
        if not fixed.is_taken(tour) and taken.isdisjoint(route) and (kept := fixed.take(tour, route)):
            taken.update(kept)
            count += 1
    return count


def _rest(whole: ColumnGeneration, last: ColumnGeneration, fixed: FixedTours) -> ColumnGeneration:
    """The problem that is left, with the best columns of the last one trimmed to it."""
    covered, arrays = fixed.covered, narrowed(fixed)
    lost = arrays.visits["penalty"] - whole.arrays.visits["penalty"]
    rest = ColumnGeneration(
        whole.model,
        whole.all_penalties + lost,
        arrays=arrays,
        legs=whole.legs,
        tours=[tour for tour in whole.tours if not fixed.is_taken(tour)],
        visits=[visit for visit in whole.visits if visit not in covered],
        finest=Effort.FINE,
    )
    rest.add_cuts(cut for cut in last.cuts if covered.isdisjoint(cut))
    columns = sorted(last.columns, key=last.reduced_cost)[:FIRST_COLUMNS]
    rest.add(_trimmed(column, covered) for column in columns if not fixed.is_taken(column[0]))
    return rest


def _trimmed(column: Column, covered: set[int]) -> Column:
    tour, route = column
    return tour, tuple(visit for visit in route if visit not in covered)
