"""Calls while on call: noted by whom, what they count as, what of the plan in force falls into the rest after
them."""

from __future__ import annotations

from typing import Any

import pytest

from api.runtime.roles import Role
from api.store.basin_tables import Basin
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, absence
from tests.api.web.site import Browser

C, E, M, W = Role.COORDINATOR, Role.EMPLOYER, Role.MANAGER, Role.WORKER
CALLS = f"{BASIN}/workers/W1/calls"
NIGHT = {"start": "2026-03-08T19:00:00+01:00", "end": "2026-03-09T06:00:00+01:00"}
CALL = {"start": "2026-03-08T21:00:00+01:00", "end": "2026-03-09T01:00:00+01:00"}
PERIOD = "first_day=2026-03-01&last_day=2026-03-31"


@pytest.fixture
@begins
def on_call(world: World) -> World:
    """Under the texts as they are, W1 to W3 of an employer under BAD. W1 was on call in the night to Monday;
    her stops of Monday are in force. It is 06:40."""
    wish(world, replan="on_request")
    with world.service.database.writing() as session:
        row = session.get_one(Basin, "B1")
        row.given = {name: one for name, one in row.given.items() if name != "labour"}
        session.commit()
    world.rewrite("employers/E1", agreement="bad")
    for other in ("W2", "W3"):
        world.rewrite(f"workers/{other}", availability=[])
    world.rewrite("workers/W1", on_call=[NIGHT])
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert world.publish(world.propose()).status_code == 200
    return world


def noted(world: World, role: Role = W, **more: Any) -> Any:
    return world.ask(role, "POST", CALLS, {**CALL, **more})


def test_what_falls_into_the_rest_after_a_call_is_said_and_waits_for_a_coordinator(on_call: World) -> None:
    """Back at 01:00, eleven hours of rest end at noon: what she was told before that stands in it."""
    assert on_call.get(f"{BASIN}/attention")["unlawful"] == []
    answer = noted(on_call)
    assert answer.status_code == 200, answer.text
    (told,) = answer.json()["calls"]
    assert told["rest_until"] == "2026-03-09T12:00:00+01:00"
    offers = {one["visit_id"]: one["starts_at"] for one in on_call.get(f"{BASIN}/offers")["items"]}
    early = {id for id, start in offers.items() if start < "2026-03-09T12:00:00+01:00"}
    assert {one["visit_id"] for one in told["stops_in_rest"]} == early != set()
    (waits,) = on_call.get(f"{BASIN}/attention")["unlawful"]
    assert "ON_CALL" in {one["rule"] for one in waits["today"]["violations"]}


def test_a_call_is_work_of_her_hours_and_her_pay(on_call: World) -> None:
    """Four hours of Sunday evening and Monday: three of them on the Sunday, three and a quarter at night."""
    noted(on_call, C)
    hours = on_call.get(f"{BASIN}/workers/W1/hours?first_day=2026-03-08&last_day=2026-03-08")
    days = hours["weeks"][0]["days"]
    assert [(one["day"], one["visits"], one["work_min"]) for one in days] == [("2026-03-08", 0, 240)]
    (paid,) = on_call.get(f"{BASIN}/exports/payroll?{PERIOD}")["rows"]
    names = ("day", "visits", "call_min", "work_min", "sunday_min", "night_min")
    assert [paid[name] for name in names] == ["2026-03-08", 0, 240, 240, 180, 180]
    assert on_call.get(f"{BASIN}/exports/payroll?{PERIOD}", E)["rows"] == [paid]
    figures = on_call.get(f"{BASIN}/indicators/periods?{PERIOD}")["rows"]
    assert {(one["name"], one["of"]): one["value"] for one in figures}["employer_work_done", None] == 240


