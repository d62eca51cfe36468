"""The best plan known to all engines, and the best bound, shared between threads."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from solver.kernel.local_search import Orders


@dataclass(frozen=True, slots=True)
class BestSolution:
    """Orders, the starts they were found with and their true cost, in cost units; `covered`: visits."""

    orders: Orders
    starts: Mapping[int, int]
    objective: int
    covered: int


@dataclass
class Incumbent:
    """The best plan, which is replaced whole, so that whoever reads it while another thread offers one reads
    one plan; a bound that no plan beats, in cost units; how many columns there are."""

    plan: BestSolution
    bound: int = 0
    columns: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def orders(self) -> Orders:
        return self.plan.orders

    @property
    def objective(self) -> int:
        return self.plan.objective

    @property
    def covered(self) -> int:
        return self.plan.covered

    def offer(self, orders: Orders, starts: Mapping[int, int], objective: int) -> bool:
        """Keep the orders if they are better; True when they are."""
        with self._lock:
            if objective >= self.objective:
                return False
            self.plan = BestSolution(orders, starts, objective, sum(map(len, orders)))
            return True

    def raise_bound(self, bound: int) -> None:
        with self._lock:
            self.bound = max(self.bound, bound)

    @property
    def is_optimal(self) -> bool:
        return self.objective <= self.bound
