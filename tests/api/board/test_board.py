"""A day as a coordinator looks at it: what the lanes hold, what is not covered, who is who, and what leaves a
note."""

from __future__ import annotations

from typing import Any

from api.runtime.roles import Role
from api.shapes.planning.board_views import BoardView
from tests.api.conftest import World, wish
from tests.api.plans.test_draft_edits import by, judge, other_than, planned
from tests.api.small_basin import BASIN, absence, meeting

C, M = Role.COORDINATOR, Role.MANAGER
__all__ = ["planned"]
Planned = tuple[World, dict[str, Any]]


def board(world: World, plan: dict[str, Any], query: str = "") -> Any:
    answer = world.ask(C, "GET", f"{BASIN}/plans/{plan['id']}/board{query}")
    assert answer.status_code == 200, answer.text
    BoardView.model_validate(answer.json())
    return answer.json()


def visits(told: Any) -> dict[str, Any]:
    return {
        visit["visit_id"]: {**visit, "worker_id": row["worker_id"]}
        for row in told["rows"]
        for tour in row["tours"]
        for visit in tour["visits"]
    }


def readings(world: World) -> list[dict[str, Any]]:
    """Entries of the trail about who somebody is."""
    events = world.get(f"{BASIN}/events?limit=500")["items"]
    return [one for one in events if one["action"].endswith("read")]


def test_a_lane_is_filled_from_leaving_home_to_being_back(planned: Planned) -> None:
    """V1 at 8 h and V2 from 10 h, an hour each: between any two stretches of a tour there is none left."""
    world, plan = planned
    told = board(world, plan)
    assert (told["plan"]["id"], told["day"], told["now"]) == (plan["id"], "2026-03-09", 400)
    assert {id: one["worker_id"] for id, one in visits(told).items()} == by(plan)
    assert (visits(told)["V1"]["start"], visits(told)["V1"]["end"]) == (480, 540)
    for row in told["rows"]:
        stretches = [*row["segments"], *(visit for tour in row["tours"] for visit in tour["visits"])]
        spans = sorted((one["start"], one["end"]) for one in stretches)
        assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]
        for tour in row["tours"]:
            assert (spans[0][0], spans[-1][1]) == (tour["start"], tour["end"])
    assert [one["label"] for one in told["axis"]["hours"]][:2] == ["07", "08"]
    assert (told["axis"]["start"], told["axis"]["end"]) == (420, 1200)
    assert told["counts"]["covered"] == told["counts"]["asked"] == 3
    assert [one["employee_id"] for one in told["absences"]] == ["A-1"]


def test_what_a_stop_is_to_people_is_told(planned: Planned) -> None:
    """Before publication nobody was told; after it each stop is offered, and kept."""
    world, plan = planned
    before = visits(board(world, plan))
    assert {one["change"] for one in before.values()} == {"added"}
    assert {one["offer"] for one in before.values()} == {None}
    assert world.publish(plan).status_code == 200
    after = visits(board(world, plan))
    assert {(one["change"], one["offer"], one["firm"]) for one in after.values()} == {
        ("kept", "offered", False)
    }
    assert after["V1"]["marking"].startswith("À proposer")
    world.later(hours=2)
    later = visits(board(world, plan))
    assert (later["V1"]["frozen"], later["V2"]["frozen"]) == (True, False)


def test_a_board_shows_the_edits_of_a_hand_and_keeps_nothing(planned: Planned) -> None:
    world, plan = planned
    taker = other_than(by(plan)["V1"])
    edits = [{"kind": "move", "visit_id": "V1", "worker_id": taker}, {"kind": "unassign", "visit_id": "V2"}]
    where = f"{BASIN}/plans/{plan['id']}/board"
    answer = world.ask(C, "POST", where, {"edits": edits})
    assert answer.status_code == 200, answer.text
    BoardView.model_validate(answer.json())
    told = answer.json()
    assert visits(told)["V1"]["worker_id"] == taker
    assert [one["visit_id"] for one in told["uncovered"]] == ["V2"]
    assert told["counts"]["uncovered"] == {"P2": 1}
    assert visits(board(world, plan)).keys() == {"V1", "V2", "V3"}


def test_names_come_with_one_note_for_all_of_them(planned: Planned) -> None:
    world, plan = planned
    for kind, id, name in (("client", "S1:A", "Mme Exemple"), ("worker", by(plan)["V1"], "Odette Essai")):
        put = world.ask(C, "PUT", f"{BASIN}/{kind}-identities/{id}", {"name": name})
        assert put.status_code == 201, put.text
    assert board(world, plan)["names"] is None
    assert readings(world) == []
    told = board(world, plan, "?names=true")
    assert told["names"] == {
        "clients": {"S1:A": "Mme Exemple"},
        "workers": {by(plan)["V1"]: "Odette Essai"},
        "providers": {"S1": "S1", "S2": "S2"},
    }
    (note,) = readings(world)
    assert (note["action"], note["target"]) == ("plans.board_read", plan["id"])
    assert note["details"] == {"clients": 1, "workers": 1}


