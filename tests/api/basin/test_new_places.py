"""A new home in a basin that came by a file: its ways are computed when days are composed, and nobody's
search fails for it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin import basin_travel, compose
from api.runtime.roles import Role
from api.store.basin_tables import Basin
from brigade.travel.estimate import estimate
from brigade.values.places import TravelMode
from brigade.values.problem import Problem
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence, document

C, M = Role.COORDINATOR, Role.MANAGER
NEW = {"id": "L999", "commune": "62498", "latitude": 50.43, "longitude": 2.83}
POINTS = {"H": (50.43, 2.80), "A": (50.44, 2.83), "B": (50.45, 2.86), "C": (50.41, 2.79), "D": (50.40, 2.90)}


def composed(world: World) -> Problem:
    with world.service.database.reading() as session:
        scoped = Scoped(session, Principal.system("tests", "B1"), world.service.clock)
        return compose.compose(scoped, "B1", date(2026, 3, 9), 1)


def search(world: World, **more: Any) -> dict[str, Any]:
    """The job of a search asked by the coordinator, done."""
    asked = world.ask(
        C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09", "search": {"iterations": 200}, **more}
    )
    assert asked.status_code == 202, asked.text
    world.search()
    done: dict[str, Any] = world.get(f"{BASIN}/jobs/{asked.json()['id']}")
    return done


def by_estimate(world: World) -> None:
    """The same basin, imported with points and a source instead of matrices."""
    told = document()
    told["sites"] = [
        {"id": id, "commune": "62498", "latitude": at[0], "longitude": at[1]} for id, at in POINTS.items()
    ]
    told["travel"] = {"source": "estimate"}
    answer = world.ask(C, "POST", f"{BASIN}/imports?dry_run=false", told)
    assert answer.status_code == 200, answer.text


@pytest.fixture(params=["matrices", "estimate"])
def basin(world: World, request: pytest.FixtureRequest) -> World:
    """A day to plan, its ways frozen as every row stored before today has them, or from the source asked
    for."""
    wish(world, replan="on_request")
    if request.param == "estimate":
        by_estimate(world)
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    return world


def test_a_new_site_that_nobody_goes_to_stops_no_search(basin: World) -> None:
    assert basin.ask(M, "PUT", f"{BASIN}/sites/L999", NEW).status_code == 201
    # Without a point: refused where ways are estimated, else as unused as the other.
    assert basin.ask(M, "PUT", f"{BASIN}/sites/L998", {"id": "L998"}).status_code in (201, 422)
    assert search(basin)["state"] == "done"
    assert search(basin, from_scratch=True)["state"] == "done"
    assert "L999" not in {site.id for site in composed(basin).sites}


def test_a_place_that_a_coordinator_corrects_stays_its_services_own(world: World) -> None:
    made = world.ask(M, "PUT", f"{BASIN}/sites/L999", NEW)
    corrected = {**NEW, "commune": "62498"}
    done = world.ask(C, "PUT", f"{BASIN}/sites/L999", corrected, If_Match=made.headers["ETag"])
    assert done.status_code == 200, done.text
    back = world.ask(M, "PUT", f"{BASIN}/sites/L999", NEW, If_Match=done.headers["ETag"])
    assert back.status_code == 200, back.text


def test_a_client_who_moves_to_a_new_site_is_planned_there(basin: World) -> None:
    assert basin.ask(M, "PUT", f"{BASIN}/sites/L999", NEW).status_code == 201
    moved = {**basin.get(f"{BASIN}/clients/S1:A", M)["value"], "site_id": "L999"}
    assert basin.ask(M, "PUT", f"{BASIN}/clients/S1:A", moved, If_Match='"1"').status_code == 200
    done = search(basin)
    assert done["state"] == "done", done
    routes = basin.get(f"{BASIN}/plans/{done['plan_id']}")["document"]["routes"]
    assert "V1" in {stop["visit_id"] for route in routes for stop in route["stops"]}
    matrix = composed(basin).travel[TravelMode.CAR]
    assert matrix.between("L999", "B")[0] > 0
    assert matrix.between("L999", "L999") == (0, 0)


def test_legs_that_a_document_gave_stay_as_they_are(world: World) -> None:
    """Places on a line, a minute a kilometre: A to B takes 10 min whatever an estimate would say."""
    world.ask(M, "PUT", f"{BASIN}/sites/L999", NEW)
    moved = {**world.get(f"{BASIN}/clients/S1:A", M)["value"], "site_id": "L999"}
    world.ask(M, "PUT", f"{BASIN}/clients/S1:A", moved, If_Match='"1"')
    matrix = composed(world).travel[TravelMode.CAR]
    assert (matrix.between("B", "C"), matrix.between("B", "D")) == ((10, 10_000), (20, 20_000))


def test_a_worker_who_goes_by_another_mode_is_planned(world: World) -> None:
    """The file knew no bus: its ways are estimated, where it said where places are."""
    by_estimate(world)
    row = world.ask(C, "GET", f"{BASIN}/workers/W1")
    by_bus = {**row.json()["value"], "mode": "bus", "start_site": "H"}
    assert world.ask(C, "PUT", f"{BASIN}/workers/W1", by_bus, If_Match=row.headers["ETag"]).status_code == 200
    problem = composed(world)
    guessed = estimate(problem.sites, [TravelMode.BUS], problem.horizon)[TravelMode.BUS]
    assert problem.travel[TravelMode.BUS].between("H", "A") == guessed.between("H", "A")
    assert search(world)["state"] == "done"


def test_what_an_import_asked_for_is_kept_and_not_what_it_gave_that_day(world: World) -> None:
    by_estimate(world)
    with world.service.database.reading() as session:
        given = session.get_one(Basin, "B1").given
    assert given["travel"] == {"source": "estimate"}


def test_matrices_of_another_week_add_their_places() -> None:
    """Known: A, B. Told: B, C. What only one of both knows stays; what neither knows is not known."""
    known = {
        "matrices": [
            {"mode": "car", "sites": ["A", "B"], "minutes": [[0, 5], [6, 0]], "metres": [[0, 50], [60, 0]]}
        ]
    }
    told = {
        "matrices": [
            {"mode": "car", "sites": ["B", "C"], "minutes": [[0, 7], [8, 0]], "metres": [[0, 70], [80, 0]]}
        ]
    }
    (matrix,) = basin_travel.merged(known, told)["matrices"]
    assert matrix["sites"] == ["A", "B", "C"]
    assert matrix["minutes"] == [[0, 5, -1], [6, 0, 7], [-1, 8, 0]]
    assert basin_travel.merged({"matrices": [matrix]}, told) == {"matrices": [matrix]}
    barred = {"matrices": [{**told["matrices"][0], "minutes": [[0, None], [8, 0]]}]}
    (matrix,) = basin_travel.merged({"matrices": [matrix]}, barred)["matrices"]
    assert matrix["minutes"] == [[0, 5, -1], [6, 0, None], [-1, 8, 0]]
    assert basin_travel.merged(known, {"source": "estimate"}) == {"source": "estimate"}
