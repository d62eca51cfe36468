"""From the linear program to a plan: fix the tours it is surest of, let columns adapt to what is left, again.

Diving with column generation as in Sadykov et al. (2019), INFORMS J. Computing 31(2), without backtracking: local search
repairs what the dive got wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from solver.arrays import V_PEN
from solver.engines.columns import Column, ColumnGeneration
from solver.engines.ties import narrowed, tied_to
from solver.kernel.pricing import Effort

SURE = 0.7
"""Columns at this value or above are all fixed."""
FIRST_COLUMNS = 3000
GAIN = 4e-4
"""Share of the program's value below which a pricing round gains too little."""
BLUR = 0.1
"""A second dive takes other ways: values are blurred by so much."""
HURRY = 0.5
"""The largest step, when time is nearly over."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`step`: share of the remaining tours fixed at a time; then at least and at most so many pricing rounds."""

    step: float
    least_rounds: int
    most_rounds: int


CAREFUL = Pace(0.05, 8, 20)
"""Days of some 3000 tours x visits take seconds at this pace, and the dive often ends at the optimum."""
BRISK = Pace(0.08, 3, 8)
"""For large days."""


def dive(
    generation: ColumnGeneration,
    is_over: Callable[[], bool],
    pace: Pace = CAREFUL,
    *,
    left_s: Callable[[], float] | None = None,
    random: np.random.Generator | None = None,
) -> dict[int, tuple[int, ...]]:
    """Tours and their visits, none twice. The columns found on the way are left with the whole program.

    Args: left_s: seconds left; steps grow so that the dive ends in time. random: blurs the choice, for another dive.
    """
    whole, fixed, step = generation, dict[int, tuple[int, ...]](), pace.step
    while generation.solution is not None and generation.tours:
        left = left_s() if left_s else 0.0
        chosen = _surest(generation, max(1, int(step * len(generation.tours))), random)
        if not chosen:
            break
        fixed.update(chosen)
        if is_over():
            break
        generation = _rest(generation, fixed, chosen)
        if generation.is_done:
            break
        known = set(generation.columns)
        _adapt(generation, is_over, pace)
        whole.add(generation.columns.keys() - known)
        if left_s:
            step = _step_for(left - left_s(), left_s(), pace)
    return fixed


def _step_for(last_s: float, left_s: float, pace: Pace) -> float:
    """What is left shrinks by the share fixed: after a step of `last_s`, steps of share s take last_s (1 - s) / s more."""
    return min(HURRY, max(pace.step, last_s / max(last_s + left_s, 1e-6)))


def _adapt(generation: ColumnGeneration, is_over: Callable[[], bool], pace: Pace) -> None:
    """Columns for what is left: good ones are enough, so that pricing never is exact."""
    for count in range(pace.most_rounds):
        before = generation.lp
        generation.round(is_over)
        if is_over() or generation.is_done:
            return
        if count >= pace.least_rounds and before - generation.lp < GAIN * abs(before):
            return


def _surest(generation: ColumnGeneration, wanted: int, random: np.random.Generator | None) -> dict[int, tuple[int, ...]]:
    """The columns of greatest value that do not clash, at least `wanted` of them where there are. Two that links tie to each
    other are not fixed at once: the second one is found anew, for the time of the first."""
    chosen, taken = dict[int, tuple[int, ...]](), set[int]()
    values = generation.column_values()
    ranks = values if random is None else values * (1 + BLUR * random.standard_normal(len(values)))
    for index in np.argsort(-ranks, kind="stable"):
        if values[index] < 1e-3 or (values[index] < SURE and len(chosen) >= wanted):
            break
        tour, route = generation.solved[index]
        if tour not in chosen and taken.isdisjoint(route):
            chosen[tour] = route
            taken.update(route, tied_to(generation.arrays, route))
    return chosen


def _rest(
    generation: ColumnGeneration, fixed: dict[int, tuple[int, ...]], chosen: dict[int, tuple[int, ...]]
) -> ColumnGeneration:
    """The problem that is left, with the best columns trimmed to it. Args: chosen: those fixed last."""
    covered = {visit for route in fixed.values() for visit in route}
    arrays = narrowed(generation.arrays, chosen)
    lost = arrays.visits[:, V_PEN] - generation.arrays.visits[:, V_PEN]
    rest = ColumnGeneration(
        generation.model,
        generation.all_penalties + lost,
        arrays=arrays,
        legs=generation.legs,
        tours=[tour for tour in generation.tours if tour not in fixed],
        visits=[visit for visit in generation.visits if visit not in covered],
        finest=Effort.FINE,
    )
    rest.add_cuts(cut for cut in generation.cuts if covered.isdisjoint(cut))
    columns = sorted(generation.columns, key=generation.reduced_cost)[:FIRST_COLUMNS]
    rest.add(_trimmed(column, covered) for column in columns if column[0] not in fixed)
    return rest


def _trimmed(column: Column, covered: set[int]) -> Column:
    tour, route = column
    return tour, tuple(visit for visit in route if visit not in covered)
