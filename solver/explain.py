"""Why a visit stays uncovered, told with the plan: for every worker the first thing in the way, grouped, and one action.

Obstacles are found on the pair alone first (a rule that forbids it, times that cannot be met with the whole day free),
then on the plan as it stands (busy elsewhere).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brigade.plan import Plan, Reason, UncoveredVisit
from brigade.problem import Request
from brigade.units import Ticks
from solver.arrays import T_HARD, T_IN, T_OUT, T_PROFILE, T_START, V_DUR, V_SITE
from solver.engines.screening import possible_pairs
from solver.model import Model

MOST_NAMED = 8
"""Workers named in one reason; the sentence says how many there are in all."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps one worker away: `reason` without the worker; `rank` orders tours of one worker, nearest to possible last."""

    reason: Reason
    rank: int


def reasons(model: Model, plan: Plan) -> tuple[UncoveredVisit, ...]:
    """One entry for every open visit that the plan leaves out, in input order."""
    left = [row for row, request in enumerate(model.requests) if request.visit.id not in plan.covered]
    if not left:
        return ()
    possible, travel = possible_pairs(model), model.shortest_travel
    return tuple(_uncovered(model, plan, row, possible, travel) for row in left)


def _uncovered(model: Model, plan: Plan, row: int, possible: NDArray[np.bool_], travel: NDArray[np.int64]) -> UncoveredVisit:
    found: dict[str, Obstacle] = {}
    for tour, _ in enumerate(model.tours):
        name = model.tours[tour].worker.id
        obstacle = _obstacle(model, plan, tour, row, bool(possible[tour, row]), travel)
        if name not in found or obstacle.rank > found[name].rank:
            found[name] = obstacle
    for worker in model.problem.workers:
        found.setdefault(worker.id, Obstacle(Reason.of("not_available"), 0))
    return UncoveredVisit(model.requests[row].visit.id, _grouped(found), _action(found))


# -- one worker ----------------------------------------------------------------------------------------------------
def _obstacle(model: Model, plan: Plan, tour: int, row: int, is_possible: bool, travel: NDArray[np.int64]) -> Obstacle:
    request, code = model.requests[row], int(model.forbidden_by[tour, row])
    if code:
        return Obstacle(_forbidden(model, tour, request, model.codes[code - 1]), 1)
    if not is_possible:
        return Obstacle(*_too_short(model, tour, row, travel))
    worker = model.tours[tour].worker
    near = [
        stop.visit_id
        for route in plan.routes_of(worker.id)
        if route.tour == model.tours[tour].index
        for stop in route.stops
        if stop.start < request.visit.windows[-1].hard_latest + request.visit.duration
        and stop.end > request.visit.windows[0].earliest
    ]
    return Obstacle(Reason.of("busy_elsewhere", visits=tuple(near)), 4) if near else Obstacle(Reason.of("left_out"), 3)


def _forbidden(model: Model, tour: int, request: Request, code: str) -> Reason:
    problem, worker, day = model.problem, model.tours[tour].worker, model.tours[tour].day
    if code == "COMPETENCIES":
        missing = sorted(request.visit.required - problem.competencies_of(worker, day))
        return Reason.of("lacks_competency", missing=missing[0]) if missing else Reason.of("competencies_first_level")
    if code == "ENGAGEMENT":
        return Reason.of("not_engaged", provider=problem.provider_of(request.visit).id)
    if code == "FORBIDDEN_PAIR":
        return Reason.of("forbidden")
    if code == "AI_TERRITORY":
        return Reason.of("outside_territory", commune=problem.site_of(request.visit).commune or "?")
    head = problem.labour.heads.get(code)
    return Reason.of("rule_forbids", rule=code, article=head.source if head and head.source else code)


def _too_short(model: Model, tour: int, row: int, travel: NDArray[np.int64]) -> tuple[Reason, int]:
    """With the whole day free: too late there, or too late home."""
    a, visit, horizon = model.arrays, model.requests[row].visit, model.problem.horizon
    values = a.tours[tour]
    there = travel[values[T_PROFILE], values[T_OUT], a.visits[row, V_SITE]]
    home = travel[values[T_PROFILE], a.visits[row, V_SITE], values[T_IN]]
    arrival: Ticks = int(values[T_START] + there)
    latest = max(window.hard_latest for window in visit.windows)
    earliest = min(window.earliest for window in visit.windows)
    if arrival > latest:
        late = horizon.minutes(arrival - latest)
        is_near = arrival - latest < horizon.ticks(180)
        values_met = {"arrival": arrival, "latest": latest, "late_min": late}
        return (Reason.of("arrives_too_late", **values_met), 2) if is_near else (Reason.of("not_available"), 0)
    back, end = int(max(arrival, earliest) + a.visits[row, V_DUR] + home), int(values[T_HARD])
    if 0 < back - end < horizon.ticks(180):
        return Reason.of("back_too_late", back=back, end=end, late_min=horizon.minutes(back - end)), 2
    return Reason.of("not_available"), 0


# -- all workers ---------------------------------------------------------------------------------------------------
def _grouped(found: dict[str, Obstacle]) -> tuple[Reason, ...]:
    """Each different reason once, with the workers it speaks of; those nearest to possible first."""
    groups: dict[Reason, list[str]] = {}
    for worker, obstacle in sorted(found.items(), key=lambda item: (-item[1].rank, item[0])):
        groups.setdefault(obstacle.reason, []).append(worker)
    return tuple(_of_workers(reason, workers) for reason, workers in groups.items())


def _of_workers(reason: Reason, workers: Sequence[str]) -> Reason:
    return Reason.of(reason.code, **dict(reason.values), workers=tuple(workers[:MOST_NAMED]), count=len(workers))


def _action(found: dict[str, Obstacle]) -> Reason:
    """The change nearest at hand, from the obstacle that is nearest to possible."""
    worker, obstacle = max(found.items(), key=lambda item: (item[1].rank, item[0]), default=("", None))
    if obstacle is None:
        return Reason.of("ask_basin")
    values = dict(obstacle.reason.values)
    if obstacle.reason.code == "busy_elsewhere" and values["visits"]:
        return Reason.of("move_visit", visit=values["visits"][0])
    if obstacle.reason.code == "back_too_late":
        return Reason.of("extend_availability", worker=worker, extra_min=values["late_min"])
    if obstacle.reason.code == "not_engaged":
        return Reason.of("sign_engagement", worker=worker, provider=values["provider"])
    if obstacle.reason.code == "lacks_competency":
        return Reason.of("add_competency", worker=worker, missing=values["missing"])
    return Reason.of("ask_basin")
