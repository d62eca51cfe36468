"""Days on which there is little or nothing to do are answered at once, whatever the limit: no engine goes on
in vain.

Ten minutes are allowed; a search that used them would be seen by its own clock, on however busy a machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from brigade.exchange.documents.problem_document import problem_text
from brigade.judging.checker import hard_violations
from brigade.values.plan import Plan, Status
from brigade.values.problem import Problem
from solver.model.outcome import SolveOutcome
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests import builders
from tests.builders import at
from tests.cli import brigade

EFFORTS = [
    SearchSettings(time_limit_s=600.0, threads=1),
    SearchSettings(time_limit_s=600.0, threads=2),
    SearchSettings(time_limit_s=0.1, threads=1),
    SearchSettings(time_limit_s=0.1, threads=2),
    SearchSettings(iterations=10**9, threads=1),
]
AT_ONCE_S = 300.0

VISITS = [builders.visit(f"V{n}", "ABCD"[n % 4], 30, "08:00", "18:00") for n in range(6)]
TWO = [builders.worker("W1"), builders.worker("W2")]
NOTHING_TO_DO: dict[str, Callable[[], Problem]] = {
    "nobody": lambda: builders.problem(VISITS, []),
    "no visit": lambda: builders.problem([], TWO),
    "neither": lambda: builders.problem([], []),
    "all in the past": lambda: builders.problem(VISITS, TWO, now=at("20:00")),
    "nobody is available": lambda: builders.problem(VISITS, [builders.worker("W1", hours=())]),
    "nobody is wanted": lambda: builders.problem(
        [replace(one, wants_replacement=False) for one in VISITS], TWO
    ),
    "nobody may": lambda: builders.problem(
        [replace(one, forbidden_workers=frozenset({"W1", "W2"})) for one in VISITS], TWO
    ),
}


@pytest.mark.parametrize("effort", EFFORTS, ids=str)
@pytest.mark.parametrize("day", NOTHING_TO_DO)
def test_a_day_without_choice_is_answered_at_once(day: str, effort: SearchSettings) -> None:
    problem = NOTHING_TO_DO[day]()
    found = _answered(problem, effort)
    assert found.status is Status.OPTIMAL
    assert found.plan is not None
    assert found.plan.routes == ()
    assert len(found.plan.uncovered) == len(problem.requests)


@pytest.mark.parametrize("effort", EFFORTS, ids=str)
def test_one_visit_for_one_tour_is_proven_at_once(effort: SearchSettings) -> None:
    found = _answered(builders.problem([VISITS[0]], [builders.worker("W1")]), effort)
    assert found.status is Status.OPTIMAL
    assert found.plan is not None
    assert found.plan.covered == {"V0"}


@pytest.mark.parametrize("effort", EFFORTS, ids=str)
def test_a_day_all_pinned_stays_as_it_is(effort: SearchSettings) -> None:
    problem = builders.problem(VISITS[:2], [builders.worker("W1")])
    told = builders.plan(problem, builders.route(problem, "W1", ("V0", "09:00"), ("V1", "11:00")))
    found = _answered(problem, effort, replace(told, pinned=told.covered))
    assert found.plan is not None
    assert [(stop.visit_id, stop.start) for stop in found.plan.routes[0].stops] == [
        ("V0", at("09:00")),
        ("V1", at("11:00")),
    ]


def test_a_tour_with_every_visit_at_any_hour_can_be_stopped() -> None:
    """One tour, fourteen visits that may begin all day: so many labels that pricing went on for hours and
    heard no stop."""
    visits = [builders.visit(f"V{n}", "ABCD"[n % 4], 30, "08:00", "18:00") for n in range(14)]
    found = _answered(
        builders.problem(visits, [builders.worker("W1")]), SearchSettings(time_limit_s=4.0, threads=1)
    )
    assert found.plan is not None
    assert found.plan.uncovered == ()


def test_the_longest_horizon_is_planned_in_the_work_given() -> None:
    """Fourteen days, a visit each, one worker; a longer one is refused (P001)."""
    visits = [builders.visit(f"V{day}", "A", 30, "08:00", "18:00", day=day) for day in range(14)]
    hours = [(at("08:00", day), at("18:00", day)) for day in range(14)]
    found = _answered(
        builders.problem(visits, [builders.worker(hours=hours)], days=14),
        SearchSettings(iterations=500, threads=1),
    )
    assert found.plan is not None
    assert len(found.plan.covered) == 14


@pytest.mark.parametrize("day", ["nobody", "no visit", "neither", "nobody may"])
def test_the_command_answers_such_days_too(day: str, tmp_path: Path) -> None:
    place = tmp_path / "day.json"
    place.write_text(problem_text(NOTHING_TO_DO[day]()), "utf-8")
    done = brigade("solve", place, "--time-limit", 600, "--json")
    assert (done.code, done.json["status"]) == (0, "optimal")


def _answered(problem: Problem, effort: SearchSettings, start: Plan | None = None) -> SolveOutcome:
    found = solve(problem, effort, start=start)
    assert found.elapsed_s < AT_ONCE_S
    assert found.plan is None or not hard_violations(problem, found.plan)
    return found
