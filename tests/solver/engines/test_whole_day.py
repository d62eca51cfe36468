"""The whole day in CP-SAT: what its bound says that it leaves out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brigade.judging.objective import breakdown
from brigade.units import TimeWindow
from brigade.values.problem import Problem
from scenarios.bench.mapping.base import only
from solver.engines.symmetry import classes_of
from solver.engines.whole_day import WholeDayModel, leaves_out
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.builders import at, problem, visit, worker


def day(last_window: str | None) -> Problem:
    """Nobody is there before 07:10, ten minutes after the visit's hour: late in its first window, on time in
    a second one that opens at 08:00."""
    windows = [TimeWindow(at("06:30"), at("07:00"), at("07:20"))]
    if last_window is not None:
        windows.append(TimeWindow(at(last_window), at("09:00"), at("09:00")))
    asked = problem([visit("V1", windows=tuple(windows))], [worker(start="07:00")])
    policy = replace(asked.policy, weights=only(lateness=3, max_lateness=2))
    return replace(asked, policy=policy)


@pytest.mark.parametrize(
    ("last_window", "left_out", "bound"), [("08:00", {"lateness", "max_lateness"}, 0), (None, set(), 50)]
)
def test_a_wait_for_the_next_window_is_told_as_left_out(
    last_window: str | None, left_out: set[str], bound: int
) -> None:
    """A plan comes in the first window that it can reach, ten minutes late: 10 * (3 + 2). The model of the
    whole day may wait for the second one; where there is none its bound is the best plan."""
    asked = day(last_window)
    model, found = build_model(asked), list[int]()
    classes = classes_of(model.arrays)
    assert classes is not None
    WholeDayModel(model.arrays, classes).solve(60.0, 1, lambda _: None, found.append, lambda: False)
    assert {"lateness", "max_lateness"}.intersection(leaves_out(model)) == left_out
    assert max(found) == bound
    outcome = solve(asked, SearchSettings(iterations=200))
    assert outcome.plan is not None
    assert breakdown(asked, outcome.plan).total == 50
