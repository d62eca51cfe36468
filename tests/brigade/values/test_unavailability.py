"""Contract unavailability: written in French or English, laid over the days of the horizon."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from brigade.units import Horizon, Interval
from brigade.values.unavailability import WeeklyBand, stretches, weekly_band
from brigade.values.workforce import Contract
from tests import builders
from tests.builders import at


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


def test_stretches_fall_on_each_such_day_and_reach_into_the_horizon_from_the_evening_before() -> None:
    """Monday 9 March 2026 for two days: "dimanche 22:00-06:00" of Sunday 8 ends on Monday at 06:00."""
    problem = builders.problem([builders.visit("V1")], days=2)
    contract = Contract(unavailability=("dimanche 22:00-06:00", "mardi 14:00-18:00", "jeudi"))
    assert [one for _, one in stretches(problem, contract, "62")] == [
        Interval(at("22:00", -1), at("06:00")),
        Interval(at("14:00", 1), at("18:00", 1)),
    ]


def test_public_holidays_are_those_of_the_place() -> None:
    problem = replace(builders.problem([builders.visit("V1")], days=2), horizon=Horizon(date(2026, 4, 5), 2))
    assert [one.start for _, one in stretches(problem, Contract(unavailability=("férié",)), "62")] == [1440]
    friday = replace(problem, horizon=Horizon(date(2026, 4, 3), 2))
    for department, found in (("62", []), ("57", [0])):
        assert [
            one.start for _, one in stretches(friday, Contract(unavailability=("férié",)), department)
        ] == found
