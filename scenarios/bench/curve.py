"""How the solver grows: time to a proven gap and memory, by number of visits; one process and one core a
point."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scenarios.bench.child import alone, peak_mb
from scenarios.bench.day_generator import curve_size, full_day, plain_day
from scenarios.bench.race import GRACE_S, WARM_UP, WARM_UP_S

# Doubled each time: on two logarithmic axes the measures fall on a line, whose slope is the growth.
VISITS = (50, 100, 200, 400, 800, 1600)
# What the published curve asks for.
GAP = 0.01


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What is asked: a plain or a full day of `visits`, until `gap` is proven or `limit_s` is over."""

    visits: int
    seed: int
    limit_s: float
    full: bool = False
    gap: float = GAP


@dataclass(frozen=True, slots=True)
class CurveMeasure:
    """`to_gap_s`: when the gap asked for was proven, None: not in time. `gap`: the last one. `idle_mb`: held
    before the day was drawn, by Python and libraries; `peak_mb`: the most ever held."""

    point: CurvePoint
    workers: int
    covered: int
    weight: int
    to_gap_s: float | None
    gap: float
    wall_s: float
    cpu_s: float
    idle_mb: float
    peak_mb: float


def measure(point: CurvePoint) -> CurveMeasure:
    return CurveMeasure(
        point, **alone("scenarios.bench.curve:play", asdict(point), 3 * point.limit_s + GRACE_S)
    )


def play(job: Mapping[str, Any]) -> dict[str, Any]:
    """What the child does: all of `CurveMeasure` but its point."""
    from solver.model.search_settings import Progress, SearchSettings
    from solver.solve import solve

    point = CurvePoint(**job)
    # Before anything is measured: the kernel is loaded, perhaps compiled, and libraries are imported.
    solve(plain_day(WARM_UP, 1), SearchSettings(time_limit_s=WARM_UP_S, threads=1))
    idle, size = peak_mb(), curve_size(point.visits)
    problem = (full_day if point.full else plain_day)(size, point.seed)
    enough, reached = threading.Event(), []

    def watch(progress: Progress) -> None:
        if progress.bound and progress.objective - progress.bound <= point.gap * progress.objective:
            reached.append(progress.elapsed_s)
            enough.set()

    settings = SearchSettings(time_limit_s=point.limit_s, seed=point.seed, threads=1)
    wall, cpu = time.monotonic(), time.process_time()
    outcome = solve(problem, settings, on_progress=watch, stop=enough)
    took = {"wall_s": time.monotonic() - wall, "cpu_s": time.process_time() - cpu}
    assert outcome.plan is not None, "a bench day always has a plan: nothing is mandatory"
    assert outcome.proof is not None
    return {
        "workers": size.workers,
        "covered": len(outcome.plan.covered),
        "weight": outcome.proof.coverage_points,
        "to_gap_s": reached[0]
        if reached
        else outcome.elapsed_s
        if outcome.proof.share_of_sum <= point.gap
        else None,
        "gap": outcome.proof.share_of_sum,
        **took,
        "idle_mb": idle,
        "peak_mb": peak_mb(),
    }
