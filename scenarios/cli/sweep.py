"""A grid of invented days, each planned once: what brigade size, share of AI workers and travel modes do to
the figures.

One CSV row a run, written as soon as it is done and before the next in the grid's order, so that a stopped
sweep goes on where it stood and the file does not depend on how many ran at a time.
"""

from __future__ import annotations

import csv
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import cast

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.documents.json_text import not_written
from brigade.values.plan import Proof
from scenarios.cli.console.interruption import HEARD, TICK_S
from scenarios.cli.console.screen import NO_ROOM

GIVEN = ("preset", "seed", "workers", "ai_share", "modes", "time_limit_s", "iterations")
SOLVED = ("status", "elapsed_s", "objective", "uncovered", "least_uncovered", "soft", "soft_bound", "gap")
FIGURES = (
    "requests",
    "covered",
    "coverage_rate",
    "points_asked",
    "points_left",
    "service_breaks",
    "mandatory_uncovered",
    "equity_providers_range",
    "equity_providers_gini",
    "travel",
    "commute",
    "travel_per_visit",
    "distance",
    "mileage_cost",
    "co2",
    "qualification_match",
    "continuity",
    "lateness",
    "ai_work",
    "ai_workers",
    "ai_480_alerts",
    "work_cost",
    "workers_used",
    "workload_spread",
    "workload_gini",
    "short_notice_calls",
    "rule_violations",
    "to_offer",
    "papers_to_sign",
)
"""Whole-plan indicators; a share of nothing is an empty cell."""


@dataclass(frozen=True, slots=True)
class SweepRun:
    """One day to invent and plan; None: as the preset says."""

    preset: str
    seed: int
    workers: int | None = None
    ai_share: float | None = None
    modes: tuple[tuple[str, float], ...] | None = None
    time_limit_s: float | None = 5.0
    iterations: int | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        modes = "" if self.modes is None else " ".join(f"{mode}={share:g}" for mode, share in self.modes)
        values = (
            self.preset,
            self.seed,
            self.workers,
            self.ai_share,
            modes,
            self.time_limit_s,
            self.iterations,
        )
        return tuple("" if value is None else str(value) for value in values)

    @property
    def key(self) -> str:
        return " · ".join(f"{name}={cell}" for name, cell in zip(GIVEN, self.cells, strict=True) if cell)


def grid(
    preset: str,
    seeds: Sequence[int],
    workers: Sequence[int | None],
    ai_shares: Sequence[float | None],
    modes: Sequence[Mapping[str, float] | None],
    time_limit_s: float | None,
    iterations: int | None,
) -> list[SweepRun]:
    """Every mix, seeds innermost. Raises: UnknownPreset (S002, S003) with all for which one of them cannot be
    generated."""
    from scenarios.generator.presets import UnknownPreset, overridden, preset_of

    given, runs, issues = preset_of(preset), list[SweepRun](), list[Issue]()
    for size, share, kinds in product(workers, ai_shares, modes):
        # Made for its refusals alone: a grid is refused before its first hour, not after it.
        try:
            overridden(given, workers=size, ai_share=share, modes=kinds)
        except UnknownPreset as refused:
            issues += refused.issues
        named = None if kinds is None else tuple(kinds.items())
        runs += [SweepRun(preset, seed, size, share, named, time_limit_s, iterations) for seed in seeds]
    if issues:
        raise UnknownPreset(list(dict.fromkeys(issues)))
    return runs


# -- the file ----------------------------------------------------------------------------------------------
def header() -> tuple[str, ...]:
    return (*GIVEN, *SOLVED, *FIGURES)


def missing(runs: Sequence[SweepRun], path: Path) -> list[SweepRun]:
    """The runs that the file does not hold yet. Raises: UnreadableInput (O105) when it is no file of a
    sweep."""
    if not path.exists() or path.stat().st_size == 0:
        return list(runs)
    held = path.read_bytes()
    # Whole rows only: `mend` cuts off the one that was being written, which may lack no more than its end.
    whole = held[: held.rfind(b"\n") + 1]
    if not whole and ",".join(header()).encode().startswith(held):
        return list(runs)
    rows = list(csv.reader(whole.decode("utf-8", "replace").splitlines())) or [[]]
    # Rows of an earlier version would be taken for runs that are done.
    if tuple(rows[0]) != header():
        raise UnreadableInput([Issue("O105", str(path), "other_columns")])
    done = {tuple(row[: len(GIVEN)]) for row in rows[1:] if len(row) == len(header())}
    return [run for run in runs if run.cells not in done]


