"""PERSONAL_LIMIT: what one person may do, whatever the rule sets say; all employers count."""

from __future__ import annotations

from datetime import date
from typing import Any

from brigade.plan import Plan
from brigade.problem import Problem
from brigade.rules import personal_limits
from brigade.workforce import Counters, PersonalLimits
from tests.builders import labour
from tests.duties import Duty, codes, duties, elsewhere, found, past


def limited(spans: list[Duty], days: int = 1, other: Any = (), **limits: Any) -> tuple[Problem, Plan]:
    person = {"limits": PersonalLimits(**limits), "other_work": other}
    return duties(spans, labour(), days=days, person=person)


def test_a_shorter_day() -> None:
    """Seven hours of 420 min, other employers' included: 360 + 60 is lawful, 361 + 60 is not."""
    other = (elsewhere(0, "20:00", 60),)
    assert codes(personal_limits, limited([(0, "08:00", 360)], other=other, max_daily_work=420)) == []
    (violation,) = found(personal_limits, limited([(0, "08:00", 361)], other=other, max_daily_work=420))
    assert violation.reason.code == "personal_limit_daily_work"
    assert dict(violation.reason.values) == {"work_min": 421, "limit_min": 420}
    assert violation.rule == "PERSONAL_LIMIT"


def test_a_shorter_span() -> None:
    assert codes(personal_limits, limited([(0, "08:00", 60), (0, "15:00", 60)], max_span=480)) == []
    assert codes(personal_limits, limited([(0, "08:00", 60), (0, "15:01", 60)], max_span=480)) == ["personal_limit_span"]


def test_a_longer_rest() -> None:
    """Twelve hours: 20:00 to 08:00."""
    assert codes(personal_limits, limited([(0, "19:00", 60), (1, "08:00", 60)], days=2, daily_rest=720)) == []
    case = limited([(0, "19:00", 60), (1, "07:59", 60)], days=2, daily_rest=720)
    assert codes(personal_limits, case) == ["personal_limit_rest"]


def test_a_shorter_week_with_its_history() -> None:
    """35 h: 2000 min on the days before the horizon, 100 now."""
    history = Counters(days=(past(date(2026, 3, 10), -1440, 1400), past(date(2026, 3, 9), -2880, 600))[::-1])
    for minutes, expected in ((100, []), (101, ["personal_limit_week_work"])):
        person = {"limits": PersonalLimits(max_week_work=2100), "counters": history}
        case = duties([(0, "08:00", minutes)], labour(), first_day=date(2026, 3, 11), person=person)
        assert codes(personal_limits, case) == expected


def test_fewer_days_a_week() -> None:
    days: list[Duty] = [(day, "08:00", 60) for day in range(5)]
    assert codes(personal_limits, limited(days, days=7, max_days_per_week=5)) == []
    assert codes(personal_limits, limited([*days, (6, "08:00", 60)], days=7, max_days_per_week=5)) == ["personal_limit_days"]


def test_no_sundays_from_their_first_minute() -> None:
    """Saturday 23:00 + 60 min ends at midnight; 61 reaches into Sunday."""
    assert codes(personal_limits, limited([(5, "23:00", 60)], days=7, no_sundays=True)) == []
    assert codes(personal_limits, limited([(5, "23:00", 61)], days=7, no_sundays=True)) == ["personal_limit_sunday"]


def test_a_band_without_work_on_both_sides_of_midnight() -> None:
    """Nothing from 22:00 to 06:00: a visit may end at 22:00 and begin at 06:00."""
    band = ("22:00-06:00",)
    assert codes(personal_limits, limited([(0, "06:00", 60), (0, "21:00", 60)], no_work_bands=band)) == []
    (violation,) = found(personal_limits, limited([(0, "21:00", 61)], no_work_bands=band))
    assert violation.where == "W1 2026-03-09 V0"
    assert dict(violation.reason.values) == {"visit": "V0", "band": "22:00-06:00"}
    assert codes(personal_limits, limited([(0, "05:59", 60)], no_work_bands=band)) == ["personal_limit_band"]


def test_nothing_personal_nothing_to_say() -> None:
    assert codes(personal_limits, limited([(6, "00:00", 1200)], days=7)) == []


def test_a_band_inside_the_day() -> None:
    """Nothing from 12:00 to 14:00: a visit ends at 12:00, another begins at 14:00; one at 13:59 is in the band."""
    band = ("12:00-14:00",)
    assert codes(personal_limits, limited([(0, "11:00", 60), (0, "14:00", 60)], no_work_bands=band)) == []
    assert codes(personal_limits, limited([(0, "13:59", 60)], no_work_bands=band)) == ["personal_limit_band"]
