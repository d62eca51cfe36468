"""Hours of the last resort, a tour whose end is its start: taken where nobody else is free, only there."""

from __future__ import annotations

from brigade.judging.checker import hard_violations
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Worker
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.builders import at, problem, visit, worker

LAST_RESORT = Availability(at("08:00"), at("08:00"), at("18:00"))


def takers(day: Problem) -> dict[str, str]:
    """By visit, who does it."""
    outcome = solve(day, SearchSettings(iterations=200, seed=1, threads=1))
    assert outcome.plan is not None
    assert not hard_violations(day, outcome.plan)
    return {stop.visit_id: route.worker_id for route in outcome.plan.routes for stop in route.stops}


def spare(home: str = "H") -> Worker:
    return worker("W2", home=home, availability=(LAST_RESORT,))


def test_whoever_is_free_is_taken_though_she_lives_farther() -> None:
    """W1 travels 2 x 30 min to V1; W2 lives there, but only 90 min of her last resort cost 30 a minute."""
    day = problem([visit("V1", "C", 90, "09:00", "10:00")], [worker("W1"), spare(home="C")])
    assert takers(day) == {"V1": "W1"}


def test_where_nobody_else_is_free_the_last_resort_is() -> None:
    """Both at the same hour: one of them is W2's, whatever it costs."""
    both = [visit("V1", "A", 60, "09:00", "09:00"), visit("V2", "B", 60, "09:00", "09:00")]
    assert sorted(takers(problem(both, [worker("W1"), spare()])).values()) == ["W1", "W2"]


def test_the_last_resort_ends_where_she_said() -> None:
    late = problem([visit("V1", "A", 60, "17:30", "17:30")], [spare()])
    assert takers(late) == {}
