"""Days lived through with and without a reserve: the same absences for both, and differences by hand."""

from __future__ import annotations

import pytest

from brigade.changes.likely_absences import chances_of_absence
from brigade.intervals import half_width
from brigade.values.plan import Reason
from brigade.values.policy import shipped_reserve
from scenarios.bench.simulation.reserve_days import (
    TrialDay,
    TrialEvening,
    compared,
    drawn,
    scaled,
    simulated,
)
from scenarios.generator.scenario import generate
from solver.model.search_settings import SearchSettings


def test_the_rate_is_scaled_until_so_many_absences_are_expected() -> None:
    day = generate("rural_day", 1, visits=0.6)
    rates = scaled(day, shipped_reserve(), 1.0)
    chances = [*chances_of_absence(day, rates)]
    assert sum(one.chance for one in chances) == pytest.approx(1.0, abs=0.02)
    assert scaled(day, shipped_reserve(), 50.0).absences_per_1000 == 1000


def test_absences_are_drawn_by_their_chances_once_a_person_and_the_same_each_time() -> None:
    day = generate("rural_day", 1, visits=0.6)
    chances = [*chances_of_absence(day, scaled(day, shipped_reserve(), 1.0))]
    counts = []
    for seed in map(str, range(400)):
        absences = drawn(day, chances, seed)
        counts.append(len(absences))
        assert len({one.employee_id for one in absences}) == len(absences)
        assert all(one.known_at >= day.now for one in absences)
        assert absences == drawn(day, chances, seed)
    # A mean of 400 draws of variance below one lies within four twentieths of what is expected.
    assert sum(counts) / len(counts) == pytest.approx(1.0, abs=0.2)


def evening(points: int) -> TrialEvening:
    return TrialEvening((0, 1, 0, 0, points), points, 100, 1000)


def test_differences_are_paired_and_their_interval_is_students() -> None:
    """Differences of points -1 and -3: mean -2, deviation 1.414, half 12.706 x 1.414 / 1.414."""
    said = Reason.of("reserve_nothing_likely")
    days = [
        TrialDay("rural_day", n, 100, 4, 1, 2, said, evening(10), evening(10 - less))
        for n, less in ((1, 1), (2, 3))
    ]
    points = [*compared(days)][5]
    assert (points.plain, points.reserve, points.mean) == (10, 8, -2)
    assert points.half == pytest.approx(12.706, abs=0.001)
    assert days[0].difference == (0, 0, 0, 0, -1, -1)
    assert half_width([1.0], 0.95) is None


def test_a_simulated_day_is_the_same_each_time() -> None:
    effort = SearchSettings(iterations=60, threads=1, prove=False)
    first, again = (
        [*simulated("rural_day", 3, visits=0.3, expected=1.0, settings=effort, draws=2)] for _ in range(2)
    )
    assert first == again
    assert len(first) == 2
    assert all(one.absent <= one.present for one in first)
