"""What is in the way beside the plan, tried by the kernel with the known obstacles lifted from its arrays."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from brigade.changes.answers import Obstacle, ObstacleKind
from solver.advice.obstacles.found_obstacles import FoundObstacles, with_one_more
from solver.advice.obstacles.lifting import lift
from solver.advice.obstacles.obstacle_lists import CHANGES_TIMES, LENGTHS, busy_with, lasting
from solver.advice.obstacles.obstacle_words import obstacles_from
from solver.advice.obstacles.placement_trials import PlacementTrials
from solver.advice.obstacles.pushing import pushed_out
from solver.kernel.enumerations import Verdict
from solver.kernel.local_search import BestInsertion, Search

FAR_MIN = 120
"""Hours are not stretched by more to spare a visit of the plan."""


def beside_the_plan(trials: PlacementTrials, known: list[Obstacle]) -> FoundObstacles | None:
    """The known obstacles and what of the plan is in the way besides; None where the kernel cannot lift
    them, or where more than the plan is in the way."""
    trial_model = trials.session.trial_model
    with ExitStack() as stack:
        # What arrays cannot hold is asked on paper: a half-lifted set would blame the plan for what is
        # left of it.
        if not lift(stack, trials.session, trials.row, trials.tour, known):
            return None
        place = trial_model.search.place(trials.row, trials.only, without=trials.gone)
        if place.is_lawful:
            return FoundObstacles(trials.tour, tuple(known), place)
        # Not even a free day would do: the plan is not what stands in the way.
        if not trial_model.search.place(trials.row, trials.only, without=trials.cleared).is_lawful:
            return None
        limits = _limits(trials, place, known)
        # A limit that stands alone has a choice beside it: passing it, or giving up visits of the plan.
        if limits is not None and len(limits) == 1:
            return FoundObstacles(trials.tour, (*known, _or_without(trials, limits[0], trial_model.search)))
        longer = _longer_hours(trials, known) if any(one.reason.code in LENGTHS for one in known) else None
        if longer is not None:
            # Stretched hours before visits that go: a few minutes more ask less of people than a visit
            # given up.
            return FoundObstacles(trials.tour, tuple(longer))
        busy = _busy(trials, trial_model.search)
    return (
        FoundObstacles(trials.tour, (*known, *(limits or [])))
        if busy is None and limits
        else with_one_more(trials.tour, known, busy)
    )


def _limits(trials: PlacementTrials, place: BestInsertion, known: list[Obstacle]) -> list[Obstacle] | None:
    """The limits that would be passed at that place, if they are all that is in the way there."""
    if place.verdict not in (Verdict.RULE, Verdict.ENDS):
        return None
    problem = trials.without(known)
    trial = trials.try_at(problem, place.position)
    found = [one for one in obstacles_from(trials.session, trials.seen, trial) if one not in known]
    if not found or trial.untimed or any(one.kind is not ObstacleKind.RULE for one in found):
        return None
    if {one.rule for one in found} & CHANGES_TIMES:
        again = trials.try_at(trials.without([*known, *found]), place.position)
        return found if again.is_lawful else None
    return found


def _or_without(trials: PlacementTrials, limit: Obstacle, search: Search) -> Obstacle:
    """The limit, and the visits whose leaving would do as well."""
    busy = _busy(trials, search)
    return limit if busy is None else replace(limit, pushed_out=busy.pushed_out, priority=busy.priority)


def _busy(trials: PlacementTrials, search: Search) -> Obstacle | None:
    return busy_with(
        trials.session, trials.seen.worker_id, pushed_out(trials.session, trials.row, trials.tour, search)
    )


def _longer_hours(trials: PlacementTrials, known: list[Obstacle]) -> list[Obstacle] | None:
    """The hours that miss, stretched until the visit fits beside the plan, where that takes no obstacle
    more."""
    trial_model, most = trials.session.trial_model, FAR_MIN
    # All that may be asked first: the kernel then says where, and the minutes are settled there.
    stretched = [lasting(one, most) if one.reason.code in LENGTHS else one for one in known]
    with ExitStack() as stack:
        lift(stack, trials.session, trials.row, trials.tour, stretched)
        place = trial_model.search.place(trials.row, trials.only, without=trials.gone)
    if not place.is_lawful:
        return None
    found = trials.settled(known, lambda problem: trials.try_at(problem, place.position))
    same = found is not None and {one.reason.code for one in found} == {one.reason.code for one in known}
    return found if same else None
