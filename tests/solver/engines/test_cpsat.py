"""CP-SAT leaves signals to whoever wants the plan, in every engine that uses it, and stops when the search
does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ortools.sat.python import cp_model

from solver.engines.cpsat import run, solver_for

ROOT = Path(__file__).resolve().parents[3]
INTERRUPTED = """
import os, signal
from ortools.sat.python import cp_model
from solver.engines.cpsat import run, solver_for

def solved():
    model = cp_model.CpModel()
    one = model.new_bool_var("one")
    model.minimize(one)
    assert run(solver_for(5.0, 1), model, lambda: False) == cp_model.OPTIMAL

heard = []
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda number, frame: heard.append(number))
for times in range(2):
    solved()
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGTERM)
assert heard == 2 * [signal.SIGINT, signal.SIGTERM], heard
"""


def test_signals_after_a_solve_reach_whoever_listens() -> None:
    """In a process of its own: handlers that OR-Tools leaves behind would abort it."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_engine_makes_a_solver_of_its_own() -> None:
    makers = {
        path.name for path in (ROOT / "solver").rglob("*.py") if "CpSolver()" in path.read_text("utf-8")
    }
    assert makers == {"cpsat.py"}


def test_a_solve_ends_when_the_search_does() -> None:
    """Fifteen pigeons for fourteen holes: without counting arguments that is not proven in a lifetime."""
    model, pigeons, holes = cp_model.CpModel(), range(15), range(14)
    sits = {(p, h): model.new_bool_var("") for p in pigeons for h in holes}
    for p in pigeons:
        model.add_bool_or([sits[p, h] for h in holes])
    for h in holes:
        for p in pigeons:
            for q in range(p):
                model.add_bool_or([~sits[p, h], ~sits[q, h]])
    solver = solver_for(600.0, 1)
    solver.parameters.cp_model_presolve = False
    solver.parameters.linearization_level = 0
    solver.parameters.symmetry_level = 0
    assert run(solver, model, lambda: True) == cp_model.UNKNOWN
