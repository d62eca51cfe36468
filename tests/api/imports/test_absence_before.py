"""A day whose absences began before it, with what its people have worked until then."""

from __future__ import annotations

from api.runtime.roles import Role
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence, document


def test_an_absence_that_began_before_the_file_leaves_its_counters_be(world: World) -> None:
    told = document()
    told["brigade"]["workers"][0]["counters"] = {
        "days": [
            {
                "day": "2026-03-08",
                "start": "2026-03-08T08:00:00+01:00",
                "end": "2026-03-08T12:00:00+01:00",
                "work_min": 240,
            }
        ],
        "sundays_worked": ["2026-03-08"],
    }
    away = {"start": "2026-03-05T00:00:00+01:00", "end": "2026-03-14T00:00:00+01:00"}
    told["demand"]["absences"] = [absence(interval=away, known_at="2026-03-04T09:00:00+01:00")]
    done = world.ask(Role.COORDINATOR, "POST", f"{BASIN}/imports?dry_run=false", told)
    assert done.status_code == 200, done.text
    assert world.get(f"{BASIN}/absences/ABS-1")["value"]["interval"] == away


def test_a_first_day_that_is_none_is_told_before_absences_are_looked_at(world: World) -> None:
    told = document()
    told["demand"]["absences"] = [absence(known_at="2026-03-04T09:00:00+01:00")]
    told["horizon"]["first_day"] = "2026-13-01"
    refused = world.ask(Role.COORDINATOR, "POST", f"{BASIN}/imports", told)
    assert refused.status_code == 422
    assert [one["where"] for one in refused.json()["issues"]] == ["horizon.first_day"]
