"""Hours that stops wait for outlast what is done with a plan: edits, replans, and the way over its
document."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brigade.changes.edits import Move, Unassign
from brigade.changes.plan_diff import ChangeKind
from brigade.errors import UnreadableInput
from brigade.exchange.documents.plan_document import plan_record_from_json, plan_to_json
from brigade.exchange.documents.problem_document import problem_digest, problem_from_json, problem_to_json
from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import retime
from brigade.units import Ticks
from brigade.values.plan import Plan, Status
from brigade.values.policy import Departure, Policy, Weights
from brigade.values.problem import Problem
from solver.hand_edits import EditSession, judge_edits
from solver.kernel.arrays import Arrays
from solver.kernel.local_search import Search
from solver.model.model import build_model
from solver.model.search_settings import SearchSettings
from solver.replan import replan
from solver.solve import solve
from tests.builders import at, problem, visit, worker
from tests.sayings import refusals

WORK = SearchSettings(iterations=200, threads=1, prove=False)


def day() -> Problem:
    """V1 at 08:00 and no later than 09:00, before V2 at 10:00; V3 with W2, at 12:00 or later."""
    visits = [
        visit("V1", "A", 30, "08:00", "09:00", planned_start=at("08:00"), usual_workers=frozenset({"W1"})),
        visit("V2", "B", 30, "10:00", "10:00", usual_workers=frozenset({"W1"})),
        visit("V3", "C", 30, "12:00", "13:00", usual_workers=frozenset({"W2"})),
    ]
    return problem(visits, [worker("W1"), worker("W2")], policy=Policy(weights=Weights(usual_hour=2)))


def told() -> Plan:
    plan = solve(day(), WORK).plan
    assert plan is not None
    return plan


def start(plan: Plan, visit_id: str) -> Ticks | None:
    found = plan.stop_of(visit_id)
    return None if found is None else found[1].start


def test_a_document_gives_the_waits_back() -> None:
    plan = told()
    assert start(plan, "V1") == at("08:00")
    again = plan_record_from_json(plan_to_json(day(), plan), day()).plan
    assert start(again, "V1") == at("08:00")


def test_a_replan_of_an_unchanged_day_changes_nothing() -> None:
    """Its search times orders alone, which tell 09:00 for V1: that is no change."""
    done = replan(day(), told(), settings=WORK)
    assert {one.kind for one in done.diff.changes} == {ChangeKind.KEPT}
    assert start(done.plan, "V1") == at("08:00")
    assert done.breakdown.terms["moved_start"] == 0


def test_an_edit_of_her_tour_finds_the_hours_again() -> None:
    """V3 goes to W1, behind V2: V1 begins at 08:00 as before."""
    session = EditSession.opened(day(), told())
    moved = judge_edits(session, [Move("V3", "W1")])[-1].plan
    assert start(moved, "V1") == at("08:00")
    assert start(judge_edits(session, [Unassign("V2")])[-1].plan, "V1") == at("08:00")


# -- missed when the kernel forgets them ------------------------------------------------------------------
def cost(asked: Problem, arrays: Arrays) -> int:
    """Of V1 and V2 with W1, as the kernel says."""
    engine = Search(arrays, seed=1)
    assert engine.load([[0, 1], []])
    return engine.facts.present


def with_departure(departure: Departure) -> Problem:
    return replace(day(), policy=replace(day().policy, departure=departure))


@pytest.mark.parametrize("departure", Departure)
def test_the_kernel_prices_the_hours_of_orders_alone(departure: Departure) -> None:
    """As late: 60 min from the usual hour of V1; as early: none, and 60 min more of waiting at B."""
    asked = with_departure(departure)
    model, plan = build_model(asked), retime(asked, {("W1", 0): ["V1", "V2"]}).plan
    costs = breakdown(asked, plan)
    assert costs.terms["usual_hour"] == (120 if departure is Departure.AS_LATE else 0)
    assert cost(asked, model.arrays) == costs.total
    scalars, weights = model.arrays.scalars.copy(), model.arrays.weights.copy()
    weights["usual_hour"], scalars["early"] = 0, 0
    forgetful = model.arrays._replace(weights=weights, scalars=scalars)
    assert cost(asked, forgetful) != costs.total


def test_hours_that_no_visit_has_are_worth_nothing() -> None:
    """Then a tiny day is proven, as orders alone tell the plan."""
    free = replace(day(), visits=tuple(replace(one, planned_start=None) for one in day().visits))
    assert build_model(free).arrays.weights["usual_hour"] == 0
    assert solve(free, SearchSettings(time_limit_s=60, threads=1)).status is Status.OPTIMAL


# -- in documents ------------------------------------------------------------------------------------------
def test_a_policy_without_them_is_written_as_before() -> None:
    """Digests of older problems hold."""
    asked = problem([visit("V1")])
    written = problem_to_json(asked)["policy"]
    assert "departure" not in written
    assert "usual_hour" not in written["weights"]
    chosen = Policy(weights=Weights(usual_hour=2), departure=Departure.AS_EARLY)
    other = replace(asked, policy=chosen)
    assert problem_digest(other) != problem_digest(asked)
    assert problem_from_json(problem_to_json(other)).policy == chosen


@pytest.mark.parametrize(
    ("place", "value"), [("weights.usual_hour", -1), ("weights.usual_hour", 1.5), ("departure", "never")]
)
def test_a_bad_value_is_refused_at_its_place(place: str, value: object) -> None:
    document = problem_to_json(day())
    *parts, name = place.split(".")
    inner = document["policy"]
    for part in parts:
        inner = inner[part]
    inner[name] = value
    with pytest.raises(UnreadableInput) as refused:
        problem_from_json(document)
    assert [one.where for one in refused.value.issues] == [f"policy.{place}"]
    assert all(one.hint for one in refusals(refused))
