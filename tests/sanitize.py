"""`make sanitize`: run the kernel under gcc's address and undefined behaviour sanitizers on some hundred
random problems.

The library is compiled into a folder of its own; a child process loads the sanitizer first, then solves,
loads garbage orders, prices and tries insertions. Anything found ends the child with a report, and this
command with exit code 1.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import warnings

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.values.problem import Problem
from solver.kernel import build
from solver.kernel.build import compile_kernel, library_paths
from solver.kernel.local_search import Search
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from tests.solving import searched
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems

FLAGS = (
    "-std=c11",
    "-O1",
    "-g",
    "-fno-omit-frame-pointer",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-shared",
    "-fPIC",
    "-ffp-contract=off",
)
PROBLEMS = 300
CHILD = "BRIGADE_SANITIZED"
WORK = SearchSettings(iterations=700, threads=1)
"""Enough iterations for a round of column generation, a dive and a choice."""


def parent() -> int:
    """Compile, then start the child with the sanitizer's library before all others."""
    library = subprocess.run(
        ["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as cache:
        os.environ["BRIGADE_CACHE"] = cache
        compile_kernel(library_paths()[0])
        options = {
            CHILD: "1",
            "LD_PRELOAD": library,
            "ASAN_OPTIONS": "detect_leaks=0",  # the interpreter itself leaks at exit
            "UBSAN_OPTIONS": "print_stacktrace=1",
            "PYTHONMALLOC": "malloc",  # every array of its own, with red zones around
        }
        return subprocess.run(
            [sys.executable, "-m", "tests.sanitize"], env={**os.environ, **options}, check=False
        ).returncode


def child() -> int:
    exercised = 0

    @settings(
        max_examples=PROBLEMS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(problem=st.one_of(coverable_problems(), small_problems()), seed=st.integers(0, 2**16))
    def run(problem: Problem, seed: int) -> None:
        nonlocal exercised
        _exercise(problem, random.Random(seed))
        exercised += 1

    run()
    print(f"{exercised} problems, nothing found")
    return 0


def _exercise(problem: Problem, dice: random.Random) -> None:
    """The whole search, then one search by hand from orders made at random."""
    searched(problem, WORK)
    model = build_model(problem)
    search = Search(model.arrays, dice.randrange(1 << 32))
    visits, tours = len(model.requests), len(model.tours)
    for _ in range(3):
        orders = [
            [dice.randrange(visits) for _ in range(dice.randrange(90))] if visits else []
            for _ in range(tours)
        ]
        search.load(orders)
        search.construct()
        search.anneal(30, 1e7, 1.0)
    for tour, order in enumerate(search.plan(best=False)):
        search.measures(tour)
        for visit in range(visits):
            if not any(visit in row for row in search.plan(best=False)):
                search.try_insertion(visit, tour, dice.randrange(len(order) + 1))
    search.pool()
    if tours > 1 and visits:
        ones, others = (
            [[dice.randrange(visits) for _ in range(dice.randrange(9))] for _ in range(4)] for _ in range(2)
        )
        search.pairs_hold(0, ones, dice.randrange(1, tours), others)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    build.FLAGS = FLAGS
    sys.exit(child() if CHILD in os.environ else parent())
