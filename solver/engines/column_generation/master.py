"""The restricted master: a linear program over columns, solved loosely by an interior point.

Loose and central duals are what column generation wants: they hardly swing, and every dual gives a valid
bound. Rows are visits (covered at least once) and tours (used at most once). Mehrotra (1992), SIAM J.
Optimization 2(4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse import csc_array
from threadpoolctl import ThreadpoolController

from solver.kernel.build import load_kernel

Floats = NDArray[np.float64]
# Never onto the boundary: `x` and `s` stay positive, or the next system has no solution.
STEP = 0.98
# A bound, should rounding keep the residuals from ever closing.
ROUNDS = 60


@dataclass(frozen=True, slots=True)
class LpSolution:
    """`primal`, `dual`: objectives; `values` of the columns; `prices` of the rows, in the columns' unit."""

    primal: float
    dual: float
    values: Floats
    prices: Floats


class Master:
    """min c x over columns x >= 0 of ones, with A x >= 1 on the first `cover` rows and A x <= 1 on the
    others."""

    def __init__(self, rows: int, cover: int) -> None:
        self.rows, self._threads = rows, ThreadpoolController()
        self.slack = np.where(np.arange(rows) < cover, -1.0, 1.0)

    def solve(self, columns: Sequence[Sequence[int]], costs: Sequence[int], tolerance: float) -> LpSolution:
        """Args: columns: the rows each column has a 1 in. tolerance: relative complementarity at which to
        stop."""
        scale = float(np.mean(costs)) or 1.0
        cost = np.concatenate([np.asarray(costs, float) / scale, np.zeros(self.rows)])
        # One thread: two cores are shared with local search, and sums in another order would give other
        # prices.
        with self._threads.limit(limits=1, user_api="blas"):
            point = _InteriorPoint(columns, self.slack, cost)
            point.run(tolerance)
        objective, dual = float(cost @ point.x) * scale, float(point.y.sum()) * scale
        return LpSolution(objective, dual, point.x[: len(costs)], point.y * scale)


class _InteriorPoint:
    """Columns, then one slack a row. `x` primal, `y` prices of rows, `s` reduced costs."""

    def __init__(self, columns: Sequence[Sequence[int]], slack: Floats, cost: Floats) -> None:
        self.slack, self.cost = slack, cost
        rows = [np.sort(np.fromiter(column, np.int32)) for column in columns]
        self._rows = np.ascontiguousarray(np.concatenate(rows), np.int32)
        self._start = np.concatenate([[0], np.cumsum([len(column) for column in rows])]).astype(np.int64)
        shape = (len(slack), len(rows))
        self._ones = csc_array((np.ones(len(self._rows)), self._rows, self._start), shape=shape)
        self._turned = self._ones.T.tocsr()
        self._normal = np.zeros((len(slack), len(slack)))
        self._factored = (self._normal, True)
        self._start_point()

    def product(self, x: Floats) -> Floats:
        n = self._ones.shape[1]
        found: Floats = self._ones @ x[:n] + self.slack * x[n:]
        return found

    def transposed(self, y: Floats) -> Floats:
        return np.concatenate([self._turned @ y, self.slack * y])

    def factor(self, weight: Floats) -> None:
        """Cholesky of A diag(weight) A'."""
        n, size = self._ones.shape[1], len(self.slack)
        columns, diagonal = np.ascontiguousarray(weight[:n]), weight[n:] * (1 + 1e-10) + 1e-12
        column_rows = self._start, self._rows
        load_kernel().normal_matrix(n, *column_rows, columns, diagonal, size, self._normal)
        try:
            self._factored = cho_factor(self._normal, lower=True, check_finite=False)
        except LinAlgError:
            # Rows that say nearly the same make it singular: a little more on the diagonal, and the next step
            # mends the rest.
            self._normal[np.diag_indices(size)] += 1e-6 * self._normal.diagonal().max()
            self._factored = cho_factor(self._normal, lower=True, check_finite=False)

    def back(self, right: Floats) -> Floats:
        found: Floats = cho_solve(self._factored, right, check_finite=False)
        return found

    def _start_point(self) -> None:
        """Mehrotra's: least squares, pushed inside."""
        self.factor(np.ones(len(self.cost)))
        x = self.transposed(self.back(np.ones(len(self.slack))))
        self.y = self.back(self.product(self.cost))
        s = self.cost - self.transposed(self.y)
        x, s = x + max(0.0, -1.5 * x.min()), s + max(0.0, -1.5 * s.min())
        product = float(x @ s)
        # Where nothing costs anything, as when only shared visits without a price are left, both are nothing.
        own, other = (0.5 * product / total if total else 0.0 for total in (s.sum(), x.sum()))
        self.x, self.s = x + own + 1e-6, s + other + 1e-6

    def run(self, tolerance: float) -> None:
        for _ in range(ROUNDS):
            primal_left, dual_left = 1.0 - self.product(self.x), self.cost - self.transposed(self.y) - self.s
            close = float(self.x @ self.s) < tolerance * (1 + abs(float(self.cost @ self.x)))
            if close and np.abs(primal_left).max() < 1e-4 and np.abs(dual_left).max() < 1e-4:
                return
            self._step(primal_left, dual_left)

    def _step(self, primal_left: Floats, dual_left: Floats) -> None:
        """Predictor, then corrector with its centring."""
        x, s = self.x, self.s
        self.factor(x / s)
        guess_x, _, guess_s = self._newton(-x * s, primal_left, dual_left)
        product = float(x @ s)
        ahead = float((x + _length(x, guess_x, 1.0) * guess_x) @ (s + _length(s, guess_s, 1.0) * guess_s))
        centre = (ahead / product) ** 3 * product / len(x)
        step_x, step_y, step_s = self._newton(centre - x * s - guess_x * guess_s, primal_left, dual_left)
        self.x = x + _length(x, step_x, STEP) * step_x
        grow = _length(s, step_s, STEP)
        self.y, self.s = self.y + grow * step_y, s + grow * step_s

    def _newton(
        self, wanted: Floats, primal_left: Floats, dual_left: Floats
    ) -> tuple[Floats, Floats, Floats]:
        step_y = self.back(primal_left + self.product(self.x / self.s * (dual_left - wanted / self.x)))
        step_s = dual_left - self.transposed(step_y)
        return (wanted - self.x * step_s) / self.s, step_y, step_s


def _length(point: Floats, step: Floats, share: float) -> float:
    """How far along `step` the point stays positive, times `share`, at most 1."""
    down = step < 0
    return min(1.0, share * float((-point[down] / step[down]).min())) if down.any() else 1.0
