"""On hundreds of small problems with paths of inclusion: plans are lawful, cost what they say, are as good as
brute force, and every document of them is read back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import retime
from brigade.values.problem import Problem
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.advice import examples
from tests.promises import (
    answers_for_each_visit,
    is_as_good_as_brute_force,
    is_lawful_at_its_price,
    is_read_again,
)
from tests.solving import named
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems
from tests.strategies_learning import with_learners
from tests.strategies_paths import with_paths

many = settings(
    max_examples=examples(30),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def days() -> st.SearchStrategy[Problem]:
    plain = (coverable_problems() | small_problems(fine_ticks=True)).filter(lambda one: bool(one.workers))
    return plain.flatmap(with_paths) | plain.flatmap(with_learners).flatmap(with_paths)


def tiny_days() -> st.SearchStrategy[Problem]:
    made = coverable_problems(max_workers=2, max_visits=3, max_days=1, usual_hours=False)
    few = made.filter(lambda one: 0 < sum(len(worker.availability) for worker in one.workers) <= 3)
    return few.flatmap(with_paths)


@many
@given(problem=days())
def test_days_with_paths_pass_the_checker_and_cost_what_the_kernel_says(problem: Problem) -> None:
    is_lawful_at_its_price(problem)


@many
@given(problem=days(), seed=st.integers(0, 99))
def test_every_plan_the_search_stands_on_misses_what_the_plain_code_says(problem: Problem, seed: int) -> None:
    model = build_model(problem)
    search = Search(model.arrays, seed)
    search.construct()
    for _ in range(3):
        search.anneal(10, 5000, 100)
        timed = retime(problem, named(model, search.plan(best=False)))
        assert breakdown(problem, timed.plan).total == search.facts.present


@many
@given(problem=tiny_days())
def test_the_best_plan_with_paths_is_that_of_brute_force(problem: Problem) -> None:
    is_as_good_as_brute_force(problem)


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_no_path_is_worth_a_visit(problem: Problem) -> None:
    """The same day without paths leaves no level with fewer visits, where both are proven best."""
    alone = replace(problem, workers=tuple(replace(one, path=()) for one in problem.workers))
    found, plain = is_lawful_at_its_price(problem), is_lawful_at_its_price(alone)
    if found.solution.bound == found.solution.objective and plain.solution.bound == plain.solution.objective:
        assert breakdown(problem, found.timed.plan).uncovered == breakdown(alone, plain.timed.plan).uncovered


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_every_visit_with_paths_is_in_a_tour_or_uncovered_with_its_reasons(problem: Problem) -> None:
    answers_for_each_visit(problem)


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_paths_are_read_again_as_they_were_written(problem: Problem) -> None:
    is_read_again(problem)
