"""Makes the searches of another process last until they are stopped: what a large basin's are like."""

from __future__ import annotations

import threading
from typing import Any

from api.searches import search_runner
from brigade.values.problem import Problem
from solver.model.outcome import SolveOutcome
from solver.model.search_settings import SearchSettings
from solver.solve import solve as search_at_once


def be_patient() -> None:
    """To be run there. The plan is found, and told as progress, long before the search ends."""

    def solve(
        problem: Problem, settings: SearchSettings, *, stop: threading.Event, **more: Any
    ) -> SolveOutcome:
        found = search_at_once(problem, settings, stop=stop, **more)
        assert stop.wait(120), "nobody stopped the search"
        return found

    vars(search_runner)["solve"] = solve


def be_quick() -> None:
    vars(search_runner)["solve"] = search_at_once
