"""The edges of the calendar: an instant counts in UTC, wherever it was told."""

from __future__ import annotations

import pytest

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence, document

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER
FAR = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2200-12-31T23:00:00-14:00")


@pytest.mark.parametrize("instant", FAR)
def test_instants_beyond_the_years_known_are_refused(world: World, instant: str) -> None:
    named = instant.replace("+", "%2B")
    for kind in ("visits", "absences"):
        for name in ("ends_after", "starts_before"):
            answer = world.ask(M, "GET", f"{BASIN}/{kind}?{name}={named}")
            assert (answer.status_code, answer.json()["code"]) == (422, "D105"), answer.text
    away = absence(interval={"start": "2026-03-09T06:00:00+01:00", "end": instant})
    assert world.ask(M, "POST", f"{BASIN}/absences", away).status_code == 422


def test_an_absence_lasts_three_years_at_the_most(world: World) -> None:
    for end, status in (("2029-03-08T06:00:00+01:00", 201), ("2029-03-12T06:00:00+01:00", 422)):
        away = absence(id=f"ABS-{status}", interval={"start": "2026-03-09T06:00:00+01:00", "end": end})
        assert world.ask(M, "POST", f"{BASIN}/absences", away).status_code == status


def test_a_basin_with_another_clock_than_that_of_paris_is_refused(world: World) -> None:
    """Its people would be told hours that no clock of theirs shows."""
    wishes = {"name": "Ailleurs", "department": "974"}
    told = world.ask(A, "PUT", "/v1/basins/B974", wishes)
    assert (told.status_code, told.json()["code"], "Indian/Reunion" in told.json()["issues"][0]["hint"]) == (
        422,
        "A305",
        True,
    )
    assert world.ask(A, "PUT", "/v1/basins/B2A", {**wishes, "department": "2A"}).status_code == 201
    row = world.ask(C, "GET", BASIN)
    moved = world.ask(
        C, "PUT", BASIN, {**row.json()["value"], "department": "971"}, If_Match=row.headers["ETag"]
    )
    assert (moved.status_code, moved.json()["code"]) == (422, "A305")
    part = {name: document()[name] for name in ("format", "version")} | {
        "basin": {"id": "B1", "name": "B", "department": "976"}
    }
    for dry in ("true", "false"):
        sent = world.ask(C, "POST", f"{BASIN}/imports?dry_run={dry}", part)
        assert (sent.status_code, sent.json()["code"], sent.json()["issues"][0]["where"]) == (
            422,
            "A305",
            "basin.department",
        )