def run_all(
    runs: Sequence[SweepRun],
    path: Path,
    jobs: int,
    tell: Callable[[SweepRun], None],
    stop: threading.Event | None = None,
) -> int:
    """Plan them, `jobs` at a time, each row appended in the order of `runs`; how many rows that made.

    Once `stop` is set the runs under way are given up: a search cut short measures nothing.
    """
    mend(path)
    done = 0
    with _full_disk_told(path), path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if file.tell() == 0:
            writer.writerow(header())
        # In the grid's order, whichever process is first: the file is the same however many ran.
        for run, row in zip(runs, _rows(runs, jobs, stop or threading.Event()), strict=False):
            if row is None:
                break
            writer.writerow(row)
            file.flush()
            tell(run)
            done += 1
    return done


@contextmanager
def _full_disk_told(path: Path) -> Iterator[None]:
    """The rows done stay. Raises: UnreadableInput (O101) when the disk takes no more."""
    try:
        yield
    except OSError as fault:
        if fault.errno not in NO_ROOM:
            raise
        raise UnreadableInput([not_written(path, fault)]) from None


def mend(path: Path) -> None:
    """Cut a row off that was being written when the sweep was stopped."""
    # A device is no file with rows: /dev/full would be read without end.
    if path.is_file():
        # Bytes, and cut where they stand: half a character is no text, and a file written anew is empty for a
        # moment, in which hours of runs could be lost.
        with path.open("r+b") as file:
            file.truncate(file.read().rfind(b"\n") + 1)


def _rows(runs: Sequence[SweepRun], jobs: int, stop: threading.Event) -> Iterator[tuple[str, ...] | None]:
    """The row of each; None for one that was cut short."""
    if jobs == 1:
        yield from (row_of(run, stop) for run in runs)
        return
    # Spawned, not forked: the kernel's threads of this process must not be copied half-way.
    context = get_context("spawn")
    shared = context.Event()
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(shared,)) as pool:
        # All at once: the pool never idles behind one long run.
        waiting = [pool.submit(_row_beside, run) for run in runs]
        for future in waiting:
            # Awake now and then: a signal only sets `stop`, which nobody else in this process looks at.
            while not wait([future], timeout=TICK_S).done:
                if stop.is_set():
                    shared.set()
                    pool.shutdown(wait=False, cancel_futures=True)
            yield None if future.cancelled() else future.result()


_shared: Event | None = None
"""In a process of the pool: what ends its run early."""


def _begin(shared: Event) -> None:
    """A terminal sends Ctrl-C to every process of the command; only the first one decides."""
    global _shared
    _shared = shared
    for one in HEARD:
        signal.signal(one, signal.SIG_IGN)


def _row_beside(run: SweepRun) -> tuple[str, ...] | None:
    return row_of(run, cast("threading.Event | None", _shared))  # asked like an event of this process


def row_of(run: SweepRun, stop: threading.Event | None = None) -> tuple[str, ...] | None:
    """Invent, plan, count. None when `stop` was set meanwhile."""
    from brigade.figures.report import indicators
    from scenarios.generator.scenario import generate
    from solver.model.search_settings import SearchSettings
    from solver.solve import solve

    modes = None if run.modes is None else dict(run.modes)
    problem = generate(run.preset, run.seed, workers=run.workers, ai_share=run.ai_share, modes=modes)
    outcome = solve(problem, SearchSettings(run.time_limit_s, run.seed, run.iterations, threads=1), stop=stop)
    if stop is not None and stop.is_set():
        return None
    proof, plan = outcome.proof, outcome.plan
    solved = [outcome.status.value, f"{outcome.elapsed_s:.3f}"]
    solved += [""] * 6 if proof is None else _proven(proof)
    found = None if plan is None else indicators(problem, plan)
    figures = (None if found is None else found.value(name) for name in FIGURES)
    return (*run.cells, *solved, *("" if one is None else f"{one:g}" for one in figures))


def _proven(proof: Proof) -> list[str]:
    """Counts of the levels 0 to 4 as `0/0/1/0/5`; the soft costs apart."""
    levels = ("/".join(map(str, counts)) for counts in (proof.uncovered, proof.least_uncovered))
    return [str(proof.objective), *levels, str(proof.soft), str(proof.soft_bound), f"{proof.gap:.6f}"]
