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


def _etag(world: World, role: Role = C) -> str:
    return str(world.ask(role, "GET", BASIN).headers["ETag"])


def test_a_vehicle_is_written_by_itself_and_taken_away(world: World) -> None:
    """The rest of the fleet stays; another id than the address's is refused."""
    wish(world, vehicles=[LENT])
    put = world.ask(C, "PUT", f"{BASIN}/vehicles/CLIO", CLIO, If_Match=_etag(world))
    assert put.status_code == 200, put.text
    assert [one["id"] for one in world.get(BASIN)["value"]["vehicles"]] == ["BIKE", "CLIO"]
    assert world.get(f"{BASIN}/vehicles/CLIO")["cents_per_day"] == 800
    other = world.ask(C, "PUT", f"{BASIN}/vehicles/BIKE", CLIO, If_Match=_etag(world))
    assert [one["code"] for one in other.json()["issues"]] == ["A309"]
    assert world.ask(C, "DELETE", f"{BASIN}/vehicles/CLIO").status_code == 428
    assert world.ask(C, "DELETE", f"{BASIN}/vehicles/CLIO", If_Match=put.headers["ETag"]).status_code == 204
    assert [one["id"] for one in world.get(BASIN)["value"]["vehicles"]] == ["BIKE"]
    assert world.ask(C, "DELETE", f"{BASIN}/vehicles/CLIO", If_Match=_etag(world)).status_code == 404


def test_managers_and_employers_write_the_vehicles_of_their_own(world: World) -> None:
    """A car that is the basin's, or another's, is none of theirs, neither to have nor to give away. It stands
    at a place of nobody's clients: an employer sees no other."""
    wish(world, vehicles=[LENT])
    shared = {**CLIO, "site_id": "H"}
    own: dict[Role, dict[str, Any]] = {M: {"provider_id": "S1"}, Role.EMPLOYER: {"employer_id": "E1"}}
    for role, owner in own.items():
        for car, status in (
            ({**shared, **owner}, 200),
            (shared, 403),
            ({**shared, "provider_id": "S2"}, 403),
            ({**LENT, **owner}, 403),
        ):
            where = f"{BASIN}/vehicles/{car['id']}"
            answer = world.ask(role, "PUT", where, car, If_Match=_etag(world))
            assert answer.status_code == status, (role, car, answer.text)
        gone = world.ask(role, "DELETE", f"{BASIN}/vehicles/CLIO", If_Match=_etag(world))
        assert gone.status_code == 204
        assert world.ask(role, "DELETE", f"{BASIN}/vehicles/BIKE", If_Match=_etag(world)).status_code == 403


def test_nothing_stands_at_a_home_out_of_reach(world: World) -> None:
    """At D lives somebody of S2: to the manager of S1 there is no such place."""
    assert world.ask(C, "GET", f"{BASIN}/sites/D").status_code == 200
    assert world.ask(M, "GET", f"{BASIN}/sites/D").status_code == 404
    there = {**CLIO, "provider_id": "S1", "site_id": "D"}
    refused = world.ask(M, "PUT", f"{BASIN}/vehicles/CLIO", there, If_Match=_etag(world))
    assert refused.status_code == 404
    assert world.ask(C, "PUT", f"{BASIN}/vehicles/CLIO", there, If_Match=_etag(world)).status_code == 200


def test_the_fleet_is_the_coordinators_to_write(world: World) -> None:
    row = world.ask(C, "GET", BASIN)
    body = {**row.json()["value"], "vehicles": [CLIO]}
    assert world.ask(M, "PUT", BASIN, body, If_Match=row.headers["ETag"]).status_code == 403
