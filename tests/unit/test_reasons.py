"""Reasons of what a plan leaves out, told within the time that is left for them."""

from __future__ import annotations

from brigade.plan import Plan
from solver.explain import SURE_ACTIONS, reasons
from solver.model import build_model
from tests.builders import problem, visit, worker


def test_late_actions_are_sought_for_the_first_visits_alone_and_every_visit_keeps_its_reasons() -> None:
    """Free from 08:32 and 20 minutes away, she is too late for each of them by little."""
    visits = [visit(f"V{number:02d}", "B", 60, "07:30", "08:50") for number in range(SURE_ACTIONS + 2)]
    model = build_model(problem(visits, [worker("W07", "08:32", "12:00")]))
    whole, late = reasons(model, Plan(())), reasons(model, Plan(()), lambda: True)
    assert [one.reasons for one in late] == [one.reasons for one in whole]
    assert late[:SURE_ACTIONS] == whole[:SURE_ACTIONS]
    assert all(one.action and one.action.code != "ask_basin" for one in whole)
    assert [one.action.code for one in late[SURE_ACTIONS:] if one.action] == ["ask_basin", "ask_basin"]
