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
from brigade.units import Ticks
from brigade.values.plan import Plan
from brigade.values.policy import Departure, Policy, Weights
from brigade.values.problem import Problem
from solver.hand_edits import EditSession, judge_edits
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


def test_the_search_knows_the_price() -> None:
    """What a search without it would not see: the same arrays with no usual hour cost 60 x 2 units less."""
    asked = day()
    model = build_model(asked)
    assert model.arrays.weights["usual_hour"] == 2
    assert model.arrays.usual.tolist()[0] == at("08:00")
    free = replace(asked, visits=tuple(replace(one, planned_start=None) for one in asked.visits))
    assert build_model(free).arrays.weights["usual_hour"] == 0


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
