"""PERSONAL_LIMIT: what one person may do, whatever the rule sets say; all employers count."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from brigade.law.rules import personal_limits
from brigade.values.places import Basin, Site
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, PersonalLimits
from tests.builders import LINE, at, labour, problem, route, visit, worker
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
    assert codes(personal_limits, limited([(0, "08:00", 60), (0, "15:01", 60)], max_span=480)) == [
        "personal_limit_span"
    ]


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
    assert codes(personal_limits, limited([*days, (6, "08:00", 60)], days=7, max_days_per_week=5)) == [
        "personal_limit_days"
    ]


def test_no_sundays_from_their_first_minute() -> None:
    """Saturday 23:00 + 60 min ends at midnight; 61 reaches into Sunday."""
    assert codes(personal_limits, limited([(5, "23:00", 60)], days=7, no_sundays=True)) == []
    assert codes(personal_limits, limited([(5, "23:00", 61)], days=7, no_sundays=True)) == [
        "personal_limit_sunday"
    ]


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


def test_a_band_is_that_of_the_visits_own_date() -> None:
    """A hand puts the visit of Wednesday 12:30 into Monday's tour: too late for the tour, and in the band all
    the same."""
    person = worker(limits=PersonalLimits(no_work_bands=("12:00-14:00",)))
    asked = problem([visit("V0", "A", 60, "12:30", "12:30", day=2)], [person], days=3, rules=labour())
    plan = Plan((route(asked, "W1", ("V0", at("12:30", 2))),))
    assert [one.reason.code for one in personal_limits.check(asked, plan)] == ["personal_limit_band"]


def test_a_band_inside_the_day() -> None:
    """Nothing from 12:00 to 14:00: a visit ends at 12:00, another begins at 14:00; one at 13:59 is in the
    band."""
    band = ("12:00-14:00",)
    assert codes(personal_limits, limited([(0, "11:00", 60), (0, "14:00", 60)], no_work_bands=band)) == []
    assert codes(personal_limits, limited([(0, "13:59", 60)], no_work_bands=band)) == ["personal_limit_band"]


SCHEDULE = labour(
    mandatory={
        "SCHEDULED_DAY.full_time_week": 2100,
        "SCHEDULED_DAY.days_per_week": {"value": 5, "unit": "days", "stricter": "higher"},
    }
)


@pytest.mark.parametrize(
    ("contract", "day", "most"),
    [
        (Contract(weekly=2100, full_time=True), 420, 360),  # 35 h over five days
        (Contract(weekly=1440), 288, 228),  # 24 h
        (Contract(weekly=1440, daily=480), 480, 420),  # three days of 8 h
        (Contract(), 420, 360),  # no hours: a full week's
        (Contract(daily=30), 30, 0),
    ],
)
def test_an_hour_less_than_the_scheduled_day(contract: Contract, day: int, most: int) -> None:
    person = {"limits": PersonalLimits(daily_reduction=60), "contract": contract}
    if most:
        assert codes(personal_limits, duties([(0, "08:00", most)], SCHEDULE, person=person)) == []
    (violation,) = found(personal_limits, duties([(0, "08:00", most + 1)], SCHEDULE, person=person))
    assert violation.reason.code == "personal_limit_shorter_day"
    assert dict(violation.reason.values) == {"work_min": most + 1, "limit_min": most, "day_min": day}


def test_no_public_holidays_where_the_work_is_done() -> None:
    """Easter Sunday 2026 23:00 + 60 min ends as the Monday begins; 61 reach into it. Good Friday is one in
    Strasbourg only."""
    easter = date(2026, 4, 5)
    for minutes, expected in ((60, []), (61, ["personal_limit_holiday"])):
        person = {"limits": PersonalLimits(no_holidays=True)}
        case = duties([(0, "23:00", minutes)], labour(), first_day=easter, days=2, person=person)
        assert codes(personal_limits, case) == expected
    for commune, expected in (("67482", ["personal_limit_holiday"]), ("54395", [])):
        sites, basin = tuple(Site(id, commune) for id in LINE), Basin("B1", "x", "67")
        person = {"limits": PersonalLimits(no_holidays=True)}
        case = duties(
            [(0, "08:00", 60)], labour(), first_day=date(2026, 4, 3), person=person, sites=sites, basin=basin
        )
        assert codes(personal_limits, case) == expected


def test_two_days_off_one_after_the_other_in_each_week() -> None:
    """Off on Tuesday and Sunday are two days, not two in a row; Sunday and the next Monday are not of one
    week."""
    apart: list[Duty] = [(day, "08:00", 60) for day in (0, 2, 3, 4, 5)]
    (violation,) = found(personal_limits, limited(apart, days=7, rest_days_in_row=2))
    assert violation.reason.code == "personal_limit_days_off"
    assert dict(violation.reason.values) == {"days": 1, "limit": 2}
    assert codes(personal_limits, limited(apart[1:], days=7, rest_days_in_row=2)) == []
    straddling: list[Duty] = [(day, "08:00", 60) for day in (0, 2, 3, 4, 5, 8, 10, 12)]
    assert (
        codes(personal_limits, limited(straddling, days=14, rest_days_in_row=2))
        == ["personal_limit_days_off"] * 2
    )


def test_days_off_with_history_and_other_work() -> None:
    """Wednesday is the horizon's first day; Monday and Tuesday were free, then not."""
    person: dict[str, Any] = {"limits": PersonalLimits(rest_days_in_row=2)}
    days: list[Duty] = [(day, "08:00", 60) for day in range(5)]
    assert (
        codes(personal_limits, duties(days, labour(), first_day=date(2026, 3, 11), days=5, person=person))
        == []
    )
    person["counters"] = Counters(days=(past(date(2026, 3, 10), -960, 60),))
    case = duties(days, labour(), first_day=date(2026, 3, 11), days=5, person=person)
    assert codes(personal_limits, case) == ["personal_limit_days_off"]


def test_a_date_that_a_night_runs_into_is_no_day_off() -> None:
    """Work on Monday, Thursday, Friday and Saturday leaves Tuesday and Wednesday; the night of Monday takes
    the Tuesday."""
    days: list[Duty] = [(day, "08:00", 60) for day in (3, 4, 5)]
    assert codes(personal_limits, limited([(0, "20:00", 240), *days], days=7, rest_days_in_row=2)) == []
    assert codes(personal_limits, limited([(0, "20:00", 241), *days], days=7, rest_days_in_row=2)) == [
        "personal_limit_days_off"
    ]
