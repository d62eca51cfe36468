"""`python -m scenarios.bench.replan`: how quick, how good and how calm a replan and a judged hand edit are on urban days.

For each invented day a plan is told; then one carer or one worker more is absent. The replan is set beside a full re-solve of
the changed day that knows nothing of the told plan. Figures and the machine are in docs/benchmarks-conversation.md.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from brigade.coverage import coverage_points, points_of
from brigade.demand import Absence, AbsenceKind
from brigade.diff import diff
from brigade.edits import Edit, Move, Swap, Unassign
from brigade.events import EmployeeAway, Event, WorkerAway, apply_events
from brigade.plan import Plan
from brigade.problem import Problem
from brigade.told import Told
from brigade.units import Interval
from scenarios.generator.build import generate
from solver.edits import Session, judge_edit
from solver.replan import Terms, changed_stops, replan
from solver.settings import Settings
from solver.solve import solve

PRESET = "urban_day"
TOLD_S = 10.0
PEOPLE = 6
TOLERANCE_MIN = 15


@dataclass(frozen=True, slots=True)
class Case:
    """One absence. Points: covered by the re-solve and by the replan; changes: told stops that are not what they were."""

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
    def is_calm(self) -> bool:
        return self.changes <= max(2, self.resolved_changes // 3)


def told_plan(problem: Problem) -> Plan:
    plan = solve(problem, Settings(time_limit_s=TOLD_S, threads=1)).plan
    assert plan is not None, "an urban day is not strict"
    return plan


def absences(problem: Problem, plan: Plan, count: int, seed: int) -> Iterator[Event]:
    """In turn a worker of the brigade and a provider's employee with visits, away for the whole day."""
    dice = random.Random(seed)
    workers = sorted({route.worker_id for route in plan.routes})
    employees = sorted(problem.employees, key=lambda one: one.id)
    away = {absence.employee_id for absence in problem.absences}
    busy = {entry.employee_id for feed in problem.rota for entry in feed.entries} - away
    free = [one for one in employees if one.id in busy]
    for number in range(count):
        if number % 2 == 0:
            yield WorkerAway(dice.choice(workers), 0)
        else:
            one = dice.choice(free)
            day = Interval(0, problem.horizon.length)
            yield EmployeeAway(Absence("bench", one.provider_id, one.id, AbsenceKind.UNPLANNED, day, problem.now, True))


def measured(problem: Problem, plan: Plan, event: Event, seed: int, resolve_s: float) -> Case:
    changed = apply_events(problem, [event], published=plan)
    began = time.perf_counter()
    done = replan(changed, plan)
    seconds = time.perf_counter() - began
    asked = sum(points_of(changed, request.visit) for request in changed.requests)
    fresh = solve(changed, Settings(time_limit_s=resolve_s, seed=seed, threads=1)).plan
    assert fresh is not None
    told = Told(tolerance=problem.horizon.ticks(TOLERANCE_MIN))
    limited = replan(changed, plan, Terms(told=told, people=PEOPLE))
    return Case(
        seed,
        type(event).__name__,
        seconds,
        asked - coverage_points(changed, done.plan),
        asked - coverage_points(changed, fresh),
        changed_stops(done.diff.changes),
        changed_stops(diff(plan, fresh, changed.request_by_visit.keys()).changes),
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
    session, times = Session.opened(problem, plan), list[float]()
    for edit in random_edits(problem, plan, count, seed):
        began = time.perf_counter()
        judge_edit(session, edit)
        times.append(time.perf_counter() - began)
    return times


def show(cases: Sequence[Case], edits: Sequence[float], resolve_s: float) -> None:
    head = ("day", "event", "s", "points", f"points {resolve_s:g} s", "loss %", "changes", "changes re-solve", "budget points")
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for one in cases:
        row = [one.seed, one.event, f"{one.seconds:.2f}", one.points, one.resolved_points, f"{100 * one.loss:.1f}"]
        row += [one.changes, one.resolved_changes, f"{one.budget_points} ({one.budget_people})"]
        print(f"| {' | '.join(map(str, row))} |")
    print(f"\nreplan, median of {len(cases)}: {median(one.seconds for one in cases):.2f} s", end="; ")
    print(f"covered points lost: {100 * median(one.loss for one in cases):.2f} %", end="; ")
    print(f"changes {median(one.changes for one in cases):g} for {median(one.resolved_changes for one in cases):g}", end="; ")
    print(f"within 1 %: {sum(one.loss <= 0.01 for one in cases)}, calm: {sum(one.is_calm for one in cases)}")
    print(f"judged edit, median of {len(edits)}: {1000 * median(edits):.1f} ms, slowest {1000 * max(edits):.1f} ms")


def main(days: int = 4, absences_a_day: int = 2, resolve_s: float = 60.0, edits_a_day: int = 60) -> None:
    cases, edits = list[Case](), list[float]()
    for seed in range(1, days + 1):
        problem = generate(PRESET, seed)
        plan = told_plan(problem)
        edits += edit_times(problem, plan, edits_a_day, seed)
        for event in absences(problem, plan, absences_a_day, seed):
            cases.append(measured(problem, plan, event, seed, resolve_s))
            print(cases[-1], file=sys.stderr, flush=True)
    show(cases, edits, resolve_s)


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, int, float, int), sys.argv[1:], strict=False)))
