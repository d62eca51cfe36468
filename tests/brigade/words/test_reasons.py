"""Reasons of what a plan leaves out, told within the time that is left for them."""

from __future__ import annotations

import pytest

from brigade.values.demand import Priority
from brigade.values.plan import Plan
from solver.advice.advice_session import AdviceSession, NotExamined
from solver.advice.explanations import explain
from solver.advice.suggesting.suggestions import suggest
from solver.explain import LEAST_VISITS, SURE, ExplanationBudget, reasons
from solver.model.model import build_model
from tests.builders import problem, visit, worker


def test_what_was_not_reached_says_so_and_the_gravest_come_first() -> None:
    """Free from 08:32 and 20 minutes away, she is too late for each of them by little. V04, the last, is the
    gravest."""
    visits = [
        visit(f"V{number:02d}", "B", 60, "07:30", "08:50", priority=Priority.P3) for number in range(SURE + 1)
    ]
    visits.append(visit("V04", "B", 60, "07:30", "08:50", priority=Priority.P1))
    model = build_model(problem(visits, [worker("W07", "08:32", "12:00")]))
    whole, late = (
        reasons(model, Plan(())),
        reasons(model, Plan(()), ExplanationBudget(lambda: True, lambda: True)),
    )
    assert {one.action.code for one in whole if one.action} == {"shift_window_later"}
    others = [f"V{number:02d}" for number in range(SURE + 1)]
    assert [one.visit_id for one in late if one.action and one.action.code == "action_not_sought"] == others
    assert [one.visit_id for one in late if one.reasons[0].code == "not_examined"] == others, (
        "neither their obstacles were"
    )
    assert late[-1] == whole[-1]


def test_a_work_limit_counts_what_is_examined() -> None:
    visits = [visit(f"V{number:02d}", "B", 60, "07:30", "08:50") for number in range(LEAST_VISITS + 2)]
    model = build_model(problem(visits, [worker("W07", "08:32", "12:00")]))
    told = reasons(model, Plan(()), ExplanationBudget(pairs=LEAST_VISITS + 1, actions=0))
    assert [one.reasons[0].code for one in told] == ["arrives_too_late"] * (LEAST_VISITS + 1) + [
        "not_examined"
    ]
    assert [one.action.code for one in told if one.action] == ["shift_window_later"] * LEAST_VISITS + [
        "action_not_sought"
    ] * 2


def test_the_gravest_visit_has_no_more_than_its_time_either() -> None:
    """It takes several tries on paper; time that is up after the first leaves it unexamined, as all below
    it."""
    visits = [visit(f"V{number:02d}", "B", 60, "07:30", "08:50") for number in range(2)]
    model = build_model(problem(visits, [worker("W07", "08:32", "12:00"), worker("W08", "08:32", "12:00")]))
    asked = []

    def is_up() -> bool:
        asked.append(1)
        return len(asked) > 2

    told = reasons(model, Plan(()), ExplanationBudget(no_more_at_all=is_up))
    assert [one.reasons[0].code for one in told] == ["not_examined"] * 2
    assert [one.action.code for one in told if one.action] == ["action_not_sought"] * 2


@pytest.mark.parametrize("tries", [1, 2, 3])
def test_a_question_given_up_leaves_the_session_as_it_was(tries: int) -> None:
    visits = [visit("V00", "B", 60, "07:30", "08:50"), visit("V01", "C", 60, "07:30", "08:40")]
    asked, left = problem(visits, [worker("W07", "08:32", "12:00")]), iter(range(tries))
    session, fresh = AdviceSession(asked, Plan(())), AdviceSession(asked, Plan(()))

    def ask(one: AdviceSession) -> list[object]:
        return [(suggest(one, id), explain(one, id)) for id in ("V00", "V01")]

    with session.until(lambda: next(left, None) is None), pytest.raises(NotExamined):
        ask(session)
    assert ask(session) == ask(fresh)
