"""NIGHT_LIMITS: the work of a night, nights in a row, the rest after a long one, the mean of night weeks."""

from __future__ import annotations

from datetime import date
from typing import Any

from brigade.law.rules import night_limits
from brigade.units import Interval
from brigade.values.workforce import Counters
from tests.builders import at, labour
from tests.duties import codes, duties, found, past

BAND: dict[str, Any] = {
    "NIGHT_WINDOW.from": {"value": 1320, "unit": "min_of_day"},
    "NIGHT_WINDOW.to": {"value": 420, "unit": "min_of_day", "stricter": "higher"},
    "NIGHT_LIMITS.counts_from": 180,
}
EIGHT = labour(bad={**BAND, "NIGHT_LIMITS.max_work": 480})
IN_A_ROW = labour(bad={**BAND, "NIGHT_LIMITS.max_nights_in_row": {"value": 5, "unit": "count"}})
REST = labour(
    bad={**BAND, "NIGHT_LIMITS.rest_equal_over": 480},
    mandatory={"DAILY_REST": {"value": 660, "stricter": "higher"}},
)


def test_eight_hours_of_work_in_a_night() -> None:
    assert codes(night_limits, duties([(0, "22:00", 480)], EIGHT)) == []
    (violation,) = found(night_limits, duties([(0, "22:00", 481)], EIGHT))
    assert violation.reason.code == "night_limits_work"
    assert violation.where == "W1 2026-03-09"
    assert dict(violation.reason.values) == {"work_min": 481, "night_min": 481, "limit_min": 480}


def test_the_evening_before_counts_as_work_of_the_night() -> None:
    """15:00-19:00 and 22:00-02:01: 481 min of work, 241 of them at night."""
    assert codes(night_limits, duties([(0, "15:00", 240), (0, "22:00", 240)], EIGHT)) == []
    assert codes(night_limits, duties([(0, "15:00", 240), (0, "22:00", 241)], EIGHT)) == ["night_limits_work"]


def test_a_night_worked_elsewhere_belongs_to_the_duty_day() -> None:
    """22:00-02:00 for another employer: with 15:00-19:01 before it, 481 min of work, 240 of them at night."""
    elsewhere = {"other_work": (Interval(at("22:00"), at("26:00")),)}
    assert codes(night_limits, duties([(0, "15:00", 240)], EIGHT, person=elsewhere)) == []
    (violation,) = found(night_limits, duties([(0, "15:00", 241)], EIGHT, person=elsewhere))
    assert dict(violation.reason.values) == {"work_min": 481, "night_min": 240, "limit_min": 480}


def test_two_stretches_elsewhere_hold_no_night_between_them() -> None:
    """18:00-22:30 and 05:30-07:00 for another employer: 120 min of night, though the band between is 540."""
    elsewhere = {
        "other_work": tuple(Interval(at(a), at(b)) for a, b in (("18:00", "22:30"), ("29:30", "31:00")))
    }
    assert codes(night_limits, duties([(0, "10:00", 300)], EIGHT, person=elsewhere)) == []


def test_an_early_morning_is_no_night() -> None:
    """04:01-13:00 holds 179 min of night, short of 180; from 04:00 it is a night of 540 min."""
    assert codes(night_limits, duties([(0, "04:01", 539)], EIGHT)) == []
    assert codes(night_limits, duties([(0, "04:00", 540)], EIGHT)) == ["night_limits_work"]


def test_the_spring_night_is_an_hour_shorter() -> None:
    """28 March 2026 from 22:00: 480 ticks end at 07:00 on the wall, not 06:00; all of it is night."""
    case = duties([(0, "22:00", 481)], EIGHT, first_day=date(2026, 3, 28))
    (violation,) = found(night_limits, case)
    assert violation.reason.value("night_min") == 480


def test_five_nights_in_a_row() -> None:
    nights = [(day, "22:00", 300) for day in range(5)]
    assert codes(night_limits, duties(nights, IN_A_ROW, days=6)) == []
    (violation,) = found(night_limits, duties([*nights, (5, "22:00", 300)], IN_A_ROW, days=6))
    assert violation.reason.code == "night_limits_in_row"
    assert dict(violation.reason.values) == {"nights": 6, "limit": 5, "first": "2026-03-09"}


def test_nights_before_the_horizon_are_part_of_the_row() -> None:
    """Wednesday 4 to Sunday 8 March, 22:00 to 03:00: five; Monday is the sixth. A day's work is no night."""
    history = tuple(past(date(2026, 3, 4 + n), (n - 5) * 1440 + 1320, 300) for n in range(5))
    person = {"counters": Counters(days=history)}
    assert codes(night_limits, duties([(0, "22:00", 300)], IN_A_ROW, person=person)) == [
        "night_limits_in_row"
    ]
    assert codes(night_limits, duties([(0, "14:00", 300)], IN_A_ROW, person=person)) == []
    broken_row = {"counters": Counters(days=(*history[:2], past(date(2026, 3, 6), -3840, 300), *history[3:]))}
    assert codes(night_limits, duties([(0, "22:00", 300)], IN_A_ROW, person=broken_row)) == []


def test_what_a_night_has_beyond_eight_hours_is_given_back_as_rest() -> None:
    """22:00 + 540 min ends at 07:00; 60 beyond 480, so 660 + 60 = 720 min of rest: until 19:00."""
    assert codes(night_limits, duties([(0, "22:00", 540), (1, "19:00", 60)], REST, days=2)) == []
    (violation,) = found(night_limits, duties([(0, "22:00", 540), (1, "18:59", 60)], REST, days=2))
    assert violation.reason.code == "night_limits_rest"
    assert violation.where == "W1 2026-03-10"
    assert violation.reason.value("rest_min") == 719
    assert violation.reason.value("limit_min") == 720


def test_a_night_of_eight_hours_owes_the_daily_rest_only() -> None:
    assert codes(night_limits, duties([(0, "22:00", 480), (1, "12:00", 60)], REST, days=2)) == []


def test_the_mean_of_weeks_that_end_in_a_night() -> None:
    """Over two weeks of 2400: 2400 before, 2100 + 300 now is the limit; 301 is over, unless the week has no
    night."""
    mean = {"NIGHT_LIMITS.average_week": 2400, "NIGHT_LIMITS.average_weeks": {"value": 2, "unit": "weeks"}}
    rules = labour(bad={**BAND, **mean})
    person = {"counters": Counters(week_work=(2400,))}
    days = [(day, "08:00", 525) for day in range(4)]
    assert codes(night_limits, duties([*days, (5, "22:00", 300)], rules, days=6, person=person)) == []
    assert codes(night_limits, duties([*days, (5, "22:00", 301)], rules, days=6, person=person)) == [
        "night_limits_average"
    ]
    assert codes(night_limits, duties([*days, (5, "08:00", 301)], rules, days=6, person=person)) == []


def test_no_night_window_no_night() -> None:
    rules = labour(bad={"NIGHT_LIMITS.max_work": 480})
    assert codes(night_limits, duties([(0, "22:00", 540)], rules)) == []
