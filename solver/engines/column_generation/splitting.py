"""Splitting the bound on coverage: either at most k points stay uncovered, or at least k + 1; the weaker half
bounds all.

The linear program leaves out a fraction of a point; no plan does. In each half a price lambda on points moves
it to the half's own end: with q = p + lambda x points, a plan that leaves w <= k points costs at least
bound(q) - lambda k; with q = p - lambda x points and w >= k + 1, at least bound(q) + lambda (k + 1). Both
hold for any whole lambda >= 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from solver.engines.column_generation.columns import ColumnGeneration
from solver.engines.column_generation.coverage_bound import points
from solver.kernel.arrays import Ints

# Halvings of the price between two programs, each solved whole: five find it within a thirtieth of the range.
TRIES = 5
# The interior point stops about so far from a vertex: what is left nearer to a whole number is one, and
# splitting on it gains nothing.
NEAR_WHOLE = 1e-3


def split_bound(generation: ColumnGeneration, coverage: int, is_over: Callable[[], bool]) -> int:
    """A bound at least as good as `generation.bound`, in cost units.

    Args: generation: finished, over all tours and visits. coverage: points that every plan leaves out, at
    least.
    """
    worth = points(generation.model)
    left = uncovered_points(generation, worth)
    k = math.floor(left)
    if generation.solution is None or min(left - k, k + 1 - left) < NEAR_WHOLE:
        return generation.bound
    more = _best(generation, worth, -1, k + 1, is_over)
    fewer = more if coverage > k else _best(generation, worth, 1, k, is_over)
    return max(generation.bound, min(more, fewer))


def uncovered_points(generation: ColumnGeneration, worth: Ints) -> float:
    """Points that the last master leaves uncovered."""
    if generation.solution is None:
        return 0.0
    values = generation.solution.values[len(generation.solved) :]
    return float(
        sum(worth[group].sum() * value for group, value in zip(generation.groups, values, strict=True))
    )


def _best(
    generation: ColumnGeneration, worth: Ints, sign: int, target: int, is_over: Callable[[], bool]
) -> int:
    """The best bound of one half over a few prices: bisection on whether the program leaves out more than the
    target."""
    penalties = generation.model.arrays.visits["penalty"]
    # Where the price is taken off (`sign` < 0), beyond `unit` a penalty would fall below nothing.
    unit = int((penalties[worth > 0] // worth[worth > 0]).min(initial=0))
    low, high, best = 0, unit if sign < 0 else 2 * unit, generation.bound
    for _ in range(TRIES):
        price = (low + high) // 2
        if is_over() or price in (low, high):
            break
        half = ColumnGeneration(generation.model, np.asarray(penalties + sign * price * worth, np.int64))
        half.add(generation.columns)
        half.add_cuts(generation.cuts)
        half.prove_now()
        half.run(is_over)
        best = max(best, half.bound - sign * price * target)
        generation.add(half.columns)
        if (uncovered_points(half, worth) > target) == (sign > 0):
            low = price
        else:
            high = price
    return best
