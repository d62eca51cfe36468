"""The texts of a basin are read once for each version of its row, and its ways with none of its rows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence

C, M = Role.COORDINATOR, Role.MANAGER


@pytest.fixture
def asked(world: World) -> list[str]:
    """Statements from now on."""
    told: list[str] = []
    event.listen(world.service.database.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    return told


def reads_of_given(asked: list[str]) -> int:
    return sum("basins.given" in one for one in asked)


def test_an_absence_looks_into_no_ways_once_the_texts_are_known(world: World, asked: list[str]) -> None:
    """Both the check of the row and what its cause decides ask for the texts, which lie beside the ways:
    megabytes in a large basin, searched while nobody else may write."""
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    assert reads_of_given(asked) == 1
    asked.clear()
    again = absence(id="ABS-2", provider_id="S2", employee_id="A-2")
    assert world.ask(C, "POST", f"{BASIN}/absences", again).status_code == 201
    assert reads_of_given(asked) == 0


def test_texts_of_another_version_are_read_anew(world: World, asked: list[str]) -> None:
    def move() -> Any:
        row = world.ask(C, "GET", f"{BASIN}/visits/V1")
        return world.ask(C, "PUT", f"{BASIN}/visits/V1", row.json()["value"], If_Match=row.headers["ETag"])

    assert move().status_code == 200
    asked.clear()
    basin = world.ask(C, "GET", BASIN)
    wishes = {**basin.json()["value"], "plan_days": 3}
    assert world.ask(C, "PUT", BASIN, wishes, If_Match=basin.headers["ETag"]).status_code == 200
    asked.clear()
    assert move().status_code == 200
    assert reads_of_given(asked) == 1
