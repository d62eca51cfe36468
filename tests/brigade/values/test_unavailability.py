"""Contract unavailability: written in French or English, laid over the days of a service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from brigade.units import Horizon, Interval
from brigade.values.unavailability import WeeklyBand, stretches, weekly_band
from brigade.values.workforce import Contract
from tests import builders
from tests.builders import MONDAY, at


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("mercredi 14:00-18:00", WeeklyBand(3, time(14), time(18))),
        ("Wednesday 14:00-18:00", WeeklyBand(3, time(14), time(18))),
        ("dimanche", WeeklyBand(7)),
        ("férié", WeeklyBand(None)),
        ("holiday 08:00-12:00", WeeklyBand(None, time(8), time(12))),
        ("samedi 20:00-24:00", WeeklyBand(6, time(20))),
        ("mercredi 14:00", None),
        ("mercredi 14:00-14:00", None),
        ("14:00-18:00", None),
        ("mercredredi", None),
        ("mercredi 25:00-26:00", None),
    ],
)
def test_a_stretch_is_a_day_with_hours_or_whole(text: str, band: WeeklyBand | None) -> None:
    assert weekly_band(text) == band


def met(first: date, service: Interval, *texts: str, department: str = "62") -> list[Interval]:
    """The stretches of a contract that a service meets, in a horizon of two days."""
    problem = replace(builders.problem([builders.visit("V1")], days=2), horizon=Horizon(first, 2))
    return [one for _, one in stretches(problem, Contract(unavailability=texts), department, service)]


def test_a_stretch_reaches_into_the_morning_from_the_evening_before() -> None:
    """Monday 9 March 2026: "dimanche 22:00-06:00" of Sunday 8 ends at 06:00."""
    week = ("dimanche 22:00-06:00", "mardi 14:00-18:00", "jeudi")
    night, afternoon = Interval(at("22:00", -1), at("06:00")), Interval(at("14:00", 1), at("18:00", 1))
    for service, found in (
        (Interval(at("05:59"), at("07:00")), [night]),
        (Interval(at("06:00"), at("07:00")), []),
        (Interval(at("05:00"), at("14:01", 1)), [night, afternoon]),
        (Interval(at("18:00", 1), at("19:00", 1)), []),
    ):
        assert met(MONDAY, service, *week) == found


def test_a_stretch_of_the_day_after_the_last_meets_the_night_before_it() -> None:
    """A night of Tuesday 10 March, the last day planned, that ends on Wednesday."""
    wednesday = Interval(at("00:00", 2), at("00:00", 3))
    assert met(MONDAY, Interval(at("23:00", 1), at("00:01", 2)), "mercredi") == [wednesday]
    assert met(MONDAY, Interval(at("23:00", 1), at("00:00", 2)), "mercredi") == []


def test_public_holidays_are_those_of_the_place() -> None:
    morning = Interval(at("09:00"), at("10:00"))
    assert [one.start for one in met(date(2026, 4, 6), morning, "férié")] == [0]
    for department, found in (("62", []), ("57", [0])):
        friday = met(date(2026, 4, 3), morning, "férié", department=department)
        assert [one.start for one in friday] == found
