"""Sundays and public holidays, which decide what may be done and how often."""

from __future__ import annotations

from datetime import date

import pytest

from brigade.values.calendar import is_public_holiday, is_sunday, is_sunday_or_holiday, public_holidays


@pytest.mark.parametrize("department", ["57", "67", "68"])
def test_alsace_and_moselle_keep_good_friday_and_the_day_after_christmas(department: str) -> None:
    """Easter 2026 is on 5 April: Good Friday is the 3rd."""
    extra = public_holidays(2026, department) - public_holidays(2026, "62")
    assert extra == {date(2026, 4, 3), date(2026, 12, 26)}


def test_the_rest_of_france_has_eleven_public_holidays() -> None:
    assert len(public_holidays(2026, "62")) == 11
    assert is_public_holiday(date(2026, 5, 1), "80")
    assert not is_public_holiday(date(2026, 4, 3), "80")


def test_a_holiday_that_falls_on_a_sunday_is_not_moved_to_monday() -> None:
    """15 August 2027 is a Sunday; France gives nothing instead."""
    assert is_sunday(date(2027, 8, 15))
    assert not is_public_holiday(date(2027, 8, 16), "62")


def test_a_saturday_is_neither() -> None:
    assert not is_sunday_or_holiday(date(2026, 3, 14), "62")
    assert is_sunday_or_holiday(date(2026, 3, 15), "62")


@pytest.mark.parametrize(("department", "day"), [("977", date(2026, 10, 9)), ("978", date(2026, 5, 28))])
def test_saint_barthelemy_and_saint_martin_keep_the_day_slavery_was_abolished(
    department: str, day: date
) -> None:
    """CT L3422-2, as Guadeloupe does on 27 May."""
    assert is_public_holiday(day, department)
    assert is_public_holiday(date(2026, 5, 27), "971")
    assert not is_public_holiday(day, "62")
