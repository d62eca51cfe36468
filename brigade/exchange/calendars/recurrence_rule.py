"""The rule of an event, RRULE: what an absence may recur by, and every part of it within its bounds."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, tzinfo
from typing import Any

from dateutil.rrule import rrule, rrulestr

from brigade.exchange.calendars.event_values import EventFault, wall_of

FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
PARTS = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
)
"""What an absence may recur by. By the hour or by the week of the year, it is some other kind of event."""
# A rule for 29 February is possible, if only every fourth year.
LEAP_YEAR = 2024
BOUNDS: Mapping[str, range] = {
    "INTERVAL": range(1, 10_000),
    "COUNT": range(1, 1_000_000),
    "BYMONTH": range(1, 13),
    "BYMONTHDAY": range(1, 32),
}
"""Days may be counted from the end of the month too: -1 is the last."""
PLACES = {"WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
"""How many days BYSETPOS can choose among."""

Parts = Mapping[str, Sequence[Any]]


def rule_of(recur: Any, start: datetime, zone: tzinfo) -> rrule:
    """Args: start: the first occurrence, on the wall of `zone`. Raises: EventFault."""
    if isinstance(recur, list):
        raise EventFault("I106", "several_rrules")
    text = recur.to_ical().decode()
    parts = {str(name).upper(): value for name, value in recur.items()}
    _refuse(parts, text)
    # The end is taken out of the text: rrulestr refuses one in UTC beside a start without a zone, which the
    # walls here are.
    bare = ";".join(part for part in text.split(";") if not part.upper().startswith("UNTIL="))
    try:
        rule = rrulestr(bare, dtstart=start)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise EventFault("I106", "rrule_unreadable", {"rule": text}) from fault
    last = _last(parts, zone)
    _refuse_other_start(rule, start, last, text)
    return rule if last is None else rule.replace(until=last)


def _last(parts: Parts, zone: tzinfo) -> datetime | None:
    until = parts.get("UNTIL", [None])[0]
    if until is None or isinstance(until, datetime):
        return None if until is None else wall_of(until, zone)
    # A day given as the end is a whole one.
    return datetime.combine(until, time.max)


def _refuse_other_start(rule: rrule, start: datetime, last: datetime | None, text: str) -> None:
    """Of a rule that does not hold its own start the standard says nothing (RFC 5545, 3.8.5.3): some programs
    count that day, others lose it."""
    # In steps of one: where every third week misses the day, each week misses it too, and is sought sooner.
    first = next(iter(rule.replace(interval=1)), None)
    if first != start or (last is not None and last < start):
        raise EventFault("I106", "rrule_without_start", {"rule": text, "start": f"{start:%Y-%m-%d}"})


# -- bounds ------------------------------------------------------------------------------------------------
def _refuse(parts: Parts, text: str) -> None:
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    others = sorted(parts.keys() - PARTS)
    if frequency not in FREQUENCIES or others:
        met = ", ".join(others) or f"FREQ={frequency}"
        raise EventFault("I106", "rrule_unknown_part", {"rule": text, "met": met})
    beyond = sorted({*_beyond(parts), *_misplaced(parts, frequency)})
    if beyond:
        raise EventFault("I106", "rrule_bounds", {"rule": text, "met": beyond})
    months, days = _numbers(parts, "BYMONTH"), _numbers(parts, "BYMONTHDAY")
    if not any(_is_day(month, day) for month in months for day in days):
        raise EventFault("I106", "rrule_no_such_day", {"rule": text})


def _beyond(parts: Parts) -> Iterator[str]:
    for name, bounds in BOUNDS.items():
        is_signed = name == "BYMONTHDAY"
        if any((abs(int(one)) if is_signed else int(one)) not in bounds for one in parts.get(name, ())):
            yield name


def _misplaced(parts: Parts, frequency: str) -> Iterator[str]:
    """What this frequency cannot have: the first Monday of a week, the second day of a day."""
    if frequency not in ("MONTHLY", "YEARLY") and any(str(day)[:-2] for day in parts.get("BYDAY", ())):
        yield "BYDAY"
    most = PLACES.get(frequency, 0)
    if any(not 1 <= abs(int(place)) <= most for place in parts.get("BYSETPOS", ())):
        yield "BYSETPOS"
    if "COUNT" in parts and "UNTIL" in parts:
        yield "UNTIL"


def _numbers(parts: Parts, name: str) -> Iterable[int]:
    """Those of a part; left out, January and the first day, which any rule may have."""
    return [int(one) for one in parts.get(name, ())] or [1]


def _is_day(month: int, day: int) -> bool:
    """A day that no month has would be sought until the year 9999."""
    return abs(day) <= monthrange(LEAP_YEAR, month)[1]
