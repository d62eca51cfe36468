"""Obstacles out of the way in the kernel's arrays, for as long as a change is tried."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from brigade.changes.answers import Obstacle, ObstacleKind
from solver.advice.advice_session import AdviceSession

AT_ENDS = "COMMUTE_NORMAL"
"""The rule that speaks of the first and last visit of a tour."""
LIFTED_HOURS = frozenset({"arrives_too_late", "back_too_late", "availability_start"})
"""Reasons of missed hours that the arrays can stretch."""


def lift(
    stack: ExitStack, session: AdviceSession, row: int, tour: int, obstacles: Sequence[Obstacle]
) -> bool:
    """Take these obstacles out of the arrays that changes are tried on while `stack` is open; False where the
    arrays cannot hold one."""
    trial_model, ticks = session.trial_model, session.problem.horizon.ticks
    if not all(is_liftable(session, row, tour, one) for one in obstacles):
        return False
    is_tied = any(one.kind is ObstacleKind.TIED for one in obstacles)
    if is_tied and row not in session.model.pinned:
        stack.enter_context(trial_model.own_windows(row))
    at_ends = any(one.rule == AT_ENDS for one in obstacles)
    if session.model.rules_against(tour, row) or at_ends:
        stack.enter_context(trial_model.allowed(tour, row, at_ends))
    for one in obstacles:
        values = dict(one.reason.values)
        match one.reason.code:
            case "arrives_too_late":
                stack.enter_context(trial_model.open_longer(row, ticks(values["late_min"])))
            case "back_too_late":
                stack.enter_context(trial_model.longer(tour, 0, ticks(values["late_min"])))
            case "availability_start":
                stack.enter_context(trial_model.longer(tour, values["limit_at"] - values["departure_at"], 0))
    if is_tied:
        for other in session.tied_rows(row):
            stack.enter_context(trial_model.untied(row, other))
    return True


def is_liftable(session: AdviceSession, row: int, tour: int, one: Obstacle) -> bool:
    """Whether the kernel's arrays can do without the obstacle."""
    if one.kind is ObstacleKind.TIED:
        return session.trial_model.can_have_own_windows(row)
    is_of_pair = one.kind is ObstacleKind.RULE and one.rule in session.model.rules_against(tour, row)
    return is_of_pair or one.rule == AT_ENDS or one.reason.code in LIFTED_HOURS
