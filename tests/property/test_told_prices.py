"""What leaving a told plan costs: the kernel and the plain objective agree, whoever was told what."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brigade.judging.objective import breakdown
from brigade.values.announced import AnnouncedPlan
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.kernel.local_search import Search
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from solver.model.usual_hours import without_holds
from solver.solve import solve
from tests.advice import examples
from tests.strategies import small_problems

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
WORK = SearchSettings(iterations=40, prove=False)


def found(problem: Problem, seed: int) -> Plan:
    plan = solve(problem, replace(WORK, seed=seed)).plan
    assert plan is not None, "only strict problems may have none"
    return plan


@settings(max_examples=examples(12), suppress_health_check=SLOW)
@given(problem=small_problems(), data=st.data())
def test_the_kernel_charges_what_the_plain_objective_charges(problem: Problem, data: st.DataObject) -> None:
    prices = replace(problem.policy.weights, moved_start=3, moved_visit=70, changed_worker=110)
    priced = replace(problem, policy=replace(problem.policy, weights=prices))
    ids = sorted(request.visit.id for request in problem.requests)
    some = st.one_of(st.none(), st.frozensets(st.sampled_from(ids))) if ids else st.none()
    told = AnnouncedPlan(
        data.draw(some),
        data.draw(some),
        data.draw(st.sampled_from([0, 5, 30])) * problem.horizon.ticks_per_minute,
    )
    found_plans = found(priced, 1), found(replace(priced, workers=priced.workers[::-1]), 2)
    model = build_model(priced, found_plans[0], told=told)
    # The kernel prices orders: a stop that waits for its usual hour is chosen after them.
    start, other = (without_holds(priced, plan) for plan in found_plans)
    for plan in (start, other):
        engine = Search(model.arrays, seed=1)
        if engine.load(model.order_of(plan)):
            assert engine.facts.present == breakdown(priced, plan, start, told).total
