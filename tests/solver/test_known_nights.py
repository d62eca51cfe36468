"""Nights that the plan has no say in: work for another employer belongs to the duty day it begins on."""

from __future__ import annotations

import pytest

from brigade.units import Interval
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.brigade.law.rules.test_night_limits import EIGHT
from tests.builders import at
from tests.duties import duties

ELSEWHERE = {"other_work": (Interval(at("22:00"), at("26:00")),)}


@pytest.mark.parametrize(("minutes", "covered"), [(240, {"V0"}), (241, set())])
def test_a_visit_before_a_night_elsewhere_keeps_to_the_work_of_a_night(
    minutes: int, covered: set[str]
) -> None:
    """22:00-02:00 elsewhere is a night of 240 min: eight hours of work, 240 min of them ours, and no more."""
    day, _ = duties([(0, "15:00", minutes)], EIGHT, person=ELSEWHERE)
    outcome = solve(day, SearchSettings(iterations=50, seed=1, threads=1))
    assert outcome.plan is not None
    assert outcome.plan.covered == covered
