"""CP-SAT as every engine here runs it: the same seed, one clock, and signals left alone.

OR-Tools hears SIGINT and SIGTERM itself unless told not to, and leaves its handlers behind after the first
solve: the next signal then aborts the process (`std::bad_function_call`) instead of reaching whoever wanted
the best plan so far.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from ortools.sat.python import cp_model

WATCH_S = 0.05
"""Time between two questions whether the search is over."""


def solver_for(limit_s: float, seed: int, workers: int = 1) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = limit_s
    solver.parameters.linearization_level = 2
    return solver


def run(
    solver: cp_model.CpSolver,
    model: cp_model.CpModel,
    is_over: Callable[[], bool],
    told: cp_model.CpSolverSolutionCallback | None = None,
) -> cp_model.CpSolverStatus:
    """Solve until proven, until the solver's limit, or until `is_over` says so."""
    done = threading.Event()

    def watch() -> None:
        # Asked from a thread of its own: a callback would only be called when a solution is found.
        while not done.wait(WATCH_S):
            if is_over():
                solver.stop_search()

    watcher = threading.Thread(target=watch, name="cp-sat", daemon=True)
    watcher.start()
    try:
        return solver.solve(model, told)
    finally:
        done.set()
        watcher.join()
