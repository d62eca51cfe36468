"""A plan stays open between questions: the same answers, sooner; and nobody who was forgotten is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api.plans import warm_plans
from api.runtime.roles import Role
from api.shapes.planning.plan_views import PlacesView
from brigade.words import say_violation
from solver import hand_edits, replan_documents
from tests.api.conftest import World
from tests.api.plans.test_draft_edits import by, forbid, judge, other_than, planned, save
from tests.api.small_basin import BASIN

C, M = Role.COORDINATOR, Role.MANAGER
__all__ = ["planned"]


def move(visit: str, worker: str, **more: Any) -> dict[str, Any]:
    return {"kind": "move", "visit_id": visit, "worker_id": worker, **more}


def places(world: World, plan: dict[str, Any], visit: str, *edits: dict[str, Any]) -> Any:
    where = f"{BASIN}/plans/{plan['id']}/places"
    answer = world.ask(C, "POST", where, {"visit_id": visit, "edits": list(edits)})
    assert answer.status_code == 200, answer.text
    PlacesView.model_validate(answer.json())
    return answer.json()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was opened or judged anew, in order."""
    told: list[str] = []

    def noted(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def acting(*given: Any) -> Any:
            told.append(name)
            return act(*given)

        return acting

    monkeypatch.setattr(hand_edits, "judge_edit", noted("judge_edit", hand_edits.judge_edit))
    monkeypatch.setattr(warm_plans, "_opened", noted("opened", warm_plans._opened))
    warm_plans.WARM._open.clear()
    return told


def test_a_plan_is_opened_once_and_an_edit_judged_once(
    planned: tuple[World, dict[str, Any]], opened: list[str]
) -> None:
    """The fifth edit costs as much as the first: those before it are not judged again."""
    world, plan = planned
    worker = other_than(by(plan)["V1"])
    edits = [move("V1", worker), move("V2", worker), {"kind": "pin", "visit_id": "V2"}]
    one, two, three = (judge(world, plan, *edits[:n]) for n in (1, 2, 3))
    assert opened == ["opened", "judge_edit", "judge_edit", "judge_edit"]
    assert (three["edits"][:2], three["edits"][:1]) == (two["edits"], one["edits"])
    assert judge(world, plan, *edits) == three
    assert len(opened) == 4
    warm_plans.WARM._open.clear()
    assert judge(world, plan, *edits) == three


def test_questions_have_the_same_answers_whatever_was_asked_before(
    planned: tuple[World, dict[str, Any]], opened: list[str]
) -> None:
    world, plan = planned
    asked = [f"why?visit_id={id}" for id in ("V1", "V2", "V3")]
    asked += [f"candidates?visit_id={id}&moves={moves}" for id in ("V1", "V3") for moves in ("true", "false")]
    asked += ["candidates?visit_id=V1&visit_id=V2"]
    warm = {one: world.get(f"{BASIN}/plans/{plan['id']}/{one}") for one in (*asked, *reversed(asked))}
    assert opened == ["opened"]
    for one in asked:
        warm_plans.WARM._open.clear()
        assert world.get(f"{BASIN}/plans/{plan['id']}/{one}") == warm[one], one


def test_what_was_judged_is_judged_anew_when_the_plan_or_what_was_told_changes(
    planned: tuple[World, dict[str, Any]], opened: list[str]
) -> None:
    """A pin is a new version; a published plan announces hours as people agree to them."""
    world, plan = planned
    edit = move("V2", other_than(by(plan)["V2"]))
    judge(world, plan, edit)
    pinned = world.ask(
        C, "POST", f"{BASIN}/plans/{plan['id']}/pins", {"pin": ["V1"]}, If_Match=f'"{plan["version"]}"'
    )
    assert pinned.status_code == 200, pinned.text
    judge(world, plan, edit)
    assert opened.count("opened") == 2
    assert world.publish(pinned.json()).status_code == 200
    before = judge(world, plan, edit)["edits"][0]["terms"]
    offer = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V2")
    where = f"{BASIN}/offers/{offer['id']}/answer"
    assert world.ask(C, "POST", where, {"reply": "accept"}).status_code == 200
    after = judge(world, plan, edit)["edits"][0]["terms"]
    assert opened.count("opened") == 4
    assert before.get("changed_worker", 0) <= after.get("changed_worker", 0)


def test_nobody_who_was_forgotten_stays_in_an_open_plan(
    planned: tuple[World, dict[str, Any]], opened: list[str]
) -> None:
    world, plan = planned
    edit = move("V1", other_than(by(plan)["V1"]))
    judge(world, plan, edit)
    assert len(warm_plans.WARM._open._known) == 1
    gone = world.ask(
        C, "POST", f"{BASIN}/clients/S2:D/erasure", {"confirm": "S2:D", "reason": "à sa demande"}
    )
    assert gone.status_code == 202, gone.text
    judge(world, plan, edit)
    assert opened.count("opened") == 2
    assert len(warm_plans.WARM._open._known) == 1


def test_a_few_plans_are_open_at_once_the_one_used_last_among_them(
    planned: tuple[World, dict[str, Any]], opened: list[str]
) -> None:
    world, plan = planned
    made = [save(world, plan, {"kind": "pin", "visit_id": "V1"}).json()["plan"] for _ in range(5)]
    for one in (*made, made[-1]):
        judge(world, one, {"kind": "unpin", "visit_id": "V1"})
    assert len(warm_plans.WARM._open._known) == warm_plans.OPEN
    assert opened.count("opened") == 6


# -- places ------------------------------------------------------------------------------------------------
def test_places_are_where_an_edit_is_lawful_and_the_others_say_what_stands_in_the_way(
    planned: tuple[World, dict[str, Any]],
) -> None:
    """Held against `judge`, place by place: lawful, and its cost to the unit."""
    world, plan = planned
    for visit in ("V1", "V2", "V3"):
        told = places(world, plan, visit)
        assert told["here"]["worker_id"] == by(plan)[visit]
        assert [one["worker_id"] for one in told["workers"]] == ["W1", "W2", "W3"]
        for one in told["workers"]:
            assert bool(one["places"]) != (one["in_the_way"] is not None)
            costs = [place["cost"] for place in one["places"]]
            assert costs == sorted(costs)
            for place in one["places"]:
                where = {name: place[name] for name in ("tour", "position")}
                (judged,) = judge(world, plan, move(visit, one["worker_id"], **where))["edits"]
                assert judged["lawful"], (visit, one, place)


def test_places_after_edits_know_of_them(planned: tuple[World, dict[str, Any]]) -> None:
    """With V1 at 8 h and V2 at 10 h of another's, 60 minutes each and ten on the way, V3 has room between."""
    world, plan = planned
    worker = other_than(by(plan)["V1"])
    edits = [move("V1", worker), move("V2", worker)]
    told = places(world, plan, "V3", *edits)
    there = next(one for one in told["workers"] if one["worker_id"] == worker)
    assert {place["position"] for place in there["places"]} <= {0, 1, 2}
    assert max(place["position"] for place in there["places"]) == 2
    for place in there["places"]:
        where = {name: place[name] for name in ("tour", "position")}
        assert judge(world, plan, *edits, move("V3", worker, **where))["edits"][-1]["lawful"]


def test_places_without_obstacles_look_for_none(
    planned: tuple[World, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who holds a visit does not wait for them: no advice is opened."""
    world, plan = planned
    forbid(world, "V1", other_than(by(plan)["V1"]))
    plan = world.propose()
    whole = places(world, plan, "V1")
    assert any(one["in_the_way"] for one in whole["workers"])
    monkeypatch.delattr(warm_plans.WarmPlan, "advice")
    warm_plans.WARM._open.clear()
    where = f"{BASIN}/plans/{plan['id']}/places?with_obstacles=false"
    told = world.ask(C, "POST", where, {"visit_id": "V1", "edits": []}).json()
    assert told == {**whole, "workers": [{**one, "in_the_way": None} for one in whole["workers"]]}


def test_places_of_what_is_not_to_be_covered_are_refused(planned: tuple[World, dict[str, Any]]) -> None:
    world, plan = planned
    where = f"{BASIN}/plans/{plan['id']}/places"
    assert world.ask(C, "POST", where, {"visit_id": "V9"}).json()["code"] == "K103"
    assert world.ask(C, "POST", where, {"visit_id": "V4"}).json()["code"] == "K103"  # A-2 is there
    assert world.ask(M, "POST", where, {"visit_id": "V1"}).status_code == 403


# -- what a judgement says ---------------------------------------------------------------------------------
def test_a_judgement_tells_every_visit_it_moves_and_says_so(planned: tuple[World, dict[str, Any]]) -> None:
    """V3 before V1: W leaves earlier, and V1 begins after its window."""
    world, plan = planned
    worker = other_than(by(plan)["V1"])
    (first, second) = judge(world, plan, move("V1", worker), move("V3", worker, tour=0, position=0))["edits"]
    assert [one["visit_id"] for one in first["changes"]][:1] == ["V1"]
    assert first["changes"][0]["after"]["worker_id"] == worker
    assert first["sentences"][:2] == [f"V1 va à {worker}, à 08:00", "Licite"]
    moved = {one["visit_id"]: one for one in second["changes"]}
    assert moved["V1"]["kind"] == "moved"
    assert moved["V1"]["after"]["start"] > "2026-03-09T08:30:00+01:00"
    assert second["sentences"][0] == f"V3 va à {worker}, à 07:30"
    assert any(
        one.startswith("Décale 1 autre intervention") and "V1 (08:00 → " in one for one in second["sentences"]
    )
    answer = world.ask(
        C,
        "POST",
        f"{BASIN}/plans/{plan['id']}/judge?lang=en",
        {"edits": [{"kind": "unassign", "visit_id": "V1"}]},
    )
    assert answer.json()["edits"][0]["sentences"][:2] == ["Nobody does V1", "Lawful"]


def test_a_breach_is_said_once_in_a_judgement(
    planned: tuple[World, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands at the edit, in the plan after it and among the sentences."""
    world, plan = planned
    worker = other_than(by(plan)["V1"])
    said: list[Any] = []

    def noted(one: Any, *given: Any, **more: Any) -> str:
        said.append(one)
        return say_violation(one, *given, **more)

    monkeypatch.setattr(replan_documents, "say_violation", noted)
    told = judge(world, plan, move("V1", worker), move("V3", worker, tour=0, position=0))
    assert told["broken"]
    (breach,) = told["edits"][-1]["broken"]
    assert breach["sentence"] in {one["sentence"] for one in told["broken"]}
    assert len(said) == len(set(said)) > 0
