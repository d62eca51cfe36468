"""MAX_DAILY_WORK: ten hours of work a duty day, all hosts of the plan together."""

from __future__ import annotations

from datetime import date

from brigade.law.rules import max_daily_work
from brigade.values.workforce import Counters
from tests.builders import labour
from tests.duties import codes, duties, elsewhere, found

TEN_HOURS = labour(mandatory={"MAX_DAILY_WORK": 600})
LONGER = {
    "MAX_DAILY_WORK": 600,
    "MAX_DAILY_WORK.exceptional": 720,
    "MAX_DAILY_WORK.exceptional_days_per_year": {"value": 70, "unit": "days"},
}
TWELVE = labour(bad=LONGER)


def test_ten_hours_are_lawful_and_a_minute_more_is_not() -> None:
    """06:00 + 300 min and 12:00 + 300 min = 600; with 301 = 601."""
    assert codes(max_daily_work, duties([(0, "06:00", 300), (0, "12:00", 300)], TEN_HOURS)) == []
    (violation,) = found(max_daily_work, duties([(0, "06:00", 300), (0, "12:00", 301)], TEN_HOURS))
    assert violation.rule == "MAX_DAILY_WORK"
    assert violation.worker_id == "W1"
    assert violation.where == "W1 2026-03-09"
    assert dict(violation.reason.values) == {"work_min": 601, "limit_min": 600}
    assert violation.article == "ct MAX_DAILY_WORK"


def test_the_stricter_host_of_the_day_binds() -> None:
    """540 min in all: fine under S1's 600, too long once S2 (480) is visited that day, fine if S2 comes the
    next day."""
    rules = labour(bad={"MAX_DAILY_WORK": 600}, sap={"MAX_DAILY_WORK": 480})
    same_day = duties([(0, "06:00", 300), (0, "12:00", 240)], rules, hosts=("S1", "S2"))
    assert codes(max_daily_work, same_day) == ["max_daily_work"]
    other_day = duties([(0, "06:00", 540), (1, "12:00", 240)], rules, days=2, hosts=("S1", "S2"))
    assert codes(max_daily_work, other_day) == []


def test_a_night_belongs_to_the_evening_it_begins_on() -> None:
    """22:00 + 9 h ends on Tuesday 07:00; Tuesday's own 9 h are another duty day: 540 and 540, never 1080."""
    assert codes(max_daily_work, duties([(0, "22:00", 540), (1, "12:00", 540)], TEN_HOURS, days=2)) == []


def test_hours_of_another_employer_are_multi_employers_matter() -> None:
    """360 of the plan + 360 elsewhere = 720, of which only 360 are judged here."""
    case = duties([(0, "06:00", 360)], TEN_HOURS, person={"other_work": (elsewhere(0, "13:00", 360),)})
    assert codes(max_daily_work, case) == []


def test_no_value_no_limit() -> None:
    assert codes(max_daily_work, duties([(0, "06:00", 900)], labour())) == []


def test_twelve_hours_are_lawful_on_a_counted_day_that_is_left() -> None:
    """720 min on Monday: the 70th such day of the year is allowed, 721 min never is, and a 71st day is
    not."""
    used = {"counters": Counters(long_days=69)}
    assert codes(max_daily_work, duties([(0, "06:00", 720)], TWELVE, person=used)) == []
    assert codes(max_daily_work, duties([(0, "06:00", 721)], TWELVE, person=used)) == [
        "max_daily_work_exceptional"
    ]
    (violation,) = found(
        max_daily_work, duties([(0, "06:00", 720), (1, "06:00", 601)], TWELVE, days=2, person=used)
    )
    assert violation.reason.code == "max_daily_work_days"
    assert violation.where == "W1 2026-03-10"
    assert dict(violation.reason.values) == {"work_min": 601, "limit_min": 600, "days": 71, "limit": 70}
    assert violation.article == "bad MAX_DAILY_WORK.exceptional_days_per_year"


def test_nobody_counted_so_no_longer_day_is_planned() -> None:
    assert codes(max_daily_work, duties([(0, "06:00", 601)], TWELVE)) == ["max_daily_work"]


def test_the_count_of_longer_days_begins_again_with_the_year() -> None:
    """Thursday 31 December 2026 would be a 71st day of its year, the next day is the first of 2027."""
    case = duties(
        [(0, "06:00", 660), (1, "06:00", 660)],
        TWELVE,
        days=2,
        first_day=date(2026, 12, 31),
        person={"counters": Counters(long_days=70)},
    )
    assert [one.where for one in found(max_daily_work, case)] == ["W1 2026-12-31"]


def test_a_year_that_begins_within_the_days_needs_no_count_of_the_year_before() -> None:
    """Nobody counted the longer days of 2026: 11 h are too long on 31 December, and the first such day of
    2027 is one of 70 on 1 January. 721 min are too long in any year."""
    new_year = date(2026, 12, 31)
    both = duties([(0, "06:00", 660), (1, "06:00", 660)], TWELVE, days=2, first_day=new_year)
    assert [one.where for one in found(max_daily_work, both)] == ["W1 2026-12-31"]
    one = duties([(1, "06:00", 721)], TWELVE, days=2, first_day=new_year)
    assert codes(max_daily_work, one) == ["max_daily_work_exceptional"]


def test_a_host_whose_text_knows_no_exception_keeps_the_day_short() -> None:
    """BAD says 10 h without exception (exceptional = 600), SAP 12 h: a day at both stays at 10 h."""
    rules = labour(bad={"MAX_DAILY_WORK": 600, "MAX_DAILY_WORK.exceptional": 600}, sap=LONGER)
    used = {"counters": Counters(long_days=0)}
    both = duties([(0, "06:00", 300), (0, "12:00", 360)], rules, hosts=("S1", "S2"), person=used)
    assert codes(max_daily_work, both) == ["max_daily_work"]
