"""A worker's calendar on her own telephone: open to whoever has its secret, coarse, and taken back at
once."""

from __future__ import annotations

from datetime import datetime

import pytest
from icalendar import Calendar

from api.runtime.roles import Role
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, absence

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER


@pytest.fixture
@begins
def told(world: World) -> World:
    """W1 alone takes the visits of A-1."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    for other in ("W2", "W3"):
        row = world.ask(C, "GET", f"{BASIN}/workers/{other}")
        world.ask(
            C, "PUT", f"{BASIN}/workers/{other}", {**row.json()["value"], "availability": []}, If_Match='"1"'
        )
    assert world.publish(world.propose()).status_code == 200
    return world


def new_feed(world: World) -> str:
    made = world.ask(W, "POST", f"{BASIN}/feeds/W1")
    assert made.status_code == 200, made.text
    return str(made.json()["url"]).removeprefix("http://127.0.0.1:8000")


def test_a_calendar_is_read_without_an_account_and_tells_time_and_place_only(told: World) -> None:
    where = new_feed(told)
    offers = told.get(f"{BASIN}/offers")["items"]
    told.ask(W, "POST", f"{BASIN}/offers/{offers[0]['id']}/answer", {"reply": "accept"})
    answer = told.client.get(where)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert sorted(str(event["status"]) for event in events) == ["CONFIRMED", "TENTATIVE", "TENTATIVE"]
    told_starts = sorted(datetime.fromisoformat(one["starts_at"]) for one in offers)
    assert sorted(event.decoded("dtstart") for event in events) == told_starts
    assert {str(event["summary"]) for event in events} == {"Intervention"}
    hidden = [*(one["visit_id"] for one in offers), "S1", "toilette"]
    assert not [word for word in hidden if word in answer.text.replace("W1", "")]


def test_what_she_did_without_having_answered_stays_in_her_calendar(told: World) -> None:
    """She did V1 without a word before: it is done, and in the calendar."""
    where = new_feed(told)
    told.later(hours=3)
    done = told.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": True, "worker_id": "W1"})
    assert done.status_code == 201, done.text
    states = {one["visit_id"]: one["state"] for one in told.get(f"{BASIN}/offers")["items"]}
    assert states["V1"] == "done"
    events = Calendar.from_ical(told.client.get(where).text).walk("VEVENT")
    assert sorted(str(event["status"]) for event in events) == ["CONFIRMED", "TENTATIVE", "TENTATIVE"]


def test_a_declined_visit_leaves_the_calendar(told: World) -> None:
    where = new_feed(told)
    for offer in told.get(f"{BASIN}/offers")["items"]:
        told.ask(W, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "decline"})
    assert Calendar.from_ical(told.client.get(where).text).walk("VEVENT") == []


def test_a_secret_is_told_once_changed_and_taken_back(told: World) -> None:
    first = new_feed(told)
    assert "url" not in told.get(f"{BASIN}/feeds/W1", W)
    second = new_feed(told)
    assert (told.client.get(first).status_code, told.client.get(second).status_code) == (410, 200)
    assert told.ask(C, "DELETE", f"{BASIN}/feeds/W1", If_Match='"2"').status_code == 204
    gone = told.client.get(second)
    assert (gone.status_code, gone.json()["code"]) == (410, "A402")
    assert told.ask(W, "POST", f"{BASIN}/feeds/W2").status_code == 404  # a colleague's


def test_the_secret_stands_neither_in_the_database_nor_in_the_logs(
    told: World, capsys: pytest.CaptureFixture[str]
) -> None:
    made = told.ask(W, "POST", f"{BASIN}/feeds/W1", None, Idempotency_Key="k1")
    secret = made.json()["url"].rpartition("/")[2].removesuffix(".ics")
    told.client.get(f"/v1/feeds/{secret}.ics")
    with told.service.database.reading() as session:
        rows = [
            str(row)
            for table in ("feeds", "remembered_requests", "audit")
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}")
        ]
    assert secret not in "\n".join(rows)
    said = capsys.readouterr().err
    assert "/feeds/{secret}.ics" in said
    assert secret not in said
