"""MEAL_BREAK: half an hour between 11:00 and 15:00 for whoever works over midday."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from brigade.law.rules import meal_break
from brigade.units import TimeWindow
from tests.builders import labour, plan, problem, route, visit, worker

MEAL = {
    "MEAL_BREAK.length": {"value": 30, "stricter": "higher"},
    "MEAL_BREAK.due_before": {"value": 720, "unit": "min_of_day"},
    "MEAL_BREAK.due_after": {"value": 840, "unit": "min_of_day"},
    "MEAL_BREAK.from": {"value": 660, "unit": "min_of_day"},
    "MEAL_BREAK.to": {"value": 900, "unit": "min_of_day"},
}


def found(minutes: tuple[int, ...], *starts: str) -> list[dict[str, Any]]:
    """Visits of these minutes, all at A, begun at these times."""
    asked = problem(
        [visit(f"V{n}", "A", length) for n, length in enumerate(minutes, 1)], rules=labour(bad=MEAL)
    )
    made = plan(asked, route(asked, "W1", *((f"V{n}", start) for n, start in enumerate(starts, 1))))
    return [dict(violation.reason.values) for violation in meal_break.check(asked, made)]


def test_half_an_hour_is_a_meal_and_a_minute_less_is_not() -> None:
    """V1 ends at 12:00, V2 until 14:30."""
    assert found((120, 120), "10:00", "12:30") == []
    assert found((120, 120), "10:00", "12:29") == [{"gap_min": 29, "limit_min": 30}]


@pytest.mark.parametrize(
    ("minutes", "starts", "is_broken"),
    [
        ((60, 120), ("12:00", "13:00"), False),
        ((60, 121), ("11:59", "12:59"), True),
        ((60, 60), ("12:00", "13:00"), False),
        ((60, 120), ("11:00", "12:00"), False),
        ((60, 121), ("11:00", "12:00"), True),
    ],
)
def test_it_is_due_before_noon_and_after_two(
    minutes: tuple[int, ...], starts: tuple[str, ...], is_broken: bool
) -> None:
    """A first start at 12:00 is not before noon; a last end at 14:00 is not after two."""
    assert bool(found(minutes, *starts)) == is_broken


def test_only_the_part_inside_the_band_counts() -> None:
    """Free from 10:45 to 11:29 holds 29 min after 11:00; until 11:30 it holds the meal. Free from 14:31 holds
    29."""
    assert found((45, 180), "10:00", "11:29") == [{"gap_min": 29, "limit_min": 30}]
    assert found((45, 180), "10:00", "11:30") == []
    assert found((181, 60), "11:30", "16:00") == [{"gap_min": 29, "limit_min": 30}]


def test_two_short_gaps_make_no_meal() -> None:
    assert len(found((60, 60, 60), "11:00", "12:20", "13:40")) == 1


def test_the_band_follows_the_wall_clock_when_the_clocks_change() -> None:
    """29 March 2026: noon on the wall is eleven hours after midnight."""
    sunday = date(2026, 3, 29)
    empty = problem([], first_day=sunday)
    ten, half_past = empty.horizon.at(sunday, time(10)), empty.horizon.at(sunday, time(12, 30))
    wide: dict[str, Any] = {"windows": (TimeWindow.hard(0, 1300),)}
    visits = [visit("V1", "A", 120, **wide), visit("V2", "A", 120, **wide)]
    asked = problem(visits, [worker(hours=((0, 1300),))], first_day=sunday, rules=labour(bad=MEAL))
    assert (
        list(meal_break.check(asked, plan(asked, route(asked, "W1", ("V1", ten), ("V2", half_past))))) == []
    )
    early = plan(asked, route(asked, "W1", ("V1", ten), ("V2", half_past - 1)))
    assert len(list(meal_break.check(asked, early))) == 1


def test_no_value_no_meal() -> None:
    asked = problem([visit("V1", "A", 120), visit("V2", "A", 180)])
    assert (
        list(meal_break.check(asked, plan(asked, route(asked, "W1", ("V1", "10:00"), ("V2", "12:00"))))) == []
    )
