"""What is in the way by the plain rules, where the kernel cannot lift all that is known."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from brigade.changes.answers import Obstacle
from brigade.values.problem import Problem
from solver.advice.obstacles.found_obstacles import FoundObstacles, with_one_more
from solver.advice.obstacles.lifting import is_liftable, lift
from solver.advice.obstacles.obstacle_lists import busy_with, joined, needed
from solver.advice.obstacles.obstacle_words import obstacles_from
from solver.advice.obstacles.placement_trials import ROUNDS, Attempt, PlacementTrials
from solver.advice.trial_plan import Trial, orders_of
from solver.kernel.enumerations import Verdict


def alone(trials: PlacementTrials, known: list[Obstacle]) -> list[Obstacle]:
    """Everything that stands between the two were the worker free: each obstacle is needed."""
    key, session = trials.seen.key, trials.session
    kept = {
        k: [id for id in order if id != trials.seen.visit_id] for k, order in orders_of(session.plan).items()
    }
    # Everybody else's tours stay: what is tied to them must still meet them.
    free = {k: order for k, order in kept.items() if k[0] != key[0]}

    def attempt(problem: Problem) -> Trial:
        return trials.attempt(problem, {**free, key: [trials.seen.visit_id]}, free)

    found = trials.settled(known, attempt)
    if found is None:
        return _seen(trials, known, attempt)
    return needed(found, lambda fewer: bool(fewer) and attempt(trials.without(fewer)).is_lawful)


def _seen(trials: PlacementTrials, known: list[Obstacle], attempt: Attempt) -> list[Obstacle]:
    """All that shows in the way where lifting it is not enough: each is named."""
    found = list(known)
    for _ in range(ROUNDS):
        trial = attempt(trials.without(found))
        found = joined(found, obstacles_from(trials.session, trials.seen, trial))
    return found


def on_paper(trials: PlacementTrials, known: list[Obstacle]) -> FoundObstacles:
    """Beside the plan, where the kernel cannot lift all that is known: it finds places with time enough,
    and the plain rules say what breaks there."""
    found = settled_at(trials, known, ())
    # One obstacle more than is known anyhow is told as it is; beyond that a visit's leaving may be the
    # smaller set.
    if found is not None and len(found) <= len(known) + 1:
        return FoundObstacles(trials.tour, tuple(found))
    busy = busy_with(trials.session, trials.seen.worker_id, _leaving(trials, known))
    # No visit's leaving makes room: she is busy with all of hers.
    if busy is None and found is None:
        busy = busy_with(
            trials.session, trials.seen.worker_id, trials.session.stops_of(trials.seen.worker_id)
        )
    return with_one_more(trials.tour, found if busy is None and found else known, busy)


def settled_at(trials: PlacementTrials, known: list[Obstacle], out: Sequence[int]) -> list[Obstacle] | None:
    """What is in the way where there is time for the visit once `out` has left; None where there is
    nowhere. Where the kernel cannot lift all that is known, and so may find no time, every position is
    tried on paper."""
    trial_model = trials.session.trial_model
    with ExitStack() as stack:
        liftable = [one for one in known if is_liftable(trials.session, trials.row, trials.tour, one)]
        lift(stack, trials.session, trials.row, trials.tour, liftable)
        place = trial_model.search.place(trials.row, trials.only, without=[*trials.gone, *out])
    ids = {trials.session.ids[one] for one in out}
    if place.verdict in (Verdict.LAWFUL, Verdict.RULE, Verdict.ENDS):
        return trials.settled(known, lambda problem: trials.try_at(problem, place.position, ids))
    positions = range(len(trials.order(ids)) + 1 if len(liftable) < len(known) else 0)
    settled = (trials.settled(known, partial(trials.try_at, position=at, out=ids)) for at in positions)
    return min((one for one in settled if one is not None), key=len, default=None)


def _leaving(trials: PlacementTrials, known: list[Obstacle]) -> list[int]:
    """What `pushed_out` asks of the kernel, where it cannot lift all that is known."""
    groups = [group for group in trials.session.groups_of(trials.seen.worker_id) if group[0] != trials.row]

    def fits(gone: Sequence[Sequence[int]]) -> bool:
        return (
            settled_at(trials, known, trials.session.group(one for group in gone for one in group)) == known
        )

    lone = next((group for group in groups if fits([group])), None)
    if lone is not None or not fits(groups):
        return trials.session.group(lone or [])
    for group in reversed(list(groups)):
        fewer = [one for one in groups if one is not group]
        groups = fewer if fits(fewer) else groups
    return trials.session.group(one for group in groups for one in group)
