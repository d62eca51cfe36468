"""Dead time beside other hours of the same worker: no minute counts twice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from brigade.worked.done_days import DoneVisit, PlannedVisit, WorkMeasure, WorkPiece, done_days
from brigade.worked.work_between import between

DAY = date(2026, 3, 9)
ALL = WorkMeasure(short_min=15)


def at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, 9, hour, minute, tzinfo=UTC)


def planned(visit: str, start: str, end: str, way_min: float) -> PlannedVisit:
    return PlannedVisit("W1", DAY, visit, WorkPiece(at(start), at(end), way_min, way_min))


@pytest.mark.parametrize(
    ("left_at", "dead", "work_min"),
    [
        ("07:55", ("08:00", "09:00"), 55 + 5 + 60),
        ("08:20", ("08:25", "09:00"), 80 + 5 + 35),
        ("09:10", ("09:15", "09:15"), 130 + 5),
    ],
)
def test_the_visit_before_that_lasts_longer_begins_it_later(
    left_at: str, dead: tuple[str, str], work_min: int
) -> None:
    """V1 planned from 7:00 to 7:55, five minutes of road, V2's door from 8:00 to 9:00."""
    plan = [planned("V1", "07:00", "07:55", 0), planned("V2", "08:00", "09:00", 5)]
    done = {
        "V1": DoneVisit("W1", at("07:00"), at(left_at)),
        "V2": DoneVisit("W1", at("08:00"), at("09:00"), is_dead=True),
    }
    day = done_days(plan, done, DAY, date(2026, 3, 10))["W1"][DAY]
    assert (day.pieces[1].start, day.pieces[1].end) == (at(dead[0]), at(dead[1]))
    assert day.work_min(ALL) == work_min


@pytest.mark.parametrize(("until", "minutes"), [("08:10", 10 + 10), ("08:25", 5), ("08:30", 0)])
def test_dead_time_that_reaches_to_the_next_visit_holds_the_way_there(until: str, minutes: int) -> None:
    """V2 begins at 8:30, ten minutes of road before it."""
    stops: list[dict[str, Any]] = [{"visit_id": "V1"}, {"visit_id": "V2", "travel_min": 10}]
    done = {
        "V1": ("W1", "S1", at("08:00"), at(until)),
        "V2": ("W1", "S1", at("08:30"), at("09:00")),
    }
    found = between({"routes": [{"worker_id": "W1", "stops": stops}]}, done, {"W1": 15})
    assert list(found) == [("W1", "S1", minutes)]
