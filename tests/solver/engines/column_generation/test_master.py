"""The master's interior point against a solver of linear programs that others keep."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from solver.engines.column_generation.master import Master

TOURS, VISITS, COLUMNS = 6, 30, 200


@pytest.mark.parametrize("seed", range(5))
def test_its_optimum_and_its_prices_are_those_of_highs(seed: int) -> None:
    """200 random columns of one tour and two to six visits, beside one that leaves each visit out at 1,000.

    The prices may be others, where several are optimal: they are checked by what makes them prices, no column
    with a negative reduced cost and an objective that meets the primal one.
    """
    draw = np.random.default_rng(seed)
    tours = [
        [VISITS + int(draw.integers(TOURS)), *draw.choice(VISITS, draw.integers(2, 7), replace=False)]
        for _ in range(COLUMNS)
    ]
    columns = [*tours, *([visit] for visit in range(VISITS))]
    costs = [*draw.integers(20, 400, COLUMNS).tolist(), *[1000] * VISITS]
    found = Master(VISITS + TOURS, VISITS).solve(columns, costs, 1e-9)
    ones = np.zeros((VISITS + TOURS, len(columns)))
    for column, rows in enumerate(columns):
        ones[rows, column] = 1.0
    sign = np.where(np.arange(VISITS + TOURS) < VISITS, -1.0, 1.0)
    best = linprog(costs, sign[:, None] * ones, sign, method="highs").fun
    assert found.primal == pytest.approx(best, rel=1e-5)
    assert found.dual == pytest.approx(best, rel=1e-5)
    assert (np.asarray(costs) - ones.T @ found.prices).min() > -1e-3
    assert (sign * found.prices).max() < 1e-3
