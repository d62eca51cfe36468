"""A team meeting in the service: kept, planned with the visits, told to who attends, moved, called off."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from api.letters import letters
from api.runtime.roles import Role
from api.store.message_tables import Message
from tests.api.conftest import World, begins
from tests.api.small_basin import BASIN, absence, meeting
from tests.api.web.site import Browser

C, E, M, W = Role.COORDINATOR, Role.EMPLOYER, Role.MANAGER, Role.WORKER
MEETING = f"{BASIN}/work-blocks/R-01"


def publish(world: World) -> dict[str, Any]:
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    document: dict[str, Any] = world.get(f"{BASIN}/plans/{proposal['id']}")["document"]
    return document


def seats(document: dict[str, Any]) -> dict[str, str]:
    """Who sits where, from when."""
    return {
        route["worker_id"]: stop["start"][11:16]
        for route in document["routes"]
        for stop in route["stops"]
        if stop["visit_id"].startswith("R-01:")
    }


def told(world: World, *states: str) -> dict[str, str]:
    """By worker, when her meeting begins as she was told."""
    return {
        one["worker_id"]: one["starts_at"][11:16]
        for one in world.get(f"{BASIN}/offers")["items"]
        if one["work_block_id"] == "R-01" and one["state"] in states
    }


@pytest.fixture
@begins
def planned(world: World) -> World:
    """A-1 is away; visits and meeting are planned, and told."""
    assert world.ask(C, "PUT", MEETING, meeting()).status_code == 201
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    publish(world)
    return world


def test_a_meeting_is_planned_and_told_to_everybody_who_attends(planned: World) -> None:
    (plan,) = planned.get(f"{BASIN}/plans?state=published")["items"]
    document = planned.get(f"{BASIN}/plans/{plan['id']}")["document"]
    assert seats(document) == dict.fromkeys(("W1", "W2", "W3"), "14:00")
    assert told(planned, "offered", "ordered") == dict.fromkeys(("W1", "W2", "W3"), "14:00")


def test_who_asks_for_a_block_of_her_own_people_only(world: World) -> None:
    """E1 employs W1 to W3: its account enters a meeting of theirs, and cannot rank it above all visits; a
    provider's account sees none."""
    assert world.ask(E, "PUT", MEETING, meeting(mandatory=True)).status_code == 403
    assert world.ask(E, "PUT", MEETING, meeting()).status_code == 201
    assert world.ask(M, "GET", MEETING).status_code == 404
    row = world.ask(C, "GET", MEETING)
    assert row.json()["value"]["participants"] == ["W1", "W2", "W3"]
    raised = world.ask(C, "PUT", MEETING, meeting(mandatory=True), If_Match=row.headers["ETag"])
    assert raised.status_code == 200
    assert world.ask(E, "DELETE", MEETING, If_Match=raised.headers["ETag"]).status_code == 204


def test_all_that_is_wrong_with_a_block_is_told_at_once(world: World) -> None:
    wrong = meeting(participants=["W1", "NOBODY"], at_least=3, site_id="NOWHERE", duration_min=0)
    answer = world.ask(C, "PUT", MEETING, wrong)
    assert answer.status_code == 422
    assert {one["where"] for one in answer.json()["issues"]} >= {
        "work_blocks.R-01.participants",
        "work_blocks.R-01.at_least",
        "work_blocks.R-01.site_id",
        "work_blocks.R-01.duration",
    }


def test_a_meeting_that_moves_takes_back_what_was_told(planned: World) -> None:
    """At 16:00 instead of 14:00: searched at once, and everybody hears of the new hour."""
    row = planned.ask(C, "GET", MEETING)
    assert planned.ask(C, "PUT", MEETING, meeting("16:00"), If_Match=row.headers["ETag"]).status_code == 200
    assert seats(publish(planned)) == dict.fromkeys(("W1", "W2", "W3"), "16:00")
    assert told(planned, "offered", "ordered") == dict.fromkeys(("W1", "W2", "W3"), "16:00")
    gone = [one for one in planned.get(f"{BASIN}/offers?state=withdrawn")["items"] if one["work_block_id"]]
    assert {(one["worker_id"], one["because"]) for one in gone} == {
        (id, "moved") for id in ("W1", "W2", "W3")
    }


