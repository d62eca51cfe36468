"""Public instances solved by the product's own solver, each answer costed again by the set's independent
evaluator."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import fmean
from typing import Any, Protocol, cast

from brigade.errors import Issue, UnreadableInput
from scenarios.bench.mapping import Unmapped, mapping_of
from scenarios.bench.sets import FAMILIES, BestKnown, Evaluation, Family, best_known, samples, sniff
from solver.model.search_settings import SearchSettings
from solver.solve import solve

SECONDS_A_PATIENT, LEAST_S, MOST_S = 0.5, 10.0, 600.0
QUICK_S = 10.0
"""What a run of the small subset takes at the most."""
SMALL = 3
"""Instances of each family in the small subset: its smallest."""
PROVEN: frozenset[Family] = frozenset({"br2008", "strsp"})
"""Families whose bound can meet a plan and so is worth a core: far lateness makes pricing endless in the
others."""
# Relative: published objectives are printed with so many digits.
AGREED = 1e-6


class SetModule(Protocol):
    """What each module of `scenarios.bench.sets` offers."""

    def read(self, path: Path) -> Any: ...

    def write_solution(self, path: Path, solution: Any) -> None: ...

    def evaluate(self, instance: Any, solution: Any) -> Evaluation: ...


@dataclass(frozen=True, slots=True)
class SetRun:
    """One instance solved once. `objective`: the evaluator's; None: no plan was found. `own`: what the plan's
    own costs say.

    `gap` is relative to the best known value, None where nobody gave one; `bound` in the product's cost
    units, with `own_cost`: equal means proven optimal.
    """

    family: Family
    instance: str
    size: int
    seed: int
    time_limit_s: float | None
    wall_s: float
    cpu_s: float
    iterations: int
    objective: float | None
    own: float | None
    best_known: float | None
    gap: float | None
    is_proven: bool
    violations: tuple[str, ...]

    @property
    def disagrees(self) -> bool:
        """Whether solver and evaluator speak of two different costs, or the plan breaks a rule of the set."""
        if self.objective is None or self.own is None:
            return False
        return bool(self.violations) or abs(self.objective - self.own) > AGREED * max(
            1.0, abs(self.objective)
        )


@dataclass(frozen=True, slots=True)
class Solved:
    run: SetRun
    module: SetModule
    solution: Any

    def write(self, path: Path) -> None:
        self.module.write_solution(path, self.solution)


def family_of(path: Path) -> Family:
    """Raises: UnreadableInput (B107) when the file is an instance of no set."""
    found = sniff(path)
    if found is None:
        raise UnreadableInput([Issue("B107", str(path), "of_no_set", {"families": list(FAMILIES)})])
    return found


def run_instance(
    path: Path,
    seed: int,
    time_limit_s: float | None = None,
    iterations: int | None = None,
    threads: int = 2,
    stop: threading.Event | None = None,
) -> Solved:
    """Solve an instance. Without a limit, the protocol's: half a second a patient, or what the set's authors
    took. `stop`: ends the search soon once set; the best solution so far is returned.

    Raises: UnreadableInput, for a file or an instance that cannot be taken.
    """
    family = family_of(path)
    module, mapping = cast(SetModule, import_module(f"scenarios.bench.sets.{family}")), mapping_of(family)
    instance = module.read(path)
    known = _known(family, instance.name, path)
    try:
        problem = mapping.problem_of(instance)
    except Unmapped as refused:
        raise UnreadableInput([Issue("B103", str(path), "set_refused", {"met": refused.clause})]) from refused
    size = len({visit.client_id for visit in problem.visits})
    # Work in the place of time, never beside it: a run under both would be neither comparable nor repeatable.
    limit = None if iterations else time_limit_s or protocol_s(family, size, known)
    wall, cpu = time.monotonic(), time.process_time()
    outcome = solve(
        problem, SearchSettings(limit, seed, iterations, threads, prove=family in PROVEN), stop=stop
    )
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    done = int(outcome.effort["iterations"])
    common = (family, instance.name, size, seed, limit, wall, cpu, done)
    best = known.objective if known else None
    if outcome.plan is None or outcome.breakdown is None:
        return Solved(SetRun(*common, None, None, best, None, is_proven=False, violations=()), module, None)
    solution = mapping.solution_of(instance, problem, outcome.plan)
    costed, own = (
        module.evaluate(instance, solution),
        mapping.objective(instance, outcome.plan, outcome.breakdown),
    )
    gap = known.gap(costed.objective) if known else None
    proven = outcome.status == "optimal"
    return Solved(
        SetRun(*common, costed.objective, own, best, gap, proven, tuple(costed.violations)), module, solution
    )


def _known(family: Family, name: str, path: Path) -> BestKnown | None:
    """From the `bks.csv` beside the instance, else from the shipped one, else from nowhere."""
    for folder in (path.absolute().parent, path.absolute().parent.parent):
        if (folder / "bks.csv").is_file():
            return best_known(family, name, folder)
    try:
        return best_known(family, name)
    except UnreadableInput:
        return None


def protocol_s(family: Family, size: int, known: BestKnown | None) -> float:
    """Half a second a patient, 10 s at least and 600 at most; `uhhc`: the time of its authors' annealing;
    `strsp`: a tenth of its authors'."""
    authors = known.author_seconds if known else None
    if family == "uhhc" and authors:
        return authors
    if family == "strsp" and authors:
        return authors / 10
    return min(MOST_S, max(LEAST_S, SECONDS_A_PATIENT * size))


