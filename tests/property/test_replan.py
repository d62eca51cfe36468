"""A replan on random small days: what must stay stays, what changed is told exactly, and no rule breaks on
the way."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from brigade.changes.carry import carried
from brigade.changes.events import Event, apply_events
from brigade.changes.plan_diff import ChangeKind, diff, placements
from brigade.errors import InvalidProblem
from brigade.judging.checker import check
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.model.search_settings import SearchSettings
from solver.replan import Replan, replan
from solver.replan_terms import ReplanTerms
from tests.advice import examples
from tests.late_starts import LateDay
from tests.solving import planned
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems
from tests.strategies_day import day_events, replan_terms

WORK = SearchSettings(iterations=60, prove=False)
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def days() -> st.SearchStrategy[Problem]:
    """Full ones and odd ones: on most of the odd ones nothing is planned that could change."""
    return coverable_problems() | small_problems()


def happening(data: st.DataObject, problem: Problem, plan: Plan) -> tuple[Problem, Sequence[Event]] | None:
    """What happens to a planned day, and the problem that is left; None where the events drawn do not fit
    together."""
    events = data.draw(day_events(problem, plan))
    try:
        return apply_events(problem, events, published=plan), events
    except InvalidProblem:
        return None


@settings(max_examples=examples(12), suppress_health_check=SLOW)
@given(problem=days(), data=st.data())
def test_what_must_stay_stays_and_the_diff_is_exact(problem: Problem, data: st.DataObject) -> None:
    """Planned days, to each of which three different things happen, replanned on three different
    terms."""
    plan = planned(problem, WORK)
    for _ in range(3):
        case = happening(data, problem, plan)
        if case is None:
            continue
        changed, events = case
        terms = data.draw(replan_terms(changed, plan))
        done = replan(changed, plan, terms, WORK)
        for one in events:
            event(type(one).__name__)
        held_stops_stay(changed, plan, terms, done)
        diff_is_exact(plan, done)
        nothing_new_is_broken(changed, done)
        nothing_new_begins_before_the_freeze(changed, plan, terms, done)
        people_stay_within_the_budget(terms, done)


def held_stops_stay(problem: Problem, plan: Plan, terms: ReplanTerms, done: Replan) -> None:
    """Begun before the freeze, pinned, or of a pinned worker: same worker and start, unless the event took it
    away, or lateness keeps its worker from the hour told: then when she can be there."""
    told = carried(problem, plan)
    now = {id: (one.worker_id, one.start) for id, one in placements(done.plan).items()}
    workers = {stop.visit_id: route.worker_id for route in told.routes for stop in route.stops}
    starts = {stop.visit_id: stop.start for route in told.routes for stop in route.stops}
    for id, possible in LateDay(problem, told, plan, terms).starts().items():
        event("held" if possible == {starts[id]} else "held, later")
        worker, start = now[id]
        assert worker == workers[id]
        assert start in possible


def diff_is_exact(plan: Plan, done: Replan) -> None:
    assert done.diff.applied_to(placements(plan)) == placements(done.plan)
    assert done.diff.left | {one.visit_id for one in done.diff.of(ChangeKind.UNCOVERED)} == {
        left.visit_id for left in done.plan.uncovered
    }
    assert all(change.reasons for change in done.diff.changes if change.kind is not ChangeKind.KEPT)


def nothing_new_is_broken(problem: Problem, done: Replan) -> None:
    """What the checker finds is what the replan said it had to keep; without stops that had to stay, nothing
    at all."""
    assert set(check(problem, done.plan)) == set(done.kept_unlawful)


def nothing_new_begins_before_the_freeze(
    problem: Problem, plan: Plan, terms: ReplanTerms, done: Replan
) -> None:
    told, late = placements(plan), LateDay(problem, carried(problem, plan), plan, terms).starts()
    for id, one in placements(done.plan).items():
        if terms.freeze is not None and one.start < terms.freeze:
            assert told[id].worker_id == one.worker_id
            assert one.start in late.get(id, {told[id].start})


def people_stay_within_the_budget(terms: ReplanTerms, done: Replan) -> None:
    if terms.people is not None:
        assert done.within_budget
        assert len(done.disturbed) <= terms.people


@settings(max_examples=examples(8), suppress_health_check=SLOW)
@given(problem=days(), data=st.data())
def test_without_pins_or_freeze_the_new_plan_breaks_nothing(problem: Problem, data: st.DataObject) -> None:
    plan = planned(problem, WORK)
    case = happening(data, problem, plan)
    if case is not None:
        done = replan(case[0], plan, settings=WORK)
        assert check(case[0], done.plan) == ()
        assert not done.kept_unlawful


@settings(max_examples=examples(8), suppress_health_check=SLOW)
@given(problem=days())
def test_a_day_on_which_nothing_happens_loses_nothing(problem: Problem) -> None:
    """Nobody who was covered is left, and the same work gives the same plan."""
    plan = planned(problem, WORK)
    done = replan(problem, plan, settings=WORK)
    again = replan(problem, plan, settings=WORK)
    assert done.diff.of(ChangeKind.REMOVED) == ()
    assert again.plan == done.plan
    assert diff(plan, plan).of(*set(ChangeKind) - {ChangeKind.KEPT}) == ()
