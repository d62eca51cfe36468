"""MULTI_EMPLOYER: the legal day and week hold for the person, all employers together."""

from __future__ import annotations

from brigade.rules import multi_employer
from tests.builders import labour
from tests.duties import codes, duties, elsewhere, found

LIMITS = {"MAX_DAILY_WORK": 600, "MAX_WEEK_WORK": 2880}
ALL = labour(mandatory={**LIMITS, "MULTI_EMPLOYER.all_employers": {"value": 1, "unit": "flag", "stricter": "higher"}})


def test_ten_hours_at_two_employers() -> None:
    """300 + 300 = 600; 301 + 300 = 601."""
    person = {"other_work": (elsewhere(0, "14:00", 300),)}
    assert codes(multi_employer, duties([(0, "06:00", 300)], ALL, person=person)) == []
    (violation,) = found(multi_employer, duties([(0, "06:00", 301)], ALL, person=person))
    assert violation.reason.code == "multi_employer_day"
    assert violation.where == "W1 2026-03-09"
    assert dict(violation.reason.values) == {"work_min": 601, "other_min": 300, "limit_min": 600}


def test_a_week_at_two_employers_with_work_after_the_horizon() -> None:
    """Five days of 480 in the plan = 2400, then 480 elsewhere on Sunday, past the horizon: 2880; 481 is over."""
    days = [(day, "08:00", 480) for day in range(5)]
    for minutes, expected in ((480, []), (481, ["multi_employer_week"])):
        person = {"other_work": (elsewhere(6, "08:00", minutes),)}
        assert codes(multi_employer, duties(days, ALL, days=5, person=person)) == expected


def test_without_another_employer_it_has_nothing_to_say() -> None:
    assert codes(multi_employer, duties([(0, "06:00", 900)], ALL)) == []


def test_another_day_elsewhere_leaves_this_day_alone() -> None:
    person = {"other_work": (elsewhere(1, "08:00", 60),)}
    assert codes(multi_employer, duties([(0, "06:00", 900)], ALL, days=2, person=person)) == []


def test_without_the_rule_employers_are_not_added_up() -> None:
    person = {"other_work": (elsewhere(0, "14:00", 600),)}
    assert codes(multi_employer, duties([(0, "06:00", 300)], labour(mandatory=LIMITS), person=person)) == []
