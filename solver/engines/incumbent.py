"""The best plan known to all engines, and the best bound, shared between threads."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from solver.kernel.search import Orders


@dataclass
class Incumbent:
    """Orders, the starts they were found with and their true cost; a bound that no plan beats; costs in cost units."""

    orders: Orders
    starts: Mapping[int, int]
    objective: int
    covered: int
    bound: int = 0
    columns: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def offer(self, orders: Orders, starts: Mapping[int, int], objective: int) -> bool:
        """Keep the orders if they are better; True when they are."""
        with self._lock:
            if objective >= self.objective:
                return False
            self.orders, self.starts, self.objective = orders, starts, objective
            self.covered = sum(map(len, orders))
            return True

    def raise_bound(self, bound: int) -> None:
        with self._lock:
            self.bound = max(self.bound, bound)

    @property
    def is_optimal(self) -> bool:
        return self.objective <= self.bound
