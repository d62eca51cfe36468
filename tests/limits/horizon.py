"""Limits over weeks, fortnights, months and years, with what came before the horizon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from brigade.units import Interval
from brigade.values.demand import LegalStatus
from brigade.values.workforce import (
    Contract,
    Counters,
    DatedHours,
    EmployerKind,
    Leave,
    LeaveKind,
    WorkingTimeMode,
)
from tests.builders import MONDAY, at, employer, labour, provider
from tests.duties import Duty, past
from tests.limits.case import Case
from tests.limits.days import COUNT, asked

DAYS_OFF = {"unit": "days", "stricter": "higher"}
ODD = {"WEEKLY_REST.anchor": {"value": 1, "unit": "parity"}}
SUNDAY, MAY_EIGHTH = date(2026, 3, 15), date(2026, 5, 8)


def each(*days: int, minutes: int = 60) -> list[Duty]:
    return [(day, "08:00", minutes) for day in days]


def _weekly_rest() -> Iterator[Case]:
    """9 March 2026 opens ISO week 11: with the odd anchor its fortnight is 9 to 22 March."""
    hours = labour(mandatory={"WEEKLY_REST.hours_in_row": {"value": 2100, "stricter": "higher"}})
    yield Case("weekly_rest", "weekly_rest_hours", asked(each(*range(7)), hours, days=7))
    for finds, name, value, days in (
        ("week_days", "rest_days_per_week", 1, range(7)),
        ("fortnight_days", "rest_days_per_fortnight", 4, range(11)),
        ("in_row", "rest_days_in_row", 2, range(0, 14, 2)),
        ("sunday", "sundays_per_fortnight", 1, (6, 13)),
    ):
        rules = labour(bad={f"WEEKLY_REST.{name}": {"value": value, **DAYS_OFF}, **ODD})
        yield Case("weekly_rest", f"weekly_rest_{finds}", asked(each(*days), rules, days=14))
    # Every day of two weeks but for 50 h in the middle: Saturday 23:00 to Tuesday 01:00.
    evenings = [(day, "20:00", 60) for day in (*range(5), *range(8, 14))]
    shared = [*evenings[:5], (5, "22:00", 60), (8, "01:00", 60), *evenings[5:]]
    yield Case("weekly_rest", "weekly_rest_shared", asked(shared, hours, days=14))
    # Saturday 09:00 to Monday is a rest until a call of Sunday noon parts it: 27 h are left.
    noon = Interval(at("11:00", 6), at("13:00", 6))
    called = {"on_call": (Interval(at("08:00", 6), at("20:00", 6)),), "calls": (noon,)}
    yield Case("weekly_rest", "weekly_rest_hours", asked(each(*range(6)), hours, days=7, person=called))
    names = {"rest_days_in_row": 2, "sundays_per_fortnight": 1, "sunday_in_row": 1, "any_two_weeks": 1}
    tied = labour(bad={f"WEEKLY_REST.{name}": {"value": value, **DAYS_OFF} for name, value in names.items()})
    yield Case("weekly_rest", "weekly_rest_in_row_sunday", asked(each(5, 7, 12), tied, days=14))
    away = {"leave": (Leave(MONDAY, MONDAY + timedelta(days=1), LeaveKind.PAID),)}
    owed = labour(bad={"WEEKLY_REST.rest_days_per_fortnight": {"value": 4, **DAYS_OFF}, **ODD})
    dates = each(*range(2, 6), *range(7, 12))
    yield Case("weekly_rest", "weekly_rest_fortnight_days", asked(dates, owed, days=14, person=away))
    pair = labour(bad={"WEEKLY_REST.rest_days_in_row": {"value": 2, **DAYS_OFF}, **ODD})
    broken = each(*range(2, 8), *range(9, 14))
    yield Case("weekly_rest", "weekly_rest_in_row", asked(broken, pair, days=14, person=away))
    weekly = {"contract": Contract(working_time_mode=WorkingTimeMode.WEEKLY)}
    mode = labour(bad={"WEEKLY_REST.weekly_mode_rest_days": {"value": 2, **DAYS_OFF}})
    yield Case("weekly_rest", "weekly_rest_week_days", asked(each(*range(6)), mode, days=6, person=weekly))


def _days_in_a_row() -> Iterator[Case]:
    row = labour(bad={"MAX_CONSEC_DAYS": {"value": 3, **COUNT}})
    before = {"counters": Counters(days=(past(MONDAY - timedelta(days=1), -900, 60),))}
    yield Case("max_consec_days", "max_consec_days", asked(each(0, 1, 2), row, days=3, person=before))
    week = labour(bad={"MAX_CONSEC_DAYS.per_week": {"value": 2, **COUNT}})
    yield Case("max_consec_days", "max_consec_days_week", asked(each(0, 2, 4), week, days=5))


def _hours() -> Iterator[Case]:
    days = each(0, 1, 2, minutes=300)
    yield Case("max_week_work", "max_week_work", asked(days, labour(bad={"MAX_WEEK_WORK": 899}), days=3))
    full = {"counters": Counters(week_work=(900,) * 11)}
    mean = labour(mandatory={"MAX_AVG_12W": 899})
    yield Case("max_avg_12w", "max_avg_12w", asked(days, mean, days=3, person=full))
    part_time = {"contract": Contract(weekly=600)}
    third = labour(bad={"ADDITIONAL_HOURS.percent_of_contract": {"value": 33, "unit": "percent"}})
    yield Case("additional_hours", "additional_hours", asked(days, third, days=3, person=part_time))
    below = labour(mandatory={"ADDITIONAL_HOURS.part_time_week_below": 900})
    yield Case("additional_hours", "additional_hours_full_week", asked(days, below, days=3, person=part_time))
    less = DatedHours(MONDAY + timedelta(days=2), None, 420)
    cut = {"contract": Contract(weekly=1140), "dated_hours": (less,)}
    yield Case("additional_hours", "additional_hours", asked(days, third, days=3, person=cut))
    yield from _periods(days)


def _periods(days: list[Duty]) -> Iterator[Case]:
    """The same 15 h in three days against the hours of longer periods."""
    exact = labour(
        bad={"ADDITIONAL_HOURS.part_of_contract": {"value": 3, "unit": "part", "stricter": "higher"}}
    )
    two_weeks = {"contract": Contract(weekly=300, working_time_mode=WorkingTimeMode.TWO_WEEKS)}
    yield Case("additional_hours", "additional_hours_period", asked(days, exact, days=3, person=two_weeks))
    contract = Contract(period_hours=6000, working_time_mode=WorkingTimeMode.MONTHLY)
    month = {"contract": contract, "counters": Counters(period_work=7000, period_promised=200)}
    full = labour(mandatory={"ADDITIONAL_HOURS.part_time_month_below": 8100})
    yield Case("additional_hours", "additional_hours_full_period", asked(days, full, days=3, person=month))
    half = labour(bad={"ADDITIONAL_HOURS.two_weeks_week_below": 900})
    yield Case(
        "additional_hours", "additional_hours_week_of_two", asked(days, half, days=3, person=two_weeks)
    )
    flag = {"ADDITIONAL_HOURS.week_ceiling": {"value": 1, "unit": "flag", "stricter": "higher"}}
    year = {"contract": Contract(weekly=600, working_time_mode=WorkingTimeMode.ANNUAL, week_ceiling=899)}
    yield Case(
        "additional_hours",
        "additional_hours_ceiling",
        asked(days, labour(mandatory=flag), days=3, person=year),
    )


def _on_call() -> Iterator[Case]:
    """A night on call with a call in it; a Sunday before one on call."""
    flag = {"value": 1, "unit": "flag", "stricter": "higher"}
    rest = {"DAILY_REST": {"value": 660, "stricter": "higher"}, "ON_CALL.call_resets_rest": flag}
    rules = labour(mandatory=rest, bad={"ON_CALL.none_after_worked": flag})
    night = Interval(at("20:00"), at("07:00", 1))
    for finds, duty, person in (
        ("hours", (1, "06:30", 60), {"on_call": (night,)}),
        ("rest", (1, "08:00", 60), {"on_call": (night,), "calls": (Interval(at("22:00"), at("23:00")),)}),
        ("reserved", (6, "09:00", 60), {"on_call": (Interval(at("07:00", 13), at("20:00", 13)),)}),
    ):
        case = asked([duty], rules, days=7, person=person)
        free = replace(case, workers=tuple(replace(one, on_call=(), calls=()) for one in case.workers))
        yield Case("on_call", f"on_call_{finds}", case, believed=free)


def _night_presence() -> Case:
    """Three nights of which a part counts, where two are let in seven days."""
    rules = {
        "NIGHT_PRESENCE.least_percent": {"value": 50, "unit": "percent", "stricter": "higher"},
        "NIGHT_PRESENCE.least_length": {"value": 600, "stricter": "higher"},
        "NIGHT_PRESENCE.max_nights": {"value": 2, **COUNT},
        "NIGHT_PRESENCE.in_days": {"value": 7, **DAYS_OFF},
    }
    nights: list[Duty] = [(day, "20:00", 600) for day in range(3)]
    more = {"visits": {"counted_percent": 50}, "employers": (employer("E1", "bad"),)}
    return Case("night_presence", "night_presence", asked(nights, labour(bad=rules), days=4, **more))


def _cap() -> Case:
    rules = labour(mandatory={"AI_480H": 28800})
    lender = employer("E1", kind=EmployerKind.INTERMEDIARY_ASSOCIATION)
    company = provider("S1", legal_status=LegalStatus.COMPANY)
    used = {"counters": Counters(capped_ai_work=28741)}
    return Case(
        "ai_480h",
        "ai_480h",
        asked(each(0), rules, person=used, employers=(lender,), providers=(company, provider("S2"))),
    )


def _rhythms() -> Iterator[Case]:
    last = {"counters": Counters(sundays_worked=frozenset({date(2026, 3, 8), date(2026, 3, 1)}))}
    row = labour(bad={"SUNDAY_RHYTHM.max_per_fortnight": {"value": 1, **COUNT}})
    month = labour(bad={"SUNDAY_RHYTHM.max_per_month": {"value": 2, **COUNT}})
    yield Case("sunday_rhythm", "sunday_rhythm_in_row", asked(each(0), row, first_day=SUNDAY, person=last))
    yield Case("sunday_rhythm", "sunday_rhythm_month", asked(each(0), month, first_day=SUNDAY, person=last))
    none = labour(bad={"SUNDAY_RHYTHM.max_per_fortnight": {"value": 0, **COUNT}})
    yield Case("sunday_rhythm", "sunday_rhythm_in_row", asked(each(0), none, first_day=SUNDAY))
    many = {"counters": Counters(sundays_worked=frozenset(SUNDAY - timedelta(weeks=n) for n in range(1, 8)))}
    seven = labour(bad={"SUNDAY_RHYTHM.max_per_fortnight": {"value": 7, **COUNT}})
    yield Case("sunday_rhythm", "sunday_rhythm_in_row", asked(each(0), seven, first_day=SUNDAY, person=many))
    holidays = labour(bad={"HOLIDAY_RHYTHM.max_in_row": {"value": 1, **COUNT}})
    first = {"counters": Counters(holidays_worked=frozenset({date(2026, 5, 1)}))}
    yield Case(
        "holiday_rhythm",
        "holiday_rhythm_in_row",
        asked(each(0), holidays, first_day=MAY_EIGHTH, person=first),
    )
    none = labour(bad={"HOLIDAY_RHYTHM.max_in_row": {"value": 0, **COUNT}})
    yield Case("holiday_rhythm", "holiday_rhythm_in_row", asked(each(0), none, first_day=MAY_EIGHTH))
    rows = {
        date(2025, 11, 1),
        date(2025, 11, 11),
        date(2025, 12, 25),
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
    }
    six = labour(bad={"HOLIDAY_RHYTHM.max_in_row": {"value": 6, **COUNT}})
    many = {"counters": Counters(holidays_worked=frozenset(rows))}
    yield Case(
        "holiday_rhythm", "holiday_rhythm_in_row", asked(each(0), six, first_day=MAY_EIGHTH, person=many)
    )


HORIZON: tuple[Case, ...] = (
    *_on_call(),
    _night_presence(),
    *_weekly_rest(),
    *_days_in_a_row(),
    *_hours(),
    _cap(),
    *_rhythms(),
)
