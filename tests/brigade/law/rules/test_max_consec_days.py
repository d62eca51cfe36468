"""MAX_CONSEC_DAYS: six days in a row, whoever they were for, and six days an ISO week."""

from __future__ import annotations

from datetime import date

from brigade.law.rules import max_consec_days
from brigade.values.workforce import Counters
from tests.builders import labour
from tests.duties import codes, duties, elsewhere, found, past

SIX = labour(bad={"MAX_CONSEC_DAYS": {"value": 6, "unit": "days"}})
HOUR = 60


def test_six_days_and_then_a_seventh() -> None:
    six = [(day, "08:00", HOUR) for day in range(6)]
    assert codes(max_consec_days, duties(six, SIX, days=7)) == []
    (violation,) = found(max_consec_days, duties([*six, (6, "08:00", HOUR)], SIX, days=7))
    assert violation.where == "W1 2026-03-15"
    assert dict(violation.reason.values) == {"days": 7, "limit": 6, "first": "2026-03-09"}


def test_a_free_day_starts_a_new_run() -> None:
    days = [(day, "08:00", HOUR) for day in (0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12)]
    assert codes(max_consec_days, duties(days, SIX, days=13)) == []


def test_the_days_before_the_horizon_are_part_of_the_run() -> None:
    """Tuesday 3 to Sunday 8 March are six; Monday 9 is the seventh."""
    history = tuple(past(date(2026, 3, 2 + n), (n - 7) * 1440 + 480, HOUR) for n in range(1, 7))
    case = duties([(0, "08:00", HOUR)], SIX, person={"counters": Counters(days=history)})
    assert codes(max_consec_days, case) == ["max_consec_days"]
    case = duties([(0, "08:00", HOUR)], SIX, person={"counters": Counters(days=history[1:])})
    assert codes(max_consec_days, case) == []


def test_other_work_after_the_horizon_closes_the_run() -> None:
    """The plan's Monday, then six days elsewhere: seven in a row."""
    others = tuple(elsewhere(day, "08:00", HOUR) for day in range(1, 7))
    assert codes(max_consec_days, duties([(0, "08:00", HOUR)], SIX, person={"other_work": others})) == [
        "max_consec_days"
    ]
    assert codes(max_consec_days, duties([(0, "08:00", HOUR)], SIX, person={"other_work": others[:5]})) == []


def test_six_days_in_an_iso_week_whatever_the_run() -> None:
    """The code of the week: seven duty days of week 11 are one too many; Tuesday to Monday are six and
    one."""
    rules = labour(mandatory={"MAX_CONSEC_DAYS.per_week": {"value": 6, "unit": "days"}})
    (violation,) = found(max_consec_days, duties([(day, "08:00", HOUR) for day in range(7)], rules, days=7))
    assert violation.reason.code == "max_consec_days_week"
    assert violation.where == "W1 2026-W11"
    assert codes(max_consec_days, duties([(day, "08:00", HOUR) for day in range(1, 8)], rules, days=8)) == []
