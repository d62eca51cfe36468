"""The value of one more worker, by qualification and place: whom a brigade should ask for.

Dual prices rank whom to try (what one more like this worker could save at the most); the value told is that
of real solves with that worker doubled, which start from the plan at hand, pins and all. A search that goes
on finds something without her too: so each is compared with the same search without her, of the same seed,
and the spread over several seeds is told.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

from brigade.changes.carry import whole
from brigade.judging.checker import certify
from brigade.judging.coverage_levels import coverage_points, uncovered_by_level
from brigade.values.plan import Plan, Reason
from brigade.values.problem import Problem
from brigade.values.workforce import Counters, Worker
from solver.engines.portfolio import search
from solver.model.decode import decode
from solver.model.fixed_part import from_now_on
from solver.model.model import build_model
from solver.model.outcome import SolveOutcome
from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings

# Each is solved for several times; dual prices rank whom to try first.
TRIED = 3
SEEDS = 3
"""Solves with her, and as many without."""
TWIN_MARK = "+1"


@dataclass(frozen=True, slots=True)
class CoverageGain:
    """What a plan covers beyond another."""

    points: int
    visits: int


@dataclass(frozen=True, slots=True)
class WorkerValue:
    """One more like `worker_id`: what solves with her cover beyond the same solves without her, from the
    least to the most of `gains`; `estimate`: what dual prices promised at the most, in cost units."""

    worker_id: str
    gains: tuple[CoverageGain, ...]
    estimate: int

    @property
    def middle(self) -> CoverageGain:
        """The median, the lower one of two."""
        return self.gains[(len(self.gains) - 1) // 2]

    @property
    def reason(self) -> Reason:
        least, most, middle = self.gains[0], self.gains[-1], self.middle
        values = {"worker": self.worker_id, "points": middle.points, "visits": middle.visits}
        if least == most:
            return Reason.of("value_of_worker", **values)
        visits = [one.visits for one in self.gains]
        spread = {"points_low": least.points, "points_high": most.points, "runs": len(self.gains)}
        return Reason.of(
            "value_of_worker", **values, **spread, visits_low=min(visits), visits_high=max(visits)
        )


def value_of_one_more(
    problem: Problem,
    outcome: SolveOutcome,
    settings: SearchSettings,
    most: int = TRIED,
    within_s: float | None = None,
    stop: threading.Event | None = None,
) -> tuple[WorkerValue, ...]:
    """The values of the workers whom prices rank first, best value first; empty when nothing is left
    uncovered or no prices are known. `settings` hold for each solve, its seed for the first one; after
    `within_s` seconds nobody else is tried. Once `stop` is set, the solve under way ends soon and counts for
    nothing."""
    stop = stop or threading.Event()
    began = time.monotonic()
    if outcome.plan is None or not outcome.plan.uncovered:
        return ()
    ranked = sorted(outcome.worth.items(), key=lambda item: (-item[1], item[0]))
    tried = [(worker, estimate) for worker, estimate in _unlike(problem, ranked)[:most] if estimate > 0]
    if not tried:
        return ()
    without = _solved(problem, outcome.plan, settings, stop)
    found: list[WorkerValue] = []
    for worker, estimate in tried:
        if found and within_s is not None and time.monotonic() - began >= within_s:
            break
        richer = _solved(with_one_more(problem, worker), outcome.plan, settings, stop)
        if stop.is_set():
            break
        found.append(WorkerValue(worker, _gains(problem, without, richer), estimate))
    return tuple(sorted(found, key=lambda one: (-one.middle.points, -one.middle.visits, one.worker_id)))


def with_one_more(problem: Problem, worker_id: str) -> Problem:
    """The same problem with a second worker of the same competencies, home, mode and hours, and no
    history."""
    model = problem.worker_by_id[worker_id]
    # No history: the hours that one of the two has worked are not the other's.
    twin = replace(model, id=worker_id + TWIN_MARK, counters=Counters(), other_work=())
    return problem.with_workers((*problem.workers, twin))


def _solved(problem: Problem, plan: Plan, settings: SearchSettings, stop: threading.Event) -> list[Plan]:
    """Solves of several seeds from the plan at hand, without what only readers of their plans need: nobody
    asks why a richer plan leaves what it leaves. What is pinned stays pinned: else the value would be that of
    unpinning too. Nothing new begins before `now`: nobody covers a visit whose hours are over."""
    asked, start = from_now_on(problem, plan)
    model, found = build_model(asked, start), []
    for number in range(SEEDS):
        seeded = replace(settings, seed=settings.seed + number)
        solution = search(model, seeded, SearchClock(seeded, stop), start)
        decoded = decode(model, solution.orders, solution.starts, start)
        after = replace(whole(problem, decoded.routes, plan), waivers=())
        certify(problem, after)
        found.append(after)
    return found


def _gains(problem: Problem, without: list[Plan], richer: list[Plan]) -> tuple[CoverageGain, ...]:
    """Seed by seed, the least first."""
    pairs = zip(without, richer, strict=True)
    gains = [
        CoverageGain(
            coverage_points(problem, before) - coverage_points(problem, after),
            sum(uncovered_by_level(problem, before)) - sum(uncovered_by_level(problem, after)),
        )
        for before, after in pairs
    ]
    return tuple(sorted(gains, key=lambda one: (one.points, one.visits)))


def _unlike(problem: Problem, ranked: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """One worker of each kind (competencies, mode, commune), the best ranked."""
    seen, kept = set(), []
    for worker_id, estimate in ranked:
        worker = problem.worker_by_id[worker_id]
        kind = (
            problem.competencies_of(worker, problem.horizon.first_day),
            worker.mode,
            _commune(problem, worker),
        )
        if kind not in seen:
            seen.add(kind)
            kept.append((worker_id, estimate))
    return kept


def _commune(problem: Problem, worker: Worker) -> str | None:
    return problem.site_by_id[worker.start_site].commune if worker.start_site else None
