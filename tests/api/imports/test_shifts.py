"""Shifts that an upload brings: the service keeps the hours, and no cycles."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN, document


def test_an_upload_with_a_cycle_brings_hours(world: World) -> None:
    told = document()
    told["brigade"]["workers"][0]["availability"] = []
    told["brigade"] |= {
        "shift_patterns": [
            {"id": "C", "start": "08:00", "end": "12:00", "second_start": "16:00", "second_end": "19:00"}
        ],
        "shift_cycles": [{"worker_id": "W1", "first": "2026-03-09", "cycle": "C"}],
    }
    done = world.ask(Role.COORDINATOR, "POST", f"{BASIN}/imports?dry_run=false", told)
    assert done.status_code == 200, done.text
    hours = world.get(f"{BASIN}/workers/W1")["value"]["availability"]
    assert [(one["start"][11:16], one["end"][11:16]) for one in hours] == [
        ("08:00", "12:00"),
        ("16:00", "19:00"),
    ]


def test_a_cycle_of_shifts_unheard_of_is_refused(world: World) -> None:
    told = document()
    told["brigade"]["shift_cycles"] = [{"worker_id": "W1", "first": "2026-03-09", "cycle": "X"}]
    refused = world.ask(Role.COORDINATOR, "POST", f"{BASIN}/imports", told)
    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["issues"]] == ["P551"]
