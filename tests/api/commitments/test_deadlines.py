"""Until when an answer is awaited, by hand: 9 March 2026 is a Monday; 7 h to 21 h people answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from api.commitments.deadlines import deadline, hours_of
from api.shapes.cycle_requests import OfferWish
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.units import PARIS

WISHES = OfferWish()
WAY = timedelta(minutes=10)
SOMEBODY = {"id": "W1", "employer_id": "E1", "availability": [], "engagements": []}


def at(day: int, wall: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{day:02d}T{wall}").replace(tzinfo=PARIS)


def due(now: datetime, start: datetime, minutes: int = 30, **worker: Any) -> tuple[datetime, datetime]:
    asked = WorkerShape.model_validate({**SOMEBODY, **worker}, strict=False)
    found = deadline(now, start, WAY, minutes, hours_of(asked, WISHES, "62", start))
    return found.reply_by, found.call_from


def test_half_an_hour_by_day() -> None:
    """For 15:00, ten minutes away, with thirty minutes for the next wave: until 14:20 somebody else can still
    be asked."""
    assert due(at(9, "10:00"), at(9, "15:00")) == (at(9, "10:30"), at(9, "14:20"))


def test_asked_before_seven_the_minutes_begin_at_seven() -> None:
    assert due(at(9, "06:40"), at(9, "15:00"))[0] == at(9, "07:30")


def test_asked_late_in_the_evening_they_go_on_in_the_morning() -> None:
    """Ten minutes before 21:00, twenty after 7:00."""
    assert due(at(9, "20:50"), at(10, "15:00"))[0] == at(10, "07:20")


def test_nobody_answers_on_a_sunday() -> None:
    """Saturday 19:58, four hours of answering: 62 minutes on Saturday, 178 on Monday."""
    assert due(at(7, "19:58"), at(9, "15:00"), 240)[0] == at(9, "09:58")


def test_what_would_end_by_night_ends_in_the_evening_before() -> None:
    """For Monday 7:10 somebody else is to be asked by 6:30, when nobody reads: the last hour of answering was
    Saturday's."""
    assert due(at(7, "19:58"), at(9, "07:10"), 240) == (at(7, "21:00"), at(9, "06:30"))


def test_by_night_for_the_early_morning_somebody_is_called() -> None:
    """No minute of answering is left before 6:50: silence would say nothing, so the telephone it is, at
    once."""
    assert due(at(9, "22:00"), at(10, "07:30")) == (at(10, "06:50"), at(9, "22:00"))


def test_who_takes_urgent_calls_answers_at_night_about_a_visit_of_the_night() -> None:
    assert due(at(9, "22:00"), at(10, "01:00"), accepts_urgent=True) == (at(9, "22:30"), at(10, "00:20"))
    assert due(at(9, "22:00"), at(10, "01:00"))[1] == at(9, "22:00")
    assert due(at(9, "22:00"), at(10, "15:00"), accepts_urgent=True)[0] == at(
        10, "07:30"
    )  # by day she is as the others


def test_the_rest_day_of_a_contract_is_one() -> None:
    assert due(at(9, "20:50"), at(11, "15:00"), contract={"rest_day": "tuesday"})[0] == at(11, "07:20")


def test_a_public_holiday_is_one() -> None:
    """6 April 2026 is Easter Monday."""
    now, start = datetime(2026, 4, 4, 20, 50, tzinfo=PARIS), datetime(2026, 4, 7, 15, tzinfo=PARIS)
    assert due(now, start)[0] == datetime(2026, 4, 7, 7, 20, tzinfo=PARIS)


@pytest.mark.parametrize("minutes", [1, 5, 11, 39, 41, 300])
def test_never_the_start_itself_and_never_the_past(minutes: int) -> None:
    now = at(9, "10:00")
    start = now + timedelta(minutes=minutes)
    reply_by, call_from = due(now, start)
    assert now <= reply_by < start
    assert now <= call_from < start
    assert (call_from == now) == (minutes <= 40)  # ten to get there, thirty for the next wave


def test_the_night_the_clocks_change_takes_no_minute_away() -> None:
    """28 to 29 March 2026, a Sunday: Friday's minutes go on on Saturday, Saturday's on Monday."""
    assert due(at(28, "20:50"), at(30, "15:00"))[0] == at(30, "07:20")
