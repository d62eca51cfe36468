"""What happens at the door of a client who is not there: the slot is paid, the time is free, and no minute
counts twice (DEAD_TIME)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin import compose
from api.runtime.roles import Role
from api.worked import dead_time
from api.worked.history import worked
from tests.api.commitments.test_commitments import answer, in_force, offer_of
from tests.api.conftest import World
from tests.api.incidents.test_incidents import carer, planned  # noqa: F401 - a fixture
from tests.api.plans.test_least_change import stops
from tests.api.small_basin import BASIN

C, M = Role.COORDINATOR, Role.MANAGER
PAYROLL = f"{BASIN}/exports/payroll?first_day=2026-03-09&last_day=2026-03-09"


@pytest.fixture
def at_door(planned: World) -> World:  # noqa: F811
    """V1 begins at 8:00; at 8:10 nobody has opened."""
    planned.later(hours=1.5)
    told = planned.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": False, "cause": "no_entry"})
    assert told.status_code == 201, told.text
    return planned


def paid(world: World, worker: str) -> dict[str, Any]:
    (row,) = [row for row in world.get(PAYROLL)["rows"] if row["worker_id"] == worker]
    return dict(row)


def duration(world: World, visit: str) -> int:
    with world.service.database.writing() as session:
        scoped = Scoped(session, Principal.system("test", "B1"), world.service.clock)
        problem = compose.compose(scoped, "B1", date(2026, 3, 9), 1)
    return int(problem.visit_by_id[visit].duration)


def test_whoever_stood_at_the_door_is_paid_the_slot(at_door: World) -> None:
    """BAD V.2: dead time, "pour la durée de l'intervention prévue"."""
    (row,) = at_door.get(f"{BASIN}/outcomes")["items"]
    start, who = stops(in_force(at_door))["V1"][1], carer(at_door, "V1")
    assert (row["at_door"], row["worker_id"], row["starts_at"][:16]) == (True, who, start[:16])
    pay = paid(at_door, who)
    assert (pay["visits"], pay["service_min"], pay["dead_time_min"]) == (0, 0, 60)
    assert pay["work_min"] == 60
    evidence = at_door.get(f"{BASIN}/exports/evidence?first_day=2026-03-09&last_day=2026-03-09")
    assert evidence["replacements"] == []


def test_her_time_is_free_from_when_nobody_opened(at_door: World) -> None:
    assert duration(at_door, "V1") < 60
    assert duration(at_door, "V2") == 60


def test_told_again_it_changes_nothing_and_what_is_read_can_be_sent_back(at_door: World) -> None:
    lines = {"outcomes": [{"visit_id": "V1", "done": False, "cause": "no_entry"}]}
    at_door.later(hours=1)
    again = at_door.ask(C, "POST", f"{BASIN}/outcomes", lines).json()
    assert (again["unchanged"], again["corrected"]) == (1, 0)
    (row,) = at_door.get(f"{BASIN}/outcomes")["items"]
    back = at_door.ask(C, "PUT", f"{BASIN}/outcomes/V1", row, If_Match=f'"{row["version"]}"')
    assert back.status_code == 200, back.text
    assert back.json()["free_at"] == row["free_at"]


def test_sent_elsewhere_meanwhile_no_minute_is_paid_twice(at_door: World) -> None:
    who = carer(at_door, "V1")
    at_door.later(hours=9)
    start = stops(in_force(at_door))["V1"][1]
    assert start[11:16] == "08:00"
    done = {
        "done": True,
        "worker_id": who,
        "starts_at": "2026-03-09T08:30:00+01:00",
        "ends_at": "2026-03-09T09:15:00+01:00",
    }
    assert at_door.ask(C, "PUT", f"{BASIN}/outcomes/V3", done).status_code == 201
    pay = paid(at_door, who)
    assert pay["service_min"] == 45
    assert 0 < pay["dead_time_min"] <= 30
    assert pay["work_min"] <= 75
    with at_door.service.database.writing() as session:
        scoped = Scoped(session, Principal.system("test", "B1"), at_door.service.clock)
        day = worked(scoped, "B1", date(2026, 3, 9), date(2026, 3, 10))[who][date(2026, 3, 9)]
    first, second = day.pieces[:2]
    assert first.is_dead
    assert first.end <= second.start


def test_the_plan_that_follows_calls_nothing_off_where_she_stood(at_door: World) -> None:
    """V1 ends at 8:11 by the next plan: she was there, and is told nothing of it."""
    at_door.search()
    (plan,) = at_door.get(f"{BASIN}/plans?state=proposed")["items"]
    assert at_door.publish(plan).status_code == 200
    assert offer_of(at_door, "V1")["state"] == "accepted"
    assert [one["state"] for one in at_door.get(f"{BASIN}/messages?kind=tour_changed")["items"]] == ["failed"]


def test_who_came_late_from_the_visit_before_is_paid_no_minute_twice(planned: World) -> None:  # noqa: F811
    """V3 from 7:10 to 8:20, V1 planned for 8:00 to 9:00: 70 minutes there, 40 before the door."""
    who = carer(planned, "V1")
    planned.later(hours=9)
    done = {
        "done": True,
        "worker_id": who,
        "starts_at": "2026-03-09T07:10:00+01:00",
        "ends_at": "2026-03-09T08:20:00+01:00",
    }
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V3", done).status_code == 201
    told = {"done": False, "cause": "no_entry"}
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V1", told).status_code == 201
    pay = paid(planned, who)
    assert (pay["service_min"], pay["dead_time_min"]) == (70, 40)
    with planned.service.database.writing() as session:
        scoped = Scoped(session, Principal.system("test", "B1"), planned.service.clock)
        spans = dead_time.hours_by_visit(scoped, "B1")
    assert [(one.isoformat()[11:16], end.isoformat()[11:16]) for one, end in spans.values()] == [
        ("07:20", "08:00")
    ], "in UTC"


def test_dead_time_over_midnight_ends_with_the_visit_of_the_next_day(planned: World) -> None:  # noqa: F811
    """The door at 23:30 for an hour, V3 at 0:10: 40 minutes."""
    who = carer(planned, "V1")
    planned.later(hours=30)
    told = {"done": False, "cause": "no_entry", "starts_at": "2026-03-09T23:30:00+01:00"}
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V1", told).status_code == 201
    done = {
        "done": True,
        "worker_id": who,
        "starts_at": "2026-03-10T00:10:00+01:00",
        "ends_at": "2026-03-10T01:00:00+01:00",
    }
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V3", done).status_code == 201
    assert paid(planned, who)["dead_time_min"] == 40


@pytest.mark.parametrize("cause", ["client_hospital", "client_refused"])
def test_another_cause_leaves_who_stood_there_and_when(planned: World, cause: str) -> None:  # noqa: F811
    """W3 stood there, not whom the plan says; later it is known why nobody opened."""
    planned.later(hours=1.5)
    other = next(one for one in ("W2", "W3") if one != carer(planned, "V1"))
    told = {"done": False, "cause": "no_entry", "worker_id": other, "starts_at": "2026-03-09T08:05:00+01:00"}
    first = planned.ask(C, "PUT", f"{BASIN}/outcomes/V1", told).json()
    planned.later(hours=1)
    lines = {"outcomes": [{"visit_id": "V1", "done": False, "cause": cause}], "corrects": True}
    assert planned.ask(C, "POST", f"{BASIN}/outcomes", lines).status_code == 200
    (row,) = planned.get(f"{BASIN}/outcomes")["items"]
    same = ("at_door", "worker_id", "starts_at", "ends_at", "free_at")
    assert [row[name] for name in same] == [first[name] for name in same]
    assert row["cause"] == cause


def test_nobody_had_gone_there_whatever_the_cause_is_corrected_to(planned: World) -> None:  # noqa: F811
    planned.later(hours=1.5)
    told = {"done": False, "cause": "no_entry", "at_door": False}
    first = planned.ask(C, "PUT", f"{BASIN}/outcomes/V1", told).json()
    again = {"done": False, "cause": "client_hospital"}
    row = planned.ask(C, "PUT", f"{BASIN}/outcomes/V1", again, If_Match=f'"{first["version"]}"').json()
    assert (row["cause"], row["at_door"]) == ("client_hospital", False)


def test_who_was_told_before_that_nobody_is_there_has_not_stood_there(planned: World) -> None:  # noqa: F811
    """Told at 7:40 of V1 at 8:00: it is off, nobody goes, and nothing is paid."""
    planned.later(hours=1)
    told = planned.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": False, "cause": "client_absent"})
    assert told.status_code == 201, told.text
    assert (told.json()["at_door"], told.json()["worker_id"]) == (False, None)
    assert offer_of(planned, "V1")["state"] == "withdrawn"
    assert planned.get(PAYROLL)["rows"] == []


def test_the_clients_service_hears_at_once_that_nobody_opened(at_door: World) -> None:
    (told,) = at_door.get(f"{BASIN}/messages?kind=client_not_met")["items"]
    assert told["contact_id"] == "provider:S1"


def test_a_manager_who_says_so_herself_is_not_told(planned: World) -> None:  # noqa: F811
    planned.later(hours=1.5)
    told = planned.ask(M, "PUT", f"{BASIN}/outcomes/V1", {"done": False, "cause": "no_entry"})
    assert told.json()["at_door"] is True
    assert planned.get(f"{BASIN}/messages?kind=client_not_met")["items"] == []


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"done": False, "at_door": True}, "at_door"),
        ({"done": False, "cause": "worker_absent", "at_door": True}, "at_door"),
        (
            {"done": False, "cause": "no_entry", "at_door": False, "free_at": "2026-03-09T08:05:00+01:00"},
            "free_at",
        ),
        ({"done": False, "cause": "no_entry", "free_at": "2026-03-09T11:00:00+01:00"}, "free_at"),
        ({"done": True, "at_door": True}, "at_door"),
        ({"done": True, "free_at": "2026-03-09T08:05:00+01:00"}, "free_at"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_field(
    planned: World,  # noqa: F811
    given: dict[str, Any],
    where: str,
) -> None:
    planned.later(hours=1.5)
    refused = planned.ask(C, "PUT", f"{BASIN}/outcomes/V1", given)
    assert refused.status_code in (409, 422), refused.text
    assert f"outcomes.V1.{where}" in {one["where"] for one in refused.json()["issues"]}
    assert planned.get(f"{BASIN}/outcomes")["items"] == []


def test_the_board_shows_that_nobody_opened(at_door: World) -> None:
    board = at_door.get(f"{BASIN}/plans/{in_force(at_door)['id']}/board")
    became = {
        visit["visit_id"]: visit["became"]
        for row in board["rows"]
        for tour in row["tours"]
        for visit in tour["visits"]
    }
    assert became == {"V1": "not_met", "V2": None, "V3": None}


# -- told by whoever stands there --------------------------------------------------------------------------
def not_met(world: World, worker: str, role: Role = Role.WORKER, **more: Any) -> Any:
    told = {"kind": "client_not_met", "visit_id": "V1", "worker_id": worker, **more}
    return world.ask(role, "POST", f"{BASIN}/incidents", told)


def test_a_worker_tells_it_herself_from_the_door(planned: World) -> None:  # noqa: F811
    assert carer(planned, "V1") == "W1", "the worker of these tokens"
    planned.later(hours=1.5)
    told = not_met(planned, "W1")
    assert told.status_code == 201, told.text
    assert told.json()["incident"]["client_id"] == "S1:A"
    (row,) = planned.get(f"{BASIN}/outcomes")["items"]
    assert (row["cause"], row["at_door"], row["worker_id"]) == ("no_entry", True, "W1")
    assert len(planned.get(f"{BASIN}/messages?kind=client_not_met")["items"]) == 1
    again = not_met(planned, "W1", cause="absent")
    assert (again.status_code, again.json()["issues"][0]["where"]) == (422, "incident.visit_id")


@pytest.mark.parametrize(
    ("told", "status", "where"),
    [
        ({"worker_id": "W2"}, 403, None),
        ({"visit_id": "V5"}, 422, "incident.visit_id"),
        ({"visit_id": "V99"}, 422, "incident.visit_id"),
        ({"at": "2026-03-09T09:30:00+01:00"}, 422, "incident.at"),
    ],
)
def test_a_worker_tells_of_her_own_stops_alone(
    planned: World,  # noqa: F811
    told: dict[str, Any],
    status: int,
    where: str | None,
) -> None:
    planned.later(hours=1.5)
    answer = not_met(planned, "W1", **told)
    assert answer.status_code == status, answer.text
    assert where in (None, *(one["where"] for one in answer.json().get("issues", ())))
    assert planned.get(f"{BASIN}/outcomes")["items"] == []


def test_a_manager_tells_it_of_own_clients(planned: World) -> None:  # noqa: F811
    planned.later(hours=1.5)
    assert not_met(planned, "W1", M).status_code == 201
    assert planned.get(f"{BASIN}/messages?kind=client_not_met")["items"] == []
    assert not_met(planned, "W1", M, visit_id="V5").status_code in (403, 404, 422)


def test_whoever_is_sent_instead_may_find_nobody_there_either(planned: World) -> None:  # noqa: F811
    """At 8:03 nobody had come to V1; who is sent by 8:30 stands before a closed door at 8:31."""
    planned.later(hours=1, minutes=23)
    absent = {"done": False, "cause": "worker_absent"}
    assert planned.ask(C, "PUT", f"{BASIN}/outcomes/V1", absent).status_code == 201
    planned.search()
    plan = planned.get(f"{BASIN}/plans?state=proposed")["items"][0]
    assert planned.publish(plan).status_code == 200
    other = carer(planned, "V1")
    assert other != "W1"
    assert answer(planned, "V1", "accept").status_code == 200
    planned.later(minutes=28)
    told = not_met(planned, other, C)
    assert told.status_code == 201, told.text
    (row,) = planned.get(f"{BASIN}/outcomes")["items"]
    assert (row["cause"], row["at_door"], row["worker_id"]) == ("no_entry", True, other)
    assert not_met(planned, "W1", C).status_code == 422
