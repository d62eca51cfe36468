"""After the last pass no lawful insertion is left, as the plain timing and the checker see it: every
uncovered visit at every place of every tour, and visits that are covered together or not at all as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import Orders, retime
from brigade.values.demand import Link, LinkKind
from brigade.values.problem import Problem
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.advice import examples
from tests.solving import named
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems
from tests.strategies_links import tied

many = settings(
    max_examples=examples(16),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


@st.composite
def tied_problems(draw: st.DrawFn) -> Problem:
    """Groups of three and four visits that are covered together or not at all, chains and rings, and pairs
    beside them."""
    problem = replace(draw(coverable_problems(max_visits=6)), links=())
    order = draw(st.permutations([visit.id for visit in problem.visits]))
    size = draw(st.sampled_from([2, 3, 3, 4]))
    links: list[Link] = []
    for group in (order[:size], order[size : size + 2]):
        for first, second in pairwise(
            [*group, group[0]] if len(group) > 2 and draw(st.booleans()) else group
        ):
            kind = draw(st.sampled_from(LinkKind))
            gap = problem.horizon.ticks(5 * draw(st.integers(0, 24))) if kind is LinkKind.GAP else 0
            links.append(Link(kind, first, second, gap, None, together=draw(st.integers(0, 5)) > 0))
    return tied(problem, links)


@many
@given(problem=st.one_of(coverable_problems(), small_problems()), iterations=st.integers(0, 30))
def test_no_lawful_insertion_is_left(problem: Problem, iterations: int) -> None:
    _nothing_left(problem, iterations)


@settings(many, max_examples=examples(8))
@given(problem=tied_problems(), iterations=st.integers(0, 30))
def test_no_lawful_insertion_of_tied_visits_is_left(problem: Problem, iterations: int) -> None:
    _nothing_left(problem, iterations)


def _nothing_left(problem: Problem, iterations: int) -> None:
    model = build_model(problem)
    engine = Search(model.arrays, seed=1)
    if iterations:
        engine.construct()
        engine.anneal(iterations, 1000.0, 10.0)
    engine.complete()
    best = named(model, engine.plan())
    ids = [request.visit.id for request in problem.requests]
    cost = engine.facts.best
    covered = {visit for order in best.values() for visit in order}
    tried = set[frozenset[str]]()
    for visit in (one for one in ids if one not in covered):
        group = _tied_with(problem, visit)
        if group in tried or group & covered or not group <= set(ids):
            continue
        tried.add(group)
        for wider in _with(best, problem, sorted(group)):
            timed = retime(problem, wider)
            if not timed.issues and breakdown(problem, timed.plan).total < cost:
                assert hard_violations(problem, timed.plan), (group, wider)


def _tied_with(problem: Problem, visit: str) -> frozenset[str]:
    """The visit and whatever must be covered with it."""
    group, pairs = {visit}, [{link.first, link.second} for link in problem.links if link.together]
    while more := [pair for pair in pairs if group & pair and not pair <= group]:
        group = group.union(*more)
    return frozenset(group)


def _with(orders: Orders, problem: Problem, visits: Sequence[str]) -> Iterator[Orders]:
    """Every way to insert all of them."""
    if not visits:
        yield orders
        return
    for worker in problem.workers:
        for index, _ in enumerate(worker.availability):
            stops = list(orders.get((worker.id, index), ()))
            for position in range(len(stops) + 1):
                grown = {**orders, (worker.id, index): [*stops[:position], visits[0], *stops[position:]]}
                yield from _with(grown, problem, visits[1:])
