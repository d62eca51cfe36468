"""Work that was done, as payrolls ask about it: minutes by local date, by night; and the year in which
refusals are counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from brigade.texts.rule_sets import RuleSet

DAY = timedelta(days=1)
REFERENCE_MONTH = 6
"""Where a text counts by reference year rather than calendar year, it runs from 1 June (CT R3141-4)."""


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """In UTC, so that lengths are those of the clock that never jumps."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes, rounded down; 0 when `end` is not after `start`."""
    return max(0, (end.astimezone(UTC) - start.astimezone(UTC)) // timedelta(minutes=1))


def by_date(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[date, int]]:
    """The local dates that start..end touches, with the minutes on each."""
    day = start.astimezone(zone).date()
    while midnight(day, zone) < end:
        yield day, minutes_between(max(start, midnight(day, zone)), min(end, midnight(day + DAY, zone)))
        day += DAY


def night_minutes(start: datetime, end: datetime, zone: ZoneInfo, rules: RuleSet) -> int:
    """The minutes of start..end inside the night that `rules` know (NIGHT_WINDOW); 0 where they know none."""
    first, last = rules.get("NIGHT_WINDOW", "from"), rules.get("NIGHT_WINDOW", "to")
    if first is None or last is None:
        return 0
    found, day = 0, start.astimezone(zone).date() - DAY
    while midnight(day, zone) < end:
        dawn = day if first.value < last.value else day + DAY
        band = _wall(day, first.value, zone), _wall(dawn, last.value, zone)
        found += minutes_between(max(start, band[0]), min(end, band[1]))
        day += DAY
    return found


def _wall(day: date, minute_of_day: int, zone: ZoneInfo) -> datetime:
    hour, minute = divmod(minute_of_day, 60)
    return datetime.combine(day, time(hour, minute), zone).astimezone(UTC)


def reference_year(rules: RuleSet, day: date) -> tuple[date, date]:
    """First and last day of the year in which refusals of `day` are counted: the calendar year where the text
    says so (REFUSALS_SHORT.calendar_year), else from 1 June to 31 May."""
    flag = rules.get("REFUSALS_SHORT", "calendar_year")
    month = 1 if flag is not None and flag.value else REFERENCE_MONTH
    first = date(day.year if day.month >= month else day.year - 1, month, 1)
    return first, date(first.year + 1, month, 1) - DAY