def test_a_board_that_did_not_change_is_not_sent_again(planned: Planned) -> None:
    """Readings change nothing; a pin does, and so does an answer of somebody."""
    world, plan = planned
    where = f"{BASIN}/plans/{plan['id']}/board?names=true"
    first = world.ask(C, "GET", where)
    again = world.ask(C, "GET", where, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.text, again.headers["ETag"]) == (304, "", first.headers["ETag"])
    world.ask(C, "GET", f"{BASIN}/worker-identities")
    assert world.ask(C, "GET", where, If_None_Match=first.headers["ETag"]).status_code == 304
    assert world.publish(plan).status_code == 200
    second = world.ask(C, "GET", where, If_None_Match=first.headers["ETag"])
    assert second.status_code == 200
    assert second.json()["seq"] > first.json()["seq"]


def test_another_day_and_another_role_are_refused(planned: Planned) -> None:
    world, plan = planned
    answer = world.ask(C, "GET", f"{BASIN}/plans/{plan['id']}/board?day=2026-03-10")
    assert (answer.status_code, answer.json()["code"]) == (422, "A305")
    assert world.ask(M, "GET", f"{BASIN}/plans/{plan['id']}/board").status_code == 403


def test_outlines_are_of_the_communes_of_the_basin(world: World) -> None:
    """The places of the small basin name none; Lens has an outline, and is kept by browsers for a day."""
    answer = world.ask(C, "GET", f"{BASIN}/outlines")
    assert answer.json() == {"type": "FeatureCollection", "features": []}
    world.rewrite("sites/A", commune="62498")
    answer = world.ask(C, "GET", f"{BASIN}/outlines")
    assert [one["properties"]["code"] for one in answer.json()["features"]] == ["62498"]
    assert answer.headers["Cache-Control"] == "private, max-age=86400"


def test_a_night_for_others_begun_the_evening_before_fills_the_lane_from_midnight(world: World) -> None:
    """From 22 h on 8 March to 5 h on 9 March."""
    night = {"start": "2026-03-08T22:00:00+01:00", "end": "2026-03-09T05:00:00+01:00"}
    world.rewrite("workers/W3", other_work=[night])
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    told = board(world, world.propose())
    (lane,) = [one for one in told["rows"] if one["worker_id"] == "W3"]
    assert lane["elsewhere"] == [{"start": 0, "end": 300}]


def test_hours_on_call_and_calls_fill_the_lane_of_who_is_not_there_too(world: World) -> None:
    """W3 is at home that day, on call from 19:00 and called out for an hour."""
    evening = {"start": "2026-03-09T19:00:00+01:00", "end": "2026-03-10T07:00:00+01:00"}
    call = {"start": "2026-03-09T20:00:00+01:00", "end": "2026-03-09T21:00:00+01:00"}
    world.rewrite("workers/W3", availability=[], on_call=[evening], calls=[call])
    wish(world, replan="on_request")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    told = board(world, world.propose())
    (lane,) = [one for one in told["rows"] if one["worker_id"] == "W3"]
    assert [(one["kind"], one["start"], one["end"]) for one in lane["segments"]] == [
        ("on_call", 1140, 1860),
        ("call", 1200, 1260),
    ]


def test_a_meeting_stands_on_the_board_and_is_moved_for_everybody_at_once(world: World) -> None:
    """From 14 to 16 h it may begin: pinned to 15 h in one lane it moves in all of them, judged like any edit;
    pinned to 19 h it breaks what it may not. No count of visits counts it."""
    wish(world, replan="on_request")
    late = {"latest": "2026-03-09T16:00:00+01:00", "hard_latest": "2026-03-09T16:00:00+01:00"}
    block = meeting(windows=[{"earliest": "2026-03-09T14:00:00+01:00", **late}])
    assert world.ask(C, "PUT", f"{BASIN}/work-blocks/R-01", block).status_code == 201
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    proposal = world.propose()
    told = visits(board(world, proposal))
    seats = {id: one for id, one in told.items() if one["block"]}
    assert {one["block"] for one in seats.values()} == {"Réunion d’équipe"}
    assert sorted(one["worker_id"] for one in seats.values()) == ["W1", "W2", "W3"]
    assert (told["V1"]["block"], next(iter(seats.values()))["client_id"]) == (None, "")
    assert board(world, proposal)["counts"]["asked"] == 3
    pin = {"kind": "pin", "visit_id": min(seats), "start": "2026-03-09T15:30:00+01:00"}
    moved = world.ask(C, "POST", f"{BASIN}/plans/{proposal['id']}/board", {"edits": [pin]})
    assert moved.status_code == 200, moved.text
    assert {one["start"] for one in visits(moved.json()).values() if one["block"]} == {15.5 * 60}
    assert judge(world, proposal, pin)["lawful"]
    too_late = {**pin, "start": "2026-03-09T19:00:00+01:00"}
    assert not judge(world, proposal, too_late)["lawful"]
    why = world.ask(C, "GET", f"{BASIN}/plans/{proposal['id']}/why?visit_id={min(seats)}")
    assert why.status_code == 200, why.text
