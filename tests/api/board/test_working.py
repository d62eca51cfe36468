"""Two coordinators at one plan: each sees what the other is changing; a plan approved in part; the way back
to what had been told."""

from __future__ import annotations

from typing import Any

import pytest

from api.persons import erasing
from api.runtime.roles import Role
from api.shapes.planning.board_views import WorkingView
from tests.api.conftest import World, begins, wish
from tests.api.plans.test_draft_edits import by, other_than, planned, save
from tests.api.small_basin import BASIN, absence

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER
__all__ = ["planned"]
Planned = tuple[World, dict[str, Any]]


def working(world: World, plan: dict[str, Any], role: Role = C) -> list[dict[str, Any]]:
    told = world.get(f"{BASIN}/plans/{plan['id']}/working", role)
    WorkingView.model_validate(told)
    items: list[dict[str, Any]] = told["items"]
    return items


def post(world: World, plan: dict[str, Any], what: str, body: Any, role: Role = C, **headers: str) -> Any:
    return world.ask(role, "POST", f"{BASIN}/plans/{plan['id']}/{what}", body, **headers)


def etag(plan: dict[str, Any]) -> str:
    return f'"{plan["version"]}"'


# -- edits in the making -----------------------------------------------------------------------------------
def test_each_sees_what_the_other_is_changing(planned: Planned) -> None:
    world, plan = planned
    hers = [{"kind": "move", "visit_id": "V1", "worker_id": other_than(by(plan)["V1"])}]
    assert post(world, plan, "working", {"edits": hers}).status_code == 200
    assert post(world, plan, "working", {"edits": [{"kind": "pin", "visit_id": "V2"}]}, A).status_code == 200
    mine, others = working(world, plan)
    assert (mine["is_own"], mine["display_name"], mine["edits"]) == (True, "coordinator", hers)
    assert (others["is_own"], others["display_name"]) == (False, "administrator")
    assert post(world, plan, "working", {"edits": []}, A).json()["items"] == [{**mine, "is_own": False}]
    last = world.get(f"{BASIN}/events?limit=500")["items"][-1]
    assert (last["action"], last["target"], last["details"]) == ("plans.worked_on", plan["id"], {"edits": 0})


def test_edits_in_the_making_judge_nothing_and_end_with_the_plan(planned: Planned) -> None:
    world, plan = planned
    wild = {"edits": [{"kind": "unassign", "visit_id": "NOWHERE"}]}
    assert post(world, plan, "working", wild).status_code == 200
    where = f"{BASIN}/plans/{plan['id']}/reject"
    assert world.ask(C, "POST", where, {"reason": "essai"}, If_Match=etag(plan)).status_code == 200
    assert post(world, plan, "working", wild).json()["code"] == "A401"
    assert post(world, plan, "working", {"edits": []}).json()["items"] == []
    assert post(world, plan, "working", wild, M).status_code == 403


def test_an_erasure_renames_who_is_in_edits_in_the_making(planned: Planned) -> None:
    world, plan = planned
    taker = other_than(by(plan)["V1"])
    edits = [{"kind": "move", "visit_id": "V1", "worker_id": taker}]
    assert post(world, plan, "working", {"edits": edits}).status_code == 200
    gone = world.ask(C, "POST", f"{BASIN}/workers/{taker}/erasure", {"confirm": taker})
    assert gone.status_code == 202, gone.text
    assert erasing.rewrite(world.service) == 1
    assert working(world, plan)[0]["edits"] == [{**edits[0], "worker_id": gone.json()["pseudonym"]}]

    # The page that was open before still holds her code, and one that is opened now her pseudonym.
    again = post(world, plan, "working", {"edits": edits})
    assert (again.status_code, again.json()["issues"][0]["where"]) == (422, "edits[0].worker_id")
    waived = {"kind": "waive", "rule": "DAILY_REST", "worker_id": taker, "reason": "essai"}
    assert post(world, plan, "working", {"edits": [waived]}).json()["code"] == "H101"
    renamed = working(world, plan)[0]["edits"]
    assert post(world, plan, "working", {"edits": renamed}).json()["items"][0]["edits"] == renamed


