"""MAX_DAILY_WORK: ten hours of work a duty day, all hosts of the plan together."""

from __future__ import annotations

from brigade.rules import max_daily_work
from tests.builders import labour
from tests.duties import codes, duties, elsewhere, found

TEN_HOURS = labour(mandatory={"MAX_DAILY_WORK": 600})


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
    """540 min in all: fine under S1's 600, too long once S2 (480) is visited that day, fine if S2 comes the next day."""
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
