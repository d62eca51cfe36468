"""Tiny days: every order is looked at, also where orders alone do not tell a plan."""

from __future__ import annotations

from brigade.values.demand import Link, LinkKind
from brigade.values.workforce import PersonalLimits
from solver.engines.enumeration import is_tiny, is_told_by_orders
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests import builders
from tests.brute import best_plan

WORK = SearchSettings(time_limit_s=None, iterations=2000, threads=1)
LINE = {"from": 0, "A": 5, "B": 40, "to": 45}
"""Minutes along a road: she leaves from one end and goes home to the other."""


def test_visits_that_only_together_are_lawful_are_found_where_waiting_can_be_a_break() -> None:
    """Eight minutes at most from her place to a visit: A is near where she leaves, B near where she ends;
    each alone has one way of forty. Two visits for nobody are tied by hours, and she may take a break while
    she waits: then orders alone do not tell a plan."""
    barred = frozenset({"W1"})
    visits = [
        builders.visit("V1", "A", 180),
        builders.visit("V2", "B", 60),
        builders.visit("V3", "A", forbidden_workers=barred),
        builders.visit("V4", "B", forbidden_workers=barred),
    ]
    limits = PersonalLimits(max_commute=8, max_stretch=240, stretch_break=30)
    worker = builders.worker(home=None, start_site="from", end_site="to", limits=limits)
    links = (Link(LinkKind.GAP, "V3", "V4"),)
    problem = builders.problem(visits, [worker], places=LINE, links=links)
    model = build_model(problem)
    assert is_tiny(model)
    assert not is_told_by_orders(model)
    found = solve(problem, WORK)
    assert found.plan is not None
    assert found.proof is not None
    assert found.plan.covered == {"V1", "V2"}
    assert found.proof.objective == best_plan(problem).total
