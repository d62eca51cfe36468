"""A worker's own time: when she can come and what follows, her hours, what changed since she last looked."""

from __future__ import annotations

from typing import Any

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence
from tests.api.web.site import day

A, C, M, W, E, F = Role
OWN = f"{BASIN}/workers/W1/availability"
MONDAY, FRIDAY = "2026-03-09", "2026-03-13"


def span(day: str, start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"start": f"{day}T{start}:00+01:00", "end": f"{day}T{end}:00+01:00", **more}


def said(*spans: dict[str, Any], first: str = FRIDAY, last: str = FRIDAY) -> dict[str, Any]:
    return {"first_day": first, "last_day": last, "spans": list(spans)}


def put(world: World, body: dict[str, Any], role: Role = W) -> Any:
    row = world.ask(role, "GET", OWN)
    return world.ask(role, "PUT", OWN, body, If_Match=row.headers["ETag"])


def stays(world: World) -> list[tuple[str, str, str | None]]:
    """Her availability as the row has it."""
    found = world.get(f"{BASIN}/workers/W1")["value"]["availability"]
    return [(one["start"][:16], one["end"][:16], (one.get("hard_end") or "")[:16] or None) for one in found]


def test_free_hours_and_those_of_the_last_resort_are_written_into_her_row(world: World) -> None:
    """8 to 12 free and 12 to 14 as a last resort are one tour; 18 to 21 as a last resort another, all of it
    at the price of overtime."""
    free = span(FRIDAY, "08:00", "12:00")
    after = span(FRIDAY, "12:00", "14:00", last_resort=True)
    evening = span(FRIDAY, "18:00", "21:00", last_resort=True)
    answer = put(world, said(evening, after, free))
    assert answer.status_code == 200, answer.text
    assert answer.json()["spans"] == [free, after, evening]
    assert stays(world) == [
        ("2026-03-09T07:00", "2026-03-09T20:00", None),
        ("2026-03-13T08:00", "2026-03-13T12:00", "2026-03-13T14:00"),
        ("2026-03-13T18:00", "2026-03-13T18:00", "2026-03-13T21:00"),
    ]
    (event,) = world.get(f"{BASIN}/events?action=workers.changed", W)["items"]
    assert (event["target"], event["details"]["first_day"]) == ("W1", FRIDAY)


def test_what_she_leaves_as_it_was_keeps_its_meal(world: World) -> None:
    row = world.ask(C, "GET", f"{BASIN}/workers/W1")
    meal = {
        "meal_min": 30,
        "meal_earliest": f"{FRIDAY}T12:00:00+01:00",
        "meal_latest": f"{FRIDAY}T13:30:00+01:00",
    }
    body = {**row.json()["value"], "availability": [{**span(FRIDAY, "08:00", "18:00"), **meal}]}
    assert world.ask(C, "PUT", f"{BASIN}/workers/W1", body, If_Match=row.headers["ETag"]).status_code == 200
    assert put(world, said(span(FRIDAY, "09:00", "17:00"))).status_code == 200
    (kept,) = world.get(f"{BASIN}/workers/W1")["value"]["availability"]
    assert (kept["start"][11:16], kept["meal_min"]) == ("09:00", 30)
    assert put(world, said(span(FRIDAY, "14:00", "17:00"))).status_code == 200
    (kept,) = world.get(f"{BASIN}/workers/W1")["value"]["availability"]
    assert "meal_min" not in kept


def test_a_search_follows_as_when_a_coordinator_writes_it(world: World) -> None:
    wish(world, replan="at_once")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    put(world, said(span(MONDAY, "07:00", "10:00"), first=MONDAY, last=MONDAY))
    assert [job["state"] for job in world.get(f"{BASIN}/jobs?state=queued")["items"]] == ["queued"]


