"""On hundreds of small problems: what the solver returns is lawful, costs what it says, and is as good as
brute force.

The two tellings of every rule meet here: the twins (and the kernel that obeys them) make the plan, the
checker, the plain timing and the plain objective judge it.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.timing.blocked_hours import BLOCKING_RULES
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan
from brigade.values.policy import Policy, Weights
from brigade.values.problem import Problem
from solver import rules
from solver.kernel.arrays import MAY
from solver.kernel.local_search import Search
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.advice import examples
from tests.promises import ENOUGH, answers_for_each_visit, is_as_good_as_brute_force, is_lawful_at_its_price
from tests.solving import QUICK, named, searched
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems

MOST_TOURS = 3
BINDING = sorted({code for twin in rules.twins() for code in twin.CODES})
TELLING = Weights(moved_start=1, moved_visit=10, changed_worker=30)
many = settings(
    max_examples=examples(30),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
some = settings(
    many, max_examples=examples(14), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def tiny_problems() -> st.SearchStrategy[Problem]:
    """Up to four visits and three tours: few enough to try every plan. Times follow from orders: no usual
    hours (tests/property/test_usual_hours.py)."""
    made = coverable_problems(max_workers=2, max_visits=4, max_days=2, usual_hours=False)
    return made.filter(lambda one: sum(len(worker.availability) for worker in one.workers) <= MOST_TOURS)


@many
@given(problem=coverable_problems())
def test_full_days_pass_the_checker_and_cost_what_the_kernel_says(problem: Problem) -> None:
    _agrees(problem)


@many
@given(problem=small_problems(fine_ticks=True))
def test_odd_days_pass_the_checker_and_cost_what_the_kernel_says(problem: Problem) -> None:
    _agrees(problem)


@settings(many, max_examples=examples(24))
@given(problem=coverable_problems(), off=st.sampled_from([*({code} for code in BINDING), set(BINDING)]))
def test_a_rule_switched_off_binds_neither_of_the_two_tellings(problem: Problem, off: set[str]) -> None:
    """Timing obeys some rules too (breaks, links, blocked times): what is off there must be off in the
    kernel."""
    assume(off <= problem.labour.heads.keys())
    _agrees(replace(problem, rule_sets_off=frozenset(off)))


def _agrees(problem: Problem) -> None:
    found = is_lawful_at_its_price(problem)
    assert searched(problem).solution.orders == found.solution.orders  # same seed, same work: the same plan


@some
@given(problem=coverable_problems())
def test_a_visit_is_in_one_tour_or_uncovered_with_its_reasons(problem: Problem) -> None:
    answers_for_each_visit(problem)


# -- against every plan there is ---------------------------------------------------------------------------
@settings(
    many, max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(problem=tiny_problems())
def test_the_best_plan_is_that_of_brute_force_and_no_bound_is_above_it(problem: Problem) -> None:
    is_as_good_as_brute_force(problem)


SUPPORTING = {"REST_BREAK", "MEAL_BREAK"} | BLOCKING_RULES
"""Not only limits: a break turns waiting into a pause, and a visit that blocked hours put off may keep a
limit that it would pass as early as possible."""
DROPPED = sorted(set(BINDING) - SUPPORTING)


@some
@given(problem=tiny_problems(), code=st.sampled_from(DROPPED))
def test_dropping_a_limit_never_makes_the_best_plan_worse(problem: Problem, code: str) -> None:
    assume(code in problem.labour.heads)
    freer = replace(problem, rule_sets_off=frozenset({code}))
    assert _total(freer, ENOUGH) <= _total(problem, ENOUGH)


# -- from a plan already told ------------------------------------------------------------------------------
def _total(problem: Problem, effort: SearchSettings, start: Plan | None = None) -> int:
    outcome = solve(problem, effort, start=start)
    assert outcome.breakdown is not None
    return outcome.breakdown.total


def _told(problem: Problem) -> tuple[Problem, Plan]:
    """The problem with a price on every change, and a lawful plan that a short search has found."""
    asked = replace(problem, policy=Policy(problem.policy.mode, weights=TELLING))
    return asked, retime(asked, searched(asked, SearchSettings(iterations=3, seed=2, threads=1)).orders).plan


@some
@given(problem=coverable_problems())
def test_a_lawful_start_is_kept_or_improved(problem: Problem) -> None:
    asked, told = _told(problem)
    assert _total(asked, QUICK, told) <= breakdown(asked, told, told).total


@some
@given(problem=coverable_problems(), data=st.data())
def test_pinned_visits_stay_where_they_are(problem: Problem, data: st.DataObject) -> None:
    asked, told = _told(problem)
    assume(told.covered)
    pinned = data.draw(st.frozensets(st.sampled_from(sorted(told.covered)), min_size=1))
    outcome = solve(asked, QUICK, start=replace(told, pinned=pinned))
    assert outcome.plan is not None
    assert {id: _place(outcome.plan, id) for id in pinned} == {id: _place(told, id) for id in pinned}


def _place(plan: Plan, id: str) -> tuple[str, int, int] | None:
    found = plan.stop_of(id)
    return None if found is None else (found[0].worker_id, found[0].tour, found[1].start)


# -- whatever it is given ----------------------------------------------------------------------------------
@some
@given(problem=coverable_problems(), data=st.data())
def test_any_orders_can_be_loaded_and_what_is_kept_is_lawful(problem: Problem, data: st.DataObject) -> None:
    model = build_model(problem)
    assume(model.requests and model.tours)
    row = st.lists(st.integers(0, len(model.requests) - 1), max_size=12)
    search = Search(model.arrays, 1)
    search.load([data.draw(row) for _ in model.tours])
    search.anneal(20, 1e6, 1.0)
    for orders in (search.plan(best=True), search.plan(best=False)):
        timed = retime(problem, named(model, orders))
        assert timed.issues == ()
        assert hard_violations(problem, timed.plan) == ()


@settings(many, max_examples=examples(24))
@given(problem=coverable_problems(max_visits=6), dice=st.randoms(use_true_random=False))
def test_the_kernel_takes_a_plan_whole_exactly_when_the_checker_would(problem: Problem, dice: Random) -> None:
    """Plans near a good one: one or two visits moved anywhere. Lawful to both or to neither, and of one
    cost."""
    model = build_model(problem)
    assume(model.requests and model.tours)
    search, near = (
        Search(model.arrays, 1),
        searched(problem, SearchSettings(iterations=20, threads=1, prove=False)).solution.orders,
    )
    for _ in range(5):
        orders = _shaken([list(order) for order in near], len(model.requests), dice)
        timed = retime(problem, named(model, orders))
        is_lawful = not timed.issues and not hard_violations(problem, timed.plan)
        assert search.load(orders) == is_lawful
        if is_lawful:
            assert search.facts.present == breakdown(problem, timed.plan).total


def _shaken(orders: list[list[int]], visits: int, dice: Random) -> list[list[int]]:
    for _ in range(dice.randrange(1, 3)):
        visit, tour = dice.randrange(visits), dice.randrange(len(orders))
        orders = [[other for other in order if other != visit] for order in orders]
        orders[tour].insert(dice.randrange(len(orders[tour]) + 1), visit)
    return orders


@some
@given(problem=coverable_problems(max_visits=6), dice=st.randoms(use_true_random=False))
def test_an_insertion_tried_is_the_plan_with_it(problem: Problem, dice: Random) -> None:
    model = build_model(problem)
    search = Search(model.arrays, 1)
    search.construct()
    orders, before = search.plan(best=False), search.facts.present
    absent = [visit for visit in range(len(model.requests)) if not any(visit in order for order in orders)]
    assume(absent and orders)
    for visit in absent:
        tour = dice.randrange(len(orders))
        at = dice.randrange(len(orders[tour]) + 1)
        grown = [
            [*order[:at], visit, *order[at:]] if row == tour else order for row, order in enumerate(orders)
        ]
        change, whole = search.try_insertion(visit, tour, at), Search(model.arrays, 1)
        if (
            model.arrays.pairs[tour, visit] & MAY and not problem.links
        ):  # which people may meet whom is the caller's to see
            assert (change is not None) == whole.load(grown)
            assert change is None or before + change == whole.facts.present
        assert search.plan(best=False) == orders