# -- tables ------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Task:
    path: Path
    family: Family
    seed: int
    time_limit_s: float


def tasks(
    folder: Path | None, seeds: Sequence[int], *, small: bool, time_limit_s: float | None
) -> list[Task]:
    """The runs of a table, smallest instances first. Args: folder: None: the shipped instances.

    Raises: UnreadableInput (B101) when there is nothing to run.
    """
    if folder is not None and not folder.is_dir():
        raise UnreadableInput([Issue("B101", str(folder), "no_folder")])
    found: list[Task] = []
    for family in FAMILIES:
        # By the size of the file: it stands for that of the instance without any being read.
        paths = sorted(samples(family, folder), key=lambda path: (path.stat().st_size, path.name))
        for path in paths[:SMALL] if small else paths:
            limit = time_limit_s or _limit(family, path, small=small)
            found += [Task(path, family, seed, limit) for seed in seeds]
    if not found:
        raise UnreadableInput([Issue("B101", str(folder or ""), "no_instance")])
    return found


def _limit(family: Family, path: Path, *, small: bool) -> float:
    instance: Any = cast(SetModule, import_module(f"scenarios.bench.sets.{family}")).read(path)
    counts = (getattr(instance, name, None) for name in ("patients", "visits", "tasks"))
    count = next(one for one in counts if one is not None)
    size = count if isinstance(count, int) else len(count)
    limit = protocol_s(family, size, _known(family, instance.name, path))
    return min(QUICK_S, limit) if small else limit


@dataclass(frozen=True, slots=True)
class FamilyResult:
    """A family's runs. Gaps are means over instances of the mean, the least and the largest over seeds;
    `reached`: instances whose mean is at the best known or below, `below`: strictly."""

    family: Family
    instances: int
    runs: int
    without_plan: int
    mean_gap: float | None
    best_gap: float | None
    worst_gap: float | None
    reached: int
    below: int
    proven: int
    disagreements: int
    wall_s: float
    cpu_s: float


def standings(runs: Iterable[SetRun]) -> list[FamilyResult]:
    """One a family met, in the order of `FAMILIES`."""
    met: dict[Family, dict[str, list[SetRun]]] = {}
    for run in runs:
        met.setdefault(run.family, {}).setdefault(run.instance, []).append(run)
    return [_standing(family, met[family]) for family in FAMILIES if family in met]


def _standing(family: Family, by_instance: dict[str, list[SetRun]]) -> FamilyResult:
    runs = [run for group in by_instance.values() for run in group]
    gaps = [[run.gap for run in group if run.gap is not None] for group in by_instance.values()]
    gaps = [group for group in gaps if group]
    means = [fmean(group) for group in gaps]
    return FamilyResult(
        family=family,
        instances=len(by_instance),
        runs=len(runs),
        without_plan=sum(run.objective is None for run in runs),
        mean_gap=fmean(means) if means else None,
        best_gap=fmean(map(min, gaps)) if gaps else None,
        worst_gap=fmean(map(max, gaps)) if gaps else None,
        reached=sum(mean <= 0 for mean in means),
        below=sum(mean < 0 for mean in means),
        proven=sum(run.is_proven for run in runs),
        disagreements=sum(run.disagrees for run in runs),
        wall_s=fmean(run.wall_s for run in runs),
        cpu_s=fmean(run.cpu_s for run in runs),
    )
