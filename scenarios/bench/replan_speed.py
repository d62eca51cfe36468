"""How quick, how good and how calm a replan and a judged hand edit are on invented days.

For each day a plan is told; then one carer or one worker more is absent. The replan is set beside a full
re-solve of the changed day that knows nothing of the told plan.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

from brigade.changes.edits import Edit, Move, Swap, Unassign
from brigade.changes.events import EmployeeAway, Event, WorkerAway, apply_events
from brigade.changes.plan_diff import diff
from brigade.judging.coverage_levels import coverage_points, points_of
from brigade.units import Interval
from brigade.values.announced import AnnouncedPlan
from brigade.values.demand import Absence, AbsenceKind
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from scenarios.generator.scenario import generate
from solver.hand_edits import EditSession, judge_edit
from solver.model.search_settings import SearchSettings
from solver.replan import replan
from solver.replan_terms import ReplanTerms
from solver.solve import solve

PEOPLE = 6
TOLERANCE_MIN = 15
TARGET_S, TARGET_LOSS, TARGET_EDIT_MS = 2.0, 0.01, 50
"""A replan and a judged edit at the median; the share of the re-solve's points that a replan may leave
out."""


@dataclass(frozen=True, slots=True)
class ReplanCase:
    """One absence. Points: covered by the replan and by the re-solve; changes: told stops that are not what
    they were; budget: points, and people disturbed, of a replan that may disturb `PEOPLE` people."""

    seed: int
    event: str
    seconds: float
    points: int
    resolved_points: int
    changes: int
    resolved_changes: int
    budget_points: int
    budget_people: int

    @property
    def loss(self) -> float:
        """Share of the re-solve's covered points that the replan does not cover; negative: it covers more."""
        return 1 - self.points / max(1, self.resolved_points)

    @property
    def is_as_good(self) -> bool:
        return self.loss <= TARGET_LOSS

    @property
    def is_calm(self) -> bool:
        return self.changes <= max(2, self.resolved_changes // 3)


def told_day(preset: str, seed: int, search_s: float) -> tuple[Problem, Plan]:
    problem = generate(preset, seed)
    plan = solve(problem, SearchSettings(time_limit_s=search_s, threads=1)).plan
    assert plan is not None, "an invented day is not strict"
    return problem, plan


def absences(problem: Problem, plan: Plan, count: int, seed: int) -> Iterator[Event]:
    """In turn a worker of the brigade and a provider's employee with visits, away for the whole day."""
    dice = random.Random(seed)
    # Sorted: sets have no order, and the same seed must draw the same absences.
    workers = sorted({route.worker_id for route in plan.routes})
    employees = sorted(problem.employees, key=lambda one: one.id)
    away = {absence.employee_id for absence in problem.absences}
    busy = {entry.employee_id for feed in problem.rota for entry in feed.entries} - away
    # The absence of somebody already away, or without visits, would leave nothing to measure.
    free = [one for one in employees if one.id in busy]
    for number in range(count):
        if number % 2 == 0:
            yield WorkerAway(dice.choice(workers), 0)
        else:
            one = dice.choice(free)
            day = Interval(0, problem.horizon.length)
            yield EmployeeAway(
                Absence("bench", one.provider_id, one.id, AbsenceKind.UNPLANNED, day, problem.now, True)
            )


def measured(problem: Problem, plan: Plan, event: Event, seed: int, resolve_s: float) -> ReplanCase:
    changed = apply_events(problem, [event], published=plan)
    began = time.perf_counter()
    done = replan(changed, plan)
    seconds = time.perf_counter() - began
    asked = sum(points_of(changed, request.visit) for request in changed.requests)
    fresh = solve(changed, SearchSettings(time_limit_s=resolve_s, seed=seed, threads=1)).plan
    assert fresh is not None
    told = AnnouncedPlan(tolerance=problem.horizon.ticks(TOLERANCE_MIN))
    limited = replan(changed, plan, ReplanTerms(told=told, people=PEOPLE))
    return ReplanCase(
        seed,
        type(event).__name__,
        seconds,
        asked - coverage_points(changed, done.plan),
        asked - coverage_points(changed, fresh),
        len(done.diff.touched),
        len(diff(plan, fresh, changed.request_by_visit.keys()).touched),
        asked - coverage_points(changed, limited.plan),
        len(limited.disturbed),
    )


def random_edits(problem: Problem, plan: Plan, count: int, seed: int) -> Iterator[Edit]:
    dice = random.Random(seed)
    covered, visits = sorted(plan.covered), [request.visit.id for request in problem.requests]
    tours = [(worker.id, index) for worker in problem.workers for index, _ in enumerate(worker.availability)]
    for number in range(count):
        if number % 3 == 0:
            worker, tour = dice.choice(tours)
            yield Move(dice.choice(visits), worker, tour)
        elif number % 3 == 1:
            yield Swap(*dice.sample(covered, 2))
        else:
            yield Unassign(dice.choice(covered))


def edit_times(problem: Problem, plan: Plan, count: int, seed: int) -> list[float]:
    session, times = EditSession.opened(problem, plan), list[float]()
    for edit in random_edits(problem, plan, count, seed):
        began = time.perf_counter()
        judge_edit(session, edit)
        times.append(time.perf_counter() - began)
    return times
