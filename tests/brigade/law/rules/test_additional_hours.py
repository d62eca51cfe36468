"""ADDITIONAL_HOURS: a share above the contract's week, and never a full-time one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from brigade.figures.people_figures import extra_hours
from brigade.judging.objective import amounts
from brigade.law.rules import additional_hours
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Contract, Counters, DatedHours, HoursKind, WorkingTimeMode
from brigade.worked.contract_hours import period_of
from tests.builders import MONDAY, labour
from tests.duties import codes, duties, elsewhere, found, past
from tests.lawful import is_taken_by_the_kernel

SHARE = labour(
    bad={"ADDITIONAL_HOURS.percent_of_contract": {"value": 33, "unit": "percent"}},
    mandatory={"ADDITIONAL_HOURS.part_time_week_below": 2100},
)
FULL = {"FULL_TIME.week": 2100, "FULL_TIME.month": 9100, "FULL_TIME.year": 96420}
BELOW = {"part_time_week_below": 2100, "part_time_month_below": 9100, "part_time_year_below": 96420}
CEILING = {"ADDITIONAL_HOURS.week_ceiling": {"value": 1, "unit": "flag", "stricter": "higher"}}
A_THIRD = {"ADDITIONAL_HOURS.part_of_contract": {"value": 3, "unit": "part", "stricter": "higher"}}
PERIODS = labour(
    bad=A_THIRD | {"ADDITIONAL_HOURS.two_weeks_week_below": 2100},
    mandatory={f"ADDITIONAL_HOURS.{name}": value for name, value in BELOW.items()} | FULL | CEILING,
)
"""The non-profit agreement's values beside the code's."""
MONTHLY, ANNUAL = WorkingTimeMode.MONTHLY, WorkingTimeMode.ANNUAL
TWO_WEEKS, FOUR_WEEKS = WorkingTimeMode.TWO_WEEKS, WorkingTimeMode.FOUR_WEEKS


def week(
    minutes: int, weekly: int | None = 1200, full_time: bool = False, **person: Any
) -> tuple[Problem, Plan]:
    """`minutes` of work over four days."""
    contract = Contract(weekly=weekly, full_time=full_time)
    spans = [*((day, "06:00", 400) for day in range(3)), (3, "06:00", minutes - 1200)]
    return duties(spans, SHARE, days=7, person={"contract": contract, **person})


def test_a_share_in_percent_above_twenty_hours() -> None:
    """1200 x 1.33 = 1596."""
    assert codes(additional_hours, week(1596)) == []
    (violation,) = found(additional_hours, week(1597))
    assert violation.reason.code == "additional_hours"
    assert violation.where == "W1 2026-W11"
    assert dict(violation.reason.values) == {
        "work_min": 1597,
        "contract_min": 1200,
        "limit_min": 1596,
        "percent": 33,
    }


def test_a_part_time_week_stays_below_a_full_one() -> None:
    """30 h x 1.33 = 39.9 h, but 35 h may not be reached: 2099 is lawful, 2100 is not."""
    assert codes(additional_hours, week(2099, weekly=1800)) == []
    assert codes(additional_hours, week(2100, weekly=1800)) == ["additional_hours_full_week"]


def test_full_time_and_open_contracts_are_free_of_it() -> None:
    assert codes(additional_hours, week(2100, full_time=True)) == []
    assert codes(additional_hours, week(2100, weekly=None)) == []


def test_the_week_before_the_horizon_counts_and_other_employers_do_not() -> None:
    """The horizon starts on Wednesday: 1000 min on Tuesday + 597 = 1597. 900 min elsewhere change nothing."""
    contract = {"contract": Contract(weekly=1200)}
    wednesday: dict[str, Any] = {"first_day": date(2026, 3, 11)}
    history = {"counters": Counters(days=(past(date(2026, 3, 10), -1440, 1000),))}
    assert codes(
        additional_hours, duties([(0, "08:00", 597)], SHARE, person=contract | history, **wednesday)
    ) == ["additional_hours"]
    others = {"other_work": (elsewhere(1, "06:00", 900),)}
    case = duties([(0, "08:00", 596)], SHARE, days=2, person=contract | history | others, **wednesday)
    assert codes(additional_hours, case) == []


# -- other periods than the week ---------------------------------------------------------------------------
def works(
    weeks: tuple[int, ...], contract: Contract, first_day: date = date(2026, 3, 9), **counters: Any
) -> tuple[Problem, Plan]:
    """So many minutes of each week in a row, over its first five days."""
    spans = [
        (7 * number + day, "06:00", minutes // 5 + (day < minutes % 5))
        for number, minutes in enumerate(weeks)
        for day in range(5)
    ]
    person = {"contract": contract, "counters": Counters(**counters)}
    return duties(spans, PERIODS, days=7 * len(weeks), first_day=first_day, person=person)


@pytest.mark.parametrize("weekly", [1440, 1200, 1500])
def test_a_third_is_a_third(weekly: int) -> None:
    """24 h: 32 h 00; 20 h: 26 h 40; 25 h: 33 h 20, not a minute more and not a minute less."""
    most = weekly * 4 // 3
    assert codes(additional_hours, works((most,), Contract(weekly=weekly))) == []
    assert codes(additional_hours, works((most + 1,), Contract(weekly=weekly))) == ["additional_hours"]


def test_two_weeks_may_be_uneven() -> None:
    """24 h a week are 48 h over two: 34 + 14 h are the contract itself, and cost nothing. By the week 34 h
    are too many."""
    contract = Contract(weekly=1440, working_time_mode=TWO_WEEKS)
    uneven = works((2040, 840), contract)
    assert codes(additional_hours, uneven) == []
    assert amounts(*uneven)["additional_hours"] == 0
    assert codes(additional_hours, works((2040, 840), Contract(weekly=1440))) == ["additional_hours"]


def test_two_weeks_hold_a_third_more_and_no_week_of_them_is_full() -> None:
    """48 h and 16 h more: 34 h + 30 h are 64 h. One minute beyond is too many; a week of 35 h is full time
    (V.42.e)."""
    contract = Contract(weekly=1440, working_time_mode=TWO_WEEKS)
    assert codes(additional_hours, works((2040, 1800), contract)) == []
    assert codes(additional_hours, works((2040, 1801), contract)) == ["additional_hours_period"]
    assert codes(additional_hours, works((2100, 60), contract)) == ["additional_hours_week_of_two"]
    assert amounts(*works((2040, 1800), contract))["additional_hours"] == 960


def test_two_weeks_begin_where_the_contract_says() -> None:
    """From 2 March on, 9 March is the second week: 30 h of it and 33 h the week before are 63 h; by odd weeks
    it is the first of 48 h, and 30 h are within them."""
    known: dict[str, Any] = {"period_work": 1980 + 60}
    contract = Contract(weekly=1440, working_time_mode=TWO_WEEKS, period_start=date(2026, 3, 2))
    assert codes(additional_hours, works((1800,), contract, **known)) == []
    assert codes(additional_hours, works((1801,), contract, **known)) == ["additional_hours_period"]
    by_odd_weeks = Contract(weekly=1440, working_time_mode=TWO_WEEKS)
    assert codes(additional_hours, works((1801,), by_odd_weeks, **known)) == []


def test_two_weeks_in_a_year_of_53_weeks_leave_one_alone_with_half_of_the_hours() -> None:
    """Week 53 of 2026 stands alone before week 1: 24 h and a third."""
    contract = Contract(weekly=1440, working_time_mode=TWO_WEEKS)
    alone = works((1921,), contract, first_day=date(2026, 12, 28))
    assert codes(additional_hours, alone) == ["additional_hours_period"]
    assert codes(additional_hours, works((1920,), contract, first_day=date(2026, 12, 28))) == []


def test_four_weeks_count_the_weeks_before_the_horizon() -> None:
    """20 h are 80 h over four weeks, 106 h 40 with the third. 30 + 30 + 30 h are done: 16 h 40 are left. A
    week of 36 h is no full time here: the four weeks are what is compared with 140 h."""
    contract = Contract(weekly=1200, working_time_mode=FOUR_WEEKS, period_start=date(2026, 3, 2))
    first, done = date(2026, 3, 23), (1800, 1800, 1800)
    assert codes(additional_hours, works((1000,), contract, first, week_work=done)) == []
    assert codes(additional_hours, works((1001,), contract, first, week_work=done)) == [
        "additional_hours_period"
    ]
    assert codes(additional_hours, works((2160,), contract, date(2026, 3, 2))) == []


def test_a_months_hours_are_a_twelfth_of_52_weeks() -> None:
    """24 h a week are 104 h a month, 138 h 40 with the third; 100 h done and 6 h promised after the horizon
    leave 32 h 40."""
    contract = Contract(weekly=1440, working_time_mode=MONTHLY)
    known: dict[str, Any] = {"period_work": 6000, "period_promised": 360}
    assert codes(additional_hours, works((1960,), contract, **known)) == []
    assert codes(additional_hours, works((1961,), contract, **known)) == ["additional_hours_period"]
    assert amounts(*works((1960,), contract, **known))["additional_hours"] == 1960 + 6360 - 6240


def test_a_month_stays_below_a_full_one() -> None:
    """130 h a month and a third would be 173 h: 151 h 40 may not be reached."""
    contract = Contract(period_hours=7800, working_time_mode=MONTHLY)
    assert codes(additional_hours, works((2099,), contract, period_work=7000)) == []
    assert codes(additional_hours, works((2100,), contract, period_work=7000)) == [
        "additional_hours_full_period"
    ]


def test_months_meet_inside_a_week() -> None:
    """30 March to 5 April: two days of March after 136 h, three of April. 2 h of the 138 h 40 are left for
    March."""
    contract = Contract(weekly=1440, working_time_mode=MONTHLY)
    spans = [(day, "08:00", 80) for day in (0, 1)] + [(day, "08:00", 480) for day in (2, 3, 4)]
    known = {"contract": contract, "counters": Counters(period_work=8160)}
    case = duties(spans, PERIODS, days=7, first_day=date(2026, 3, 30), person=known)
    assert codes(additional_hours, case) == []
    spans[0] = (0, "08:00", 81)
    case = duties(spans, PERIODS, days=7, first_day=date(2026, 3, 30), person=known)
    (violation,) = found(additional_hours, case)
    assert violation.where == "W1 2026-03"


def test_a_year_runs_from_the_day_the_contract_says() -> None:
    """20 h a week are 918 h 17 of a year of 1 607 h; with a third 1 224 h 22. From 1 April on, March is its
    last month."""
    contract = Contract(weekly=1200, working_time_mode=ANNUAL, period_start=date(2023, 4, 1))
    left = 55097 + 55097 // 3 - 72000
    assert codes(additional_hours, works((left,), contract, period_work=72000)) == []
    (violation,) = found(additional_hours, works((left + 1,), contract, period_work=72000))
    assert violation.where == "W1 2025-04-01..2026-03-31"


def test_a_modulated_week_stays_under_its_ceiling() -> None:
    """The accord's most hours of a week hold whatever the period has left, full time too."""
    for full_time in (False, True):
        contract = Contract(1440, full_time, working_time_mode=ANNUAL, week_ceiling=1800)
        assert codes(additional_hours, works((1800,), contract)) == []
        assert codes(additional_hours, works((1801,), contract)) == ["additional_hours_ceiling"]


