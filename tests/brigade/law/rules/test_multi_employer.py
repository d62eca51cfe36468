"""MULTI_EMPLOYER: the legal day and week hold for the person, all employers together."""

from __future__ import annotations

from typing import Any

import pytest

from brigade.law.rules import max_daily_work, multi_employer
from brigade.values.workforce import Counters
from tests.builders import labour
from tests.duties import codes, duties, elsewhere, found

LIMITS = {"MAX_DAILY_WORK": 600, "MAX_WEEK_WORK": 2880}
ALL = labour(
    mandatory={**LIMITS, "MULTI_EMPLOYER.all_employers": {"value": 1, "unit": "flag", "stricter": "higher"}}
)


def test_ten_hours_at_two_employers() -> None:
    """300 + 300 = 600; 301 + 300 = 601."""
    person = {"other_work": (elsewhere(0, "14:00", 300),)}
    assert codes(multi_employer, duties([(0, "06:00", 300)], ALL, person=person)) == []
    (violation,) = found(multi_employer, duties([(0, "06:00", 301)], ALL, person=person))
    assert violation.reason.code == "multi_employer_day"
    assert violation.where == "W1 2026-03-09"
    assert dict(violation.reason.values) == {"work_min": 601, "other_min": 300, "limit_min": 600}


def test_a_week_at_two_employers_with_work_after_the_horizon() -> None:
    """Five days of 480 in the plan = 2400, then 480 elsewhere on Sunday, past the horizon: 2880; 481 is
    over."""
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


FLAG = {"value": 1, "unit": "flag", "stricter": "higher"}
DAYS = {"value": 70, "unit": "days"}


def longer(kind: str) -> dict[str, Any]:
    """Ten hours, twelve on seventy days of a year, on the duty day or (`civil_`) on the local date."""
    parts = {"limit": 600, "exceptional": 720, "exceptional_days_per_year": DAYS}
    return {f"MAX_DAILY_WORK.{kind}{name}": value for name, value in parts.items()}


@pytest.mark.parametrize("kind", ["", "civil_"])
def test_longer_days_that_a_text_allows_hold_for_the_sum_and_count(kind: str) -> None:
    """420 + 240 = 660 min, on the 70th such day of the year; then a 71st, though the plan's own part of none
    is long."""
    rules = labour(sap=longer(kind), mandatory={"MULTI_EMPLOYER.all_employers": FLAG})
    given = [(0, "06:00", 420), (1, "06:00", 420), (2, "06:00", 420)]
    hosts = ("S2", "S2", "S2")

    def said(other: int, used: int | None, days: int) -> list[str]:
        away = tuple(elsewhere(day, "14:00", other) for day in range(days))
        person = {"other_work": away, "counters": Counters(long_days=used)}
        return codes(
            multi_employer, duties(given[:days], rules, days=days, hosts=hosts[:days], person=person)
        )

    assert said(240, 69, 1) == []
    assert said(300, 69, 1) == []
    assert said(301, 69, 1) == ["multi_employer_day"]
    assert said(240, None, 1) == ["multi_employer_day"]
    assert said(240, 69, 2) == ["multi_employer_days"]
    assert said(240, 68, 2) == []


def test_hours_elsewhere_use_up_the_longer_days_of_the_plan() -> None:
    """Monday 660 min with another employer, Tuesday 660 of the plan's own: one such day was left."""
    rules = labour(sap=longer(""), mandatory={"MULTI_EMPLOYER.all_employers": FLAG})
    person = {"other_work": (elsewhere(0, "14:00", 240),), "counters": Counters(long_days=69)}
    (violation,) = found(
        multi_employer,
        duties([(0, "06:00", 420), (1, "06:00", 660)], rules, days=2, person=person, hosts=("S2", "S2")),
    )
    assert violation.where == "W1 2026-03-10"
    expected = {"work_min": 660, "other_min": 0, "limit_min": 600, "days": 71, "limit": 70}
    assert dict(violation.reason.values) == expected


def test_a_shorter_day_of_another_text_is_not_widened() -> None:
    """A host allows twelve hours, the other one of the day ten: 11 h in all are too long, as they are for one
    employer."""
    rules = labour(
        sap=longer(""), bad={"MAX_DAILY_WORK": 600}, mandatory={"MULTI_EMPLOYER.all_employers": FLAG}
    )
    person = {"other_work": (elsewhere(0, "16:00", 240),), "counters": Counters(long_days=0)}
    given = [(0, "06:00", 300), (0, "12:00", 120)]
    assert codes(multi_employer, duties(given, rules, hosts=("S1", "S2"), person=person)) == [
        "multi_employer_day"
    ]
    assert codes(multi_employer, duties(given, rules, hosts=("S2", "S2"), person=person)) == []


def test_a_day_that_the_plan_alone_makes_too_long_is_told_by_one_rule() -> None:
    """Tuesday 660 min of the plan's own, and no longer day left in the year: an hour elsewhere on Monday has
    used up none."""
    rules = labour(sap=longer(""), mandatory={"MULTI_EMPLOYER.all_employers": FLAG})
    person = {"other_work": (elsewhere(0, "14:00", 60),), "counters": Counters(long_days=70)}
    case = duties([(0, "06:00", 300), (1, "06:00", 660)], rules, days=2, person=person, hosts=("S2", "S2"))
    assert codes(max_daily_work, case) == ["max_daily_work_days"]
    assert codes(multi_employer, case) == []
