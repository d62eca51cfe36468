"""The value of one more worker, by qualification and place: whom a brigade should ask for.

Dual prices rank whom to try (what one more like this worker could save at the most); the value told is that of a real
solve with that worker doubled, which starts from the plan at hand, pins and all, so it is never below what the plan shows.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from brigade.carry import whole
from brigade.checker import certify
from brigade.coverage import coverage_points, uncovered_by_level
from brigade.plan import Plan, Reason
from brigade.problem import Problem
from brigade.workforce import Counters, Worker
from solver.clock import Clock
from solver.decode import decode
from solver.engines.together import search
from solver.model import build_model
from solver.outcome import Outcome
from solver.settings import Settings

TRIED = 3
TWIN_MARK = "+1"


@dataclass(frozen=True, slots=True)
class WorkerValue:
    """One more like `worker_id`: `points` and `visits` that a real solve covers beyond the plan; `estimate`: what dual prices
    promised at the most, in cost units."""

    worker_id: str
    points: int
    visits: int
    estimate: int

    @property
    def reason(self) -> Reason:
        return Reason.of("value_of_worker", worker=self.worker_id, points=self.points, visits=self.visits)


def value_of_one_more(
    problem: Problem,
    outcome: Outcome,
    settings: Settings,
    most: int = TRIED,
    within_s: float | None = None,
    stop: threading.Event | None = None,
) -> tuple[WorkerValue, ...]:
    """The values of the workers whom prices rank first, best value first; empty when nothing is left uncovered or no prices
    are known. `settings` hold for each solve; once `within_s` seconds have gone, nobody else is tried. Once `stop` is set, the
    solve under way ends soon and counts for nothing."""
    stop = stop or threading.Event()
    began = time.monotonic()
    if outcome.plan is None or not outcome.plan.uncovered:
        return ()
    ranked = sorted(outcome.worth.items(), key=lambda item: (-item[1], item[0]))
    tried = [(worker, estimate) for worker, estimate in _unlike(problem, ranked)[:most] if estimate > 0]
    found: list[WorkerValue] = []
    for worker, estimate in tried:
        if found and within_s is not None and time.monotonic() - began >= within_s:
            break
        value = _value(problem, outcome.plan, worker, estimate, settings, stop)
        if stop.is_set():
            break
        found.append(value)
    return tuple(sorted(found, key=lambda value: (-value.points, -value.visits, value.worker_id)))


def with_one_more(problem: Problem, worker_id: str) -> Problem:
    """The same problem with a second worker of the same competencies, home, mode and hours, and no history."""
    model = problem.worker_by_id[worker_id]
    twin = replace(model, id=worker_id + TWIN_MARK, counters=Counters(), other_work=())
    return replace(problem, workers=(*problem.workers, twin))


def _value(
    problem: Problem, plan: Plan, worker_id: str, estimate: int, settings: Settings, stop: threading.Event
) -> WorkerValue:
    """A solve without what only readers of its plan need: nobody asks why the richer plan leaves what it leaves. What is pinned
    stays pinned: else the value would be that of unpinning too."""
    richer = with_one_more(problem, worker_id)
    clock = Clock(settings, stop)
    model = build_model(richer, plan)
    solution = search(model, settings, clock, plan)
    found = decode(model, solution.orders, solution.starts, plan)
    after = replace(whole(richer, found.routes, plan), waivers=())
    certify(richer, after)
    points = coverage_points(problem, plan) - coverage_points(problem, after)
    visits = sum(uncovered_by_level(problem, plan)) - sum(uncovered_by_level(problem, after))
    return WorkerValue(worker_id, points, visits, estimate)


def _unlike(problem: Problem, ranked: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """One worker of each kind (competencies, mode, commune), the best ranked."""
    seen, kept = set(), []
    for worker_id, estimate in ranked:
        worker = problem.worker_by_id[worker_id]
        kind = (problem.competencies_of(worker, problem.horizon.first_day), worker.mode, _commune(problem, worker))
        if kind not in seen:
            seen.add(kind)
            kept.append((worker_id, estimate))
    return kept


def _commune(problem: Problem, worker: Worker) -> str | None:
    return problem.site_by_id[worker.start_site].commune if worker.start_site else None
