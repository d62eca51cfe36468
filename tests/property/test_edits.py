"""Hand edits on random small days: judging only what is touched says what judging everything says."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.changes.edits import Edit, Move, Pin, Swap, Unassign, Unpin, Waive
from brigade.judging.checker import check
from brigade.judging.objective import breakdown
from brigade.law.rules import codes
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan, Waiver
from brigade.values.problem import Problem
from solver.hand_edits import EditSession, judge_edit
from solver.model.insertion_positions import InsertionPositions, pinned
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from solver.model.usual_hours import without_holds
from tests.advice import examples
from tests.solving import planned
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems

LITTLE = SearchSettings(iterations=40, prove=False)
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
WHEN = datetime(2026, 3, 9, 7, tzinfo=UTC)


@st.composite
def any_plan(draw: DrawFn, problem: Problem) -> Plan:
    """Some visits given to some tours in some order, lawful or not."""
    tours = [(worker.id, index) for worker in problem.workers for index, _ in enumerate(worker.availability)]
    orders: dict[tuple[str, int], list[str]] = {}
    for request in draw(st.permutations(problem.requests)):
        key = draw(st.one_of(st.none(), st.sampled_from(tours))) if tours else None
        if key is not None:
            orders.setdefault(key, []).append(request.visit.id)
    return retime(problem, orders).plan


def days() -> st.SearchStrategy[Problem]:
    """Full ones and odd ones: on most of the odd ones nothing can be covered, and nothing can be edited."""
    return coverable_problems() | small_problems()


@st.composite
def edits(draw: DrawFn, problem: Problem, plan: Plan) -> Edit | None:
    """An edit that can be tried; None where the plan offers none of the kind drawn."""
    kind = draw(st.sampled_from([Move, Move, Swap, Unassign, Pin, Unpin, Waive]))
    covered, left = sorted(plan.covered), [one.visit_id for one in plan.uncovered]
    tours = [(worker.id, index) for worker in problem.workers for index, _ in enumerate(worker.availability)]
    if kind is Move and tours and covered + left:
        visit, (worker, tour) = draw(st.sampled_from(covered + left)), draw(st.sampled_from(tours))
        order = [s.visit_id for r in plan.routes if (r.worker_id, r.tour) == (worker, tour) for s in r.stops]
        size = len([id for id in order if id != visit])
        return Move(visit, worker, tour, draw(st.one_of(st.none(), st.integers(0, size))))
    if kind is Swap and len(covered) > 1:
        return Swap(*draw(st.permutations(covered))[:2])
    if kind is Waive:
        worker = draw(st.sampled_from(problem.workers)).id
        visit_id = draw(st.one_of(st.none(), st.sampled_from(covered))) if covered else None
        return Waive(
            Waiver(draw(st.sampled_from(sorted(codes()))), worker, visit_id, "coordination", WHEN, "accord")
        )
    if kind is Unpin and plan.pinned:
        return Unpin(draw(st.sampled_from(sorted(plan.pinned))))
    if kind in (Unassign, Pin) and covered:
        one = draw(st.sampled_from(covered))
        return Unassign(one) if kind is Unassign else Pin(one)
    return None


@settings(max_examples=examples(16), suppress_health_check=SLOW)
@given(problem=small_problems(), data=st.data())
def test_judging_what_is_touched_is_judging_everything(problem: Problem, data: st.DataObject) -> None:
    """Three edits of each problem, every one judged on the plan that the last one left; lawless plans
    included."""
    plan = data.draw(any_plan(problem))
    session = EditSession.opened(problem, plan)
    assert Counter(session.violations) == Counter(check(problem, plan))
    for _ in range(3):
        edit = data.draw(edits(problem, session.plan))
        if edit is None:
            continue
        event(type(edit).__name__)
        judged = judge_edit(session, edit)
        before, after = Counter(check(problem, session.plan)), Counter(check(problem, judged.plan))
        assert Counter(breach.violation for breach in judged.broken) == after - before
        assert Counter(judged.mended) == before - after
        old, new = breakdown(problem, session.plan), breakdown(problem, judged.plan)
        assert judged.cost == new.total - old.total
        assert judged.points == new.points - old.points
        assert judged.terms == {term: new.terms[term] - old.terms[term] for term in new.terms}
        session = judged.after


@settings(max_examples=examples(10), suppress_health_check=SLOW)
@given(problem=days(), data=st.data())
def test_every_hint_is_lawful_when_followed(problem: Problem, data: st.DataObject) -> None:
    """From a lawful plan, what a hint offers after a lawful edit breaks nothing and costs what it says: at
    the hours of the orders alone, where usual hours are priced (docs/limits.md)."""
    session = EditSession.opened(problem, planned(problem, LITTLE))
    assume(session.plan.covered)
    judged = judge_edit(session, Unassign(data.draw(st.sampled_from(sorted(session.plan.covered)))))
    if not judged.is_lawful:
        return
    for hint in judged.hints:
        event(hint.reason.code)
        followed = judge_edit(judged.after, hint.edit)
        assert followed.is_lawful, (hint, followed.broken, followed.issues)
        then, today = (without_holds(problem, one) for one in (followed.plan, judged.plan))
        assert breakdown(problem, then).total - breakdown(problem, today).total == hint.cost


@settings(max_examples=examples(10), suppress_health_check=SLOW)
@given(problem=days(), data=st.data())
def test_pinning_in_the_kept_model_is_pinning_in_a_new_one(problem: Problem, data: st.DataObject) -> None:
    plan = planned(problem, LITTLE)
    assume(plan.covered)
    fixed = Plan(
        plan.routes,
        plan.uncovered,
        frozenset(data.draw(st.sets(st.sampled_from(sorted(plan.covered)), min_size=1))),
    )
    quick, slow = InsertionPositions(problem, None), build_model(problem, fixed)
    rows = pinned(quick.model, fixed)
    for id in fixed.pinned:
        mine, theirs = quick.model.visit_row[id], slow.visit_row[id]
        assert (
            rows.windows[rows.visits["first_window"][mine]].tolist()
            == slow.arrays.windows[slow.arrays.visits["first_window"][theirs]].tolist()
        )
        assert rows.visits["is_pinned"][mine] == slow.arrays.visits["is_pinned"][theirs] == 1