def test_hours_in_which_she_agreed_to_come_stay_hers(world: World) -> None:
    """An offer that waits binds nobody; accepted, it does, and only while it stands inside what she said."""
    day(world)
    offer = next(one for one in world.get(f"{BASIN}/offers")["items"] if one["worker_id"] == "W1")
    world.ask(W, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"})
    refused = put(world, said(first=MONDAY, last=MONDAY))
    assert (refused.status_code, refused.json()["code"]) == (409, "A409")
    assert offer["starts_at"][:10] in refused.json()["issues"][0]["what"]
    start, end = (offer[name][11:16] for name in ("starts_at", "ends_at"))
    assert put(world, said(span(MONDAY, start, end), first=MONDAY, last=MONDAY)).status_code == 200


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        (said(first="2026-03-08", last="2026-03-10"), "A305", "first_day"),
        (said(span(MONDAY, "08:00", "09:00")), "A305", "spans[0].start"),
        (said(first=FRIDAY, last="2026-08-01"), "A305", "first_day, last_day"),
        (said(span(FRIDAY, "12:00", "08:00")), "P203", "spans[0]"),
        (said(span(FRIDAY, "08:00", "12:00"), span(FRIDAY, "12:10", "14:00")), "P206", "spans[1]"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    world: World, body: dict[str, Any], code: str, where: str
) -> None:
    before = stays(world)
    refused = put(world, body)
    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["issues"]] == [code]
    assert refused.json()["issues"][0]["where"].endswith(where)
    assert stays(world) == before


def test_it_is_her_own_and_others_read_it_as_far_as_they_reach(world: World) -> None:
    assert world.ask(W, "GET", f"{BASIN}/workers/W2/availability").status_code == 404
    assert world.ask(M, "GET", OWN).status_code == 404
    row = world.ask(E, "GET", OWN)
    assert row.status_code == 200
    assert world.ask(E, "PUT", OWN, said(), If_Match=row.headers["ETag"]).status_code == 403
    assert put(world, said(span(FRIDAY, "08:00", "12:00")), C).status_code == 200


# -- hours -------------------------------------------------------------------------------------------------
def test_her_hours_stand_against_her_contract_and_the_limit_of_the_texts(world: World) -> None:
    """Monday as planned: V1 8:00 to 9:00 and what else is hers; the texts of this basin know no limit."""
    day(world)
    row = world.ask(C, "GET", f"{BASIN}/workers/W1")
    body = {**row.json()["value"], "contract": {"weekly_min": 1470}}
    assert world.ask(C, "PUT", f"{BASIN}/workers/W1", body, If_Match=row.headers["ETag"]).status_code == 200
    found = world.get(f"{BASIN}/workers/W1/hours?first_day=2026-03-10&last_day=2026-03-16", W)
    assert (found["first_day"], found["last_day"]) == (MONDAY, "2026-03-22")
    week, empty = found["weeks"]
    (monday,) = week["days"]
    mine = [one for one in world.get(f"{BASIN}/offers")["items"] if one["worker_id"] == "W1"]
    assert (monday["day"], monday["visits"], monday["is_over"]) == (MONDAY, len(mine), False)
    assert monday["starts_at"] == min(one["starts_at"] for one in mine)
    assert week["work_min"] == monday["work_min"] >= monday["service_min"]
    assert (week["contract_min"], empty["work_min"], empty["days"]) == (1470, 0, [])
    assert world.get(f"{BASIN}/workers/W1/hours", E)["weeks"][0]["work_min"] == week["work_min"]


# -- what changed ------------------------------------------------------------------------------------------
def test_what_is_new_or_gone_since_she_looked_is_told(world: World) -> None:
    day(world)
    where = f"{BASIN}/workers/W1/changes?since="
    found = world.get(f"{where}2026-03-09T06:00:00%2B01:00", W)
    offers = sorted(world.get(f"{BASIN}/offers")["items"], key=lambda one: str(one["starts_at"]))
    mine = [one["id"] for one in offers if one["worker_id"] == "W1"]
    assert [(one["kind"], one["offer_id"]) for one in found["changes"]] == [("new", id) for id in mine]
    world.later(minutes=1)
    since = world.get(f"{where}2026-03-09T06:00:00%2B01:00", W)["now"].replace("+", "%2B")
    assert world.get(f"{where}{since}", W)["changes"] == []
    world.later(minutes=1)
    absent = world.ask(M, "GET", f"{BASIN}/absences/ABS-1")
    gone = world.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match=absent.headers["ETag"])
    assert gone.status_code == 204, gone.text
    world.search()
    (plan,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(plan).status_code == 200
    later = world.get(f"{where}{since}", W)["changes"]
    assert [(one["kind"], one["offer_id"]) for one in later] == [("gone", id) for id in mine]
