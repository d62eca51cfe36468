"""A plan that was told is repaired, not made anew: what is told stays, each change has its reason, what if is
only a draft."""

from __future__ import annotations

from typing import Any

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER


@pytest.fixture
@begins
def told(world: World) -> tuple[World, dict[str, Any]]:
    """A-1 is away; the plan that covers V1, V2, V3 is in force."""
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    plan = world.propose()
    assert world.publish(plan).status_code == 200
    return world, world.get(f"{BASIN}/plans/{plan['id']}")


def stops(plan: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        s["visit_id"]: (r["worker_id"], s["start"]) for r in plan["document"]["routes"] for s in r["stops"]
    }


def away_a2() -> dict[str, Any]:
    """A-2 of S2 away: V4 and V5 open."""
    return absence(id="ABS-2", provider_id="S2", employee_id="A-2")


def test_a_new_absence_changes_nothing_that_was_told(told: tuple[World, dict[str, Any]]) -> None:
    """Where nobody is to be told otherwise (people: 0); without that budget, a shorter way might move a
    start."""
    world, plan = told
    wish(world, least_change={"people": 0})
    assert world.ask(C, "POST", f"{BASIN}/absences", away_a2()).status_code == 201
    after = world.propose()
    assert world.get(f"{BASIN}/jobs/{after['job_id']}")["kind"] == "least_change"
    assert {visit: stops(after)[visit] for visit in stops(plan)} == stops(plan)
    assert {"V4", "V5"} <= stops(after).keys()
    changes = world.get(f"{BASIN}/plans/{after['id']}/diff")["least_change"]
    assert (changes["disturbed"], changes["diff"]["counts"]["added"], changes["diff"]["kept"]) == (
        [],
        2,
        ["V1", "V2", "V3"],
    )


def test_a_refused_offer_moves_that_visit_and_says_why(told: tuple[World, dict[str, Any]]) -> None:
    world, _ = told
    wish(world, replan="at_once")
    offer = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V2")
    assert (
        world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "decline"}).status_code == 200
    )
    world.search()
    (after,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    diff = world.get(f"{BASIN}/plans/{after['id']}/diff")
    assert [change["visit_id"] for change in diff["moved"]] == ["V2"]
    (change,) = diff["least_change"]["diff"]["changes"]
    assert (change["visit_id"], change["kind"], change["before"]["worker_id"]) == (
        "V2",
        "reassigned",
        offer["worker_id"],
    )
    assert change["sentences"]
    assert diff["least_change"]["disturbed"] == []  # the refusal forced it


def test_the_next_wave_goes_to_somebody_the_client_knows(world: World) -> None:
    """Nothing is given for a familiar face here, and all cost the same: only the wave's own order prefers W3
    for V2."""
    wish(world, replan="on_request", policy={"weights": {"unfamiliar": 0}})
    world.rewrite("visits/V2", usual_workers=["W3"], forbidden_workers=[])
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    assert stops(plan)["V2"][0] == "W1"
    assert world.publish(plan).status_code == 200
    offer = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["visit_id"] == "V2")
    world.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "decline"})
    world.search()
    assert (
        stops(world.get(f"{BASIN}/plans/{world.get(f'{BASIN}/plans?state=proposed')['items'][0]['id']}"))[
            "V2"
        ][0]
        == "W3"
    )


def test_a_worker_who_comes_back_takes_what_was_uncovered(world: World) -> None:
    wish(world, replan="on_request")
    for name in ("W1", "W2", "W3"):
        row = world.ask(C, "GET", f"{BASIN}/workers/{name}")
        world.ask(
            C,
            "PUT",
            f"{BASIN}/workers/{name}",
            {**row.json()["value"], "availability": []},
            If_Match=row.headers["ETag"],
        )
        stays = row.json()["value"]["availability"]
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    assert (stops(plan), world.publish(plan).status_code) == ({}, 200)
    world.rewrite("workers/W2", availability=stays)
    assert {worker for worker, _ in stops(world.propose()).values()} == {"W2"}


def test_stops_within_the_freeze_stay_and_nothing_new_begins_there(
    told: tuple[World, dict[str, Any]],
) -> None:
    """At 6:40 with five hours frozen: V4 (9 h to 12 h) can begin from 11:40 on only; V1 and V2 stay where
    they are."""
    world, plan = told
    world.ask(C, "POST", f"{BASIN}/absences", away_a2())
    asked = {"first_day": "2026-03-09", "search": {"iterations": 200}, "least_change": {"freeze_min": 300}}
    job = world.ask(C, "POST", f"{BASIN}/jobs", asked).json()
    world.search()
    after = stops(world.get(f"{BASIN}/plans/{world.get(f'{BASIN}/jobs/' + job['id'])['plan_id']}"))
    assert "2026-03-09T11:40" <= after["V4"][1][:16] <= "2026-03-09T12:00"
    assert {visit: after[visit] for visit in ("V1", "V2")} == {
        visit: stops(plan)[visit] for visit in ("V1", "V2")
    }


def test_a_whole_new_search_is_made_when_asked_for(told: tuple[World, dict[str, Any]]) -> None:
    world, _ = told
    asked = {"first_day": "2026-03-09", "search": {"iterations": 200}, "from_scratch": True}
    job = world.ask(C, "POST", f"{BASIN}/jobs", asked).json()
    world.search()
    done = world.get(f"{BASIN}/jobs/{job['id']}")
    assert (job["kind"], done["state"]) == ("from_scratch", "done")
    assert world.get(f"{BASIN}/plans/{done['plan_id']}")["bound"] is not None


