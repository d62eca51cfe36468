"""What keeps one worker from one visit, in the tour of hers that asks least of anybody."""

from __future__ import annotations

from brigade.changes.answers import Obstacle, ObstacleKind, ObstacleSet
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.found_obstacles import FoundObstacles
from solver.advice.obstacles.missing_partners import lacking_partner
from solver.advice.obstacles.placement_trials import PlacementTrials
from solver.advice.obstacles.smallest_set import smallest_set
from solver.advice.obstacles.without_hours import without_hours

NEAR_MIN = 120
"""An availability that misses the visit's time by more is no availability for it."""


def obstacles_between(session: AdviceSession, row: int, worker_id: str) -> ObstacleSet:
    """The obstacles between a worker and a visit; `NONE` or `PARTNER` alone where nothing is in her own
    way."""
    if (row, worker_id) not in session.obstacles:
        session.obstacles[row, worker_id] = _obstacles_between(session, row, worker_id)
    return session.obstacles[row, worker_id]


def _obstacles_between(session: AdviceSession, row: int, worker_id: str) -> ObstacleSet:
    near = session.problem.horizon.ticks(NEAR_MIN)
    if worker_id in session.fixed_workers:
        return ObstacleSet(worker_id, None, (Obstacle(ObstacleKind.RULE, Reason.of("stands_by_waiver")),))
    # The nearest availability first: where nothing stands in the way of one, the others are not asked.
    tours = sorted((session.gap(tour, row), tour) for tour in session.tours_of(worker_id))
    found: list[FoundObstacles] = []
    for gap, tour in tours:
        if gap <= near:
            found.append(smallest_set(PlacementTrials(session, row, tour)))
            if not found[-1].obstacles:
                break
    if not found:
        return ObstacleSet(worker_id, None, without_hours(session, row, worker_id))
    # The tour that asks least of anybody, not the nearest: one obstacle far away is easier to lift than
    # three.
    best = min(found, key=lambda one: len(one.obstacles))
    told = (*best.obstacles, *lacking_partner(session, row, best))
    return ObstacleSet(
        worker_id,
        session.model.tours[best.tour].index,
        told or (Obstacle(ObstacleKind.NONE, Reason.of("could_take")),),
    )
