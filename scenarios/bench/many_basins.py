"""Many basins in one night: a department of seven, a country of three hundred, on all cores, and what each
basin costs."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import quantiles

from brigade.values.problem import Problem
from scenarios.bench.child import ONE_THREAD, peak_mb
from scenarios.generator.presets import department_presets
from scenarios.generator.scenario import build, generate
from scenarios.generator.territory import basins

COUNTRY = 300
"""Basins of a country-sized night; France counts 305 zones d'emploi. Ours repeat the committed ones with
other seeds."""
# Share of people outside every urban unit from which a zone is given the rural preset.
RURAL = 0.3


@dataclass(frozen=True, slots=True)
class BasinDay:
    """One basin's day: of `preset` in zone `basin`, or, with `department`, its part of a department's day."""

    basin: str
    seed: int
    limit_s: float
    preset: str
    department: bool = False


@dataclass(frozen=True, slots=True)
class BasinNight:
    """What one basin took.

    `open_level`: the first level, 0 to 4, of which fewer visits might stay uncovered; None: none is open.
    `gap`: the share of the soft costs that might be saved; it says something only where no level is open.
    Seconds of drawing the day (with its travel times) and of solving it, wall clock and CPU. `peak_mb`: the
    most its process held so far; processes are used again for the next basin.
    """

    ask: BasinDay
    workers: int
    open_visits: int
    covered: int
    points: int
    open_level: int | None
    gap: float
    draw_s: float
    wall_s: float
    cpu_s: float
    peak_mb: float


def department(seed: int, limit_s: float) -> list[BasinDay]:
    """The seven basins of the generated department, about a thousand visits."""
    return [
        BasinDay(preset.basin, seed, limit_s, preset.name, department=True) for preset in department_presets()
    ]


def country(count: int, seed: int, limit_s: float) -> list[BasinDay]:
    """`count` basins: the committed ones in turn, a new seed each time round, town or country preset as the
    basin is."""
    zones = [
        (territory.zone, "rural_day" if territory.rural_share > RURAL else "urban_day")
        for territory in basins()
    ]
    turns = (divmod(number, len(zones)) for number in range(count))
    return [BasinDay(zones[place][0], seed + turn, limit_s, zones[place][1]) for turn, place in turns]


def day_of(ask: BasinDay) -> Problem:
    if ask.department:
        return build(next(preset for preset in department_presets() if preset.name == ask.preset), ask.seed)
    return generate(ask.preset, ask.seed, basin=ask.basin)


def plan_basin(ask: BasinDay) -> BasinNight:
    """One thread; all the cores are busy with other basins."""
    from solver.model.search_settings import SearchSettings
    from solver.solve import solve

    began = time.monotonic()
    problem = day_of(ask)
    drawn, cpu = time.monotonic(), time.process_time()
    outcome = solve(problem, SearchSettings(time_limit_s=ask.limit_s, seed=ask.seed, threads=1))
    assert outcome.plan is not None, "a generated day always has a plan: the policy is not strict"
    assert outcome.proof is not None
    return BasinNight(
        ask,
        len(problem.workers),
        len(problem.requests),
        len(outcome.plan.covered),
        outcome.proof.coverage_points,
        outcome.proof.open_level,
        outcome.proof.gap,
        drawn - began,
        time.monotonic() - drawn,
        time.process_time() - cpu,
        peak_mb(),
    )


def run_all(
    asks: Sequence[BasinDay], processes: int, told: Callable[[BasinNight], None]
) -> tuple[list[BasinNight], float]:
    """Every basin, and the wall-clock seconds of the whole night; `told` hears of each in the order asked."""
    began, nights = time.monotonic(), []
    # Spawned, not forked: a child must not inherit the parent's loaded libraries and their threads.
    with _one_thread_each(), ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for night in pool.map(plan_basin, asks):
            told(night)
            nights.append(night)
    return nights, time.monotonic() - began


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started inside inherit it: libraries read it when they load."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def spread(values: Iterable[float]) -> tuple[float, float, float, float]:
    """Mean, median, 95th percentile, largest. Of at least one value."""
    kept = sorted(values)
    # Of a single value every quantile is that value; the library refuses to say so.
    cuts = quantiles(kept, n=20, method="inclusive") if len(kept) > 1 else kept * 19
    return sum(kept) / len(kept), cuts[9], cuts[18], kept[-1]
