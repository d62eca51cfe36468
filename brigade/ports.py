"""What the core's outer rooms provide: the need is stated here, the means are theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class Clock(Protocol):
    """Where instants come from; only outer rooms read one."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan as it is kept: with all it takes to check it again, and to find it again.

    `problem` and `plan` are documents of `brigade.exchange`; `digest` is that of `problem`, `bound` in cost
    units.
    """

    problem: Mapping[str, Any]
    plan: Mapping[str, Any]
    digest: str
    seed: int
    solver: str
    iterations: int | None
    bound: int | None


class PlanStore(Protocol):
    """Keeps plans with their problems; what was kept comes back as it was."""

    def keep(self, plan_id: str, kept: KeptPlan) -> None:
        """Raises: BrigadeError, when the id is taken."""
        ...

    def fetch(self, plan_id: str) -> KeptPlan | None:
        """None, when nothing is kept under that id."""
        ...
