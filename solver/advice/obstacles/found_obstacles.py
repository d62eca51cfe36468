"""What one attempt found between a visit and a tour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brigade.changes.answers import Obstacle
from solver.kernel.local_search import BestInsertion


@dataclass(frozen=True, slots=True)
class FoundObstacles:
    """Obstacles whose removal lets the visit into `tour`; `place`: where, if the kernel knows."""

    tour: int
    obstacles: tuple[Obstacle, ...]
    place: BestInsertion | None = None


def with_one_more(tour: int, known: Iterable[Obstacle], more: Obstacle | None) -> FoundObstacles:
    return FoundObstacles(tour, (*known, *([] if more is None else [more])))