def test_a_meeting_called_off_is_taken_back(planned: World) -> None:
    row = planned.ask(C, "GET", MEETING)
    assert planned.ask(C, "DELETE", MEETING, If_Match=row.headers["ETag"]).status_code == 204
    assert seats(publish(planned)) == {}
    assert told(planned, "offered", "ordered") == {}
    assert told(planned, "withdrawn") == dict.fromkeys(("W1", "W2", "W3"), "14:00")


def test_who_leaves_a_meeting_moves_nobody_elses_seat(planned: World) -> None:
    """W1 needs not come any more: the seats are numbered anew, and W2 and W3 are told nothing."""
    row = planned.ask(C, "GET", MEETING)
    fewer = meeting(participants=["W2", "W3"])
    assert planned.ask(C, "PUT", MEETING, fewer, If_Match=row.headers["ETag"]).status_code == 200
    before = {one["id"] for one in planned.get(f"{BASIN}/offers")["items"]}
    assert seats(publish(planned)) == dict.fromkeys(("W2", "W3"), "14:00")
    new = [one for one in planned.get(f"{BASIN}/offers")["items"] if one["id"] not in before]
    assert [one for one in new if one["work_block_id"]] == []
    assert told(planned, "withdrawn") == {"W1": "14:00"}


def test_who_refuses_is_seated_no_more(world: World) -> None:
    """Her employer's text lets her refuse what is told late. All are needed: without W1 the meeting is not
    held, and says so; where two are enough they meet."""
    planned, row = world, world.ask(C, "GET", f"{BASIN}/employers/E1")
    body = {**row.json()["value"], "agreement": "bad"}
    assert world.ask(C, "PUT", f"{BASIN}/employers/E1", body, If_Match=row.headers["ETag"]).status_code == 200
    world.ask(C, "PUT", MEETING, meeting())
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    publish(world)
    offers = planned.get(f"{BASIN}/offers")["items"]
    hers = next(one for one in offers if one["worker_id"] == "W1" and one["work_block_id"])
    assert hers["kind"] == "to_offer"
    link = planned.get(f"{BASIN}/offers/{hers['id']}")["link"].removeprefix("http://127.0.0.1:8000")
    assert planned.client.post(link, json={"reply": "decline"}).status_code == 200
    document = publish(planned)
    assert seats(document) == {}
    assert {one["visit_id"] for one in document["uncovered"]} == {"R-01:1", "R-01:2", "R-01:3"}
    row = planned.ask(C, "GET", MEETING)
    planned.ask(C, "PUT", MEETING, meeting(at_least=2), If_Match=row.headers["ETag"])
    assert seats(publish(planned)).keys() == {"W2", "W3"}


def test_who_attends_reads_it_in_her_letter_her_week_and_her_calendar(planned: World) -> None:
    """By its name and place, with no SAAD and no act; providers read nothing of it."""
    (mine,) = [
        one for one in planned.get(f"{BASIN}/next-visits", W)["items"] if one["visit_id"].startswith("R-01:")
    ]
    assert mine["block"] == {"id": "R-01", "kind": "meeting", "label": "Réunion d’équipe"}
    assert (mine["client_id"], mine["provider"], mine["replies"]) == ("", "", ["acknowledge"])
    assert not [one for one in planned.get(f"{BASIN}/next-visits", M)["items"] if one["block"]]
    assert "Réunion d’équipe" in Browser(planned, C).get("/bassins/B1/offres").text
    week = Browser(planned, W).get("/ma-semaine").text
    assert "Réunion d’équipe" in week
    url = planned.ask(W, "POST", f"{BASIN}/feeds/W1").json()["url"]
    calendar = planned.client.get(url.removeprefix("http://127.0.0.1:8000")).text
    assert "SUMMARY:Travail hors intervention" in calendar
    with planned.service.database.reading() as session:
        sent = list(session.scalars(select(Message).order_by(Message.id)))
        texts = {
            one.contact_id: written.text
            for one in sent
            if (written := letters.write(planned.service, session, one, "fr")) is not None
        }
    assert "14:00-15:00, Réunion d’équipe" in texts["worker:W1"]
    assert not [id for id, text in texts.items() if id.startswith("provider:") and "Réunion" in text]
    assert "provider:" not in texts


