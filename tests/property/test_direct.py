"""The whole day in CP-SAT, on tiny problems against every plan there is: its bound is never above the best
plan, and where it leaves nothing out the two are equal."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, assume, given, settings

from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import retime
from brigade.values.problem import Problem
from brigade.values.workforce import PersonalLimits
from scenarios.bench.mapping.base import no_labour_law, only
from solver.engines.symmetry import classes_of
from solver.engines.whole_day import WholeDayModel, leaves_out
from solver.kernel.local_search import Orders, Search
from solver.model.model import Model, build_model
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.advice import examples
from tests.brute import best_plan
from tests.property.test_solver import tiny_problems
from tests.solving import named

LIMIT_S = 600.0
"""Never reached: these days are proven in milliseconds."""
KNOWN = only(travel=1, lateness=3, max_lateness=2, overtime=2, unfamiliar=20, used_worker=7)
"""Prices that the model knows, all of them."""
some = settings(
    max_examples=examples(30),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def bound_and_orders(model: Model) -> tuple[int, Orders]:
    """What the model proves, and the routes of its last solution."""
    classes = classes_of(model.arrays)
    assume(classes is not None)
    assert classes is not None
    direct, bounds, found = WholeDayModel(model.arrays, classes), [0], list[Orders]()
    direct.hint([[] for _ in model.tours])
    assert direct.solve(LIMIT_S, 1, found.append, bounds.append, lambda: False)
    return max(bounds), found[-1] if found else [[] for _ in model.tours]


def as_known(problem: Problem) -> Problem:
    """The same day without labour law or anybody's own limits, and with the model's own prices."""
    policy = replace(problem.policy, weights=KNOWN)
    workers = tuple(replace(worker, limits=PersonalLimits()) for worker in problem.workers)
    return replace(problem, rule_sets_off=no_labour_law(), policy=policy, workers=workers)


@some
@given(problem=tiny_problems())
def test_the_bound_is_never_above_the_best_plan(problem: Problem) -> None:
    bound, _ = bound_and_orders(build_model(problem))
    assert bound <= best_plan(problem).total


@some
@given(problem=tiny_problems().map(as_known))
def test_where_nothing_is_left_out_the_bound_is_the_best_plan(problem: Problem) -> None:
    model = build_model(problem)
    assume(leaves_out(model) == ())
    bound, orders = bound_and_orders(model)
    best = best_plan(problem).total
    assert bound == best
    kernel = Search(model.arrays, 1)
    assert kernel.load(orders)  # what CP-SAT finds is lawful as it stands
    timed = retime(problem, named(model, orders))
    assert timed.issues == ()
    assert breakdown(problem, timed.plan).total == best


@settings(some, max_examples=examples(10))
@given(problem=tiny_problems().map(as_known))
def test_a_small_day_under_the_clock_ends_early_with_its_proof(problem: Problem) -> None:
    model = build_model(problem)
    assume(leaves_out(model) == () and classes_of(model.arrays) is not None)
    outcome = solve(problem, SearchSettings(LIMIT_S, threads=1))
    assert outcome.proof is not None
    assert outcome.proof.bound == outcome.proof.objective == best_plan(problem).total
