"""Minutes as payrolls count them: by local date, by night, over the nights when the clocks change; the year
of refusals."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from brigade.figures.funding import minutes_paid, shipped_transfer_limit
from brigade.texts.labour_code import shipped_labour_code
from brigade.units import PARIS
from brigade.worked.local_days import by_date, night_minutes, reference_year

BAD = shipped_labour_code().party("bad")


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def test_a_visit_over_midnight_is_of_both_days() -> None:
    assert list(by_date(at(14, 23), at(15, 0, 30), PARIS)) == [
        (date(2026, 3, 14), 60),
        (date(2026, 3, 15), 30),
    ]
    assert list(by_date(at(14, 23), at(15, 0), PARIS)) == [(date(2026, 3, 14), 60)]


def test_the_night_begins_and_ends_by_the_text() -> None:
    """BAD V.25: 22 h to 7 h. 21:30 to 22:30 holds half an hour of night, 6:30 to 7:30 as well."""
    assert night_minutes(at(9, 21, 30), at(9, 22, 30), PARIS, BAD) == 30
    assert night_minutes(at(9, 6, 30), at(9, 7, 30), PARIS, BAD) == 30
    assert night_minutes(at(9, 7), at(9, 22), PARIS, BAD) == 0


def test_the_night_that_loses_an_hour_has_eight() -> None:
    """28 to 29 March 2026, 22:00 to 07:00: nine hours on the wall, eight worked; 24 to 25 October: ten."""
    assert night_minutes(at(28, 20), at(29, 9), PARIS, BAD) == 8 * 60
    assert night_minutes(at(24, 20, month=10), at(25, 9, month=10), PARIS, BAD) == 10 * 60


@pytest.mark.parametrize(
    ("agreement", "day", "first", "last"),
    [
        ("bad", date(2026, 5, 31), date(2025, 6, 1), date(2026, 5, 31)),
        ("bad", date(2026, 6, 1), date(2026, 6, 1), date(2027, 5, 31)),
        ("sap", date(2026, 5, 31), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_refusals_are_counted_in_the_year_the_text_says(
    agreement: str, day: date, first: date, last: date
) -> None:
    """BAD: the reference year, from 1 June; SAP: the calendar year."""
    assert reference_year(shipped_labour_code().party(agreement), day) == (first, last)


def test_a_line_gives_a_fifth_of_its_cap_and_not_a_cent_more() -> None:
    limit = shipped_transfer_limit()
    assert (limit.cents(99), limit.is_passed(99, 19), limit.is_passed(99, 20)) == (19, False, True)
    assert (minutes_paid(2_399, 2_400), minutes_paid(1, 0)) == (59, 0)
