"""WEEKLY_REST: 35 hours in a row each week; four rest days a fortnight, two in a row, one Sunday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from brigade.law.rules import weekly_rest
from brigade.units import Horizon, Interval
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, Leave, LeaveKind, Weekday
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.builders import MONDAY, at, labour
from tests.duties import Duty, codes, duties, elsewhere, found, past

HOURS = labour(mandatory={"WEEKLY_REST.hours_in_row": {"value": 2100, "stricter": "higher"}})
HIGHER = {"unit": "days", "stricter": "higher"}
ODD = {"WEEKLY_REST.anchor": {"value": 1, "unit": "parity"}}
BAD = labour(
    bad={
        "WEEKLY_REST.rest_days_per_week": {"value": 1, **HIGHER},
        "WEEKLY_REST.rest_days_per_fortnight": {"value": 4, **HIGHER},
        "WEEKLY_REST.rest_days_in_row": {"value": 2, **HIGHER},
        "WEEKLY_REST.sundays_per_fortnight": {"value": 1, **HIGHER},
        "WEEKLY_REST.anchor": {"value": 1, "unit": "parity"},
    }
)


def each(*days: int) -> list[Duty]:
    return [(day, "08:00", 60) for day in days]


# -- hours in a row ----------------------------------------------------------------------------------------
def test_a_rest_over_the_sunday_belongs_to_the_week_that_ends_in_it() -> None:
    """Daily work to Saturday 21:00, again on Monday 08:00: 35 h, 27 of them in the week. At 07:59: 34 h 59,
    so neither this rest nor any other of the week is long enough."""
    week = [(day, "20:00", 60) for day in range(6)]
    assert codes(weekly_rest, duties([*week, (7, "08:00", 60)], HOURS, days=8)) == []
    (violation,) = found(weekly_rest, duties([*week, (7, "07:59", 60)], HOURS, days=8))
    assert violation.reason.code == "weekly_rest_hours"
    assert violation.where == "W1 2026-W11"
    assert dict(violation.reason.values) == {"rest_min": 2099, "limit_min": 2100}


def test_a_rest_with_less_than_a_day_in_the_week_is_the_other_weeks() -> None:
    """Work to Sunday 08:00, then nothing until Tuesday: 16 h of that rest lie in the week, less than a day's
    24."""
    week = [(day, "20:00", 60) for day in range(6)]
    case = duties([*week, (6, "07:00", 60), (8, "08:00", 60)], HOURS, days=9)
    assert [violation.where for violation in found(weekly_rest, case)] == ["W1 2026-W11"]


def test_a_whole_day_of_the_rest_lies_in_the_week() -> None:
    """Saturday to midnight, Monday at 11:00: 35 h, exactly 24 of them in the week. A minute later on both: 23
    h 59."""
    week = [(day, "20:00", 60) for day in range(5)]
    assert codes(weekly_rest, duties([*week, (5, "23:00", 60), (7, "11:00", 60)], HOURS, days=8)) == []
    case = duties([*week, (5, "23:01", 60), (7, "11:01", 60)], HOURS, days=8)
    assert [violation.where for violation in found(weekly_rest, case)] == ["W1 2026-W11"]


def test_days_after_the_horizon_are_free_unless_other_work_says_otherwise() -> None:
    """The plan ends on Friday: Saturday and Sunday may be rest. Other work on Saturday 20:00 and Monday 07:00
    leaves 34 h."""
    week = [(day, "20:00", 60) for day in range(5)]
    assert codes(weekly_rest, duties(week, HOURS, days=5)) == []
    person = {"other_work": (elsewhere(5, "20:00", 60), elsewhere(7, "07:00", 60))}
    assert codes(weekly_rest, duties(week, HOURS, days=5, person=person)) == ["weekly_rest_hours"]


def test_the_days_before_the_horizon_are_work_where_history_says_so() -> None:
    """Saturday and Sunday alone: nothing known before, all is rest. With Monday to Friday known at 20:00, the
    rest must come after Sunday, of which the week holds too little."""
    saturday = date(2026, 3, 14)
    history = tuple(past(date(2026, 3, 9 + n), (n - 5) * 1440 + 1200, 60) for n in range(5))
    weekend = [(0, "20:00", 60), (1, "20:00", 60)]
    assert codes(weekly_rest, duties(weekend, HOURS, days=2, first_day=saturday)) == []
    case = duties(weekend, HOURS, days=2, first_day=saturday, person={"counters": Counters(days=history)})
    assert codes(weekly_rest, case) == ["weekly_rest_hours"]


def test_the_spring_night_makes_the_weekend_an_hour_shorter() -> None:
    """Saturday 28 March 21:00 to Monday 08:00 is 35 h on the wall and 34 in the body."""
    first = date(2026, 3, 23)
    horizon = Horizon(first, 8)
    for wall, expected in ((time(8), ["weekly_rest_hours"]), (time(9), [])):
        monday = horizon.at(date(2026, 3, 30), wall)
        week = [(day, "20:00", 60) for day in range(6)]
        assert (
            codes(weekly_rest, duties([*week, (0, monday, 60)], HOURS, days=8, first_day=first)) == expected
        )


# -- days of the fortnight ---------------------------------------------------------------------------------
def test_four_rest_days_two_of_them_in_a_row_with_a_sunday() -> None:
    """Weeks 11 and 12 of 2026 (11 is odd). Free: Saturday 14 and Sunday 15, Wednesday 18, Sunday 22."""
    assert codes(weekly_rest, duties(each(0, 1, 2, 3, 4, 7, 8, 10, 11, 12), BAD, days=14)) == []


def test_a_third_rest_day_is_not_enough() -> None:
    (violation,) = found(weekly_rest, duties(each(0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 12), BAD, days=14))
    assert violation.reason.code == "weekly_rest_fortnight_days"
    assert violation.where == "W1 2026-W11/2026-W12"
    assert dict(violation.reason.values) == {"days": 3, "limit": 4}


def test_rest_days_apart_are_not_two_in_a_row() -> None:
    """Free: Wednesday 11, Sunday 15, Wednesday 18, Sunday 22."""
    assert codes(weekly_rest, duties(each(0, 1, 3, 4, 5, 7, 8, 10, 11, 12), BAD, days=14)) == [
        "weekly_rest_in_row"
    ]


def test_one_sunday_of_two_is_free() -> None:
    """Both Sundays worked; free: Tuesday, Wednesday of each week."""
    days = each(0, 3, 4, 5, 6, 7, 10, 11, 12, 13)
    assert codes(weekly_rest, duties(days, BAD, days=14)) == ["weekly_rest_sunday"]


def test_a_saturday_night_makes_the_sunday_a_worked_one() -> None:
    """Saturday 14 March 22:00-06:00 reaches into Sunday 15; Sunday 22 is worked: no Sunday is free."""
    days = [(5, "22:00", 480), (13, "08:00", 60)]
    assert codes(weekly_rest, duties(days, BAD, days=14)) == ["weekly_rest_sunday"]
    assert codes(weekly_rest, duties([(5, "22:00", 120), (13, "08:00", 60)], BAD, days=14)) == []


def test_volunteers_for_weekends_follow_their_own_rhythm() -> None:
    rhythm: dict[str, Any] = {"SUNDAY_RHYTHM.volunteers_max_in_row": {"value": 3, "unit": "count"}}
    rules = labour(bad={"WEEKLY_REST.sundays_per_fortnight": {"value": 1, **HIGHER}, **rhythm})
    both_sundays = each(6, 13)
    assert codes(weekly_rest, duties(both_sundays, rules, days=14)) == ["weekly_rest_sunday"]
    volunteer = {"contract": Contract(sunday_agreed=True)}
    assert codes(weekly_rest, duties(both_sundays, rules, days=14, person=volunteer)) == []
    only_more = {"contract": Contract(sunday_agreed=True, weekend_team=False)}
    assert codes(weekly_rest, duties(both_sundays, rules, days=14, person=only_more)) == [
        "weekly_rest_sunday"
    ]


def test_volunteers_owe_no_more_sundays_where_their_own_rhythm_is_switched_off() -> None:
    """Both Sundays of a fortnight; SUNDAY_RHYTHM off made the free Sunday of everybody else theirs."""
    rhythm: dict[str, Any] = {"SUNDAY_RHYTHM.volunteers_max_in_row": {"value": 3, "unit": "count"}}
    rules = labour(bad={"WEEKLY_REST.sundays_per_fortnight": {"value": 1, **HIGHER}, **rhythm})
    asked, made = duties(each(6, 13), rules, days=14, person={"contract": Contract(weekend_team=True)})
    off = replace(asked, rule_sets_off=frozenset({"SUNDAY_RHYTHM"}))
    assert codes(weekly_rest, (off, made)) == []
    assert off.rules_for(off.workers[0], ["S1"]).rules() == {"WEEKLY_REST"}
    assert Search(build_model(off).arrays, 1).load([[row] for row in range(2)])


def test_a_week_of_seven_days_has_no_rest_day() -> None:
    found_codes = codes(weekly_rest, duties(each(*range(7)), BAD, days=7))
    assert found_codes == ["weekly_rest_week_days"]


def test_only_what_is_certain_at_the_end_of_the_horizon() -> None:
    """Ten days worked to Wednesday of week 12 but for the weekend's Sunday: the four days after the horizon
    may be free (5 in all). Other work on Thursday and Friday leaves Sunday 15, Saturday 21, Sunday 22:
    three."""
    days = each(0, 1, 2, 3, 4, 5, 7, 8, 9)
    assert codes(weekly_rest, duties(days, BAD, days=10)) == []
    person = {"other_work": (elsewhere(10, "08:00", 60), elsewhere(11, "08:00", 60))}
    assert codes(weekly_rest, duties(days, BAD, days=10, person=person)) == ["weekly_rest_fortnight_days"]


def test_the_first_week_of_the_fortnight_may_lie_in_the_past() -> None:
    """The horizon is week 12; week 11 was worked Monday to Saturday: one rest day. Week 12 must hold
    three."""
    first = date(2026, 3, 16)
    history = tuple(past(date(2026, 3, 9 + n), (n - 7) * 1440 + 480, 60) for n in range(6))
    person = {"counters": Counters(days=history)}
    assert codes(weekly_rest, duties(each(0, 1, 2, 3), BAD, days=7, first_day=first, person=person)) == []
    case = duties(each(0, 1, 2, 3, 4), BAD, days=7, first_day=first, person=person)
    assert codes(weekly_rest, case) == ["weekly_rest_fortnight_days"]


def test_a_week_53_stands_alone_and_owes_half() -> None:
    """28 December 2026 begins week 53 (odd), and week 1 (odd too) a new fortnight: two rest days are owed, of
    which none in a row, and no Sunday."""
    first = date(2026, 12, 28)
    assert first.isocalendar().week == 53
    assert codes(weekly_rest, duties(each(0, 1, 3, 5, 6), BAD, days=7, first_day=first)) == []
    case = duties(each(0, 1, 2, 3, 5, 6), BAD, days=7, first_day=first)
    assert codes(weekly_rest, case) == ["weekly_rest_fortnight_days"]


def test_the_weeks_named_above() -> None:
    """MONDAY is the first day of an odd week, so a fortnight begins on it."""
    assert MONDAY.isocalendar()[:2] == (2026, 11)


# -- leave -------------------------------------------------------------------------------------------------
def away(first: int, last: int, kind: LeaveKind = LeaveKind.PAID) -> dict[str, Any]:
    day = timedelta(days=1)
    return {"leave": (Leave(MONDAY + first * day, MONDAY + last * day, kind),)}


@pytest.mark.parametrize("kind", LeaveKind)
def test_a_day_on_leave_is_no_rest_day(kind: LeaveKind) -> None:
    """Ten days of fourteen worked leave four, the second week's Sunday among them; with one of the others on
    leave three are left."""
    worked = each(*range(4), *range(7, 13))
    assert codes(weekly_rest, duties(worked, BAD, days=14)) == []
    case = duties(worked, BAD, days=14, person=away(4, 4, kind))
    (violation,) = found(weekly_rest, case)
    assert violation.reason.code == "weekly_rest_fortnight_days"
    assert dict(violation.reason.values) == {"days": 3, "limit": 4}
    assert not is_taken(case)


def test_the_weekly_rest_day_stays_one_inside_a_leave() -> None:
    """Thursday to Sunday away: Sunday is the one rest day that each week owes. A contract whose rest day is
    Monday has none left."""
    week = labour(bad={"WEEKLY_REST.rest_days_per_week": {"value": 1, **HIGHER}})
    assert codes(weekly_rest, duties(each(0, 1, 2), week, days=7, person=away(3, 6))) == []
    named = {**away(3, 6), "contract": Contract(rest_day=Weekday.MONDAY)}
    case = duties(each(0, 1, 2), week, days=7, person=named)
    assert codes(weekly_rest, case) == ["weekly_rest_week_days"]
    assert not is_taken(case)


def test_a_week_of_leave_is_no_week_of_the_fortnight() -> None:
    """Monday to Saturday away: the other week stands alone and owes half of four, so five days may be worked.
    With Saturday worked there are six, and two rest days owed."""
    five, six = each(*range(7, 12)), each(*range(7, 13))
    assert codes(weekly_rest, duties(five, BAD, days=14, person=away(0, 5))) == []
    case = duties(six, BAD, days=14, person=away(0, 5))
    assert codes(weekly_rest, case) == ["weekly_rest_fortnight_days"]
    assert is_taken(duties(five, BAD, days=14, person=away(0, 5)))
    assert not is_taken(case)


def test_leave_parts_two_rest_days_that_would_be_in_a_row() -> None:
    """Off on Thursday and Saturday, on leave on Friday: no two rest days in a row."""
    row = labour(bad={"WEEKLY_REST.rest_days_in_row": {"value": 2, **HIGHER}, **ODD})
    worked = each(0, 1, 2, *range(6, 14))
    assert codes(weekly_rest, duties(worked, row, days=14)) == []
    case = duties(worked, row, days=14, person=away(4, 4))
    assert codes(weekly_rest, case) == ["weekly_rest_in_row"]
    assert not is_taken(case)


def test_hours_in_a_row_are_free_time_whatever_it_is_called() -> None:
    """Six evenings and a Sunday on compensating rest: the 35 hours are there."""
    week = [(day, "20:00", 60) for day in range(6)]
    person = away(6, 6, LeaveKind.COMPENSATING_REST)
    assert codes(weekly_rest, duties([*week, (7, "08:00", 60)], HOURS, days=8, person=person)) == []


def is_taken(case: tuple[Problem, Plan]) -> bool:
    """Whether the kernel would hold all visits, each in its own tour."""
    model = build_model(case[0])
    return Search(model.arrays, 1).load([[row] for row in range(len(model.tours))])


# -- calls -------------------------------------------------------------------------------------------------
def called(case: tuple[Problem, Plan], start: str, end: str, day: int) -> tuple[Problem, Plan]:
    """W1 on call around it, and called out from `start` to `end` on that day."""
    problem, plan = case
    call = Interval(at(start, day), at(end, day))
    around = Interval(call.start - 60, call.end + 60)
    people = tuple(replace(one, on_call=(around,), calls=(call,)) for one in problem.workers)
    return problem.with_workers(people), plan


@pytest.mark.parametrize(("back", "held"), [("20:00", True), ("20:01", False)])
def test_a_call_parts_the_weekly_rest(back: str, held: bool) -> None:
    """Work to Thursday 20:00, and again from Saturday 07:00 on: those 35 h are the week's rest. A call of
    Friday 12:00 parts them. With nothing on Saturday the rest is had from the call's end to Sunday 07:00:
    35 h after a call until 20:00 of Friday. On call is rest, the call alone is none (CT L3121-10)."""
    nights = [(day, "19:00", 60) for day in range(4)]
    week = [*nights, (5, "07:00", 60), (6, "07:00", 60), (7, "07:00", 60)]
    whole = duties(week, HOURS, days=8)
    assert codes(weekly_rest, whole) == []
    assert codes(weekly_rest, called(whole, "12:00", "13:00", 4)) == ["weekly_rest_hours"]
    later = duties([*nights, (6, "07:00", 60), (7, "07:00", 60)], HOURS, days=8)
    assert codes(weekly_rest, called(later, "12:00", "13:00", 4)) == []
    short = [*nights, (6, "07:00", 60), (7, "07:00", 60)]
    again = called(duties(short, HOURS, days=8), "12:00", back, 4)
    assert (codes(weekly_rest, again) == []) is held


@pytest.mark.parametrize("back", ["20:00", "20:01"])
def test_the_kernel_parts_rests_by_calls_as_the_checker_does(back: str) -> None:
    nights = [(day, "19:00", 60) for day in range(4)]
    problem, plan = called(
        duties([*nights, (6, "07:00", 60), (7, "07:00", 60)], HOURS, days=8), "12:00", back, 4
    )
    model, is_lawful = build_model(problem), codes(weekly_rest, (problem, plan)) == []
    assert Search(model.arrays, 1).load([[row] for row in range(len(model.tours))]) is is_lawful
