"""Lists of obstacles: joined, told as an amount of time, told as the visits that keep a worker busy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from brigade.changes.answers import Obstacle, ObstacleKind
from brigade.timing.blocked_hours import BLOCKING_RULES
from brigade.values.plan import Reason
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.lifting import LIFTED_HOURS
from solver.advice.trial_plan import Trial

CHANGES_TIMES = frozenset({"REST_BREAK", "MEAL_BREAK", "AVAILABILITY"}) | BLOCKING_RULES
"""Rules without which a tour is timed anew: what else breaks then is tried."""
LENGTHS = frozenset({"arrives_too_late", "back_too_late", "delays_visit"})
"""Obstacles that are an amount of time (`late_min`): a larger one takes the place of a smaller one."""


def joined(known: Sequence[Obstacle], new: Iterable[Obstacle]) -> list[Obstacle]:
    """Both, each once; of a length of time that was lifted already, the sum: the new one counts from
    there."""
    found = list(known)
    for one in new:
        same = next((n for n, it in enumerate(found) if _is_same_length(it, one)), None)
        if same is None:
            found += [] if one in found else [one]
        else:
            found[same] = lasting(one, found[same].reason.value("late_min") + one.reason.value("late_min"))
    return found


def _is_same_length(one: Obstacle, other: Obstacle) -> bool:
    visits = [dict(it.reason.values).get("visit") for it in (one, other)]
    return one.reason.code == other.reason.code in LENGTHS and visits[0] == visits[1]


def lasting(one: Obstacle, minutes: float) -> Obstacle:
    """The obstacle as an amount of so many minutes."""
    return replace(one, reason=Reason.of(one.reason.code, **{**dict(one.reason.values), "late_min": minutes}))


def changes_times(one: Obstacle) -> bool:
    return one.kind is ObstacleKind.TIED or (
        one.rule in CHANGES_TIMES and one.reason.code not in LIFTED_HOURS
    )


def hides_nothing(trial: Trial, broken: Iterable[Obstacle]) -> bool:
    """Limits that time nothing anew: without them the same tour is judged, and the rules have named all of
    it."""
    return not trial.untimed and not _time_anew(broken)


def _time_anew(found: Iterable[Obstacle]) -> bool:
    return any(one.kind is not ObstacleKind.RULE or changes_times(one) for one in found)


def needed(found: list[Obstacle], is_enough: Callable[[list[Obstacle]], bool]) -> list[Obstacle]:
    """Without what only shows because of another obstacle: with that one gone, the tour is timed anew.

    Args: is_enough: whether the worker can come once only these are out of the way.
    """
    if not _time_anew(found):
        return found
    for rule in dict.fromkeys(one.rule for one in found):
        fewer = [it for it in found if it.rule != rule]
        if is_enough(fewer):
            found = fewer
    return found


def busy_with(session: AdviceSession, worker_id: str, rows: Sequence[int]) -> Obstacle | None:
    """What keeps the worker busy are her own visits; what other workers do with these would leave too."""
    if not rows:
        return None
    hers = set(session.stops_of(worker_id)) & set(rows)
    busy = Reason.of(
        "busy_elsewhere",
        visits=tuple(session.ids[one] for one in rows if one in hers),
        priority=_gravest(session, hers),
    )
    ids = tuple(session.ids[one] for one in rows)
    return Obstacle(ObstacleKind.BUSY, busy, None, ids, _gravest(session, rows))


def _gravest(session: AdviceSession, rows: Iterable[int]) -> int:
    return min(session.model.requests[one].visit.level for one in rows)
