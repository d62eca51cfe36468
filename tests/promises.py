"""What plans of any drawn problem keep, said once for the random tests of every subject."""

from __future__ import annotations

from dataclasses import replace

from brigade.exchange.documents.plan_document import plan_record_from_json, plan_to_json
from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json
from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.values.problem import Problem
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.brute import best_plan
from tests.property.test_tables import again
from tests.sameness import differences
from tests.solving import QUICK, Searched, searched

ENOUGH = SearchSettings(iterations=3000, threads=1)
"""For a day so small that every plan of it can be tried."""


def is_lawful_at_its_price(problem: Problem) -> Searched:
    """The plain rules and prices say of what was found what the kernel said."""
    found = searched(problem)
    timed = found.timed
    assert timed.issues == ()
    assert hard_violations(problem, timed.plan) == ()
    assert breakdown(problem, timed.plan).total == found.solution.objective
    assert found.solution.bound <= found.solution.objective
    return found


def is_lawful_without(problem: Problem, *codes: str) -> None:
    """Each rule switched off alone binds neither timing nor kernel."""
    for code in codes:
        asked = replace(problem, rule_sets_off=frozenset({code}))
        timed = searched(asked).timed
        assert timed.issues == ()
        assert hard_violations(asked, timed.plan) == ()


def is_as_good_as_brute_force(problem: Problem, settings: SearchSettings = ENOUGH) -> None:
    """And no bound is above the best plan there is."""
    best, outcome = best_plan(problem, least_points=True), solve(problem, settings)
    assert outcome.breakdown is not None
    assert outcome.proof is not None
    assert outcome.breakdown.total == best.total
    assert outcome.proof.bound <= best.total
    assert outcome.proof.coverage_bound <= best.points


def answers_for_each_visit(problem: Problem) -> None:
    """It is in one tour or uncovered with its reasons, and the plan is read back as it was written."""
    outcome = solve(problem, QUICK)
    assert outcome.plan is not None
    placed = [stop.visit_id for route in outcome.plan.routes for stop in route.stops]
    left = [one.visit_id for one in outcome.plan.uncovered]
    assert sorted(placed + left) == sorted(request.visit.id for request in problem.requests)
    assert all(one.reasons for one in outcome.plan.uncovered)
    document = plan_to_json(problem, outcome.plan)
    assert plan_record_from_json(document, problem).plan.routes == outcome.plan.routes


def is_read_again(problem: Problem) -> None:
    """As JSON and as tables."""
    assert differences(problem, problem_from_json(problem_to_json(problem))) == []
    assert differences(problem, again(problem, "tables")) == []
