"""A swap put to a service: asked by a coordinator, answered by its manager, then carried out, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Response

from api.operations import upkeep
from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, RARE, colleague
from tests.api.web.test_swaps_said import left_alone

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER
ASKED = {"visit_id": "V1", "employee_id": "A-3"}


def plan_of(world: World) -> dict[str, Any]:
    """The proposal that leaves V1 to V3 and proposes A-3 for each."""
    left_alone(world, 60)
    found: dict[str, Any] = world.get(f"{BASIN}/plans?state=proposed")["items"][0]
    return found


def ask(world: World, plan: dict[str, Any], **more: Any) -> Response:
    return world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/swaps", {**ASKED, **more})


def act(world: World, role: Role, swap: dict[str, Any], what: str, body: Any = None) -> Response:
    where = f"{BASIN}/swaps/{swap['id']}/{what}"
    return world.ask(role, "POST", where, body, If_Match=f'"{swap["version"]}"')


def agreed(world: World) -> dict[str, Any]:
    swap = ask(world, plan_of(world)).json()
    yes: dict[str, Any] = act(world, M, swap, "answer", {"reply": "accept"}).json()
    return yes


def entries(world: World) -> dict[str, str]:
    feed = world.get(f"{BASIN}/rota-feeds/S1")["value"]
    return {one["visit_id"]: one["employee_id"] for one in feed["entries"]}


def code_of(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_yes_changes_the_rota_once_it_is_carried_out(world: World) -> None:
    """V1 was A-1's, who is away; now it is A-3's, and nobody is looked for any more."""
    before = entries(world)
    yes = agreed(world)
    assert (yes["state"], entries(world)) == ("accepted", before)
    done = act(world, C, yes, "carry-out")
    assert done.status_code == 200, done.text
    assert done.json()["state"] == "done"
    assert entries(world) == {**before, "V1": "A-3"}
    left = [one["visit_id"] for one in world.get(f"{BASIN}/attention")["uncovered"]]
    assert "V1" not in left


def test_what_she_gives_goes_to_the_brigade_at_its_hour(world: World) -> None:
    """V6, 10 to 11 h, needs what A-3 alone holds; she is at V7 then, which anybody of the brigade can do."""
    wish(world, replan="on_request")
    provider = world.get(f"{BASIN}/providers/S1")
    said = f'"{provider["version"]}"'
    world.ask(C, "PUT", f"{BASIN}/providers/S1/swap-notice", {"swap_notice_min": 60}, If_Match=said)
    world.ask(M, "PUT", f"{BASIN}/employees/A-3", colleague("A-3"))
    like = world.get(f"{BASIN}/visits/V2")["value"]
    for id, needed in (("V6", [RARE]), ("V7", [])):
        visit = {**like, "id": id, "required": needed}
        assert world.ask(M, "PUT", f"{BASIN}/visits/{id}", visit).status_code == 201
    feed = world.get(f"{BASIN}/rota-feeds/S1")
    hers = {"visit_id": "V7", "employee_id": "A-3", "start": "2026-03-09T10:30:00+01:00"}
    told = {**feed["value"], "entries": [*feed["value"]["entries"], hers]}
    put = world.ask(M, "PUT", f"{BASIN}/rota-feeds/S1", told, If_Match=f'"{feed["version"]}"')
    assert put.status_code == 200, put.text
    plan = world.propose()
    assert world.publish(plan).status_code == 200
    asked = {"visit_id": "V6", "employee_id": "A-3", "given_visit_id": "V7"}
    swap = world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/swaps", asked)
    assert swap.status_code == 201, swap.text
    yes = act(world, M, swap.json(), "answer", {"reply": "accept"}).json()
    done = act(world, C, yes, "carry-out").json()
    before = {one["visit_id"]: one["employee_id"] for one in feed["value"]["entries"]}
    assert entries(world) == {**before, "V6": "A-3"}
    made = world.get(f"{BASIN}/plans/{done['made_plan_id']}")
    assert (made["state"], made["base_plan_id"]) == ("proposed", plan["id"])
    stops = {one["visit_id"]: one["start"] for route in made["document"]["routes"] for one in route["stops"]}
    assert stops["V7"] == hers["start"]
    assert world.publish(made).status_code == 200
    assert world.get(f"{BASIN}/plans/{made['id']}/check")["violations"] == []


def test_the_service_hears_of_it_and_the_coordinators_of_its_answer(world: World) -> None:
    agreed(world)
    told = {one["kind"]: one["contact_id"] for one in world.get(f"{BASIN}/messages")["items"]}
    assert told["swap_asked"] == "provider:S1"
    assert "swap_answered" in told


def test_a_no_is_not_asked_again(world: World) -> None:
    plan = plan_of(world)
    swap = ask(world, plan).json()
    no = act(world, M, swap, "answer", {"reply": "decline", "reason": "elle termine plus tôt"})
    assert no.json()["state"] == "refused"
    assert code_of(ask(world, plan)) == (409, "A415")
    again = world.propose()
    asked = {(one["visit_id"], one["employee_id"]) for one in again["document"]["proposed_swaps"]}
    assert asked == {("V2", "A-3"), ("V3", "A-3")}


def test_a_service_is_asked_one_thing_at_a_time(world: World) -> None:
    plan = plan_of(world)
    assert ask(world, plan).status_code == 201
    assert code_of(ask(world, plan)) == (409, "A415")


def test_what_the_plan_does_not_propose_is_not_asked(world: World) -> None:
    assert code_of(ask(world, plan_of(world), visit_id="V9")) == (409, "A415")


def test_a_yes_may_be_taken_back_until_it_is_carried_out(world: World) -> None:
    yes = agreed(world)
    back = act(world, M, yes, "withdraw", {"reason": "elle est souffrante"}).json()
    assert back["state"] == "withdrawn"
    assert code_of(act(world, C, back, "carry-out")) == (409, "A415")


def test_a_question_is_its_asker_s_to_take_back(world: World) -> None:
    swap = ask(world, plan_of(world)).json()
    assert act(world, M, swap, "withdraw", {}).status_code == 403
    assert act(world, C, swap, "withdraw", {}).json()["state"] == "withdrawn"


def test_once_the_day_is_another_nothing_is_changed(world: World) -> None:
    """A-3 works until 8:30 after all: V1, from 8 h to 9 h, does not fit any more."""
    before, yes = entries(world), agreed(world)
    row = world.get(f"{BASIN}/employees/A-3")
    hours = [{"start": "2026-03-09T07:00:00+01:00", "end": "2026-03-09T08:30:00+01:00"}]
    put = world.ask(
        M, "PUT", f"{BASIN}/employees/A-3", colleague("A-3", hours=hours), If_Match=f'"{row["version"]}"'
    )
    assert put.status_code == 200, put.text
    assert code_of(act(world, C, yes, "carry-out")) == (409, "A415")
    assert entries(world) == before
    assert world.get(f"{BASIN}/swaps/{yes['id']}")["state"] == "accepted"


def test_nobody_else_answers(world: World) -> None:
    swap = ask(world, plan_of(world)).json()
    assert act(world, W, swap, "answer", {"reply": "accept"}).status_code == 404


def test_silence_ends_it_and_is_told(world: World) -> None:
    """V1 begins at 8 h, so the service can answer until 7 h."""
    swap = ask(world, plan_of(world)).json()
    assert swap["reply_by"] == "2026-03-09T07:00:00+01:00"
    world.later(hours=2)
    upkeep.once(world.service)
    over = world.get(f"{BASIN}/swaps/{swap['id']}")
    assert over["state"] == "expired"
    assert code_of(act(world, M, over, "answer", {"reply": "accept"})) == (409, "A415")
    assert "swap_answered" in {one["kind"] for one in world.get(f"{BASIN}/messages")["items"]}


@pytest.mark.parametrize("role", [C, M])
def test_a_service_says_itself_whether_it_is_asked(world: World, role: Role) -> None:
    where = f"{BASIN}/providers/S1"
    version = world.get(where)["version"]
    said = world.ask(role, "PUT", f"{where}/swap-notice", {"swap_notice_min": 90}, If_Match=f'"{version}"')
    assert said.json() == {"swap_notice_min": 90}
    assert world.get(where)["value"]["swap_notice_min"] == 90
    off = world.ask(role, "PUT", f"{where}/swap-notice", {}, If_Match=said.headers["ETag"])
    assert off.json() == {}
    assert "swap_notice_min" not in world.get(where)["value"]


def test_a_service_says_it_of_no_other(world: World) -> None:
    version = world.get(f"{BASIN}/providers/S2")["version"]
    said = world.ask(
        M, "PUT", f"{BASIN}/providers/S2/swap-notice", {"swap_notice_min": 90}, If_Match=f'"{version}"'
    )
    assert said.status_code == 404
