"""Who could come instead, and at what price: every candidate's plan is lawful and costs what was said."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given

from brigade.changes.answers import Candidate, ObstacleKind
from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession
from solver.advice.candidates import candidates, candidates_for
from solver.advice.contributions import contribution
from solver.advice.suggesting.carried_out import plan_with
from solver.model.usual_hours import without_holds
from tests.advice import fits, on_many_plans, planned


@on_many_plans
@given(case=planned())
def test_whoever_fits_is_a_candidate_and_nobody_else(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    session = AdviceSession(problem, plan)
    for visit_id in session.ids:
        found = candidates_for(session, visit_id)
        told = {one.worker_id for one in found.ranked} | {one.worker_id for one in found.others}
        today = {
            route.worker_id for route in plan.routes for stop in route.stops if stop.visit_id == visit_id
        }
        assert told == set(problem.worker_by_id) - today
        if not session.partners(session.row(visit_id)):
            possible = {id for id in told if fits(problem, plan, visit_id, id)}
            lone = {one.worker_id for one in found.others if one.first.kind is ObstacleKind.PARTNER}
            assert {one.worker_id for one in found.ranked} | lone == possible, visit_id


@on_many_plans
@given(case=planned())
def test_a_candidate_costs_what_is_said_and_breaks_nothing(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    session, before = AdviceSession(problem, plan), without_holds(problem, plan)
    today = breakdown(problem, before, before)
    for visit_id in session.ids:
        for one in candidates_for(session, visit_id, moves_allowed=True).ranked:
            after = plan_with(problem, plan, one)
            assert hard_violations(problem, after) == (), one
            # A cost is that of orders, at the hours that they tell alone.
            then = breakdown(problem, without_holds(problem, after), before)
            assert then.total - today.total == one.cost, one
            assert today.points - then.points == one.points
            assert_moved_as_told(problem, plan, after, one)


def assert_moved_as_told(problem: Problem, plan: Plan, after: Plan, one: Candidate) -> None:
    """Others change hands or go only as said, and nothing as important as the visit goes."""
    asked = {one.placements[0].visit_id}
    hands = {stop.visit_id: route.worker_id for route in plan.routes for stop in route.stops}
    now = {stop.visit_id: route.worker_id for route in after.routes for stop in route.stops}
    assert {id: now[id] for id in hands.keys() & now.keys() - asked if hands[id] != now[id]} == dict(
        one.moved
    )
    assert hands.keys() - now.keys() == set(one.dropped)
    level = max(problem.visit_by_id[id].level for id in asked)
    assert all(problem.visit_by_id[id].level > level for id in one.dropped)


@on_many_plans
@given(case=planned())
def test_a_block_is_taken_whole(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    session, today = AdviceSession(problem, plan), breakdown(problem, plan, plan)
    assume(len(session.ids) > 1)
    block = session.ids[:3]
    for one in candidates_for(session, block).ranked:
        after = plan_with(problem, plan, one)
        partners = {session.ids[other] for id in block for other in session.partners(session.row(id))}
        assert {id: found[0].worker_id for id in block if (found := after.stop_of(id))} == dict.fromkeys(
            block, one.worker_id
        )
        if partners <= plan.covered | set(block):
            assert hard_violations(problem, after) == (), one
        assert breakdown(problem, after, plan).total - today.total == one.cost


@on_many_plans
@given(case=planned())
def test_a_stop_adds_what_its_absence_would_save(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    session, today = AdviceSession(problem, plan), breakdown(problem, plan, plan)
    for visit_id in sorted(plan.covered):
        told = contribution(session, visit_id)
        routes = tuple(
            replace(route, stops=tuple(stop for stop in route.stops if stop.visit_id != visit_id))
            for route in plan.routes
        )
        left = breakdown(problem, Plan(tuple(route for route in routes if route.stops)), plan)
        assert told.coverage == today.coverage - left.coverage
        assert [one.more for one in told.alternatives] == sorted(one.more for one in told.alternatives)
        for one in told.alternatives:
            found = [it for it in candidates_for(session, visit_id).ranked if it.worker_id == one.worker_id]
            assert not found or found[0].cost == one.more


@on_many_plans
@given(case=planned())
def test_past_refusals_change_no_rank(case: tuple[Problem, Plan]) -> None:
    problem, plan = case
    people = tuple(
        replace(one, counters=replace(one.counters, refusals=7 - number))
        for number, one in enumerate(problem.workers)
    )
    refused = replace(problem, workers=people)
    for left in plan.uncovered:
        ranks = [
            [one.worker_id for one in candidates(it, plan, left.visit_id).ranked] for it in (problem, refused)
        ]
        assert ranks[0] == ranks[1]
