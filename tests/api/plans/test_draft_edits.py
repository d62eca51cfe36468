"""A coordinator's hand: edits judged without keeping anything, kept as plans of their own, waived by name,
found again."""

from __future__ import annotations

from typing import Any

import pytest

from api.runtime.roles import Role
from api.shapes.planning.plan_views import JudgedView
from api.store.basin_tables import Basin
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER


@pytest.fixture
@begins
def planned(world: World) -> tuple[World, dict[str, Any]]:
    """A-1 is away, a proposal covers V1, V2 and V3."""
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    return world, world.propose()


def by(plan: dict[str, Any]) -> dict[str, str]:
    return {
        stop["visit_id"]: route["worker_id"]
        for route in plan["document"]["routes"]
        for stop in route["stops"]
    }


def other_than(worker: str) -> str:
    return next(name for name in ("W1", "W2", "W3") if name != worker)


def judge(world: World, plan: dict[str, Any], *edits: dict[str, Any]) -> Any:
    answer = world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/judge", {"edits": list(edits)})
    assert answer.status_code == 200, answer.text
    JudgedView.model_validate(answer.json())
    return answer.json()


def save(world: World, plan: dict[str, Any], *edits: dict[str, Any], **more: Any) -> Any:
    where = f"{BASIN}/plans/{plan['id']}/edits"
    return world.ask(C, "POST", where, {"edits": list(edits), **more}, If_Match=f'"{plan["version"]}"')


def forbid(world: World, visit: str, worker: str) -> None:
    """The client of a visit wants this worker never again."""
    world.rewrite(f"visits/{visit}", forbidden_workers=[worker])


def test_an_edit_is_judged_and_nothing_is_kept(planned: tuple[World, dict[str, Any]]) -> None:
    world, plan = planned
    told = judge(world, plan, {"kind": "unassign", "visit_id": "V1"})
    assert (told["lawful"], told["points"] > 0, told["edits"][0]["uncovered_by_level"]) == (
        True,
        True,
        [0, 1, 0, 0, 0],
    )
    assert {hint["edit"]["visit_id"] for hint in told["edits"][0]["hints"]} == {
        "V1"
    }  # where it could go instead
    assert [one["id"] for one in world.get(f"{BASIN}/plans")["items"]] == [plan["id"]]


def test_an_edited_plan_is_a_new_one_published_like_any_other(planned: tuple[World, dict[str, Any]]) -> None:
    world, plan = planned
    taker = other_than(by(plan)["V2"])
    made = save(
        world,
        plan,
        {"kind": "move", "visit_id": "V2", "worker_id": taker},
        state="proposed",
        reason="la famille le demande",
    )
    assert made.status_code == 201, made.text
    new = world.get(made.headers["Location"])
    assert (by(new)["V2"], new["state"], new["from_plan_id"]) == (taker, "proposed", plan["id"])
    assert by(world.get(f"{BASIN}/plans/{plan['id']}"))["V2"] != taker  # the plan edited stays as it was
    assert world.publish(new).status_code == 200
    (event,) = world.get(f"{BASIN}/events?action=plans.edited")["items"]
    assert (event["target"], event["reason"], event["details"]["from"]) == (
        new["id"],
        "la famille le demande",
        plan["id"],
    )


def test_a_proposal_breaks_no_rule_and_a_draft_says_what_it_breaks(
    planned: tuple[World, dict[str, Any]],
) -> None:
    """V1 at 8 h and V2 at 10 h: V1 pinned to 9 h is an hour later than its client lets anybody begin."""
    world, plan = planned
    late = {"kind": "pin", "visit_id": "V1", "start": "2026-03-09T09:00:00+01:00"}
    refused = save(world, plan, late, state="proposed")
    assert (refused.status_code, refused.json()["code"]) == (409, "A413")
    draft = save(world, plan, late)
    assert (draft.status_code, draft.json()["judged"]["lawful"]) == (201, False)
    assert world.publish(world.get(draft.headers["Location"])).json()["code"] == "A407"


def test_nobody_waives_what_a_client_refused(planned: tuple[World, dict[str, Any]]) -> None:
    """FORBIDDEN_PAIRS: the breach says that nobody may answer for it, and the waiver is refused whatever is
    said."""
    world, _ = planned
    forbid(world, "V2", "W3")
    plan = world.propose()
    move = {"kind": "move", "visit_id": "V2", "worker_id": "W3"}
    (breach,) = judge(world, plan, move)["broken"]
    assert breach["waivable_by"] is None
    waiver = {
        "kind": "waive",
        "rule": breach["rule"],
        "worker_id": "W3",
        "visit_id": "V2",
        "reason": "personne d’autre",
    }
    refused = save(world, plan, move, waiver, state="proposed")
    assert (refused.status_code, refused.json()["code"]) == (422, "H103")


