"""On hundreds of small problems with shared vehicles: plans are lawful, cost what they say, are as good as
brute force, and every document of them is read back."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from brigade.changes.edits import TakeVehicle
from brigade.changes.events import apply_events
from brigade.errors import InvalidProblem
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
from tests.advice import examples
from tests.promises import (
    answers_for_each_visit,
    is_as_good_as_brute_force,
    is_lawful_at_its_price,
    is_lawful_without,
    is_read_again,
)
from tests.solving import planned
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
    is_lawful_at_its_price(problem)


@many
@given(problem=tiny_days())
def test_the_best_plan_with_vehicles_is_that_of_brute_force(problem: Problem) -> None:
    is_as_good_as_brute_force(problem)


@settings(many, max_examples=examples(10))
@given(problem=coverable_problems().flatmap(with_vehicles))
def test_a_rule_switched_off_leaves_vehicles_lawful(problem: Problem) -> None:
    is_lawful_without(problem, "VEHICLES")


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_every_visit_with_vehicles_is_in_a_tour_or_uncovered_with_its_reasons(
    problem: Problem,
) -> None:
    answers_for_each_visit(problem)


@settings(many, max_examples=examples(10))
@given(problem=days())
def test_vehicles_are_read_again_as_they_were_written(problem: Problem) -> None:
    is_read_again(problem)


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
