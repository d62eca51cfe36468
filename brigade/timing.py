"""When things happen once their order is decided: the canonical timing (docs/design.md §1 and §2)."""

from __future__ import annotations

from brigade.problem import Problem
from brigade.units import Metres, Ticks
from brigade.workforce import Worker


def travel_between(
    problem: Problem, worker: Worker, origin: str | None, destination: str | None
) -> tuple[Ticks, Metres]:
    """Travel of `worker`'s mode from one site to another; a place that is not given (None) costs nothing to reach.

    Raises: UnknownSite, when the mode's matrix does not hold one of them.
    """
    if origin is None or destination is None:
        return 0, 0
    return problem.travel[worker.mode].between(origin, destination)
