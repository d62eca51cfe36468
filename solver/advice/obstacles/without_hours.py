"""Somebody without hours near the visit: what else would be in the way, had she some."""

from __future__ import annotations

from brigade.changes.answers import Obstacle, ObstacleKind
from brigade.timing.plan_timing import TourKey
from brigade.timing.tour_ways import TourWays, leg_of
from brigade.values.plan import Reason
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession
from solver.advice.obstacles.easing import eased, with_hours
from solver.advice.obstacles.obstacle_lists import hides_nothing, joined, needed
from solver.advice.obstacles.obstacle_words import TriedPlacement, obstacles_from
from solver.advice.obstacles.placement_trials import ROUNDS, tried
from solver.advice.trial_plan import Trial, orders_of

AMPLE_MIN = 90
"""Minutes given before and after the visit's first window, or as many as the longer way takes."""


def without_hours(session: AdviceSession, row: int, worker_id: str) -> tuple[Obstacle, ...]:
    """No hours there, and what else would be in the way if there were some."""
    away = Obstacle(ObstacleKind.AWAY, Reason.of("not_available"))
    visit, given = session.model.requests[row].visit, _hours_near(session, row, worker_id)
    if given is None:
        return (away,)
    there, tour = given
    before = {_renumbered(key, worker_id, tour): order for key, order in orders_of(session.plan).items()}
    before = {key: [id for id in order if id != visit.id] for key, order in before.items()}
    seen = TriedPlacement(
        visit.id, worker_id, tour, there.worker_by_id[worker_id].availability[tour].hard_end
    )

    def attempt(lifted: list[Obstacle]) -> Trial:
        problem = eased(there, visit.id, worker_id, tour, lifted)
        return tried(session, problem, seen, {**before, seen.key: [visit.id]}, before)

    found: list[Obstacle] = []
    for _ in range(ROUNDS):
        trial = attempt(found)
        new = obstacles_from(session, seen, trial)
        grown = joined(found, new)
        if trial.is_lawful or grown == found:
            break
        found = grown
        if hides_nothing(trial, new):
            break
    return (away, *needed(found, lambda fewer: attempt(fewer).is_lawful))


def _hours_near(session: AdviceSession, row: int, worker_id: str) -> tuple[Problem, int] | None:
    """As `with_hours`. Whoever gives hours gives enough of them, where there is room: a break or a later
    window is no lack of hours then."""
    problem, visit = session.problem, session.model.requests[row].visit
    worker = problem.worker_by_id[worker_id]
    ways = TourWays(problem, worker)
    out, back = (leg_of(one)[0] for one in (ways.out(visit), ways.back(visit)))
    ample = max(problem.horizon.ticks(AMPLE_MIN), out, back)
    tries = (
        with_hours(problem, worker_id, visit, around, session.soonest)
        for around in ((ample, ample), (out, back))
    )
    return next((one for one in tries if one is not None), None)


def _renumbered(key: TourKey, worker_id: str, tour: int) -> TourKey:
    """The tour's key once the worker has one more availability, number `tour`."""
    return (key[0], key[1] + 1) if key[0] == worker_id and key[1] >= tour else key
