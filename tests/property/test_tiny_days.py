"""Tiny days are proven: what every plan tried by the plain rules finds cheapest is what the solver calls
optimal."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings

from brigade.values.plan import Status
from brigade.values.problem import Problem
from solver.engines.enumeration import is_tiny, is_told_by_orders
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.advice import examples
from tests.brute import best_plan
from tests.property.test_solver import tiny_problems

AN_HOUR = SearchSettings(time_limit_s=3600.0, threads=1)
some = settings(
    max_examples=examples(14),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@some
@given(problem=tiny_problems())
def test_a_tiny_day_is_proven_and_as_good_as_brute_force(problem: Problem) -> None:
    model = build_model(problem)
    is_proven = is_tiny(model) and is_told_by_orders(model)
    outcome = solve(problem, AN_HOUR if is_proven else SearchSettings(iterations=2000))
    assert outcome.proof is not None
    assert outcome.proof.objective == best_plan(problem).total
    if is_proven:
        assert outcome.status is Status.OPTIMAL
