"""The edges of the calendar: an instant counts in UTC, wherever it was told."""

from __future__ import annotations

import pytest

from api.access import Role
from tests.service.basin import BASIN, absence
from tests.service.conftest import World

M = Role.MANAGER
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
