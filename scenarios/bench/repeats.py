"""How much a plan hangs on the search's random numbers: the same days solved several times, from different
seeds.

Where levels of coverage come before costs, a run agrees when it covers the top levels (mandatory visits,
priorities 1 and 2) as the best of its day's runs does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from brigade.values.problem import Problem
from scenarios.generator.scenario import generate
from solver.model.search_settings import SearchSettings
from solver.solve import solve

TOP_LEVELS = 3
"""Mandatory visits, priorities 1 and 2."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """One run of a day. `uncovered`: visits by level 0 to 4; `soft`: in cost units; seconds of wall clock and
    processor."""

    preset: str
    day: int
    run: int
    uncovered: tuple[int, ...]
    soft: int
    wall_s: float
    cpu_s: float

    @property
    def top(self) -> tuple[int, ...]:
        """What is left out of the top levels: the less, the better, the first level first."""
        return self.uncovered[:TOP_LEVELS]


@dataclass(frozen=True, slots=True)
class RunAgreement:
    """Of one preset: runs, those that agree with the best of their day, days, those whose runs all do."""

    preset: str
    runs: int
    agreeing: int
    days: int
    whole_days: int

    @property
    def share(self) -> float:
        return self.agreeing / self.runs


def repeat(
    preset: str, day: int, run: int, time_limit_s: float, threads: int, stop: threading.Event | None = None
) -> Repeat | None:
    """Draw the day and solve it with the run's number as the search's seed. None when `stop` was set
    meanwhile."""
    problem: Problem = generate(preset, day)
    wall, cpu = time.monotonic(), time.process_time()
    costs = solve(
        problem, SearchSettings(time_limit_s=time_limit_s, seed=run, threads=threads), stop=stop
    ).breakdown
    if stop is not None and stop.is_set():
        return None
    if costs is None:  # a strict day without its mandatory visits; no preset is strict
        raise ValueError(f"{preset} {day}: no plan")
    return Repeat(
        preset,
        day,
        run,
        costs.uncovered,
        costs.soft,
        round(time.monotonic() - wall, 2),
        round(time.process_time() - cpu, 2),
    )


def by_day(repeats: Iterable[Repeat]) -> dict[tuple[str, int], list[Repeat]]:
    """The runs of each (preset, day), in the order given."""
    found: dict[tuple[str, int], list[Repeat]] = {}
    for one in repeats:
        found.setdefault((one.preset, one.day), []).append(one)
    return found


def agreeing(runs: Iterable[Repeat]) -> list[Repeat]:
    """The runs of one day that cover the top levels as the best of them."""
    runs = list(runs)
    best = min(one.top for one in runs)
    return [one for one in runs if one.top == best]


def agreements(repeats: Iterable[Repeat]) -> list[RunAgreement]:
    """One a preset, in the order given."""
    days = by_day(repeats)
    found = []
    for preset in dict.fromkeys(preset for preset, _ in days):
        # Days count apart from runs: a day is sure only where every seed covers as the best one does.
        own = [runs for (name, _), runs in days.items() if name == preset]
        good = [agreeing(runs) for runs in own]
        whole = sum(len(some) == len(runs) for some, runs in zip(good, own, strict=True))
        found.append(RunAgreement(preset, sum(map(len, own)), sum(map(len, good)), len(own), whole))
    return found
