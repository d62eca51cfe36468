"""Same seed and same work: the same plan, the same proof, twice. Engine by engine, on days on which each has
work to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from brigade.values.problem import Problem
from scenarios.bench.day_generator import DaySize, full_day, plain_day
from solver.engines.column_generation.columns import ColumnGeneration
from solver.engines.column_generation.dive import BRISK, dive
from solver.engines.column_generation.set_partitioning import choose_among
from solver.engines.symmetry import classes_of
from solver.engines.whole_day import WholeDayModel
from solver.kernel.local_search import Orders
from solver.model.model import Model, build_model
from solver.model.search_settings import SearchSettings
from solver.solve import solve

WORK = SearchSettings(iterations=24_000, seed=5, threads=1)
"""Enough for a dozen rounds of column generation, a dive and its repair."""
SIZE = DaySize(6, 36)
GAP = 40_000
"""Cost units above the bound: what the choice may look at."""
LONG_S = 600.0
"""Never reached: proven in milliseconds."""


def never() -> bool:
    return False


@pytest.mark.parametrize("day", [plain_day, full_day])
def test_a_search_of_a_work_limit_gives_the_same_plan_and_proof_twice(
    day: Callable[[DaySize, int], Problem],
) -> None:
    one, other = (solve(day(SIZE, 4), WORK) for _ in range(2))
    assert one.effort["rounds"] > 1
    assert one.plan == other.plan
    assert (one.proof, one.worth) == (other.proof, other.worth)


def test_another_seed_takes_another_way() -> None:
    """Else two equal plans would show nothing."""
    short = [solve(plain_day(SIZE, 4), replace(WORK, iterations=400, seed=seed)).plan for seed in range(4)]
    assert len({tuple(plan.routes) for plan in short if plan is not None}) > 1


def program(model: Model) -> ColumnGeneration:
    """The day's linear program, cut until no cut is broken."""
    generation = ColumnGeneration(model, model.arrays.visits["penalty"])
    generation.run(never, gap=1e-7)
    while generation.tighten(10):
        generation.run(never, gap=1e-7)
    return generation


def test_columns_cuts_dives_and_choices_are_the_same_twice() -> None:
    model = build_model(plain_day(DaySize(5, 24), 2))
    nobody: Orders = [[] for _ in model.tours]
    one, other = program(model), program(model)
    assert one.cuts
    assert (one.bound, one.rounds, one.cuts) == (other.bound, other.rounds, other.cuts)
    assert list(one.columns.items()) == list(other.columns.items())
    chosen = [choose_among(each, nobody, one.bound + GAP, LONG_S, 1, lambda: False) for each in (one, other)]
    assert chosen[0] == chosen[1] != {}
    for blur in (None, 3):
        ways = [
            dive(each, never, BRISK, random=None if blur is None else np.random.default_rng(blur))
            for each in (one, other)
        ]
        assert ways[0] == ways[1] != {}


def test_the_day_entire_ends_at_the_same_plan_twice() -> None:
    arrays = build_model(plain_day(DaySize(2, 8), 1)).arrays
    ends = []
    for _ in range(2):
        classes = classes_of(arrays)
        assert classes is not None
        direct, found = WholeDayModel(arrays, classes), list[Orders]()
        assert direct.solve(LONG_S, 1, found.append, lambda _: None, never)
        ends.append(found)
    assert ends[0] == ends[1] != []