def test_a_visit_that_is_no_more_leaves_the_plan(told: tuple[World, dict[str, Any]]) -> None:
    world, _ = told
    assert world.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match='"1"').status_code == 204
    after = world.propose()
    assert stops(after) == {}
    kinds = {
        one["kind"]
        for one in world.get(f"{BASIN}/plans/{after['id']}/diff")["least_change"]["diff"]["changes"]
    }
    assert kinds == {"removed"}


# -- what if -----------------------------------------------------------------------------------------------
def suppose(world: World, plan: dict[str, Any], *events: dict[str, Any], **more: Any) -> Any:
    body = {"events": list(events), "search": {"iterations": 200}, **more}
    return world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/what-if", body)


def test_what_if_a_worker_went_home_is_a_draft_with_its_reasons(told: tuple[World, dict[str, Any]]) -> None:
    world, plan = told
    carer = stops(plan)["V2"][0]
    asked = suppose(
        world, plan, {"kind": "worker_away", "worker_id": carer, "at": "2026-03-09T07:00:00+01:00"}
    )
    assert (asked.status_code, asked.json()["kind"]) == (202, "what_if"), asked.text
    world.search()
    draft = world.get(f"{BASIN}/plans/{world.get(asked.headers['Location'])['plan_id']}")
    assert (draft["state"], draft["supposed"][0]["kind"], draft["from_plan_id"]) == (
        "draft",
        "worker_away",
        plan["id"],
    )
    assert carer not in {worker for worker, _ in stops(draft).values()}
    diff = world.get(f"{BASIN}/plans/{draft['id']}/diff")
    assert diff["from_plan_id"] == plan["id"]
    assert all(change["sentences"] for change in diff["least_change"]["diff"]["changes"])
    refused = world.publish(draft)
    assert (refused.status_code, refused.json()["code"]) == (409, "A401")  # nobody went home
    assert world.get(f"{BASIN}/plans/{plan['id']}")["state"] == "published"


def test_supposed_events_that_do_not_fit_come_back_with_all_their_issues(
    told: tuple[World, dict[str, Any]],
) -> None:
    world, plan = told
    events = [
        {"kind": "worker_away", "worker_id": "W9", "at": "2026-03-09T07:00:00+01:00"},
        {"kind": "visit_cancelled", "visit_id": "V9"},
    ]
    refused = suppose(world, plan, *events)
    assert (refused.status_code, [one["code"] for one in refused.json()["issues"]]) == (422, ["E101", "E101"])
    strange = suppose(world, plan, *events, pinned=["V8"], pinned_workers=["W8"]).json()["issues"]
    assert [one["where"] for one in strange][2:] == ["pinned", "pinned_workers"]
    # Nor is a name that nobody knows passed over where the events fit.
    alone = suppose(world, plan, {"kind": "visit_cancelled", "visit_id": "V2"}, pinned=["V8"])
    assert (alone.status_code, alone.json()["issues"][0]["where"]) == (422, "pinned")
    assert suppose(world, plan, {"kind": "earthquake"}).status_code == 422


# -- later in the day --------------------------------------------------------------------------------------
def test_what_nobody_came_to_counts_as_uncovered_all_day(world: World) -> None:
    """V1 (8 h) had nobody from the morning on; A-2 is told away at 13 h, when the hours of V4 are over too.
    The plan made then says so of both, and every figure of the day counts them: three of five, not three of
    three."""
    wish(world, replan="on_request")
    world.rewrite("visits/V1", forbidden_workers=["W1", "W2", "W3"])
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert world.publish(world.propose()).status_code == 200
    world.later(hours=6, minutes=30)
    assert world.ask(C, "POST", f"{BASIN}/absences", away_a2()).status_code == 201
    plan = world.propose()
    assert stops(plan).keys() == {"V2", "V3", "V5"}
    left = {
        one["visit_id"]: [reason["code"] for reason in one["reasons"]]
        for one in plan["document"]["uncovered"]
    }
    assert left == {"V1": ["too_late_now"], "V4": ["too_late_now"]}
    (waiting,) = world.get(f"{BASIN}/attention")["proposals"]
    assert "3 interventions couvertes sur 5" in waiting["summary"][0]
    assert world.publish(plan).status_code == 200
    assert world.get(f"{BASIN}/indicators")["all"] == [{"part": "all", "requests": 5, "covered": 3}]
    told = world.get(f"{BASIN}/plans/{plan['id']}", M)["document"]["uncovered"]
    assert [one["visit_id"] for one in told] == ["V1"]
    assert told[0]["reasons"][0]["sentence"].startswith("Aucun de ses horaires ne reste après 13:")
    assert "V1" not in {one["visit_id"] for one in world.get(f"{BASIN}/attention")["uncovered"]}, (
        "nothing is left to do"
    )
    off = {"done": False, "cause": "not_needed"}
    assert world.ask(C, "PUT", f"{BASIN}/outcomes/V4", off).status_code == 201
    assert [one["visit_id"] for one in world.propose()["document"]["uncovered"]] == ["V1"], (
        "what is told is told"
    )
