"""Until when an answer is awaited: by the hour, the day and the distance to the visit, and never its start.

The earliest of two instants: when the minutes that the basin allows are over, counted while people are
expected to answer, and the last one that leaves somebody else the time to be found, asked and there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from api.shapes.cycle_requests import OfferWish
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.units import PARIS
from brigade.values.calendar import is_sunday_or_holiday

FARTHEST = 60
"""Days looked ahead for hours in which people answer."""
# To be asked at the very minute of leaving is to be asked too late.
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`reply_by`: when silence counts. `call_from`: from then on nobody else can be asked in writing in time,
    so that whoever has not answered is called."""

    reply_by: datetime
    call_from: datetime


@dataclass(frozen=True, slots=True)
class ReplyHours:
    """When a worker is expected to answer. `rest_day`: the one of her contract, 1 = Monday. `always`: at any
    hour, for this visit."""

    wishes: OfferWish
    department: str
    rest_day: int | None = None
    always: bool = False

    def awake(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches from `since` on in which she is, in order."""
        if self.always:
            yield since, since + timedelta(days=FARTHEST)
            return
        first = since.astimezone(PARIS).date()
        for number in range(FARTHEST):
            day = first + timedelta(days=number)
            start, end = _at(day, self.wishes.quiet_to), _at(day, self.wishes.quiet_from)
            if not self.rests(day) and max(start, since) < end:
                yield max(start, since), end

    def rests(self, day: date) -> bool:
        return is_sunday_or_holiday(day, self.department) or day.isoweekday() == self.rest_day

    def is_quiet(self, instant: datetime) -> bool:
        return not any(
            start <= instant <= end for start, end in _near(self.awake(instant - timedelta(days=1)), instant)
        )


def hours_of(worker: WorkerShape, wishes: OfferWish, department: str, start: datetime) -> ReplyHours:
    """Who takes urgent calls answers at any hour about a visit that falls itself into quiet ones."""
    rest_day = worker.contract.rest_day
    asleep = ReplyHours(wishes, department, None if rest_day is None else rest_day.iso)
    if worker.accepts_urgent and asleep.is_quiet(start):
        return ReplyHours(wishes, department, asleep.rest_day, always=True)
    return asleep


def deadline(now: datetime, start: datetime, travel: timedelta, minutes: int, hours: ReplyHours) -> Deadline:
    """Args: travel: the way to the visit. minutes: what the basin allows for the answer."""
    leave, last = start - travel - MINUTE, start - travel - timedelta(minutes=hours.wishes.wave_min)
    allowed = _after(now, timedelta(minutes=minutes), hours)
    # Nobody else can be found in time any more: the way to the visit alone bounds the answer.
    if last <= now:
        return Deadline(max(now, min(allowed, leave)), now)
    due = min(allowed, last)
    until = [min(end, due) for begin, end in _near(hours.awake(now), due) if begin < due]
    if not until:  # by night, on a rest day: nobody reads it before it is too late for anybody else
        return Deadline(due, now)
    return Deadline(until[-1], last)


def _after(now: datetime, length: timedelta, hours: ReplyHours) -> datetime:
    left = length
    for start, end in hours.awake(now):
        if end - start >= left:
            return start + left
        left -= end - start
    return now + timedelta(days=FARTHEST)


def _near(
    stretches: Iterator[tuple[datetime, datetime]], until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    for stretch in stretches:
        if stretch[0] > until:
            return
        yield stretch


def _at(day: date, wall: str) -> datetime:
    hour, minute = map(int, wall.split(":"))
    # Midnight at the end of a day, which no time of day can say.
    if hour == 24:
        return datetime.combine(day + timedelta(days=1), time(), PARIS)
    return datetime.combine(day, time(hour, minute), PARIS)
