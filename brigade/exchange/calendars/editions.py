"""Which events of one UID stand for one another: later editions, occurrences moved or cancelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from icalendar import Event

from brigade.exchange.calendars.event_values import instant, moment_of, wall_of

CANCELLED = "CANCELLED"
TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "STATUS")
"""What two editions of one event must agree on, where nothing says which is later."""


def is_cancelled(event: Event) -> bool:
    return str(event.get("STATUS", "")).upper() == CANCELLED


def is_tentative(event: Event) -> bool:
    return str(event.get("STATUS", "")).upper() == "TENTATIVE"


def is_marked_free(event: Event) -> bool:
    """Whether its hours are said to stay free: what most programs write of whole days unless told
    otherwise."""
    return str(event.get("TRANSP", "")).upper() == "TRANSPARENT"


def moved_in(events: Sequence[Event], master: Event) -> Iterator[date]:
    """The occurrences of a recurring event that other events of its UID stand for, cancelled ones
    included."""
    for one in events if master.get("UID") is not None else ():
        value = None if one is master else moment_of(one, "RECURRENCE-ID")
        if value is not None:
            yield value


def is_of_cancelled_series(events: Sequence[Event], event: Event, zone: tzinfo) -> bool:
    """Whether an occurrence was moved before its whole series was cancelled."""
    if event.get("RECURRENCE-ID") is None or event.get("UID") is None:
        return False
    series = [one for one in events if one.get("RECURRENCE-ID") is None]
    series = [one for one in series if not is_outdated(events, one, zone)]
    return any(is_cancelled(one) and _stamp(one) >= _stamp(event) for one in series)


def is_outdated(events: Sequence[Event], event: Event, zone: tzinfo) -> bool:
    """Whether the file holds a later edition of the same event, or of the same occurrence of it."""
    same = _same(events, event, zone)
    return bool(same) and _edition(event, same) < max(_edition(one, same) for one in same)


def is_doubled(events: Sequence[Event], event: Event, zone: tzinfo) -> bool:
    """Whether another event of its UID has other times, and nothing says which of the two is later."""
    others = [one for one in _same(events, event, zone) if one is not event and _stamp(one) == _stamp(event)]
    return any(_written_times(one) != _written_times(event) for one in others)


def _same(events: Sequence[Event], event: Event, zone: tzinfo) -> list[Event]:
    """Itself and its other editions; nothing without a UID: two such events have nothing to do with each
    other."""
    which = _which(event, zone)
    is_named = event.get("UID") is not None
    return [one for one in events if _which(one, zone) == which] if is_named else []


def _which(event: Event, zone: tzinfo) -> date | None:
    """The occurrence that it stands for: the same instant in whichever zone it is written."""
    value = moment_of(event, "RECURRENCE-ID")
    if not isinstance(value, datetime):
        return value
    return instant(wall_of(value, zone), zone) if value.tzinfo is None else value.astimezone(UTC)


def _written_times(event: Event) -> list[str]:
    return [f"{name} {_written(event[name])}" for name in TIMES if event.get(name) is not None]


def _written(value: Any) -> list[str]:
    return [str(one.to_ical()) for one in (value if isinstance(value, list) else [value])]


def _stamp(event: Event) -> tuple[int, str]:
    stamp = event.get("DTSTAMP")
    return int(event.get("SEQUENCE", 0)), "" if stamp is None else str(stamp.dt)


def _edition(event: Event, same: Sequence[Event]) -> tuple[int, str, int]:
    # Between editions of one stamp the place in the file decides.
    return *_stamp(event), [one is event for one in same].index(True)
