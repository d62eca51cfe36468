"""The kernels of a wheel beside one compiled on this machine: the same work, in turns, in processor seconds.

Each library has a process of its own that is asked for one slice after the other; slices of one round are
neighbours in time, so a busy minute weighs on all of them, and only their ratio is kept.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from scenarios.generator.scenario import generate
from solver.engines.column_generation.columns import ColumnGeneration
from solver.kernel.build import CHOICE, SOURCES, compile_kernel, library_paths, shipped_name
from solver.kernel.local_search import Search
from solver.kernel.variants import this_platform
from solver.model.model import Model, build_model

NATIVE = "native"
PARTS = ("local search", "column generation")
ITERATIONS, ROUNDS = 4000, 6
"""A slice of about a fifth of a second on a day of seventy visits."""
# Temperatures in cost units, fixed: every library does the same work.
HOT, COLD = 3000.0, 10.0


@dataclass(frozen=True, slots=True)
class KernelSlice:
    """`result`: a digest of what was found, the same for every library."""

    part: str
    preset: str
    round: int
    kernel: str
    cpu_s: float
    result: str


@dataclass(frozen=True, slots=True)
class PairedRuns:
    """A kernel's slices beside the native ones: median ratio of processor seconds, and the middle half."""

    part: str
    preset: str
    kernel: str
    rounds: int
    ratio: float
    low: float
    high: float
    same: bool


def libraries(folder: Path) -> dict[str, Path]:
    """The native library and those that a wheel for this platform carries, compiled where they are missing.

    Raises: NoCompiler, without the extra `compile`.
    """
    found = {NATIVE: library_paths()[0]}
    if not found[NATIVE].exists():
        compile_kernel(found[NATIVE])
    here = this_platform()
    for variant in here.variants if here else ():
        # A wheel's own where there is one, so that what people run is what is measured.
        shipped = SOURCES / "shipped" / shipped_name(variant)
        found[variant.name] = shipped if shipped.exists() else folder / shipped_name(variant)
        if not found[variant.name].exists():
            compile_kernel(found[variant.name], [variant.command()])
    return found


def measured(paths: Mapping[str, Path], presets: Sequence[str], rounds: int) -> Iterator[KernelSlice]:
    """Slices of every part and preset, the kernels in another order each round."""
    names = list(paths)
    with ExitStack() as stack:
        # A process a library: one that is loaded cannot be put out of a process again.
        pools = {
            name: stack.enter_context(ProcessPoolExecutor(1, get_context("spawn"), _choose, (str(path),)))
            for name, path in paths.items()
        }
        for preset in presets:
            for part in PARTS:
                for turn in range(rounds):
                    # Another one begins each round: the first to run after a pause finds a cold cache.
                    at = turn % len(names)
                    for name in (*names[at:], *names[:at]):
                        cpu_s, result = pools[name].submit(_slice, part, preset, turn).result()
                        yield KernelSlice(part, preset, turn, name, cpu_s, result)


def pairs(slices: Sequence[KernelSlice]) -> list[PairedRuns]:
    """Each kernel but the native one, by part and preset."""
    by_key = {(one.part, one.preset, one.kernel, one.round): one for one in slices}
    found = []
    for part, preset, kernel in dict.fromkeys((one.part, one.preset, one.kernel) for one in slices):
        own = [one for one in slices if (one.part, one.preset, one.kernel) == (part, preset, kernel)]
        beside = [(one, by_key[part, preset, NATIVE, one.round]) for one in own]
        if kernel != NATIVE:
            ratios = sorted(one.cpu_s / native.cpu_s for one, native in beside)
            # The middle half rather than a deviation: a busy minute throws single ratios far out.
            low, middle, high = (ratios[len(ratios) * share // 4] for share in (1, 2, 3))
            same = all(one.result == native.result for one, native in beside)
            found.append(PairedRuns(part, preset, kernel, len(own), middle, low, high, same))
    return found


def _choose(path: str) -> None:
    # Set before the first call in this process, which loads the library.
    os.environ[CHOICE] = path


def _slice(part: str, preset: str, turn: int) -> tuple[float, str]:
    """Processor seconds, and a digest of the result."""
    model = _model(preset)
    search = Search(model.arrays, turn)
    # Processor time: on a busy machine the wall clock tells of the others.
    began = time.process_time()
    if part == PARTS[0]:
        search.construct()
        search.anneal(ITERATIONS, HOT, COLD)
        spent, result = time.process_time() - began, repr(search.plan())
    else:
        columns = ColumnGeneration(model, model.arrays.visits["penalty"].copy())
        columns.run(lambda: columns.rounds >= ROUNDS)
        spent, result = time.process_time() - began, repr((columns.bound, sorted(columns.columns.items())))
    return spent, hashlib.sha256(result.encode()).hexdigest()


@cache
def _model(preset: str) -> Model:
    return build_model(generate(preset, 1))
