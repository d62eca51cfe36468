"""The occurrences of an event within a window: days and hours, RRULE, RDATE, EXDATE (RFC 5545, 3.8.2 and
3.8.5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset
from icalendar import Event

from brigade.exchange.calendars.event_values import (
    EventFault,
    instant,
    moment_of,
    refuse_unknown_zone,
    wall_of,
)
from brigade.exchange.calendars.recurrence_rule import rule_of

ONE_DAY = timedelta(days=1)
# Ten years: an absence that lasts longer is a date mistyped.
LONGEST = timedelta(days=3660)
MOST_OCCURRENCES = 5_000
"""Within a window of a year: more than an employee has days, many times over."""


@dataclass(frozen=True, slots=True)
class CalendarWindow:
    """The instants that matter; end excluded."""

    start: datetime
    end: datetime

    def meets(self, start: datetime, end: datetime) -> bool:
        return start < self.end and end > self.start


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of an event, in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class _Span:
    """The first occurrence on the wall of its own zone, and how long each is: whole days, then an exact
    length."""

    wall: datetime
    zone: tzinfo
    days: int
    exact: timedelta
    is_whole: bool = False
    """Whether it is made of whole days."""

    def at(self, wall: datetime) -> Occurrence:
        start = instant(wall, self.zone)
        end = (instant(wall + timedelta(days=self.days), self.zone) if self.days else start) + self.exact
        return Occurrence(start, end)


@dataclass(frozen=True, slots=True)
class OccurrenceSet:
    """The occurrences of an event that meet the window; `idle`: occurrences taken out or moved that its rule
    does not have."""

    occurrences: Sequence[Occurrence]
    idle: Sequence[datetime]


def recurrence_of(
    event: Event, zone: ZoneInfo, window: CalendarWindow, moved: Sequence[date] = ()
) -> OccurrenceSet:
    """Args: zone: of days and of hours without a zone; moved: values of RECURRENCE-ID that other events stand
    for.

    Raises: EventFault.
    """
    span = _span(event, zone)
    walls = list(_walls(event, span, window))
    taken_out = [_taken_out(value, span) for value in (*_dates(event, "EXDATE"), *moved)]
    met = {*walls, *(wall.date() for wall in walls)}
    idle = (_on_wall(value, span) for value in taken_out if value not in met)
    # A day takes out the whole day, whatever hour the rule gives.
    left = (wall for wall in walls if wall not in taken_out and wall.date() not in taken_out)
    return OccurrenceSet(
        [one for wall in left if window.meets((one := span.at(wall)).start, one.end)],
        [wall for wall in idle if window.meets((one := span.at(wall)).start, one.end)],
    )


# -- when it begins and ends -------------------------------------------------------------------------------
def _span(event: Event, zone: ZoneInfo) -> _Span:
    start = moment_of(event, "DTSTART")
    if start is None:
        raise EventFault("I103", "no_dtstart")
    end, length = moment_of(event, "DTEND"), event.get("DURATION")
    if end is not None and length is not None:
        raise EventFault("I103", "end_and_duration")
    span = _from_length(start, length.dt, zone) if length is not None else _from_end(start, end, zone)
    whole = timedelta(days=span.days) + span.exact
    if not timedelta() < whole <= LONGEST:
        if length is not None:
            raise EventFault("I103", "event_duration", {"length": length.to_ical().decode()})
        raise EventFault("I103", "event_too_long", {"start": start, "end": end})
    return span


def _from_end(start: date, end: date | None, zone: ZoneInfo) -> _Span:
    """Of a day, DTEND is the day after the last one; left out, or the day itself as some programs write, it
    is one day."""
    if end is not None and isinstance(start, datetime) != isinstance(end, datetime):
        raise EventFault("I103", "day_and_instant", {"start": start, "end": end})
    if not isinstance(start, datetime):
        days = 1 if end is None or end == start else (end - start).days
        return _Span(datetime.combine(start, time()), zone, days, timedelta(), is_whole=True)
    if not isinstance(end, datetime):
        raise EventFault("I103", "event_without_end", {"start": start})
    own = start.tzinfo or zone
    wall = start.replace(tzinfo=None)
    return _Span(wall, own, 0, instant(end.replace(tzinfo=None), end.tzinfo or zone) - instant(wall, own))


def _from_length(start: date, length: Any, zone: ZoneInfo) -> _Span:
    """Days of a DURATION are those of the calendar, its hours are exact (RFC 5545, 3.3.6)."""
    if not isinstance(length, timedelta):
        raise EventFault("I103", "event_duration", {"length": length})
    exact = timedelta(seconds=length.seconds)
    if isinstance(start, datetime):
        return _Span(start.replace(tzinfo=None), start.tzinfo or zone, length.days, exact)
    if exact:
        raise EventFault("I103", "whole_day_duration", {"length": str(length)})
    return _Span(datetime.combine(start, time()), zone, length.days, exact, is_whole=True)


# -- how it recurs -----------------------------------------------------------------------------------------
def _walls(event: Event, span: _Span, window: CalendarWindow) -> Iterator[datetime]:
    """Every occurrence that the window may meet, those taken out as well."""
    if event.get("EXRULE") is not None:
        raise EventFault("I106", "exrule")
    times = rruleset(cache=False)
    if event.get("RRULE") is None:
        times.rdate(span.wall)
    else:
        times.rrule(rule_of(event["RRULE"], span.wall, span.zone))
    for value in _dates(event, "RDATE"):
        times.rdate(_on_wall(value, span))
    whole = timedelta(days=span.days) + span.exact
    # A day more on either side: the window is in instants, the rule in wall time, and clocks change.
    first = wall_of(window.start, span.zone) - whole - ONE_DAY
    last = wall_of(window.end, span.zone) + ONE_DAY
    for count, wall in enumerate(times.xafter(first, inc=True), 1):
        if wall > last:
            return
        if count > MOST_OCCURRENCES:
            raise EventFault("I106", "recurs_too_often", {"most": MOST_OCCURRENCES})
        yield wall


def _taken_out(value: date, span: _Span) -> date:
    """A day, or an instant on the wall. Of whole days some programs write the midnight."""
    if not isinstance(value, datetime):
        return value
    return value.date() if span.is_whole and value.time() == time() else wall_of(value, span.zone)


def _dates(event: Event, name: str) -> Iterator[Any]:
    found = event.get(name)
    for part in found if isinstance(found, list) else [] if found is None else [found]:
        for value in part.dts:
            if not isinstance(value.dt, date):
                raise EventFault("I106", "dates_with_length", {"name": name})
            refuse_unknown_zone(part, value.dt, name)
            yield value.dt


def _on_wall(value: Any, span: _Span) -> datetime:
    """A day added to hours keeps the hours."""
    if isinstance(value, datetime):
        return wall_of(value, span.zone)
    return datetime.combine(value, span.wall.time())
