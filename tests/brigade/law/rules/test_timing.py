"""TIMING and TIME_WINDOW: the ticks of a tour fit together; one field off by one tick is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from brigade.law.rules import timing
from brigade.units import TimeWindow
from brigade.values.plan import Plan, Route
from brigade.values.problem import Problem
from tests.builders import at, labour, plan, problem, route, visit, worker


def codes(asked: Problem, made: Plan) -> list[str]:
    return [violation.reason.code for violation in timing.check(asked, made)]


def day() -> tuple[Problem, Route]:
    """V1 08:00-09:00 at A, V2 at B reached at 09:10, pause of 20, start at 09:40."""
    rules = labour(
        mandatory={"REST_BREAK.after": 360, "REST_BREAK.length": {"value": 20, "stricter": "higher"}}
    )
    asked = problem([visit("V1", "A"), visit("V2", "B")], rules=rules)
    return asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:40", 20))


def test_a_tour_that_fits_together_is_right() -> None:
    asked, tour = day()
    assert codes(asked, plan(asked, tour)) == []


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("position", [0, 1])
@pytest.mark.parametrize("name", ["arrival", "start", "end", "travel", "metres", "pause"])
def test_a_field_of_a_stop_off_by_one_is_seen(name: str, position: int, by: int) -> None:
    asked, tour = day()
    stops = list(tour.stops)
    stops[position] = replace(stops[position], **{name: getattr(stops[position], name) + by})
    assert codes(asked, plan(asked, replace(tour, stops=tuple(stops))))


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("name", ["departure", "back", "travel_back", "metres_back"])
def test_a_field_of_a_tour_off_by_one_is_seen(name: str, by: int) -> None:
    asked, tour = day()
    change: dict[str, Any] = {name: getattr(tour, name) + by}
    assert codes(asked, plan(asked, replace(tour, **change)))


def test_the_duty_day_is_that_of_the_availability() -> None:
    asked, tour = day()
    assert codes(asked, plan(asked, replace(tour, day=date(2026, 3, 10)))) == ["timing_day"]


def test_the_first_visit_is_reached_just_in_time() -> None:
    """Leaving five minutes early to wait at the door is not a departure of this plan's kind."""
    asked, tour = day()
    early = replace(tour.stops[0], arrival=tour.stops[0].arrival - 5)
    made = plan(asked, replace(tour, departure=tour.departure - 5, stops=(early, tour.stops[1])))
    assert codes(asked, made) == ["timing_first_arrival"]


def test_a_later_start_than_the_earliest_is_a_choice() -> None:
    asked, _ = day()
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "10:00"), ("V2", "13:00")))) == []


def test_nobody_starts_before_arriving_or_inside_the_pause() -> None:
    """B is reached at 09:10: 09:09 is too early, and so is 09:29 with a pause of 20."""
    asked, _ = day()
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:10")))) == []
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:09")))) == ["timing_pause"]
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "09:29", 20)))) == [
        "timing_pause"
    ]


def test_touching_tours_are_two_trips_and_overlapping_ones_are_not() -> None:
    """Back at 09:10: the second tour leaves at 09:10 or later."""
    person = worker(hours=(("06:00", "09:00"), ("09:30", "20:00")))
    asked = problem([visit("V1", "A"), visit("V2", "A")], [person])
    first = route(asked, "W1", ("V1", "08:00"))
    assert codes(asked, plan(asked, first, route(asked, "W1", ("V2", "09:20"), tour=1))) == []
    assert codes(asked, plan(asked, first, route(asked, "W1", ("V2", "09:19"), tour=1))) == ["timing_overlap"]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("07:59", ["time_window"]),
        ("08:00", []),
        ("09:30", []),
        ("09:31", ["time_window"]),
        ("13:59", ["time_window"]),
        ("14:00", []),
    ],
)
def test_a_start_lies_in_one_of_the_windows_up_to_the_hard_end(start: str, expected: list[str]) -> None:
    windows = (TimeWindow(at("08:00"), at("09:00"), at("09:30")), TimeWindow.hard(at("14:00"), at("15:00")))
    asked = problem([visit("V1", "A", windows=windows)])
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", start)))) == expected


def rest(length: int) -> dict[str, Any]:
    return {"REST_BREAK.after": 360, "REST_BREAK.length": {"value": length, "stricter": "higher"}}


def test_a_pause_may_be_the_break_of_any_text_of_the_problem() -> None:
    """S2 (sap) asks for 45 min; a pause of 45 in a tour at S1 is fine, one of 44 is no break anybody
    knows."""
    asked = problem([visit("V1", "A"), visit("V2", "B")], rules=labour(bad=rest(20), sap=rest(45)))
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "10:00", 45)))) == []
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "10:00", 44)))) == [
        "timing_pause"
    ]


@pytest.mark.parametrize(
    ("start", "window"),
    [("08:00", ("09:00", "10:00")), ("12:00", ("09:00", "10:00")), ("17:00", ("15:00", "16:00"))],
)
def test_a_start_off_both_windows_is_told_the_one_it_missed(start: str, window: tuple[str, str]) -> None:
    """From 09:00 to 10:00 or from 15:00 to 16:00: noon is not "outside 09:00 to 16:00"."""
    windows = (TimeWindow.hard(at("09:00"), at("10:00")), TimeWindow.hard(at("15:00"), at("16:00")))
    asked = problem([visit("V1", windows=windows)])
    (found,) = timing.check(asked, plan(asked, route(asked, "W1", ("V1", start))))
    assert (found.reason.value("earliest_at"), found.reason.value("latest_at")) == tuple(map(at, window))
