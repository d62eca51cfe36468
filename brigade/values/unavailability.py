"""Stretches of the week in which a contract says that somebody is not asked, written as people write them.

"mercredi 14:00-18:00", "wednesday 22:00-06:00" (until the next morning), "dimanche" (the whole day), "férié".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache

from brigade.units import Interval
from brigade.values import input_words
from brigade.values.calendar import is_public_holiday
from brigade.values.problem_parts import ProblemParts
from brigade.values.workforce import Contract, Weekday

BAND = re.compile(
    r"(?P<day>\w+)(?:\s+(?P<start>([01]\d|2[0-3]):[0-5]\d)-(?P<end>([01]\d|2[0-3]):[0-5]\d|24:00))?"
)
HOLIDAY = frozenset({"holiday", *input_words.HOLIDAY})
DAYS = {
    **{day.value: day.iso for day in Weekday},
    **{name: iso for iso, name in enumerate(input_words.WEEKDAYS, 1)},
}
DAY = timedelta(days=1)
MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class WeeklyBand:
    """`iso_day`: 1 to 7, None for public holidays. `start` to `end` by the wall clock, on the next day where
    `end` is no later."""

    iso_day: int | None
    start: time = MIDNIGHT
    end: time = MIDNIGHT

    def falls_on(self, day: date, department: str) -> bool:
        return (
            is_public_holiday(day, department) if self.iso_day is None else day.isoweekday() == self.iso_day
        )


@cache
def weekly_band(text: str) -> WeeklyBand | None:
    """None: `text` names no day, or hours that are none."""
    found = BAND.fullmatch(text.strip().casefold())
    if found is None or (found["day"] not in DAYS and found["day"] not in HOLIDAY):
        return None
    day = DAYS.get(found["day"])
    if found["start"] is None:
        return WeeklyBand(day)
    start, end = (
        time.fromisoformat(found["start"]),
        MIDNIGHT if found["end"] == "24:00" else time.fromisoformat(found["end"]),
    )
    # Two equal hours are a slip, unless both are midnight: that is the whole day.
    return None if start == end != MIDNIGHT else WeeklyBand(day, start, end)


@cache
def daily_bands(text: str) -> tuple[WeeklyBand, ...]:
    """The same, where hours alone are those of every day of the week; empty: `text` names none."""
    told = text.strip()
    days = (f"{day} {told}" for day in Weekday) if told[:1].isdecimal() else (told,)
    found = (weekly_band(one) for one in days)
    return tuple(one for one in found if one is not None)


def stretches(
    problem: ProblemParts, contract: Contract, department: str, service: Interval
) -> Iterator[tuple[str, Interval]]:
    """The contract's unavailability that `service` meets, each stretch with the words of the contract.

    Args: department: of the place of work, whose public holidays are meant (CT L3134-13;
    `ProblemParts.department_at`).
    """
    horizon = problem.horizon
    # The evening before: its band may run into the morning of the service. A night of the last day ends on a
    # date that is no day of the horizon any more.
    first, last_date = problem.day_of(service.start) - DAY, problem.day_of(service.end - 1)
    days = [first + offset * DAY for offset in range((last_date - first).days + 1)]
    for text in contract.unavailability:
        band = weekly_band(text)
        for day in days:
            if band is not None and band.falls_on(day, department):
                last = day if band.end > band.start else day + DAY
                stretch = Interval(horizon.at(day, band.start), horizon.at(last, band.end))
                if stretch.overlap(service):
                    yield text, stretch
