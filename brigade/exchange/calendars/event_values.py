"""What the properties of an event say: days and instants, each given once, in a zone that somebody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event
from icalendar.timezone import tzp

from brigade.errors import NO_VALUES, Issue, Values, step
from brigade.exchange.documents.shape_faults import said, shortly

ONCE = (
    *("UID", "SUMMARY", "STATUS", "SEQUENCE", "DTSTAMP", "CREATED", "LAST-MODIFIED", "ORGANIZER"),
    *("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"),
)
"""What an event may say only once (RFC 5545, 3.6.1)."""
UNFOLDED = re.compile(r"\r?\n[ \t]")
ZONE_OF_UTC = re.compile(r"([A-Za-z-]+);(?:[^:\"]|\"[^\"]*\")*\bTZID=[^:]*:(?:.*,)?\d{8}T\d{6}Z")
RULE = re.compile(r"(RRULE)[^:]*:(.*)", re.IGNORECASE)


class EventFault(Exception):
    """Why an event cannot be read: an issue's code, words and values; the place is the reader's to add."""

    def __init__(self, code: str, words: str, values: Values = NO_VALUES) -> None:
        self.code, self.words = code, words
        self.values = {name: shortly(one) if isinstance(one, str) else one for name, one in values.items()}
        super().__init__(code, words, values)


def line_faults(text: str, label: str) -> Iterator[Issue]:
    """Lines that contradict themselves. The library keeps one of both sides and says nothing."""
    number = 1
    # A NUL marks each fold: lines are judged whole, but counted as an editor shows them.
    for line in UNFOLDED.sub("\0", text).split("\n"):
        place, whole = f"{label}, {step('line', number)}", line.replace("\0", "").rstrip("\r")
        number += 1 + line.count("\0")
        if found := ZONE_OF_UTC.match(whole):
            yield Issue("I103", place, "zone_of_utc", {"met": said(whole), "name": found[1]})
        elif found := RULE.match(whole):
            parts = [part.partition("=")[0].upper() for part in found[2].split(";")]
            if len(parts) != len(set(parts)):
                yield Issue("I106", place, "rrule_part_twice", {"rule": shortly(found[2])})


def refuse_doubles(event: Event) -> None:
    """Raises: EventFault, for a property given twice that may be given once."""
    for name in ONCE:
        if isinstance(event.get(name), list):
            raise EventFault("I103", "property_twice", {"name": name})


def moment_of(event: Event, name: str) -> date | None:
    """A day or an instant. Raises: EventFault, for what is none, or in a zone that nobody knows."""
    found = event.get(name)
    if found is None:
        return None
    refuse_unknown_zone(found, found.dt, name)
    if not isinstance(found.dt, date):
        raise EventFault("I103", "property_value", {"name": name, "value": found.dt})
    value: date = found.dt
    return value


def refuse_unknown_zone(found: Any, value: Any, name: str) -> None:
    named = found.params.get("TZID")
    if named and isinstance(value, datetime) and value.tzinfo is None:
        raise EventFault("I104", "event_zone", {"name": name, "zone": named})


def zone_of(calendar: Any, event: Event, ours: ZoneInfo) -> ZoneInfo:
    """The zone of hours that name none: the calendar's own (X-WR-TIMEZONE, which the RFC does not know and
    most programs write), else ours. Whole days are the clients' days.

    Raises: EventFault, for a zone that nobody knows.
    """
    named = str(calendar.get("X-WR-TIMEZONE", "")).strip()
    start = moment_of(event, "DTSTART")
    if not named or not isinstance(start, datetime) or start.tzinfo is not None:
        return ours
    found: Any = tzp.timezone(named)  # its own annotation names an attribute of datetime, not the class
    if not isinstance(found, ZoneInfo):
        raise EventFault("I104", "calendar_zone", {"zone": named})
    return found


def instant(wall: datetime, zone: tzinfo) -> datetime:
    """An hour that a clock change doubles is the first one, one that it skips counts from before it (RFC
    5545, 3.3.5)."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def wall_of(value: Any, zone: tzinfo) -> datetime:
    """A day's midnight, or an instant's wall time in `zone`."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value if value.tzinfo is None else value.astimezone(zone).replace(tzinfo=None)
