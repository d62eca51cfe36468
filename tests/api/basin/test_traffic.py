"""The basin's traffic: written with its wishes, carried into the problem of the day, brought in by a file."""

from __future__ import annotations

from datetime import date

from api.runtime.roles import Role
from brigade.values.places import Traffic, TravelMode
from tests.api.basin.test_compose import composed
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN

C = Role.COORDINATOR
MONDAY = date(2026, 3, 9)
RUSH = {"mode": "car", "hours": ["07:30-09:00", "lundi 12:00-13:00"], "percent": 130}


def test_traffic_reaches_the_problem_of_the_day(world: World) -> None:
    wish(world, traffic=[RUSH])
    problem, unfit = composed(world, MONDAY, 1)
    assert unfit == []
    assert problem.traffic == (Traffic(TravelMode.CAR, ("07:30-09:00", "lundi 12:00-13:00"), 130),)


def test_traffic_of_a_mode_that_nobody_has_stops_no_search(world: World) -> None:
    wish(world, traffic=[{**RUSH, "mode": "bus"}])
    problem, unfit = composed(world, MONDAY, 1)
    assert unfit == []
    assert [one.mode for one in problem.traffic] == [TravelMode.BUS]


def test_traffic_is_refused_with_all_its_faults(world: World) -> None:
    row = world.ask(C, "GET", BASIN)
    spoilt = [{**RUSH, "hours": ["7h30", "25:00-26:00"]}, {**RUSH, "percent": 5}, {**RUSH, "hours": []}]
    body = {**row.json()["value"], "traffic": spoilt}
    refused = world.ask(C, "PUT", BASIN, body, If_Match=row.headers["ETag"])
    assert refused.status_code == 422
    told = [(one["code"], one["where"]) for one in refused.json()["issues"]]
    assert told == [
        ("P030", "traffic[0].hours"),
        ("P030", "traffic[0].hours"),
        ("P031", "traffic[1].percent"),
        ("P030", "traffic[2].hours"),
    ]