def test_a_waiver_says_who_when_which_rule_and_why(world: World) -> None:
    """V2 asks for a skill that nobody of the brigade has: a coordinator may answer for it, under their own
    name only."""
    wish(world, replan="on_request")
    shipped_rules(world)
    skilled(world, "V2")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    assert "V2" not in by(plan)
    move = {"kind": "move", "visit_id": "V2", "worker_id": "W1"}
    (breach,) = judge(world, plan, move)["broken"]
    assert (breach["rule"], breach["waivable_by"]) == ("COMPETENCIES", "coordinator")
    waiver = {
        "kind": "waive",
        "rule": "COMPETENCIES",
        "worker_id": "W1",
        "visit_id": "V2",
        "reason": "formée sur place",
    }
    assert save(world, plan, move, {**waiver, "by": "quelqu’un"}).json()["code"] == "D102"
    made = save(world, plan, move, waiver, state="proposed")
    assert made.status_code == 201, made.text
    new = world.get(made.headers["Location"])
    (kept,) = new["document"]["waivers"]
    assert (kept["rule"], kept["reason"], kept["at"][:16]) == (
        "COMPETENCIES",
        "formée sur place",
        "2026-03-09T06:40",
    )
    (event,) = world.get(f"{BASIN}/events?action=plans.waived")["items"]
    assert (event["actor"], event["reason"], event["details"]["rule"]) == (
        kept["by"],
        "formée sur place",
        "COMPETENCIES",
    )
    assert world.publish(new).status_code == 200


def shipped_rules(world: World) -> None:
    """The texts that ship say which of their rules a coordinator may answer for."""
    with world.service.database.writing() as session:
        basin = session.get_one(Basin, "B1")
        basin.given = {
            name: value for name, value in basin.given.items() if name not in ("labour", "catalogue")
        }
        basin.version += 1
        session.commit()


def skilled(world: World, visit: str) -> None:
    world.rewrite(f"visits/{visit}", act_class="ordinary", required=["DRIVE_CLIENT"])


def test_what_has_begun_is_not_edited(planned: tuple[World, dict[str, Any]]) -> None:
    world, plan = planned
    assert world.publish(plan).status_code == 200
    published = world.get(f"{BASIN}/plans/{plan['id']}")
    world.later(hours=2)  # 8:40: V1 began at 8 h
    move = {"kind": "move", "visit_id": "V1", "worker_id": other_than(by(plan)["V1"])}
    assert judge(world, published, move)["too_late"] == ["V1"]
    refused = save(world, published, move)
    assert (refused.status_code, refused.json()["code"]) == (409, "A412")


def test_an_edit_is_of_the_version_that_was_looked_at(planned: tuple[World, dict[str, Any]]) -> None:
    world, plan = planned
    edit = {"kind": "pin", "visit_id": "V1"}
    assert (
        world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/edits", {"edits": [edit]}).json()["code"] == "A302"
    )
    assert (
        world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/pins", {"pin": ["V2"]}, If_Match='"1"').status_code
        == 200
    )
    assert save(world, plan, edit).json()["code"] == "A301"


def test_edits_that_cannot_be_tried_are_refused_with_all_their_faults(
    planned: tuple[World, dict[str, Any]],
) -> None:
    world, plan = planned
    where = f"{BASIN}/plans/{plan['id']}/judge"
    unknown = {"edits": [{"kind": "move", "visit_id": "V9", "worker_id": "W9"}]}
    refused = world.ask(C, "POST", where, unknown)
    assert (refused.status_code, [one["code"] for one in refused.json()["issues"]]) == (422, ["H101", "H101"])
    several = [{"kind": "pin", "visit_id": "V8"}, {"kind": "unassign", "visit_id": "V1"}, *unknown["edits"]]
    refused = world.ask(C, "POST", where, {"edits": several})
    assert [one["where"] for one in refused.json()["issues"]] == ["edits[0].V8", "edits[2].V9", "edits[2].W9"]
    absent = [{"kind": "unassign", "visit_id": "V1"}, {"kind": "pin", "visit_id": "V1"}]
    (left,) = world.ask(C, "POST", where, {"edits": absent}).json()["issues"]
    assert (left["code"], left["where"]) == ("H102", "edits[1].V1")
    assert world.ask(C, "POST", where, {"edits": []}).status_code == 422


def again(world: World, plan: dict[str, Any]) -> Any:
    asked = world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/again")
    assert asked.status_code == 202, asked.text
    world.search()
    return world.get(asked.headers["Location"])


def test_any_kept_plan_is_found_again(planned: tuple[World, dict[str, Any]]) -> None:
    """From scratch, by the least change of it, by hand: the same placements; nothing new is kept."""
    world, plan = planned
    assert world.publish(plan).status_code == 200
    forbid(world, "V2", by(plan)["V2"])
    repaired = world.propose()
    edited = world.get(save(world, repaired, {"kind": "unassign", "visit_id": "V3"}).headers["Location"])
    world.ask(C, "POST", f"{BASIN}/plans/{repaired['id']}/pins", {"pin": ["V1"]}, If_Match='"1"')
    before = len(world.get(f"{BASIN}/plans")["items"])
    for one in (plan, repaired, edited):
        told = again(world, one)
        assert (told["kind"], told["state"], told["same_plan"], told["plan_id"]) == (
            "again",
            "done",
            True,
            one["id"],
        )
    assert len(world.get(f"{BASIN}/plans")["items"]) == before


def test_a_plan_found_in_limited_time_is_not_promised_again(planned: tuple[World, dict[str, Any]]) -> None:
    world, _ = planned
    quick = {"first_day": "2026-03-09", "search": {"time_limit_s": 0.05}}
    job = world.ask(C, "POST", f"{BASIN}/jobs", quick).json()
    world.search()
    plan = world.get(f"{BASIN}/jobs/{job['id']}")["plan_id"]
    refused = world.ask(C, "POST", f"{BASIN}/plans/{plan}/again")
    assert (refused.status_code, refused.json()["code"]) == (409, "A411")
