"""On hundreds of small problems with learners: plans are lawful, cost what they say, are as good
as brute force, and every document of them is read back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.exchange.documents.plan_document import plan_record_from_json, plan_to_json
from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json
from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import retime
from brigade.values.problem import Problem
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.advice import examples
from tests.brute import best_plan
from tests.property.test_tables import again
from tests.sameness import differences
from tests.solving import QUICK, searched
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems
from tests.strategies_learning import with_learners

many = settings(
    max_examples=examples(30),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def days() -> st.SearchStrategy[Problem]:
    return (coverable_problems() | small_problems(fine_ticks=True)).flatmap(with_learners)


def tiny_days() -> st.SearchStrategy[Problem]:
    """One learner, and so few visits that every plan can be tried."""
    made = coverable_problems(max_workers=2, max_visits=2, max_days=1, usual_hours=False)
    few = made.filter(lambda one: 0 < sum(len(worker.availability) for worker in one.workers) <= 3)
    return few.flatmap(lambda one: with_learners(one, most=1))


@many
@given(problem=days())
def test_days_with_learners_pass_the_checker_and_cost_what_the_kernel_says(problem: Problem) -> None:
    found = searched(problem)
    timed = retime(problem, found.orders)
    assert timed.issues == ()
    assert hard_violations(problem, timed.plan) == ()
    assert breakdown(problem, timed.plan).total == found.solution.objective
    assert found.solution.bound <= found.solution.objective


@many
@given(problem=tiny_days())
def test_the_best_plan_with_a_block_is_that_of_brute_force(problem: Problem) -> None:
    best = best_plan(problem, least_points=True)
    outcome = solve(problem, SearchSettings(iterations=3000, threads=1))
    assert outcome.breakdown is not None
    assert outcome.proof is not None
    assert outcome.breakdown.total == best.total
    assert outcome.proof.bound <= best.total
    assert outcome.proof.coverage_bound <= best.points


@settings(many, max_examples=examples(10))
@given(problem=coverable_problems().flatmap(with_learners))
def test_a_rule_switched_off_leaves_blocks_lawful(problem: Problem) -> None:
    for code in ("WORK_BLOCKS", "LINK"):
        asked = replace(problem, rule_sets_off=frozenset({code}))
        timed = retime(asked, searched(asked).orders)
        assert timed.issues == ()
        assert hard_violations(asked, timed.plan) == ()


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_every_attendance_is_in_a_tour_or_uncovered_with_its_reasons(problem: Problem) -> None:
    outcome = solve(problem, QUICK)
    assert outcome.plan is not None
    placed = [stop.visit_id for route in outcome.plan.routes for stop in route.stops]
    left = [one.visit_id for one in outcome.plan.uncovered]
    assert sorted(placed + left) == sorted(request.visit.id for request in problem.requests)
    assert all(one.reasons for one in outcome.plan.uncovered)
    document = plan_to_json(problem, outcome.plan)
    assert plan_record_from_json(document, problem).plan.routes == outcome.plan.routes


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_blocks_are_read_again_as_they_were_written(problem: Problem) -> None:
    assert differences(problem, problem_from_json(problem_to_json(problem))) == []
    assert differences(problem, again(problem, "tables")) == []
