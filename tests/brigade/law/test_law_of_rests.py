"""Weekly rest and days in a row at the shipped values, by checker and kernel alike; each case names its
article."""

from __future__ import annotations

from brigade.values.workforce import Contract, Counters, WorkingTimeMode
from tests.builders import MONDAY
from tests.duties import Duty, past
from tests.lawful import broken, each, on, under


# -- a rest for each week ----------------------------------------------------------------------------------
def twelve_days(after: Duty) -> list[Duty]:
    """Work every day of two weeks but for one rest: from Saturday 23:00 on to the duty given."""
    return [*each(range(5), "20:00"), (5, "22:00", 60), after, (8, "12:00", 60), *each(range(9, 14), "20:00")]


def test_one_rest_of_fifty_hours_is_not_two_weekly_rests() -> None:
    """CT L3132-2: Saturday 23:00 to Tuesday 01:00 is the only rest of fourteen days: 25 h of each week, one
    daily rest."""
    assert broken(under("ct", twelve_days((8, "01:00", 60)))) == {"WEEKLY_REST"}


def test_two_rest_days_and_a_daily_rest_in_one_serve_two_weeks() -> None:
    """24 + 24 + 11 = 59 h: Saturday 23:00 to Tuesday 10:00; a minute less is one rest."""
    assert broken(under("ct", twelve_days((8, "10:00", 60)))) == set()
    assert broken(under("ct", twelve_days((8, "09:59", 60)))) == {"WEEKLY_REST"}


def test_a_rest_that_the_past_week_needed_is_taken() -> None:
    """Week 10 was worked every day to Saturday 23:00: its rest ends on Tuesday 01:00 of week 11, whose own
    must follow."""
    days = tuple(
        past(on(f"2026-03-{2 + n:02}"), (n - 7) * 1440 + (1320 if n == 5 else 1200), 60) for n in range(6)
    )
    person = {"counters": Counters(days=days)}
    week: list[Duty] = [(1, "01:00", 60), (1, "12:00", 60), *each(range(2, 7), "20:00")]
    assert broken(under("ct", week, days=7, person=person)) == {"WEEKLY_REST"}
    assert broken(under("ct", week, days=7)) == set()
    assert broken(under("ct", week[:-1], days=7, person=person)) == set()


# -- rest days are dates without work ----------------------------------------------------------------------
def test_a_date_that_a_night_runs_into_is_no_rest_day() -> None:
    """BAD V.12.2: five days, then a night to Saturday 05:00; free are Sunday, then Thursday to Sunday: five.
    With one more day of work four, if Saturday were free; it is not."""
    night: list[Duty] = [*each(range(4)), (4, "22:00", 420)]
    assert broken(under("bad", [*night, *each((7, 8, 9, 10))])) == set()
    assert broken(under("bad", [*night, *each((7, 8, 9, 10, 11))])) == {"WEEKLY_REST"}


def test_six_nights_take_seven_dates() -> None:
    """CT L3132-1: five nights from Monday to Saturday morning are six days; the sixth runs into Sunday."""
    assert broken(under("ct", each(range(5), "22:00", 240))) == set()
    assert "MAX_CONSEC_DAYS" in broken(under("ct", each(range(6), "22:00", 240)))


def test_seven_dates_in_a_row_with_the_morning_after_a_night() -> None:
    """BAD V.12.2: Tuesday to Saturday, and the night of Sunday: it ends before midnight or takes Monday
    too."""
    days = [*each(range(1, 6)), (6, "20:00", 240)]
    assert "MAX_CONSEC_DAYS" not in broken(under("bad", days))
    assert "MAX_CONSEC_DAYS" in broken(under("bad", [*days[:-1], (6, "20:00", 241)]))


# -- two in a row, a Sunday among them ---------------------------------------------------------------------
def test_the_sunday_is_one_of_the_two_days_in_a_row() -> None:
    """BAD V.12.2: « 2 jours consécutifs, dont 1 dimanche ». Free: Wednesday, Thursday, the second Sunday, and
    a day beside it or not."""
    assert broken(under("bad", each((0, 1, 4, 5, 6, 7, 8, 9, 11)))) == set()
    assert broken(under("bad", each((0, 1, 4, 5, 6, 7, 8, 9, 12)))) == {"WEEKLY_REST"}


def test_what_history_has_broken_is_not_the_plans_fault() -> None:
    """Worked before: Saturday and Sunday of week 11, and a Saturday of week 12 that the horizon's Sunday
    follows: no pair with a Sunday was left, so an hour on Sunday asks no more than the Sundays' own rules."""
    dates = ("2026-03-14", "2026-03-16", "2026-03-21")
    days = tuple(past(on(day), (on(day) - on("2026-03-22")).days * 1440 + 540, 60) for day in dates)
    case = under(
        "bad", each((0,)), days=1, first_day=on("2026-03-22"), person={"counters": Counters(days=days)}
    )
    assert broken(case) == set()


# -- which two weeks ---------------------------------------------------------------------------------------
def test_any_two_weeks_in_a_row_unless_the_saad_says_where_fortnights_begin() -> None:
    """Weeks 12 and 13: six days and five. Under fortnights of odd weeks each lies in one of its own."""
    days = each((0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11))
    assert broken(under("bad", days, first_day=on("2026-03-16"))) == {"WEEKLY_REST"}
    known = {"WEEKLY_REST.any_two_weeks": 0}
    assert broken(under("bad", days, first_day=on("2026-03-16"), accords=known)) == set()
    assert broken(under("bad", days, first_day=MONDAY, accords=known)) == {"WEEKLY_REST"}


# -- the weekly mode ---------------------------------------------------------------------------------------
def test_a_contract_by_the_week_has_two_whole_rest_days_in_each() -> None:
    """BAD V.39: five days a week; other modes may hold six, one week with the other."""
    weekly = {"contract": Contract(2100, full_time=True, working_time_mode=WorkingTimeMode.WEEKLY)}
    assert broken(under("bad", each(range(5)), person=weekly)) == set()
    assert broken(under("bad", each(range(6)), person=weekly)) == {"WEEKLY_REST"}
    assert broken(under("bad", [*each(range(4)), (4, "22:00", 180)], person=weekly)) == {"WEEKLY_REST"}
    assert broken(under("bad", each(range(6)))) == set()