def test_full_time_months_count_their_overtime_by_the_week() -> None:
    """BAD V.40: hours beyond 35 of a week are overtime, also where the month is what is paid; 70 h over two
    weeks are none."""
    monthly = Contract(weekly=2100, full_time=True, working_time_mode=MONTHLY)
    two_weeks = Contract(weekly=2100, full_time=True, working_time_mode=TWO_WEEKS)
    assert amounts(*works((2400, 1800), monthly))["additional_hours"] == 300
    assert amounts(*works((2400, 1800), two_weeks))["additional_hours"] == 0


def test_a_ceiling_holds_a_contract_that_fixes_no_hours() -> None:
    """The accord's weekly limit (CT L3121-44) speaks of the week, not of the contract's hours; the kernel
    obeys it too."""
    contract = Contract(None, full_time=True, working_time_mode=ANNUAL, week_ceiling=1800)
    assert codes(additional_hours, works((1800,), contract)) == []
    over = works((1801,), contract)
    assert codes(additional_hours, over) == ["additional_hours_ceiling"]
    assert not is_taken_by_the_kernel(*over)


def test_a_full_time_month_without_weekly_hours_has_no_week_to_exceed() -> None:
    """151 h 40 a month are counted by the week (BAD V.40), of which the contract says nothing: no additional
    hour is met."""
    contract = Contract(None, full_time=True, working_time_mode=MONTHLY, period_hours=9100)
    assert amounts(*works((1500,), contract))["additional_hours"] == 0


