"""MAX_WEEK_WORK: 48 hours an ISO week, with the days before the horizon."""

from __future__ import annotations

from datetime import date

from brigade.law.rules import max_week_work
from brigade.values.workforce import Counters
from tests.builders import MONDAY, labour
from tests.duties import codes, duties, elsewhere, found, past

WEEK = labour(mandatory={"MAX_WEEK_WORK": 2880})
SIX_DAYS_OF_EIGHT = [(day, "08:00", 480) for day in range(6)]


def test_forty_eight_hours_are_lawful_and_a_minute_more_is_not() -> None:
    """6 x 480 = 2880; a Sunday minute makes 2881."""
    assert codes(max_week_work, duties(SIX_DAYS_OF_EIGHT, WEEK, days=7)) == []
    (violation,) = found(max_week_work, duties([*SIX_DAYS_OF_EIGHT, (6, "08:00", 1)], WEEK, days=7))
    assert violation.where == "W1 2026-W11"
    assert dict(violation.reason.values) == {"work_min": 2881, "limit_min": 2880}


def test_a_new_week_counts_afresh() -> None:
    """Monday 16 March is week 12."""
    assert codes(max_week_work, duties([*SIX_DAYS_OF_EIGHT, (7, "08:00", 480)], WEEK, days=8)) == []


def test_a_sunday_night_belongs_to_the_week_it_begins_in() -> None:
    """Sunday 23:30 + 60 min is week 11's, although half of it lies on Monday: 2880 + 60."""
    case = duties([*SIX_DAYS_OF_EIGHT, (6, "23:30", 60)], WEEK, days=7)
    assert [violation.where for violation in found(max_week_work, case)] == ["W1 2026-W11"]


def test_the_days_before_the_horizon_count() -> None:
    """The horizon starts on Wednesday 11 March; Monday and Tuesday had 1440 min each: 2880 + 1."""
    wednesday = date(2026, 3, 11)
    history = Counters(days=(past(MONDAY, -2880, 1440), past(date(2026, 3, 10), -1440, 1440)))
    case = duties([(0, "08:00", 1)], WEEK, first_day=wednesday, person={"counters": history})
    assert codes(max_week_work, case) == ["max_week_work"]


def test_what_others_added_inside_the_horizon_is_multi_employers() -> None:
    case = duties(SIX_DAYS_OF_EIGHT, WEEK, days=7, person={"other_work": (elsewhere(6, "08:00", 480),)})
    assert codes(max_week_work, case) == []
