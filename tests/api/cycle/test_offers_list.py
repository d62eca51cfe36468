"""Offers are looked for by who was asked, of what, and when."""

from __future__ import annotations

import pytest

from tests.api.conftest import World
from tests.api.small_basin import BASIN
from tests.api.web.site import at_work

MORNING = "2026-03-09T00:00:00%2B01:00"
NIGHT = "2026-03-10T00:00:00%2B01:00"


@pytest.mark.parametrize("name", ["worker_id", "visit_id"])
def test_offers_are_found_by_worker_and_by_visit(world: World, name: str) -> None:
    at_work(world)
    every = world.get(f"{BASIN}/offers")["items"]
    assert len({one["visit_id"] for one in every}) > 1
    for one in every:
        found = world.get(f"{BASIN}/offers?{name}={one[name]}")["items"]
        assert found == [other for other in every if other[name] == one[name]]


def test_offers_are_found_by_day(world: World) -> None:
    at_work(world)
    every = world.get(f"{BASIN}/offers")["items"]
    assert world.get(f"{BASIN}/offers?ends_after={MORNING}&starts_before={NIGHT}")["items"] == every
    assert world.get(f"{BASIN}/offers?ends_after={NIGHT}")["items"] == []