# -- a part of a plan --------------------------------------------------------------------------------------
def _published(world: World) -> dict[str, Any]:
    """V1, V2 and V3 published with one worker; then a proposal in which V1 and V2 go to another."""
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    assert world.publish(plan).status_code == 200
    (there,) = world.get(f"{BASIN}/plans?state=published")["items"]
    first: dict[str, Any] = world.get(f"{BASIN}/plans/{there['id']}")
    taker = other_than(by(first)["V1"])
    edits = [{"kind": "move", "visit_id": id, "worker_id": taker} for id in ("V1", "V2")]
    made = save(world, first, *edits, state="proposed")
    assert made.status_code == 201, made.text
    return {"first": first, "taker": taker, "second": world.get(f"{BASIN}/plans/{made.json()['plan']['id']}")}


@pytest.fixture
@begins
def published(world: World) -> tuple[World, dict[str, Any]]:
    return world, _published(world)


def whole(world: World, answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = world.get(f"{BASIN}/plans/{answer.json()['plan']['id']}")
    return found


def starts(plan: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        stop["visit_id"]: (route["worker_id"], stop["start"])
        for route in plan["document"]["routes"]
        for stop in route["stops"]
    }


def test_some_changes_are_kept_and_the_others_undone(published: Planned) -> None:
    """V1 goes to the other worker, V2 stays where people know it to be."""
    world, told = published
    first, second, taker = told["first"], told["second"], told["taker"]
    wish = {"undo": ["V2"], "reason": "V2 plus tard"}
    part = whole(world, post(world, second, "part", wish, If_Match=etag(second)))
    assert (part["state"], part["base_plan_id"]) == ("proposed", first["id"])
    assert part["from_plan_id"] == second["id"]
    assert by(part) == {**by(first), "V1": taker}
    assert starts(part)["V2"] == starts(first)["V2"]
    assert world.publish(part).status_code == 200


def test_what_did_not_change_cannot_be_undone(published: Planned) -> None:
    world, told = published
    second = told["second"]
    answer = post(world, second, "part", {"undo": ["V4"]}, If_Match=etag(second))
    assert (answer.status_code, answer.json()["code"]) == (422, "A305")
    assert post(world, second, "part", {"undo": ["V2"]}, If_Match='"99"').status_code == 412
    assert post(world, second, "part", {"undo": ["V2"]}).status_code == 428


def test_a_publication_is_taken_back_by_a_new_proposal(published: Planned) -> None:
    """Everybody where the first plan had them, to the minute; and published, since people were told."""
    world, told = published
    assert world.publish(told["second"]).status_code == 200
    there = world.get(f"{BASIN}/plans/{told['second']['id']}")
    back = whole(world, post(world, there, "restore", {"reason": "erreur"}, If_Match=etag(there)))
    assert (back["state"], back["base_plan_id"]) == ("proposed", there["id"])
    assert starts(back) == starts(told["first"])
    assert world.publish(back).status_code == 200


def test_there_is_no_way_back_from_the_first_plan_or_a_proposal(
    published: Planned,
) -> None:
    world, told = published
    first = world.get(f"{BASIN}/plans/{told['first']['id']}")
    for plan in (first, told["second"]):
        answer = post(world, plan, "restore", {}, If_Match=etag(plan))
        assert (answer.status_code, answer.json()["code"]) == (409, "A401")


def test_what_has_begun_stays_where_it_is(published: Planned) -> None:
    """At 8:40 V1 has begun with the other worker: only V2 goes back."""
    world, told = published
    assert world.publish(told["second"]).status_code == 200
    there = world.get(f"{BASIN}/plans/{told['second']['id']}")
    world.later(hours=2)
    back = whole(world, post(world, there, "restore", {}, If_Match=etag(there)))
    assert starts(back)["V1"] == starts(there)["V1"]
    assert by(back)["V2"] == by(told["first"])["V2"]
