"""A shared car on the day's board: where it stands, who has it, and a hand that gives it to somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from api.runtime.roles import Role
from tests.api.board.test_board import board
from tests.api.conftest import World, begins, wish
from tests.api.plans.test_draft_edits import by, judge
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER
CLIO: dict[str, Any] = {"id": "CLIO", "name": "Clio", "site_id": "A"}
LENT: dict[str, Any] = {
    **CLIO,
    "id": "LENT",
    "hours": [{"start": "2026-03-09T05:00:00+01:00", "end": "2026-03-09T05:30:00+01:00"}],
}


@pytest.fixture
@begins
def driven(world: World) -> tuple[World, dict[str, Any]]:
    """A proposal of three visits in a basin with a car."""
    wish(world, replan="on_request", vehicles=[CLIO, LENT])
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    return world, world.propose()


def tours(told: Any) -> dict[str, Any]:
    return {row["worker_id"]: row["tours"][0]["vehicle_id"] for row in told["rows"] if row["tours"]}


def test_a_board_names_the_fleet_and_who_has_what(driven: tuple[World, dict[str, Any]]) -> None:
    world, plan = driven
    told = board(world, plan)
    assert told["vehicles"] == [{"id": id, "name": "Clio", "site_id": "A"} for id in ("CLIO", "LENT")]
    routes = plan["document"]["routes"]
    assert tours(told) == {one["worker_id"]: one.get("vehicle", {}).get("id") for one in routes}


def test_a_hand_takes_the_car_and_is_judged(driven: tuple[World, dict[str, Any]]) -> None:
    """It then leaves by where the car stands, and the lane says so."""
    world, plan = driven
    worker = by(plan)["V1"]
    edit = {"kind": "take_vehicle", "worker_id": worker, "tour": 0, "vehicle_id": "CLIO"}
    too_early = judge(world, plan, {**edit, "vehicle_id": "LENT"})["edits"][0]
    assert [one["rule"] for one in too_early["broken"]] == ["VEHICLES"]
    answer = world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/board?lang=fr", {"edits": [edit]})
    assert answer.status_code == 200, answer.text
    assert tours(answer.json())[worker] == "CLIO"
    lane = next(row for row in answer.json()["rows"] if row["worker_id"] == worker)
    assert "Clio" in lane["mode"]


def test_a_car_that_is_not_there_is_taken_by_nobody(driven: tuple[World, dict[str, Any]]) -> None:
    world, plan = driven
    edit = {"kind": "take_vehicle", "worker_id": by(plan)["V1"], "tour": 0, "vehicle_id": "NONE"}
    refused = world.ask(C, "POST", f"{BASIN}/plans/{plan['id']}/judge", {"edits": [edit]})
    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["issues"]] == ["H101"]
