"""Usual hours on random days: nothing is lost to them, and nothing but times follows from bringing stops
nearer."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan, Status
from brigade.values.policy import CoverageMode
from brigade.values.problem import Problem
from solver.engines.enumeration import is_tiny, is_told_by_orders
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from solver.model.usual_hours import at_usual_hours, without_holds
from solver.solve import solve
from tests.advice import examples
from tests.solving import planned
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems

WORK = SearchSettings(iterations=60, threads=1)
AN_HOUR = SearchSettings(time_limit_s=3600.0, threads=1)
some = settings(max_examples=examples(20), suppress_health_check=list(HealthCheck))


def priced(problem: Problem, weight: int) -> Problem:
    weights = replace(problem.policy.weights, usual_hour=weight)
    return replace(problem, policy=replace(problem.policy, weights=weights))


def orders(plan: Plan) -> dict[tuple[str, int], list[str]]:
    return {(route.worker_id, route.tour): [stop.visit_id for stop in route.stops] for route in plan.routes}


@some
@given(problem=coverable_problems() | small_problems(fine_ticks=True), weight=st.sampled_from([1, 4, 50]))
def test_a_plan_keeps_its_orders_breaks_nothing_and_costs_no_more(problem: Problem, weight: int) -> None:
    asked = priced(problem, weight)
    alone = planned(priced(problem, 0), WORK)
    near = at_usual_hours(asked, alone)
    assert orders(near) == orders(alone)
    assert hard_violations(asked, near) == ()
    assert breakdown(asked, near).total <= breakdown(asked, alone).total
    # A second time nothing is left to gain but what one tour's new hours give another.
    assert breakdown(asked, at_usual_hours(asked, near)).total <= breakdown(asked, near).total


@some
@given(problem=coverable_problems() | small_problems(), weight=st.sampled_from([1, 4, 50]))
def test_what_was_told_is_compared_at_the_times_of_its_orders_alone(problem: Problem, weight: int) -> None:
    asked = priced(problem, weight)
    plan = at_usual_hours(asked, planned(asked, WORK))
    compared = without_holds(asked, plan)
    assert orders(compared) == orders(plan)
    if not problem.links:
        assert compared.routes == retime(asked, orders(plan)).plan.routes


@settings(some, max_examples=examples(12))
@given(
    problem=coverable_problems(max_workers=2, max_visits=5, max_days=2), weight=st.sampled_from([1, 4, 50])
)
def test_a_proven_day_covers_as_much_with_the_price_as_without(problem: Problem, weight: int) -> None:
    assume(problem.policy.mode is CoverageMode.LEXICOGRAPHIC)
    model = build_model(problem)
    # What is not tried out whole may take the hour, and prove nothing.
    work = AN_HOUR if is_tiny(model) and is_told_by_orders(model) else SearchSettings(iterations=2000)
    without, outcome = solve(priced(problem, 0), work), solve(priced(problem, weight), work)
    assert without.breakdown is not None
    assert outcome.breakdown is not None
    assert outcome.proof is not None
    if without.status is Status.OPTIMAL:
        assert outcome.breakdown.uncovered == without.breakdown.uncovered
        assert outcome.proof.bound <= outcome.proof.objective
