"""Visits that must be covered together: what a visit's partners lack even when its own worker comes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from brigade.changes.answers import Obstacle, ObstacleKind
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.found_obstacles import FoundObstacles
from solver.advice.obstacles.lifting import lift
from solver.advice.obstacles.obstacle_words import lone_half
from solver.advice.obstacles.pushing import own
from solver.advice.trial_model import Chain


def lacking_partner(session: AdviceSession, row: int, found: FoundObstacles) -> tuple[Obstacle, ...]:
    """What the visits that go with it lack even when this worker comes."""
    lone = lone_half(session, row)
    if lone is not None:
        return (lone,)
    missing = session.missing_partners(row)
    unable = next((one for one in missing if not session.has_place(one)), None)
    if unable is not None:
        return (Obstacle(ObstacleKind.PARTNER, Reason.of("goes_with_unable", other=session.ids[unable])),)
    lacking = _lacking(session, row, missing, found) if missing else None
    return (
        ()
        if lacking is None
        else (Obstacle(ObstacleKind.PARTNER, Reason.of("goes_with", other=session.ids[lacking])),)
    )


def _lacking(session: AdviceSession, row: int, missing: Sequence[int], found: FoundObstacles) -> int | None:
    """Which of those it goes with finds no place once the visit has its own; None where all do."""
    if found.place is None:
        return missing[0]
    first = (row, found.place.tour, found.place.position)
    with ExitStack() as stack:
        lift(stack, session, row, found.tour, found.obstacles)
        if len(missing) > 1:
            return Chain(session, session.trial_model.search, own(session, row)).lacking(first, missing)
        return None if session.trial_model.search.place(missing[0], first=first).is_lawful else missing[0]