def test_hours_on_call_are_told_with_what_the_text_owes(on_call: World) -> None:
    """Eleven hours of a Sunday evening and a night: 10 points for 24 h, so 4.58 (BAD III.19.2)."""
    noted(on_call)
    duty, call = on_call.get(f"{BASIN}/exports/on-call?{PERIOD}")["rows"]
    assert (duty["kind"], duty["minutes"], duty["points"], duty["rest_min"]) == ("duty", 660, 4.58, None)
    assert "III.19" in duty["article"]
    assert (call["kind"], call["minutes"], call["points"]) == ("call", 240, None)
    answer = on_call.ask(E, "GET", f"{BASIN}/exports/on-call?{PERIOD}&format=csv")
    assert answer.status_code == 200
    assert "contrepartie (points)" in answer.text
    assert on_call.ask(W, "GET", f"{BASIN}/exports/on-call?{PERIOD}").status_code == 403


def test_a_call_noted_in_error_is_taken_back(on_call: World) -> None:
    noted(on_call)
    gone = on_call.ask(W, "POST", f"{CALLS}/withdraw", {"start": CALL["start"]})
    assert (gone.status_code, gone.json()["calls"]) == (200, [])
    assert on_call.get(f"{BASIN}/attention")["unlawful"] == []
    twice = on_call.ask(W, "POST", f"{CALLS}/withdraw", {"start": CALL["start"]})
    assert [(one["code"], one["where"]) for one in twice.json()["issues"]] == [("A305", "start")]


def test_a_call_outside_hours_on_call_in_another_or_not_over_is_refused(on_call: World) -> None:
    outside = noted(on_call, start="2026-03-08T12:00:00+01:00", end="2026-03-08T13:00:00+01:00")
    assert [one["code"] for one in outside.json()["issues"]] == ["P226"]
    noted(on_call)
    again = noted(on_call, start="2026-03-09T00:30:00+01:00")
    assert [one["code"] for one in again.json()["issues"]] == ["P225"]
    late = noted(on_call, end="2026-03-09T07:00:00+01:00")
    assert [(one["code"], one["where"]) for one in late.json()["issues"]] == [("A305", "end")]


def test_only_herself_and_coordinators_note_calls(on_call: World) -> None:
    assert noted(on_call, M).status_code in (403, 404)
    assert noted(on_call, E).status_code == 403
    assert on_call.ask(W, "POST", f"{BASIN}/workers/W2/calls", CALL).status_code == 404


def test_she_notes_her_call_on_her_week_and_a_coordinator_on_the_rota_page(on_call: World) -> None:
    """By the hours of the wall: 21:00 is the evening's, 01:00 the next morning's."""
    hers = Browser(on_call, W)
    duty = f"{NIGHT['start']}/{NIGHT['end']}"
    week = "/ma-semaine?du=2026-03-02"
    said = hers.press(week, "/ma-semaine/appel", duty=duty, from_hour="21:00", to_hour="01:00")
    assert said.headers["Location"] == "/ma-semaine?dit=call", said.text
    (call,) = on_call.get(CALLS)["calls"]
    assert (call["start"], call["end"]) == (CALL["start"], CALL["end"])
    assert "Votre appel est noté" in hers.page("/ma-semaine?dit=call").text()
    page, form = "/bassins/B1/astreintes", {"called": "W1", "call_day": "2026-03-08"}
    planner = Browser(on_call, C)
    nothing = planner.press(page, f"{page}/appels", **form, from_hour="", to_hour="")
    assert nothing.status_code == 422
    assert 'href="#from_hour"' in nothing.text
    noted = planner.press(page, f"{page}/appels", **form, from_hour="04:00", to_hour="05:00")
    assert noted.status_code == 303, noted.text
    assert "repos jusqu’au" in planner.page(noted.headers["Location"]).text()
    assert len(on_call.get(CALLS)["calls"]) == 2


def test_her_calendar_holds_her_duties(on_call: World) -> None:
    made = on_call.ask(W, "POST", f"{BASIN}/feeds/W1").json()["url"]
    read = on_call.client.get(f"/v1/feeds/{made.rpartition('/')[2]}").text
    assert read.count("SUMMARY:Astreinte") == 1
    assert "DTSTART:20260308T180000Z" in read
