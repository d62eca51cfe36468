"""Where the time of one `solve` goes, stage by stage; each stage's time is its own, what it calls of other
stages left out."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from scenarios.bench.child import alone
from scenarios.bench.day_generator import SIZES, full_day, plain_day
from scenarios.bench.race import GRACE_S, WARM_UP, WARM_UP_S

WATCHED: Mapping[str, tuple[str, ...]] = {
    "build": ("solver.solve:build_model",),
    "construct": ("solver.kernel.local_search:Search.construct",),
    "local_search": ("solver.engines.annealing:Annealing.run_until",),
    "columns": ("solver.engines.column_generation.columns:ColumnGeneration.round",),
    "dive": ("solver.engines.team:dive",),
    "choice": ("solver.engines.team:choose_among",),
    "coverage_bound": ("solver.engines.portfolio:coverage_bound",),
    "rest_of_search": ("solver.solve:search",),
    "decode": ("solver.solve:decode",),
    "reasons": ("solver.solve:reasons",),
    "certify": ("solver.solve:certify",),
    "costs": ("solver.solve:breakdown", "solver.solve:proof_of"),
}
"""Stage -> what to time, as "module:name" or "module:class.method"."""


@dataclass
class Stopwatch:
    """Seconds by stage; a call inside another stops the outer one."""

    clock: Callable[[], float] = time.perf_counter
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(WATCHED, 0.0))
    _inside: list[float] = field(default_factory=list)

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **more: Any) -> Any:
            self._inside.append(0.0)
            began = self.clock()
            try:
                return function(*args, **more)
            finally:
                took = self.clock() - began
                self.seconds[stage] += took - self._inside.pop()
                if self._inside:
                    self._inside[-1] += took

        return call

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time the stages until the block ends; one thread only."""
        kept: list[tuple[Any, str, Any]] = []
        for stage, places in WATCHED.items():
            for place in places:
                owner, name = owner_of(place)
                kept.append((owner, name, getattr(owner, name)))
                setattr(owner, name, self.timed(stage, getattr(owner, name)))
        try:
            yield
        finally:
            # Backwards: what was wrapped twice ends as it began.
            for owner, name, function in reversed(kept):
                setattr(owner, name, function)


def owner_of(place: str) -> tuple[Any, str]:
    """The module or class that holds what `place` names, and the name."""
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *classes, name = path.split(".")
    for one in classes:
        owner = getattr(owner, one)
    return owner, name


def profile(size: str, seed: int, limit_s: float, *, full: bool) -> dict[str, float]:
    """Seconds by stage and `total`, in a process of its own, on one core."""
    job = {"size": size, "seed": seed, "limit_s": limit_s, "full": full}
    return alone("scenarios.bench.stages:play", job, 3 * limit_s + GRACE_S)


def play(job: Mapping[str, Any]) -> dict[str, float]:
    """What the child does."""
    from solver.model.search_settings import SearchSettings
    from solver.solve import solve

    day = full_day if job["full"] else plain_day
    # The first search of a process loads what all later ones share: no stage should carry that.
    solve(day(WARM_UP, 1), SearchSettings(time_limit_s=WARM_UP_S, threads=1))
    problem, watch = day(SIZES[job["size"]], job["seed"]), Stopwatch()
    began = time.perf_counter()
    with watch.watching():
        solve(problem, SearchSettings(time_limit_s=job["limit_s"], seed=job["seed"], threads=1))
    return {**watch.seconds, "total": time.perf_counter() - began}
