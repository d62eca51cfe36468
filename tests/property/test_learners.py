"""On hundreds of small problems with learners: plans are lawful, cost what they say, are as good
as brute force, and every document of them is read back."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.values.problem import Problem
from tests.advice import examples
from tests.promises import (
    answers_for_each_visit,
    is_as_good_as_brute_force,
    is_lawful_at_its_price,
    is_lawful_without,
    is_read_again,
)
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
    is_lawful_at_its_price(problem)


@many
@given(problem=tiny_days())
def test_the_best_plan_with_learners_is_that_of_brute_force(problem: Problem) -> None:
    is_as_good_as_brute_force(problem)


@settings(many, max_examples=examples(10))
@given(problem=coverable_problems().flatmap(with_learners))
def test_a_rule_switched_off_leaves_learners_lawful(problem: Problem) -> None:
    is_lawful_without(problem, "LEARNING", "SHADOWING", "LINK")


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_every_visit_with_learners_is_in_a_tour_or_uncovered_with_its_reasons(
    problem: Problem,
) -> None:
    answers_for_each_visit(problem)


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_learners_are_read_again_as_they_were_written(problem: Problem) -> None:
    is_read_again(problem)