def test_hours_elsewhere_are_no_contract_hours() -> None:
    """20 h here and 10 h for somebody else: nothing beyond the contract of 20 h, and nothing to pay for."""
    person = {"contract": Contract(weekly=1200), "other_work": (elsewhere(5, "08:00", 600),)}
    case = duties([(day, "06:00", 400) for day in range(3)], PERIODS, days=7, person=person)
    assert amounts(*case)["additional_hours"] == 0


PAY = labour(
    default={
        "EXTRA_HOURS_PAY.additional_first_part": {"value": 10, "unit": "part", "stricter": "higher"},
        "EXTRA_HOURS_PAY.overtime_first_hours": 480,
        "FULL_TIME.week": 1000,
    }
)


@pytest.mark.parametrize(
    ("contract", "shown"),
    [
        (Contract(weekly=1200), {"additional_first": 120, "additional_beyond": 280}),
        (Contract(weekly=1000, full_time=True), {"overtime_first": 480, "overtime_beyond": 120}),
        (Contract(weekly=1200, full_time=True), {"overtime_first": 280, "overtime_beyond": 120}),
        (Contract(weekly=800, working_time_mode=TWO_WEEKS), {}),
    ],
)
def test_extra_hours_are_shown_by_what_the_texts_pay(contract: Contract, shown: dict[str, int]) -> None:
    """1 600 min of a week: 400 beyond 20 h, the first tenth (120) at 10 %; 600 beyond full time (here 1 000),
    the first 8 h at 25 %; a contract of 200 beyond it holds so many of the eight hours; over two weeks 1 600
    is the contract itself."""
    problem, plan = duties(
        [(day, "06:00", 400) for day in range(4)], PAY, days=7, person={"contract": contract}
    )
    assert {name: value for name, value, _, part in extra_hours(problem, plan) if part == "W1"} == shown


