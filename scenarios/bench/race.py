"""One engine on one day under one limit, and many such runs as a table."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import Any

from brigade.values.problem import Problem
from scenarios.bench.bench_days import read_day
from scenarios.bench.child import alone, peak_mb
from scenarios.bench.day_generator import SIZES, DaySize, full_day, plain_day
from scenarios.bench.neutral import judge
from scenarios.bench.plain import read_plain

OURS, FULL = "brigade", "brigade-bad"
PEERS: Mapping[str, str] = {
    "vroom": "scenarios.bench.peers.vroom:solve",
    "pyvrp": "scenarios.bench.peers.pyvrp:by_profile",
    "pyvrp-load": "scenarios.bench.peers.pyvrp:by_load",
    "ortools": "scenarios.bench.peers.ortools_routing:by_insertion",
    "ortools-auto": "scenarios.bench.peers.ortools_routing:automatic",
}
ENGINES = (OURS, FULL, *PEERS)
WARM_UP = DaySize(2, 6)
# Libraries load and kernels compile before the clock of the first heat runs.
WARM_UP_S = 0.2
OVERRUN, GRACE_S = 20, 300
"""A run is given up after so many times its limit and so many seconds more: some engines overrun, none may
hang the table."""


@dataclass(frozen=True, slots=True)
class RaceHeat:
    """What is run. `published`: the committed day of that size, where only the engine's own seed differs."""

    engine: str
    size: str
    limit_s: float
    seed: int
    published: bool = False

    @property
    def day(self) -> tuple[str, int]:
        """What must be the same for two answers to be compared."""
        return self.size, 0 if self.published else self.seed


@dataclass(frozen=True, slots=True)
class RaceResult:
    """Weight in points, `travel_min` in minutes, `cost` and `bound` (None: the engine proves none) in the
    day's own units. `wall_s` from the day in memory to the orders in memory; `cpu_s`: how much of it this
    process was given."""

    heat: RaceHeat
    visits: int
    covered: int
    weight: int
    travel_min: float
    cost: int
    bound: int | None
    wall_s: float
    cpu_s: float
    peak_mb: float
    faults: tuple[str, ...] = ()


def run(heat: RaceHeat) -> RaceResult:
    """In a process of its own, warmed up before the clock starts."""
    answer = alone("scenarios.bench.race:play", asdict(heat), heat.limit_s * OVERRUN + GRACE_S)
    return RaceResult(heat, **{**answer, "faults": tuple(answer["faults"])})


def play(job: Mapping[str, Any]) -> dict[str, Any]:
    """What the child does: all of `RaceResult` but its heat."""
    heat = RaceHeat(**job)
    problem = day_of(heat)
    engine = solve_full if heat.engine == FULL else solve_ours if heat.engine == OURS else peer(heat.engine)
    # Imports, compilation and caches are paid for before the clock starts, for every engine alike.
    engine(full_day(WARM_UP, 1) if heat.engine == FULL else plain_day(WARM_UP, 1), WARM_UP_S, 1)
    wall, cpu = time.monotonic(), time.process_time()
    found = engine(problem, heat.limit_s, heat.seed)
    took = {"wall_s": time.monotonic() - wall, "cpu_s": time.process_time() - cpu, "peak_mb": peak_mb()}
    return {"visits": len(problem.visits), **took, **found()}


def day_of(heat: RaceHeat) -> Problem:
    if heat.published:
        return read_day(heat.size)
    return (full_day if heat.engine == FULL else plain_day)(SIZES[heat.size], heat.seed)


Finding = Callable[[], dict[str, Any]]
"""Judging comes after the clock has stopped."""


def peer(name: str) -> Callable[[Problem, float, int], Finding]:
    module, _, function = PEERS[name].partition(":")
    solve = getattr(importlib.import_module(module), function)

    def play_peer(problem: Problem, limit_s: float, seed: int) -> Finding:
        day = read_plain(problem)
        orders = solve(day, limit_s, seed)
        return lambda: {**_judged(problem, orders), "bound": None}

    return play_peer


def solve_ours(problem: Problem, limit_s: float, seed: int) -> Finding:
    """Through the product's own path: model, search, plan, reasons, certificate, all of it on the clock."""
    outcome, plan = _solve(problem, limit_s, seed)
    # Orders alone, as of every peer: times are the judge's.
    orders = {route.worker_id: [stop.visit_id for stop in route.stops] for route in plan.routes}

    def finding() -> dict[str, Any]:
        judged = _judged(problem, orders)
        # The neutral judge counts anew: an engine that flatters itself is a fault of the bench, ours first.
        if judged["cost"] != outcome.proof.objective:
            judged["faults"] = [*judged["faults"], f"we say it costs {outcome.proof.objective}"]
        return {**judged, "bound": outcome.proof.bound}

    return finding


