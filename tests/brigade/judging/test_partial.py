"""A part of a plan is judged as the whole plan judges it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from brigade.judging.checker import breaches
from brigade.judging.partial import own_breaches, whole_breaches
from brigade.timing.plan_timing import retime
from brigade.values.plan import Violation
from brigade.values.problem import Problem
from tests.strategies import small_problems


@st.composite
def careless(draw: st.DrawFn) -> tuple[Problem, dict[tuple[str, int], list[str]]]:
    """Every visit given to anybody at all, in any order: many rules are broken, across workers too."""
    problem = draw(small_problems())
    tours = [(worker.id, tour) for worker in problem.workers for tour in range(len(worker.availability))]
    orders: dict[tuple[str, int], list[str]] = {}
    for visit in draw(st.permutations(problem.requests)):
        if tours:
            orders.setdefault(draw(st.sampled_from(tours)), []).append(visit.visit.id)
    return problem, orders


@given(case=careless())
@settings(max_examples=40)
def test_worker_by_worker_and_across_workers_find_what_the_checker_finds(
    case: tuple[Problem, dict[tuple[str, int], list[str]]],
) -> None:
    """So a rule that looks at other people's tours and does not say so is seen here."""
    problem, orders = case
    # Timed tour by tour, so that no visit waits for one tied to it elsewhere.
    plans = [retime(problem, {tour: order}).plan for tour, order in orders.items()]
    plan = replace(retime(problem, {}).plan, routes=tuple(route for one in plans for route in one.routes))
    parts: list[Violation] = list(whole_breaches(problem, plan))
    for worker in problem.workers:
        parts += own_breaches(problem, plan, {worker.id})
    assert sorted(map(_key, parts)) == sorted(map(_key, breaches(problem, plan)))


def _key(one: Violation) -> tuple[str, ...]:
    return one.rule, one.where, one.reason.code, str(one.reason.values), one.article