def test_a_meeting_that_cannot_be_held_waits_for_a_coordinator(planned: World) -> None:
    """W1 falls ill: all are needed, so nobody meets, and the list says why; with two who are enough it is
    held again. One that no plan knows yet is told as well."""
    assert planned.get(f"{BASIN}/attention")["blocks_not_held"] == []
    worker = planned.ask(C, "GET", f"{BASIN}/workers/W1")
    body = {**worker.json()["value"], "availability": []}
    planned.ask(C, "PUT", f"{BASIN}/workers/W1", body, If_Match=worker.headers["ETag"])
    publish(planned)
    (entry,) = planned.get(f"{BASIN}/attention")["blocks_not_held"]
    assert (entry["work_block_id"], entry["attending"], entry["needed"]) == ("R-01", [], 3)
    assert entry["sentence"].startswith("Réunion d’équipe (P3), ")
    assert "Réunion d’équipe" in Browser(planned, C).get("/bassins/B1/a-traiter").text
    row = planned.ask(C, "GET", MEETING)
    planned.ask(C, "PUT", MEETING, meeting(at_least=2), If_Match=row.headers["ETag"])
    publish(planned)
    assert planned.get(f"{BASIN}/attention")["blocks_not_held"] == []
    assert planned.ask(C, "PUT", f"{BASIN}/work-blocks/R-02", meeting("10:00", id="R-02")).status_code == 201
    (entry,) = planned.get(f"{BASIN}/attention?lang=en")["blocks_not_held"]
    assert entry["sentence"].endswith("in no plan yet")


def test_the_day_goes_on_around_a_meeting(planned: World) -> None:
    """In the middle of it somebody is late, somebody goes home; every list and export that reads the day
    answers; what comes after is sought anew, and the meeting stands as it began."""
    planned.later(hours=7, minutes=50)
    late = {"kind": "worker_late", "worker_id": "W1", "late_min": 20}
    assert planned.ask(C, "POST", f"{BASIN}/incidents", late).status_code == 201
    away = {"kind": "worker_away", "worker_id": "W2", "cause": "breakdown"}
    assert planned.ask(C, "POST", f"{BASIN}/incidents", away).status_code == 201
    assert seats(publish(planned)) == dict.fromkeys(("W1", "W2", "W3"), "14:00")
    (plan,) = planned.get(f"{BASIN}/plans?state=published")["items"]
    for what in (
        *("attention", "indicators", "incidents", "outcomes", "offers", "refusals", "ledger"),
        *(f"plans/{plan['id']}/{one}" for one in ("geojson", "check", "board", "diff")),
        "indicators/periods?first_day=2026-03-01&last_day=2026-03-31",
        "exports/payroll?first_day=2026-03-01&last_day=2026-03-31",
    ):
        assert planned.ask(C, "GET", f"{BASIN}/{what}").status_code == 200, what
    for role in (M, W, E):
        assert planned.ask(role, "GET", f"{BASIN}/plans/{plan['id']}").status_code == 200, role
    for page in ("semaine", "a-traiter", "journee/2026-03-09", "offres", f"plans/{plan['id']}/feuilles"):
        assert Browser(planned, C).get(f"/bassins/B1/{page}").status_code == 200, page
