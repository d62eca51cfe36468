"""On hundreds of small problems with traffic: plans are lawful, cost what they say, are as good as brute
force, and every document of them is read back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.values.places import Traffic, TravelMode
from brigade.values.problem import Problem
from solver.model.model import build_model
from solver.replan import replan
from tests.advice import examples
from tests.promises import (
    answers_for_each_visit,
    is_as_good_as_brute_force,
    is_lawful_at_its_price,
    is_read_again,
)
from tests.solving import planned
from tests.strategies import small_problems
from tests.strategies_blocks import with_blocks
from tests.strategies_coverable import coverable_problems
from tests.strategies_traffic import with_traffic
from tests.strategies_vehicles import with_vehicles

many = settings(
    max_examples=examples(30),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def days() -> st.SearchStrategy[Problem]:
    plain = coverable_problems() | small_problems(fine_ticks=True)
    return (plain | plain.flatmap(with_blocks) | plain.flatmap(with_vehicles)).flatmap(with_traffic)


def tiny_days() -> st.SearchStrategy[Problem]:
    made = coverable_problems(max_workers=2, max_visits=4, max_days=1, usual_hours=False)
    few = made.filter(lambda one: 0 < sum(len(worker.availability) for worker in one.workers) <= 3)
    return few.flatmap(with_traffic)


@many
@given(problem=days())
def test_days_with_traffic_pass_the_checker_and_cost_what_the_kernel_says(problem: Problem) -> None:
    is_lawful_at_its_price(problem)


@many
@given(problem=tiny_days())
def test_the_best_plan_with_traffic_is_that_of_brute_force(problem: Problem) -> None:
    is_as_good_as_brute_force(problem)


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_every_visit_with_traffic_is_in_a_tour_or_uncovered_with_its_reasons(problem: Problem) -> None:
    answers_for_each_visit(problem)


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_traffic_is_read_again_as_it_was_written(problem: Problem) -> None:
    is_read_again(problem)


@settings(many, max_examples=examples(10))
@given(problem=coverable_problems(usual_hours=False).flatmap(with_traffic))
def test_a_replan_later_in_the_day_meets_the_same_traffic(problem: Problem) -> None:
    """Hours that are over are taken from the visits left to search; what their ways take stays."""
    told = planned(problem)
    later = replace(problem, now=max(problem.now, problem.horizon.ticks(11 * 60)))
    outcome = replan(later, told)
    assert outcome.plan is not None


@settings(many, max_examples=examples(10))
@given(problem=coverable_problems())
def test_traffic_that_slows_nothing_leaves_the_arrays_their_ways(problem: Problem) -> None:
    even = replace(problem, traffic=(Traffic(TravelMode.CAR, ("00:00-24:00",), 100),))
    plain, rows = build_model(problem).arrays, build_model(even).arrays
    for before, after in zip(plain.visits["site"], rows.visits["site"], strict=True):
        for known, one in zip(plain.travel, rows.travel, strict=True):
            assert known[before, plain.visits["site"]].tolist() == one[after, rows.visits["site"]].tolist()
