"""Swaps with present staff on random small days: whatever is proposed keeps every rule, and nothing that a
hand would find on paper is missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from hypothesis import HealthCheck, assume, event, given, settings

from brigade.changes.answers import ProposedSwap
from brigade.changes.help.present_staff import PresentStaff, after_swap, present_staff
from brigade.judging.checker import hard_violations
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan, Reason, UncoveredVisit
from brigade.values.problem import Problem
from solver.advice.swaps import MOST, answered_yes, edits_of_swap, still_holds, swaps
from solver.advice.trial_plan import orders_of
from solver.hand_edits import EditSession, judge_edits
from tests.advice import examples
from tests.insertions import Orders, inserted, second_judge, tours_of
from tests.strategies_swaps import days_with_present_staff

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@settings(max_examples=examples(30), suppress_health_check=SLOW)
@given(day=days_with_present_staff())
def test_a_swap_keeps_every_rule_for_both(day: tuple[Problem, Plan]) -> None:
    """Her day by the plain checker, in the problem in which she is a worker; the brigade's by the judge of
    edits, once the SAAD has said yes."""
    problem, plan = day
    found = swaps(problem, plan)
    event(f"{len(found.proposals)} proposed")
    staff = present_staff(problem, plan)
    for one in found.proposals:
        assert one.visit_id not in plan.covered
        after = _with(_whole(staff, plan), one)
        timed = retime(staff.problem, after)
        assert not timed.issues
        assert not hard_violations(staff.problem, timed.plan)
        assert second_judge(staff.problem, timed.plan) == set()
        stop = timed.plan.stop_of(one.visit_id)
        assert stop is not None
        assert (stop[0].worker_id, stop[1].start) == (one.employee_id, one.start)
        for kept in chain.from_iterable(staff.orders.values()):
            moved = timed.plan.stop_of(kept)
            assert moved is not None
            assert moved[1].start == problem.rota_entry_by_visit[kept].start
        assert still_holds(problem, plan, one)
        agreed = answered_yes(problem, one)
        assert one.visit_id not in agreed.request_by_visit
        session = EditSession.opened(agreed, _told(agreed, plan))
        done = judge_edits(session, edits_of_swap(one))
        if done:
            assert not [it for it in done[-1].after.violations if it not in session.violations]
            assert not done[-1].issues
    assert all(len(found.of(one.visit_id)) <= MOST for one in plan.uncovered)


@settings(max_examples=examples(30), suppress_health_check=SLOW)
@given(day=days_with_present_staff(max_visits=5))
def test_a_visit_has_a_swap_exactly_when_one_exists_on_paper(day: tuple[Problem, Plan]) -> None:
    """Every employee, every visit of hers, every place: plainly timed and checked, as the brigade's plan
    is after the SAAD's yes."""
    problem, plan = day
    staff = present_staff(problem, plan)
    whole = _whole(staff, plan)
    timed = retime(staff.problem, whole)
    assume(not timed.issues)
    assume(not hard_violations(staff.problem, timed.plan))
    found = swaps(problem, plan)
    tied = {id for link in problem.links for id in (link.first, link.second)}
    for left in plan.uncovered:
        host = problem.provider_of(problem.visit_by_id[left.visit_id])
        may = host.swap_notice is not None and left.visit_id not in tied and bool(staff.orders)
        exists = may and any(True for _ in _on_paper(problem, plan, staff, left.visit_id))
        event("exists" if exists else "none")
        assert bool(found.of(left.visit_id)) == exists


def _on_paper(problem: Problem, plan: Plan, staff: PresentStaff, visit_id: str) -> Iterator[Orders]:
    whole = _whole(staff, plan)
    ids = {visit.id for visit in staff.problem.visits}
    soonest = max(problem.now, 0) + (problem.provider_of(problem.visit_by_id[visit_id]).swap_notice or 0)
    for gone in (None, *sorted(staff.may_give & ids)):
        rest = {key: [id for id in order if id != gone] for key, order in whole.items()}
        for taken in inserted(rest, visit_id, {key for key in rest if key[0] in staff.ids}):
            ways = [taken] if gone is None else [*inserted(taken, gone, tours_of(problem))]
            for after in ways:
                timed = retime(staff.problem, after)
                if timed.issues or hard_violations(staff.problem, timed.plan):
                    continue
                stop = timed.plan.stop_of(visit_id)
                assert stop is not None
                assert stop[1].start >= soonest
                if gone is None or _follows(problem, staff, after, visit_id, gone):
                    yield after


def _follows(problem: Problem, staff: PresentStaff, after: Orders, taken: str, gone: str) -> bool:
    """The brigade's part alone, in the problem as it is, with the visit given at the hour of the rota."""
    start = problem.rota_entry_by_visit[gone].start
    employee_id = problem.rota_entry_by_visit[gone].employee_id
    agreed = after_swap(problem, taken, employee_id, start, gone)
    mine = {key: order for key, order in after.items() if key[0] not in staff.ids}
    timed = retime(agreed, mine, fixed_starts={gone: start})
    stop = timed.plan.stop_of(gone)
    assert stop is not None
    return not timed.issues and stop[1].start == start and not hard_violations(agreed, timed.plan)


def _whole(staff: PresentStaff, plan: Plan) -> Orders:
    return {**orders_of(plan), **{key: list(order) for key, order in staff.orders.items()}}


def _with(orders: Orders, one: ProposedSwap) -> Orders:
    gone = None if one.given is None else one.given.place.visit_id
    after = {key: [id for id in order if id != gone] for key, order in orders.items()}
    for place in (one.place, *(() if one.given is None else (one.given.place,))):
        after.setdefault((place.worker_id, place.tour), []).insert(place.position, place.visit_id)
    return after


def _told(problem: Problem, plan: Plan) -> Plan:
    """The plan, with what `problem` asks beyond it uncovered."""
    left = (one.visit.id for one in problem.requests if one.visit.id not in plan.covered)
    return replace(plan, uncovered=tuple(UncoveredVisit(id, (Reason.of("left_out"),)) for id in left))
