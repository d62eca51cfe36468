"""Whatever the checker finds in a careless plan, it can be said in full in both languages."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from brigade.judging.checker import check
from brigade.law.marking import mark
from brigade.timing.plan_timing import retime
from brigade.values.problem import Problem
from brigade.words import LANGUAGES, reason_codes, say_marking, say_violation
from brigade.words.sentences import UNKNOWN_VALUE
from tests.strategies import small_problems


@settings(max_examples=24)
@given(problem=small_problems(), seed=st.integers(0, 999))
def test_every_breach_and_marking_is_said_with_all_its_values(problem: Problem, seed: int) -> None:
    """Visits are thrown into tours at random: most rules break, no sentence has a hole."""
    draws = Random(seed)
    tours = [(worker.id, tour) for worker in problem.workers for tour in range(len(worker.availability))]
    orders: dict[tuple[str, int], list[str]] = defaultdict(list)
    for visit in problem.visits if tours else ():
        orders[draws.choice(tours)].append(visit.id)
    plan = mark(problem, retime(problem, {key: tuple(order) for key, order in orders.items()}).plan)
    markings = [stop.marking for route in plan.routes for stop in route.stops if stop.marking]
    for lang in LANGUAGES:
        for violation in check(problem, plan):
            assert violation.reason.code in reason_codes(lang)
            where_unknown = "?" in dict(violation.reason.values).values()
            assert where_unknown or UNKNOWN_VALUE not in say_violation(
                violation, lang, horizon=problem.horizon
            ), violation
        for marking in markings:
            assert UNKNOWN_VALUE not in say_marking(marking, lang, horizon=problem.horizon), marking
