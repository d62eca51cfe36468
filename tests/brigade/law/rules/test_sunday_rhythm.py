"""SUNDAY_RHYTHM: one Sunday of two, or two a month, with the Sundays before the horizon."""

from __future__ import annotations

from datetime import date
from typing import Any

from brigade.law.rules import sunday_rhythm
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters
from tests.builders import labour
from tests.duties import codes, duties, elsewhere, found

COUNT = {"unit": "count"}
BAD = labour(
    bad={
        "SUNDAY_RHYTHM.max_per_fortnight": {"value": 1, **COUNT},
        "SUNDAY_RHYTHM.volunteers_max_in_row": {"value": 3, **COUNT},
    }
)
SAP = labour(sap={"SUNDAY_RHYTHM.max_per_month": {"value": 2, **COUNT}})
TEXTS = ((BAD, "S1"), (SAP, "S2"))
SUNDAY = date(2026, 3, 15)


def sunday(rules: Any, *before: date, host: str = "S1", agreed: bool = False) -> tuple[Problem, Plan]:
    """An hour on Sunday 15 March 2026, with those Sundays worked before."""
    person = {
        "counters": Counters(sundays_worked=frozenset(before)),
        "contract": Contract(sunday_agreed=agreed),
    }
    return duties([(0, "08:00", 60)], rules, first_day=SUNDAY, hosts=(host,), person=person)


def test_the_sunday_before_was_worked() -> None:
    assert codes(sunday_rhythm, sunday(BAD, date(2026, 3, 1))) == []
    (violation,) = found(sunday_rhythm, sunday(BAD, date(2026, 3, 8)))
    assert violation.reason.code == "sunday_rhythm_in_row"
    assert violation.where == "W1 2026-03-15"
    assert dict(violation.reason.values) == {"sundays": 2, "limit": 1}


def test_two_sundays_of_one_horizon() -> None:
    case = duties([(6, "08:00", 60), (13, "08:00", 60)], BAD, days=14)
    assert [violation.where for violation in found(sunday_rhythm, case)] == ["W1 2026-03-15", "W1 2026-03-22"]


def test_a_sunday_promised_elsewhere_counts() -> None:
    case = duties([(6, "08:00", 60)], BAD, days=7, person={"other_work": (elsewhere(13, "08:00", 60),)})
    assert codes(sunday_rhythm, case) == ["sunday_rhythm_in_row"]


def test_volunteers_work_three_and_rest_one() -> None:
    """1, 8 and 15 March are three in a row; with 22 February they are four."""
    first, second, fourth = date(2026, 3, 8), date(2026, 3, 1), date(2026, 2, 22)
    assert codes(sunday_rhythm, sunday(BAD, first, second, agreed=True)) == []
    assert codes(sunday_rhythm, sunday(BAD, first, second, fourth, agreed=True)) == ["sunday_rhythm_in_row"]


def test_agreeing_to_more_sundays_a_month_makes_no_volunteer_of_a_weekend_team() -> None:
    """15 March is the third Sunday of the month and the third in a row: SAP II.2 b asks the first agreement,
    BAD V.17.1 the second. A contract that does not part them means both, as before they could be told
    apart."""
    before = date(2026, 3, 1), date(2026, 3, 8)
    counters = Counters(sundays_worked=frozenset(before))
    expected = {
        (False, None): ["sunday_rhythm_in_row", "sunday_rhythm_month"],
        (True, None): [],
        (True, False): ["sunday_rhythm_in_row"],
        (False, True): ["sunday_rhythm_month"],
        (True, True): [],
    }
    for (agreed, team), told in expected.items():
        person = {"counters": counters, "contract": Contract(sunday_agreed=agreed, weekend_team=team)}
        both = (
            duties([(0, "08:00", 60)], rules, first_day=SUNDAY, hosts=(host,), person=person)
            for rules, host in TEXTS
        )
        assert [code for case in both for code in codes(sunday_rhythm, case)] == told, (agreed, team)


def test_a_saturday_night_is_sunday_work_from_midnight() -> None:
    """Saturday 14 March 22:00 + 121 min has a minute on Sunday; + 120 has none."""
    person = {"counters": Counters(sundays_worked=frozenset({date(2026, 3, 8)}))}
    assert codes(sunday_rhythm, duties([(5, "22:00", 120)], BAD, days=7, person=person)) == []
    assert codes(sunday_rhythm, duties([(5, "22:00", 121)], BAD, days=7, person=person)) == [
        "sunday_rhythm_in_row"
    ]


def test_two_sundays_a_month_unless_the_person_agrees() -> None:
    """1 and 8 March are two: the 15th is the third. 22 February is another month's."""
    assert codes(sunday_rhythm, sunday(SAP, date(2026, 2, 22), date(2026, 3, 1), host="S2")) == []
    march = (date(2026, 3, 1), date(2026, 3, 8))
    assert codes(sunday_rhythm, sunday(SAP, *march, host="S2")) == ["sunday_rhythm_month"]
    assert codes(sunday_rhythm, sunday(SAP, *march, host="S2", agreed=True)) == []


def test_a_week_day_is_free_of_it() -> None:
    person = {"counters": Counters(sundays_worked=frozenset({date(2026, 3, 8)}))}
    assert codes(sunday_rhythm, duties([(0, "08:00", 60)], BAD, person=person)) == []
