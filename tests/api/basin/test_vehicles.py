"""The basin's fleet: written with its wishes, carried into the problem of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

from api.runtime.roles import Role
from brigade.values.places import TravelMode
from tests.api.basin.test_compose import composed
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN

C, M = Role.COORDINATOR, Role.MANAGER
MONDAY = date(2026, 3, 9)
CLIO: dict[str, Any] = {"id": "CLIO", "name": "Clio", "site_id": "A", "cents_per_day": 800}
LENT: dict[str, Any] = {
    "id": "BIKE",
    "name": "Vélo prêté",
    "site_id": "B",
    "drivers": ["W1"],
    "hours": [{"start": "2026-03-09T00:00:00+01:00", "end": "2026-03-11T00:00:00+01:00"}],
}


def test_the_fleet_reaches_the_problem_of_the_day(world: World) -> None:
    """With the place where each stands, and the ways of its mode."""
    wish(world, vehicles=[CLIO, LENT])
    problem, unfit = composed(world, MONDAY, 1)
    assert unfit == []
    assert {one.id: one.site_id for one in problem.vehicles} == {"CLIO": "A", "BIKE": "B"}
    assert problem.vehicle_by_id["BIKE"].drivers == frozenset({"W1"})
    assert problem.travel.keys() == {TravelMode.CAR}


def test_a_vehicle_without_ways_goes_alone(world: World) -> None:
    """Places without points have the ways that were given, by car: a bike would take all of them along."""
    wish(world, vehicles=[CLIO, {**LENT, "mode": "e_bike"}])
    problem, unfit = composed(world, MONDAY, 1)
    assert [(one.kind, one.id, one.issue.code) for one in unfit] == [("vehicles", "BIKE", "T001")]
    assert [one.id for one in problem.vehicles] == ["CLIO"]
    assert problem.visits


def test_what_is_nobody_s_these_days_stops_no_search(world: World) -> None:
    wish(world, vehicles=[CLIO, LENT])
    row = world.ask(C, "GET", f"{BASIN}/workers/W1")
    assert row.status_code == 200
    assert world.ask(C, "DELETE", f"{BASIN}/workers/W1", If_Match=row.headers["ETag"]).status_code == 204
    problem, unfit = composed(world, MONDAY, 1)
    assert unfit == []
    assert [one.id for one in problem.vehicles] == ["CLIO"]


def test_a_fleet_is_refused_with_all_its_faults(world: World) -> None:
    row = world.ask(C, "GET", BASIN)
    spoilt = [
        {**CLIO, "site_id": "NOWHERE", "cents_per_day": -1},
        CLIO,
        {**LENT, "drivers": ["W99"], "provider_id": "S1", "employer_id": "E1", "range_m": 0},
    ]
    body = {**row.json()["value"], "vehicles": spoilt}
    refused = world.ask(C, "PUT", BASIN, body, If_Match=row.headers["ETag"])
    assert refused.status_code == 422
    codes = sorted(one["code"] for one in refused.json()["issues"])
    assert codes == ["P024", "P025", "P025", "P026", "P028", "P029"]


def test_the_fleet_is_the_coordinators_to_write(world: World) -> None:
    row = world.ask(C, "GET", BASIN)
    body = {**row.json()["value"], "vehicles": [CLIO]}
    assert world.ask(M, "PUT", BASIN, body, If_Match=row.headers["ETag"]).status_code == 403
