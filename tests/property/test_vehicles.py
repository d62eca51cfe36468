"""On hundreds of small problems with shared vehicles: plans are lawful, cost what they say, are as good as
brute force, and every document of them is read back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.changes.edits import TakeVehicle
from brigade.changes.events import apply_events
from brigade.errors import InvalidProblem
from brigade.exchange.documents.plan_document import plan_record_from_json, plan_to_json
from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json
from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.values.problem import Problem
from solver.advice.advice_session import AdviceSession
from solver.advice.candidates import candidates_for
from solver.advice.suggesting.carried_out import plan_with
from solver.hand_edits import EditSession, judge_edit
from solver.model.search_settings import SearchSettings
from solver.model.usual_hours import without_holds
from solver.replan import replan
from solver.solve import solve
from tests.advice import examples
from tests.brute import best_plan
from tests.property.test_tables import again
from tests.sameness import differences
from tests.solving import QUICK, planned, searched
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems
from tests.strategies_day import day_events
from tests.strategies_vehicles import with_vehicles

many = settings(
    max_examples=examples(30),
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def days() -> st.SearchStrategy[Problem]:
    return (coverable_problems() | small_problems(fine_ticks=True)).flatmap(with_vehicles)


def tiny_days() -> st.SearchStrategy[Problem]:
    """One or two vehicles, and so few visits and tours that every plan can be tried."""
    made = coverable_problems(max_workers=2, max_visits=3, max_days=1, usual_hours=False)
    few = made.filter(lambda one: 0 < sum(len(worker.availability) for worker in one.workers) <= 3)
    return few.flatmap(lambda one: with_vehicles(one, most=2))


@many
@given(problem=days())
def test_days_with_vehicles_pass_the_checker_and_cost_what_the_kernel_says(problem: Problem) -> None:
    found = searched(problem)
    timed = found.timed
    assert timed.issues == ()
    assert hard_violations(problem, timed.plan) == ()
    # Where a wait for somebody can be the meal that a tour owes, its pause is told in two ways.
    if not problem.links:
        assert breakdown(problem, timed.plan).total == found.solution.objective
    assert found.solution.bound <= found.solution.objective


@many
@given(problem=tiny_days())
def test_the_best_plan_with_vehicles_is_that_of_brute_force(problem: Problem) -> None:
    best = best_plan(problem, least_points=True)
    outcome = solve(problem, SearchSettings(iterations=3000, threads=1))
    assert outcome.breakdown is not None
    assert outcome.proof is not None
    assert outcome.breakdown.total == best.total
    assert outcome.proof.bound <= best.total
    assert outcome.proof.coverage_bound <= best.points


@settings(many, max_examples=examples(10))
@given(problem=coverable_problems().flatmap(with_vehicles))
def test_the_rule_switched_off_binds_nowhere(problem: Problem) -> None:
    asked = replace(problem, rule_sets_off=frozenset({"VEHICLES"}))
    timed = searched(asked).timed
    assert timed.issues == ()
    assert hard_violations(asked, timed.plan) == ()


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_every_visit_is_in_a_tour_or_uncovered_with_its_reasons(problem: Problem) -> None:
    outcome = solve(problem, QUICK)
    assert outcome.plan is not None
    placed = [stop.visit_id for route in outcome.plan.routes for stop in route.stops]
    left = [one.visit_id for one in outcome.plan.uncovered]
    assert sorted(placed + left) == sorted(request.visit.id for request in problem.requests)
    assert all(one.reasons for one in outcome.plan.uncovered)
    document = plan_to_json(problem, outcome.plan)
    assert plan_record_from_json(document, problem).plan.routes == outcome.plan.routes


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_vehicles_are_read_again_as_they_were_written(problem: Problem) -> None:
    assert differences(problem, problem_from_json(problem_to_json(problem))) == []
    assert differences(problem, again(problem, "tables")) == []


@settings(many, max_examples=examples(10))
@given(problem=coverable_problems(max_visits=6).flatmap(with_vehicles), data=st.data())
def test_who_takes_a_vehicle_by_hand_is_judged_as_if_anew(problem: Problem, data: st.DataObject) -> None:
    session = EditSession.opened(problem, planned(problem))
    for _ in range(4):
        if not session.plan.routes:
            return
        route = data.draw(st.sampled_from(session.plan.routes))
        vehicle = data.draw(st.sampled_from((None, *problem.vehicle_by_id)))
        judged = judge_edit(session, TakeVehicle(route.worker_id, route.tour, vehicle))
        anew = EditSession.opened(problem, judged.plan)
        assert anew.violations == judged.after.violations
        assert anew.costs == judged.after.costs
        session = judged.accepted()


@settings(many, max_examples=examples(10))
@given(problem=coverable_problems(max_visits=6).flatmap(with_vehicles))
def test_whoever_could_come_comes_with_the_vehicle_of_her_tour(problem: Problem) -> None:
    plan = planned(problem)
    session, before = AdviceSession(problem, plan), without_holds(problem, plan)
    today = breakdown(problem, before, before)
    for visit_id in session.ids:
        for one in candidates_for(session, visit_id, moves_allowed=True).ranked:
            after = plan_with(problem, plan, one)
            assert hard_violations(problem, after) == ()
            # Where a wait for somebody can be the meal that a tour owes, its pause is told in two ways.
            if not problem.links:
                then = breakdown(problem, without_holds(problem, after), before)
                assert then.total - today.total == one.cost


@settings(many, max_examples=examples(10))
@given(problem=days(), data=st.data())
def test_a_day_replanned_leaves_nobody_with_a_car_that_another_has(
    problem: Problem, data: st.DataObject
) -> None:
    plan = planned(problem)
    try:
        changed = apply_events(problem, data.draw(day_events(problem, plan)), published=plan)
    except InvalidProblem:
        return
    done = replan(changed, plan, settings=SearchSettings(iterations=100, threads=1))
    known = {(one.rule, one.where) for one in done.kept_unlawful}
    assert {(one.rule, one.where) for one in hard_violations(changed, done.plan)} <= known
