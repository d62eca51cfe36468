"""A hand that carries a visit from person to person: only what it changes is timed, judged and counted."""

from __future__ import annotations

from typing import Any

import pytest

from brigade.changes.edits import Move
from brigade.changes.plan_diff import ChangeKind, changed, diff
from brigade.judging.objective import breakdown
from brigade.judging.partial import breaches_alone
from brigade.timing import plan_timing
from brigade.values.demand import Link, LinkKind
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver import known_tours
from solver.hand_edits import EditSession, judge_edit
from solver.kernel.local_search import Search
from solver.model import insertion_positions
from tests.builders import plan, problem, route, visit, worker

NOBODY_TOLD = Plan(())


def day() -> tuple[Problem, Plan]:
    """W1 does V1 and V2; W2, W3 and W4 one visit each. W3 and W4 begin theirs together, in one house."""
    visits = [
        visit("V1", "A", earliest="08:00", latest="12:00"),
        visit("V2", "B", earliest="09:00", latest="18:00"),
        visit("V3", "A", earliest="08:00", latest="18:00"),
        visit("V4", "C", earliest="10:00", latest="10:00"),
        visit("V5", "C", earliest="10:00", latest="10:00"),
    ]
    together = Link(LinkKind.SAME_START, "V4", "V5")
    asked = problem(visits, [worker(f"W{n}") for n in range(1, 5)], links=(together,))
    tours = (
        ("W1", ("V1", "08:00"), ("V2", "09:10")),
        ("W2", ("V3", "08:00")),
        ("W3", ("V4", "10:00")),
        ("W4", ("V5", "10:00")),
    )
    return asked, plan(asked, *(route(asked, *one) for one in tours))


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Whose own rules were asked, call by call."""
    told: list[list[str]] = []

    def noted(view: Problem, tours: Plan) -> Any:
        told.append([one.id for one in view.workers])
        return breaches_alone(view, tours)

    monkeypatch.setattr(known_tours, "breaches_alone", noted)
    return told


def test_whom_a_visit_leaves_is_judged_once(judged: list[list[str]]) -> None:
    """V1 from W1 to W2, then to W3 instead: W1 is left with V2 either time."""
    asked, told = day()
    session = EditSession.opened(asked, told, NOBODY_TOLD)
    for whom in ("W2", "W3", "W2"):
        judge_edit(session, Move("V1", whom, 0, 0))
    assert judged == [["W1", "W2"], ["W3"]]


def test_without_a_plan_told_before_markings_go_by_the_plan_that_is_edited(judged: list[list[str]]) -> None:
    asked, told = day()
    session = EditSession.opened(asked, told)
    assert session.tours is None
    for whom in ("W2", "W3"):
        judge_edit(session, Move("V1", whom, 0, 0))
    assert judged == [["W1", "W2"], ["W1", "W3"]]


def test_whoever_a_link_ties_to_a_changed_tour_is_judged_where_her_own_changes(
    judged: list[list[str]],
) -> None:
    """V3 after V4: W4, who waits for W3's start, has it still."""
    asked, told = day()
    after = judge_edit(EditSession.opened(asked, told, NOBODY_TOLD), Move("V3", "W3", 0, 1)).plan
    assert judged == [["W2", "W3"]]
    assert [stop.start for stop in after.routes_of("W4")[0].stops] == [600]


def test_changes_are_what_a_diff_tells_beside_what_is_kept() -> None:
    asked, told = day()
    after = judge_edit(EditSession.opened(asked, told, NOBODY_TOLD), Move("V3", "W3", 0, 0)).plan
    whole = diff(told, after).changes
    assert changed(told, after) == tuple(one for one in whole if one.kind is not ChangeKind.KEPT)
    assert changed(told, after)[0].visit_id == "V3"


def test_places_of_a_visit_in_hand_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it is put, the plan without it is the same, and so are the places it could have instead."""
    asked, told = day()
    session = EditSession.opened(asked, told, NOBODY_TOLD)
    begun: list[object] = []

    def noted(*given: Any, **more: Any) -> Search:
        begun.append(given)
        return Search(*given, **more)

    monkeypatch.setattr(insertion_positions, "Search", noted)
    first = session.places.of(told, "V1")
    for whom in ("W2", "W3"):
        after = judge_edit(session, Move("V1", whom, 0, 0)).plan
        assert session.places.of(after, "V1") == first
    assert len(begun) == 1


def test_two_tours_timed_again_do_not_tell_of_all_they_leave_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a department's day that would be a thousand visits, at each place and at each trial of advice."""
    asked, told = day()
    session = EditSession.opened(asked, told, NOBODY_TOLD)
    monkeypatch.delattr(plan_timing, "_left_out")
    after = judge_edit(session, Move("V1", "W2", 0, 0)).plan
    assert after.uncovered == ()
    with pytest.raises(NameError):
        _ = plan_timing.retime(asked, {("W1", 0): ["V2"]}).plan


def test_costs_of_a_judgement_are_those_of_its_whole_plan() -> None:
    """Counted from what is known of everybody else: after one edit, and after another on top of it."""
    asked, told = day()
    session = EditSession.opened(asked, told, NOBODY_TOLD)
    for edit in (Move("V1", "W2", 0, 0), Move("V4", "W1", 0, 0), Move("V1", "W4", 0, 0)):
        session = judge_edit(session, edit).after
        assert session.costs == breakdown(asked, session.plan, NOBODY_TOLD)
