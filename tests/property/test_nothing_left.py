"""After the last pass no lawful insertion is left, as the plain timing and the checker see it: every uncovered visit at every
place of every tour, and linked ones two at a time."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.checker import hard_violations
from brigade.objective import breakdown
from brigade.problem import Problem
from brigade.timing import Orders, retime
from solver.kernel.search import Search
from solver.model import build_model
from tests.solving import named
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems

many = settings(max_examples=80, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow])


@many
@given(problem=st.one_of(coverable_problems(), small_problems()), iterations=st.integers(0, 30))
def test_no_lawful_insertion_is_left(problem: Problem, iterations: int) -> None:
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
    partners = _partners(problem)
    for visit in (one for one in ids if one not in covered):
        for orders in _with(best, problem, visit):
            wanted = [other for other in partners.get(visit, ()) if other not in covered]
            for wider in _with(orders, problem, wanted[0]) if wanted else [orders]:
                timed = retime(problem, wider)
                if not timed.issues and not hard_violations(problem, timed.plan):
                    assert breakdown(problem, timed.plan).total >= cost, (visit, wider)


def _with(orders: Orders, problem: Problem, visit: str) -> Iterator[Orders]:
    for worker in problem.workers:
        for index, _ in enumerate(worker.availability):
            stops = list(orders.get((worker.id, index), ()))
            for position in range(len(stops) + 1):
                yield {**orders, (worker.id, index): [*stops[:position], visit, *stops[position:]]}


def _partners(problem: Problem) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for link in problem.links:
        if link.together:
            found.setdefault(link.first, []).append(link.second)
            found.setdefault(link.second, []).append(link.first)
    return found
