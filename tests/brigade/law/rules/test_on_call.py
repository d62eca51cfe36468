"""ON_CALL: hours on call, the rest after a call, Sundays before one on call; what calls count as."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from brigade.judging.checker import hard_violations
from brigade.law.rules import additional_hours, daily_rest, max_consec_days, max_daily_work, on_call
from brigade.units import Interval
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract
from tests.builders import MONDAY, at, labour
from tests.duties import Duty, codes, duties, found
from tests.lawful import is_taken_by_the_kernel

FLAG = {"value": 1, "unit": "flag", "stricter": "higher"}
REST = {"DAILY_REST": {"value": 660, "stricter": "higher"}}
RULES = labour(mandatory=REST | {"ON_CALL.call_resets_rest": FLAG}, bad={"ON_CALL.none_after_worked": FLAG})
SATURDAY = date(2026, 3, 14)


def span(start: str, end: str, day: int = 0, until: int | None = None) -> Interval:
    return Interval(at(start, day), at(end, day if until is None else until))


def of(given: list[Duty], days: int = 2, first_day: date = MONDAY, **person: Any) -> tuple[Problem, Plan]:
    return duties(given, RULES, days=days, first_day=first_day, person=person)


def agree(case: tuple[Problem, Plan]) -> list[str]:
    """The reasons of the rule, where checker and kernel say the same of the whole plan."""
    assert is_taken_by_the_kernel(*case) == (not hard_violations(*case))
    return codes(on_call, case)


def test_nothing_is_planned_while_somebody_is_on_call() -> None:
    """On call from 20:00 to 07:00: until 20:00 and from 07:00 on she may work, not a minute between."""
    night = (span("20:00", "07:00", 0, 1),)
    for duty, expected in (
        ((0, "19:00", 60), []),
        ((1, "07:00", 60), []),
        ((0, "19:01", 60), ["on_call_hours"]),
        ((1, "06:59", 60), ["on_call_hours"]),
    ):
        assert agree(of([duty], on_call=night)) == expected, duty


def test_a_call_begins_the_daily_rest_anew() -> None:
    """Called out from 21:30 to 23:00: eleven hours more are 10:00. Without the call, from 07:00 on."""
    person: dict[str, Any] = {"on_call": (span("20:00", "07:00", 0, 1),), "calls": (span("21:30", "23:00"),)}
    assert agree(of([(1, "10:00", 60)], **person)) == []
    case = of([(1, "09:59", 60)], **person)
    (violation,) = found(on_call, case)
    assert agree(case) == ["on_call_rest"]
    assert dict(violation.reason.values) == {"visit": "V0", "from_at": at("21:30"), "to_at": at("10:00", 1)}


def test_a_call_breaks_no_rest_between_the_days_around_it() -> None:
    """Work to 18:00, a call at midnight, work at 12:30: six hours before the call and eleven after it."""
    person: dict[str, Any] = {
        "on_call": (span("20:00", "07:00", 0, 1),),
        "calls": (span("00:00", "01:30", 1),),
    }
    case = of([(0, "17:00", 60), (1, "12:30", 60)], **person)
    assert agree(case) == []
    assert codes(daily_rest, case) == []


@pytest.mark.parametrize(("on", "expected"), [(8, ["on_call_reserved"]), (15, []), (7, [])])
def test_no_sunday_on_call_follows_a_worked_one(on: int, expected: list[str]) -> None:
    """Sunday 15 March worked, and 22 March on call; a fortnight later, or on Saturday, it is not the next
    Sunday."""
    case = of([(1, "09:00", 60)], first_day=SATURDAY, on_call=(span("07:00", "20:00", on),))
    assert agree(case) == expected


def test_a_holiday_on_call_follows_a_worked_sunday_as_well() -> None:
    """Easter Sunday worked, Easter Monday on call (5 and 6 April 2026)."""
    case = of([(0, "09:00", 60)], first_day=date(2026, 4, 5), on_call=(span("07:00", "20:00", 1),))
    assert agree(case) == ["on_call_reserved"]


def test_a_switched_off_rule_leaves_her_hours_free() -> None:
    night = (span("20:00", "07:00", 0, 1),)
    case = duties(
        [(0, "21:00", 60)], RULES, days=2, person={"on_call": night}, rule_sets_off=frozenset({"ON_CALL"})
    )
    assert codes(on_call, case) == []
    assert is_taken_by_the_kernel(*case)


def test_calls_are_work_of_their_day_of_the_week_and_of_the_contract() -> None:
    """Two hours of call with both ways: nine hours of visits make eleven of the day, and of 20 h a week 26 h
    40."""
    person: dict[str, Any] = {"on_call": (span("05:00", "07:00"),), "calls": (span("05:00", "07:00"),)}
    rules = labour(mandatory={"MAX_DAILY_WORK": 600})
    for minutes, expected in ((480, []), (481, ["max_daily_work"])):
        case = duties([(0, "10:00", minutes)], rules, person=person)
        assert codes(max_daily_work, case) == expected
        assert is_taken_by_the_kernel(*case) == (expected == [])
    third = labour(
        bad={"ADDITIONAL_HOURS.part_of_contract": {"value": 3, "unit": "part", "stricter": "higher"}}
    )
    part_time = {**person, "contract": Contract(weekly=450)}
    for day in (0, 1):
        for minutes, expected in ((480, []), (481, ["additional_hours"])):
            case = duties([(day, "10:00", minutes)], third, days=2, person=part_time)
            assert codes(additional_hours, case) == expected, day
            assert is_taken_by_the_kernel(*case) == (expected == [])


def test_a_date_with_a_call_is_a_date_worked() -> None:
    """Two days of visits, and between them one with a call alone: three in a row."""
    row = labour(bad={"MAX_CONSEC_DAYS": {"value": 2, "unit": "count"}})
    visits: list[Duty] = [(0, "08:00", 60), (2, "14:00", 60)]
    called = {"on_call": (span("09:00", "12:00", 1),), "calls": (span("09:00", "11:00", 1),)}
    assert codes(max_consec_days, duties(visits, row, days=3)) == []
    case = duties(visits, row, days=3, person=called)
    assert codes(max_consec_days, case) == ["max_consec_days"]
    assert not is_taken_by_the_kernel(*case)
