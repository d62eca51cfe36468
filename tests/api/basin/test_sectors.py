"""The basin's maps of sectors: written with its wishes, carried into the problem of the day."""

from __future__ import annotations

from datetime import date
from typing import Any

from api.runtime.roles import Role
from tests.api.basin.test_compose import composed
from tests.api.conftest import World, wish
from tests.api.provoking import proposed
from tests.api.small_basin import BASIN

C, M = Role.COORDINATOR, Role.MANAGER
MONDAY = date(2026, 3, 9)
NORTH: dict[str, Any] = {"id": "Q1", "name": "Nord", "sites": ["A"], "neighbours": ["Q2"]}
SOUTH: dict[str, Any] = {"id": "Q2", "name": "Sud", "sites": ["B", "C"]}
OWN: dict[str, Any] = {"id": "P1", "name": "Ville", "provider_id": "S1", "sites": ["A"]}


def at_home(world: World, *sectors: str, limit: str | None) -> None:
    world.rewrite("workers/W1", sectors=list(sectors), **({"sector_limit": limit} if limit else {}))


def test_maps_and_homes_reach_the_problem_of_the_day(world: World) -> None:
    wish(world, sectors=[NORTH, SOUTH, OWN])
    at_home(world, "Q1", "P1", limit="home_sector")
    problem, unfit = composed(world, MONDAY, 1)
    assert unfit == []
    assert {one.id: one.provider_id for one in problem.sectors} == {"Q1": None, "Q2": None, "P1": "S1"}
    assert problem.worker_by_id["W1"].sectors == {"Q1", "P1"}
    assert problem.worker_by_id["W1"].sector_limit == "home_sector"


def test_a_sector_taken_out_leaves_people_planned(world: World) -> None:
    """With her last sector her limit goes as well: it would be one around nothing."""
    wish(world, sectors=[NORTH, SOUTH])
    at_home(world, "Q1", limit="neighbour_sectors")
    wish(world, sectors=[{**SOUTH, "neighbours": []}])
    problem, unfit = composed(world, MONDAY, 1)
    assert unfit == []
    assert (problem.worker_by_id["W1"].sectors, problem.worker_by_id["W1"].sector_limit) == (
        frozenset(),
        None,
    )


def test_a_map_is_refused_with_all_its_faults(world: World) -> None:
    row = world.ask(C, "GET", BASIN)
    spoilt = [NORTH, {**SOUTH, "sites": ["A", "NOWHERE"]}, {**OWN, "neighbours": ["Q1"]}, SOUTH]
    body = {**row.json()["value"], "sectors": spoilt}
    refused = world.ask(C, "PUT", BASIN, body, If_Match=row.headers["ETag"])
    assert refused.status_code == 422
    codes = sorted(one["code"] for one in refused.json()["issues"])
    assert codes == ["P020", "P021", "P022", "P023"]


def test_the_board_says_whose_sector_a_visit_lies_in(world: World) -> None:
    """W1 is at home where V1 is; of a place in no sector the board names none, and calls it further."""
    wish(world, sectors=[{**NORTH, "neighbours": []}])
    at_home(world, "Q1", limit=None)
    plan = proposed(world)
    board = world.get(f"{BASIN}/plans/{plan['id']}/board?day=2026-03-09")
    told = {
        one["visit_id"]: (one["sector"], one["sector_distance"])
        for row in board["rows"]
        if row["worker_id"] == "W1"
        for tour in row["tours"]
        for one in tour["visits"]
    }
    assert set(told.values()) <= {("Nord", "home"), (None, "other")}
    assert ("Nord", "home") in told.values()


def test_a_manager_writes_her_services_map_and_leaves_the_others(world: World) -> None:
    wish(world, sectors=[NORTH, SOUTH])
    path = f"{BASIN}/providers/S1/sectors"
    read = world.ask(M, "GET", path)
    assert read.json() == {"sectors": []}
    own = {"id": "P1", "name": "Ville", "sites": ["A"]}
    put = world.ask(M, "PUT", path, {"sectors": [own]}, If_Match=read.headers["ETag"])
    assert put.status_code == 200, put.text
    kept = world.get(BASIN)["value"]["sectors"]
    assert {one["id"]: one.get("provider_id") for one in kept} == {"Q1": None, "Q2": None, "P1": "S1"}
    assert world.ask(M, "PUT", path, {"sectors": []}, If_Match=read.headers["ETag"]).status_code == 412
    assert world.ask(M, "GET", f"{BASIN}/providers/S2/sectors").status_code == 404


def test_a_map_holds_no_sector_of_another(world: World) -> None:
    path = f"{BASIN}/providers/S1/sectors"
    version = world.ask(C, "GET", path).headers["ETag"]
    other = {"sectors": [{**OWN, "provider_id": "S2"}]}
    refused = world.ask(C, "PUT", path, other, If_Match=version)
    assert (refused.status_code, refused.json()["code"]) == (422, "A306")
    spoilt = {"sectors": [{**OWN, "sites": ["NOWHERE"]}]}
    refused = world.ask(M, "PUT", path, spoilt, If_Match=version)
    assert (refused.status_code, [one["code"] for one in refused.json()["issues"]]) == (422, ["P021"])
