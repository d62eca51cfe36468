"""The occurrences of an event within a window: days and hours, RRULE, RDATE, EXDATE (RFC 5545, 3.8.2 and
3.8.5)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr
from icalendar import Event

from brigade.errors import NO_VALUES, Values
from brigade.exchange.documents.shape_faults import shortly

FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
PARTS = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)
"""What an absence may recur by. By the hour or by the week of the year, it is some other kind of event."""
ONE_DAY = timedelta(days=1)
# Ten years: an absence that lasts longer is a date mistyped.
LONGEST = timedelta(days=3660)
# A rule for 29 February is possible, if only every fourth year.
LEAP_YEAR = 2024


class EventFault(Exception):
    """Why an event cannot be read: an issue's code, words and values; the place is the reader's to add."""

    def __init__(self, code: str, words: str, values: Values = NO_VALUES) -> None:
        self.code, self.words = code, words
        self.values = {name: shortly(one) if isinstance(one, str) else one for name, one in values.items()}
        super().__init__(code, words, values)


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

    def at(self, wall: datetime) -> Occurrence:
        start = instant(wall, self.zone)
        end = (instant(wall + timedelta(days=self.days), self.zone) if self.days else start) + self.exact
        return Occurrence(start, end)


def occurrences(
    event: Event, zone: ZoneInfo, window: CalendarWindow, moved: Sequence[Any] = ()
) -> Iterator[Occurrence]:
    """Those that meet the window.

    Args: zone: of days and of hours without a zone; moved: values of RECURRENCE-ID that other events stand
    for.

    Raises: EventFault.
    """
    span = _span(event, zone)
    walls = _walls(event, span, window, moved)
    yield from (one for wall in walls if window.meets((one := span.at(wall)).start, one.end))


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """An hour that a clock change doubles is the first one, one that it skips counts from before it (RFC
    5545, 3.3.5)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(value: Any, zone: tzinfo) -> datetime:
    """A day's midnight, or an instant's wall time in `zone`."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value if value.tzinfo is None else value.astimezone(zone).replace(tzinfo=None)


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
        raise EventFault("I103", "event_too_long", {"start": start, "end": end or whole})
    return span


def _from_end(start: date, end: date | None, zone: ZoneInfo) -> _Span:
    """Of a day, DTEND is the day after the last one; left out, or the day itself as some programs write, it
    is one day."""
    if end is not None and isinstance(start, datetime) != isinstance(end, datetime):
        raise EventFault("I103", "day_and_instant", {"start": start, "end": end})
    if not isinstance(start, datetime):
        days = 1 if end is None or end == start else (end - start).days
        return _Span(datetime.combine(start, time()), zone, days, timedelta())
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
        raise EventFault("I103", "whole_day_duration", {"length": length})
    return _Span(datetime.combine(start, time()), zone, length.days, exact)


def moment_of(event: Event, name: str) -> date | None:
    """A day or an instant. Raises: EventFault, for what is none, or in a zone that nobody knows."""
    found = event.get(name)
    if found is None:
        return None
    if isinstance(found, list):
        raise EventFault("I103", "property_twice", {"name": name})
    _refuse_unknown_zone(found, found.dt, name)
    if not isinstance(found.dt, date):
        raise EventFault("I103", "property_value", {"name": name, "value": found.dt})
    value: date = found.dt
    return value


def _refuse_unknown_zone(found: Any, value: Any, name: str) -> None:
    named = found.params.get("TZID")
    if named and isinstance(value, datetime) and value.tzinfo is None:
        raise EventFault("I104", "event_zone", {"name": name, "zone": named})


# -- how it recurs -----------------------------------------------------------------------------------------
def _walls(event: Event, span: _Span, window: CalendarWindow, moved: Sequence[Any]) -> Iterator[datetime]:
    if event.get("EXRULE") is not None:
        raise EventFault("I106", "exrule")
    times = rruleset(cache=False)
    rule = event.get("RRULE")
    if rule is None:
        times.rdate(span.wall)
    else:
        times.rrule(_rule(rule, span))
    for value in _dates(event, "RDATE"):
        times.rdate(_on_wall(value, span))
    taken_out = [*_dates(event, "EXDATE"), *moved]
    for value in taken_out:
        if isinstance(value, datetime):
            times.exdate(wall_of(value, span.zone))
    days = {value for value in taken_out if not isinstance(value, datetime)}
    whole = timedelta(days=span.days) + span.exact
    # A day more on either side: the window is in instants, the rule in wall time, and clocks change.
    first = wall_of(window.start, span.zone) - whole - ONE_DAY
    last = wall_of(window.end, span.zone) + ONE_DAY
    for wall in times.xafter(first, inc=True):
        if wall > last:
            return
        # An EXDATE that is a day takes out the whole day, whatever hour the rule gives.
        if wall.date() not in days:
            yield wall


def _dates(event: Event, name: str) -> Iterator[Any]:
    found = event.get(name)
    for part in found if isinstance(found, list) else [] if found is None else [found]:
        for value in part.dts:
            if not isinstance(value.dt, date):
                raise EventFault("I106", "dates_with_length", {"name": name})
            _refuse_unknown_zone(part, value.dt, name)
            yield value.dt


def _on_wall(value: Any, span: _Span) -> datetime:
    """A day added to hours keeps the hours."""
    if isinstance(value, datetime):
        return wall_of(value, span.zone)
    return datetime.combine(value, span.wall.time())


def _rule(recur: Any, span: _Span) -> rrule:
    if isinstance(recur, list):
        raise EventFault("I106", "several_rrules")
    said = recur.to_ical().decode()
    parts = {str(name).upper(): value for name, value in recur.items()}
    _refuse_other_rules(parts, said)
    until = parts.pop("UNTIL", [None])[0]
    # Taken out of the text: rrulestr refuses an UTC end beside a start without a zone, which the walls here
    # are.
    text = ";".join(part for part in said.split(";") if not part.upper().startswith("UNTIL="))
    try:
        rule = rrulestr(text, dtstart=span.wall)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise EventFault("I106", "rrule_unreadable", {"rule": said}) from fault
    if until is None:
        return rule
    # A day given as the end is a whole one.
    last = wall_of(until, span.zone) if isinstance(until, datetime) else datetime.combine(until, time.max)
    return rule.replace(until=last)


def _refuse_other_rules(parts: dict[str, Any], said: str) -> None:
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    others = sorted(parts.keys() - PARTS)
    if frequency not in FREQUENCIES or others:
        met = ", ".join(others) or f"FREQ={frequency}"
        raise EventFault("I106", "rrule_unknown_part", {"rule": said, "met": met})
    months, days = parts.get("BYMONTH"), parts.get("BYMONTHDAY")
    # A day that no month has would be sought until the year 9999.
    if (
        months
        and days
        and not any(abs(int(day)) <= monthrange(LEAP_YEAR, int(month))[1] for month in months for day in days)
    ):
        raise EventFault("I106", "rrule_no_such_day", {"rule": said})