def solve_full(problem: Problem, limit_s: float, seed: int) -> Finding:
    """Nobody else can model this day: the product's own checker has judged the plan, links and labour law
    included."""
    outcome, plan = _solve(problem, limit_s, seed)
    minute = problem.horizon.ticks_per_minute
    return lambda: {
        "covered": len(plan.covered),
        "weight": outcome.proof.coverage_points,
        "travel_min": outcome.breakdown.terms["travel"] / minute,
        "cost": outcome.proof.objective,
        "bound": outcome.proof.bound,
        "faults": [],
    }


def _solve(problem: Problem, limit_s: float, seed: int) -> tuple[Any, Any]:
    from solver.model.search_settings import SearchSettings
    from solver.solve import solve

    outcome = solve(problem, SearchSettings(time_limit_s=limit_s, seed=seed, threads=1))
    return outcome, outcome.plan


def _judged(problem: Problem, orders: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    verdict = judge(read_plain(problem), orders)
    return {
        "covered": verdict.covered,
        "weight": verdict.weight,
        "travel_min": verdict.travel / problem.horizon.ticks_per_minute,
        "cost": verdict.cost,
        "faults": list(verdict.faults[:5]),
    }


# -- many runs ---------------------------------------------------------------------------------------------
def heats(
    engines: Sequence[str],
    sizes: Sequence[str],
    limits: Sequence[float],
    seeds: Sequence[int],
    published: bool,
) -> Iterator[RaceHeat]:
    """Engines take turns on one day, so that a busy hour of the machine is shared by all of them."""
    for size in sizes:
        for limit in limits:
            for seed in seeds:
                yield from (
                    RaceHeat(engine, size, limit, seed, published)
                    for engine in engines
                    # The committed days are plain ones: no engine but ours has words for the labour law.
                    if not (published and engine == FULL)
                )


@dataclass(frozen=True, slots=True)
class EngineResult:
    """One engine over the seeds of one size and limit: means over the answers that break no rule, the others
    are counted in `broken` (0 everywhere when all are). `gap`: to the best bound proven for the same day,
    None when there is none; `best`: days on which no other engine left less weight."""

    engine: str
    size: str
    limit_s: float
    runs: int
    covered: float
    visits: float
    weight: float
    travel_min: float
    gap: float | None
    best: int
    wall_s: float
    cpu_s: float
    broken: int


def standings(results: Iterable[RaceResult]) -> list[EngineResult]:
    """One line an engine, size and limit, in the order met."""
    found = list(results)
    bounds = best_bounds(found)
    groups: dict[tuple[str, float, str], list[RaceResult]] = {}
    for result in found:
        groups.setdefault((result.heat.size, result.heat.limit_s, result.heat.engine), []).append(result)
    return [_standing(runs, found, bounds) for runs in groups.values()]


def best_bounds(results: Iterable[RaceResult]) -> dict[tuple[bool, str, int], int]:
    """The highest bound proven of each day; full and plain days of a seed are different days."""
    bounds: dict[tuple[bool, str, int], int] = {}
    for one in results:
        # A bound of zero says nothing; a plain day that costs nothing does not exist.
        if one.bound:
            key = (one.heat.engine == FULL, *one.heat.day)
            bounds[key] = max(one.bound, bounds.get(key, 0))
    return bounds


def _standing(
    runs: Sequence[RaceResult], all_runs: Sequence[RaceResult], bounds: Mapping[tuple[bool, str, int], int]
) -> EngineResult:
    heat, sound = runs[0].heat, [one for one in runs if not one.faults]
    pairs = [(one.cost, bounds.get((heat.engine == FULL, *one.heat.day))) for one in sound]
    gaps = [max(0, cost - bound) / cost for cost, bound in pairs if bound is not None and cost]
    return EngineResult(
        engine=heat.engine,
        size=heat.size,
        limit_s=heat.limit_s,
        runs=len(runs),
        visits=_mean(one.visits for one in runs),
        covered=_mean(one.covered for one in sound),
        weight=_mean(one.weight for one in sound),
        travel_min=_mean(one.travel_min for one in sound),
        # A mean over some of the days only would flatter whoever failed on the hard ones.
        gap=_mean(gaps) if gaps and len(gaps) == len(sound) else None,
        best=sum(one.weight <= _least(one, all_runs) for one in sound),
        wall_s=_mean(one.wall_s for one in runs),
        cpu_s=_mean(one.cpu_s for one in runs),
        broken=len(runs) - len(sound),
    )


def _mean(values: Iterable[float]) -> float:
    return fmean(kept) if (kept := list(values)) else 0.0


def _least(one: RaceResult, others: Iterable[RaceResult]) -> int:
    """The least weight any engine left on this very day, limit and seed."""
    mine = replace(one.heat, engine="")
    same = (o for o in others if replace(o.heat, engine="") == mine and not o.faults)
    return min(o.weight for o in same if (o.heat.engine == FULL) == (one.heat.engine == FULL))