# -- amendments and other contracts ------------------------------------------------------------------------
WEDNESDAY = MONDAY + timedelta(days=2)


def test_a_change_of_hours_in_mid_week_counts_by_its_dates() -> None:
    """20 h, and 27 h from Wednesday on: two dates of a seventh of 20 h and five of a seventh of 27 are 25 h;
    a third more is 33 h 20."""
    for weekly, until, most in ((1620, None, 2000), (1620, WEDNESDAY, 1680)):
        more = DatedHours(WEDNESDAY, until, weekly)
        person = {"contract": Contract(weekly=1200), "dated_hours": (more,)}
        for minutes, expected in ((most, []), (most + 4, ["additional_hours"])):
            spread = [(day, "08:00", minutes // 4) for day in range(4)]
            case = duties(spread, labour(bad=A_THIRD), days=4, person=person)
            assert codes(additional_hours, case) == expected, (until, minutes)
            assert is_taken_by_the_kernel(*case) == (expected == [])


def test_another_contract_adds_its_hours_on_its_days() -> None:
    """20 h, and a replacement of 14 h on two days: 24 h of the week, 32 h with a third."""
    other = DatedHours(WEDNESDAY, WEDNESDAY + timedelta(days=1), 840, HoursKind.CONTRACT)
    person = {"contract": Contract(weekly=1200), "dated_hours": (other,)}
    for minutes, expected in ((1920, []), (1924, ["additional_hours"])):
        spread = [(day, "08:00", minutes // 4) for day in range(4)]
        case = duties(spread, labour(bad=A_THIRD), days=4, person=person)
        assert codes(additional_hours, case) == expected, minutes
        assert is_taken_by_the_kernel(*case) == (expected == [])


@pytest.mark.parametrize(
    ("mode", "hours"), [(MONTHLY, 20 * 9100 // 35), (ANNUAL, 1200 * 96420 // 2100), (TWO_WEEKS, 2400)]
)
def test_an_amendment_is_carried_over_to_the_contracts_own_period(mode: WorkingTimeMode, hours: int) -> None:
    """An amendment to the same hours changes none of them, whatever they are counted over."""
    plain = Contract(weekly=1200, working_time_mode=mode)
    same = DatedHours(date(2026, 3, 11), date(2026, 3, 20), 1200)
    case, _ = duties([(0, "08:00", 60)], PERIODS, person={"contract": plain, "dated_hours": (same,)})
    period = period_of(case, case.workers[0], MONDAY)
    assert period is not None
    assert period.hours == hours
