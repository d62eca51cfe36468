"""What a rule says of itself beside its check: how far it looks, and how it is told as an obstacle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from brigade.values.plan import Reason, Violation
from brigade.values.problem import Problem

UNRANKED = 100
"""After all that say their rank, as the checker gives them."""


class Scope(StrEnum):
    """What a rule has to see. WORKER: all that one worker does, nobody else. TIED: tours of several workers
    that links tie together. PLAN: only a whole plan can be judged by it."""

    WORKER = "worker"
    TIED = "tied"
    PLAN = "plan"


Words = Callable[[Problem, str, Violation], Reason | None]
"""From a breach, and the visit that is asked about, to what is said of it; None: the breach's own reason."""


def own_words(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    return None


@dataclass(frozen=True, slots=True)
class AsObstacle:
    """How advice tells that the rule keeps a worker from a visit.

    `rank`: its place among the obstacles, the least first. `is_of_hours`: other hours may do away with it.
    `words`: what is said instead of the breach's own reason. `several`: the codes among those words of which
    there can be more than one, each to be removed by itself.
    """

    rank: int = UNRANKED
    is_of_hours: bool = False
    words: Words = own_words
    several: frozenset[str] = frozenset()
