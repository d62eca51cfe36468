"""The coverage bound: at least so many priority points stay uncovered, whatever the plan.

Column generation with points as the only cost: legs, pairs and waits are free, so its bound speaks of
coverage alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from brigade.judging.coverage_levels import points_of
from solver.engines.column_generation.columns import ColumnGeneration
from solver.engines.screening import coverable
from solver.kernel.arrays import Ints
from solver.model.model import Model

GRAIN = 10_000
"""Prices are whole numbers: a point is split so finely that rounding them costs next to nothing."""


def points(model: Model) -> Ints:
    """Priority points of every open visit; none of those at a soft cost."""
    cheap = model.problem.at_soft_cost
    found = (0 if one.visit.id in cheap else points_of(model.problem, one.visit) for one in model.requests)
    return np.array(list(found), np.int64)


def coverage_bound(model: Model, is_over: Callable[[], bool] | None) -> int:
    """Points that no plan covers: of visits nobody can reach, and with time (`is_over` given) by column
    generation."""
    worth = points(model)
    least = int(worth[~coverable(model)].sum())
    if is_over is None:
        return least
    generation = ColumnGeneration(model, worth * GRAIN, legs=False)
    generation.run(is_over, gap=1e-3)
    return max(least, -(-generation.bound // GRAIN))
