"""What would cover a visit does: applied, the plain checker accepts the plan; a minute less is not enough."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from brigade.changes.answers import Suggestion, SuggestionKind
from brigade.judging.checker import hard_violations
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession
from solver.advice.examination import action_for
from solver.advice.suggesting.carried_out import apply_suggestion, enact
from solver.advice.suggesting.suggestions import cheapest, holds, suggest
from tests.advice import on_many_plans, planned


@on_many_plans
@given(case=planned())
def test_every_suggestion_covers_its_visit_lawfully(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    session = AdviceSession(problem, plan)
    for left in plan.uncovered:
        costs = []
        for one in suggest(session, left.visit_id, most=50):
            changed, after = apply_suggestion(problem, one), enact(problem, plan, one)
            assert left.visit_id in after.covered
            assert plan.covered - after.covered <= set(one.changed_visits), one
            assert hard_violations(changed, after) == (), one
            costs.append(one.people_cost)
        assert costs == sorted(costs)


@on_many_plans
@given(case=planned())
def test_the_cheapest_change_of_all_is_the_one_a_plan_tells(case: tuple[Problem, Plan]) -> None:
    """Two changes only where no single one covers the visit; a neighbour only where two do not either."""
    problem, plan = case
    session = AdviceSession(problem, plan)
    for left in plan.uncovered:
        found, singles = (
            cheapest(session, left.visit_id, lambda: False),
            suggest(session, left.visit_id, most=50),
        )
        told = action_for(session, left.visit_id)
        if found is None:
            assert (singles, told.code) == ((), "ask_basin")
            continue
        assert told == found.reason
        assert found.people_cost == min(one.people_cost for one in singles)
        assert holds(session, found)
        changed, after = apply_suggestion(problem, found), enact(problem, plan, found)
        assert left.visit_id in after.covered
        assert hard_violations(changed, after) == (), found


@on_many_plans
@given(case=planned())
def test_a_minute_less_is_not_enough(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    session = AdviceSession(problem, plan)
    for left in plan.uncovered:
        for one in suggest(session, left.visit_id, kinds=[SuggestionKind.EXTEND]):
            assert not holds(session, a_minute_less(one)), one


def a_minute_less(one: Suggestion) -> Suggestion:
    return replace(one, earlier=max(0, one.earlier - 1), later=max(0, one.later - 1))
