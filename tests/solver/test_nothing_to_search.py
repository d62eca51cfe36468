"""Days on which an engine has nothing to do are answered at once, however long it may take."""

from __future__ import annotations

import pytest

from brigade.values.plan import Status
from brigade.values.problem import Problem
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.builders import problem, visit, worker

HOUR_S = 3600.0
DAYS = {
    "nobody": problem([visit("V1"), visit("V2", "B")], []),
    "no visit": problem([], [worker("W1"), worker("W2")]),
    "nobody and no visit": problem([], []),
    "nobody may": problem([visit("V1", provider="S1")], [worker(providers=())]),
    "nobody is there in time": problem(
        [visit("V1", earliest="08:00", latest="09:00")], [worker(start="12:00")]
    ),
    "a worker without hours": problem([visit("V1")], [worker(hours=())]),
    "one visit": problem([visit("V1")], [worker()]),
    "one tour": problem([visit("V1"), visit("V2", "C"), visit("V3", "B")], [worker()]),
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())
def test_an_hour_is_not_taken(day: Problem, threads: int) -> None:
    outcome = solve(day, SearchSettings(time_limit_s=HOUR_S, threads=threads))
    assert outcome.status is Status.OPTIMAL
    assert outcome.elapsed_s < HOUR_S / 2  # else it waited for the clock
