"""How much longer a way takes at the hour for which its visit is asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.second_checker.reading import Case

Visit = dict[str, Any]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def percent_to(case: Case, mode: str, visit: Visit) -> int:
    """Of a way to a visit that leaves no visit."""
    return _percent(case, mode, _middle(case, visit)) if _has_place(visit) else 100


def percent_from(case: Case, mode: str, visit: Visit) -> int:
    """Of a way that leaves a visit, and leads home."""
    left = _middle(case, visit) + case.clock.length(visit["duration_min"])
    return _percent(case, mode, left) if _has_place(visit) else 100


def percent_between(case: Case, mode: str, before: Visit, after: Visit) -> int:
    return percent_from(case, mode, before) if _has_place(before) else percent_to(case, mode, after)


def _has_place(visit: Visit) -> bool:
    """Work without a place is had wherever its people begin."""
    return "block" not in visit or visit["block"].get("site_id") is not None


def _middle(case: Case, visit: Visit) -> int:
    of = case.clock.of
    windows = ((of(one["earliest"]), of(one["latest"])) for one in visit["windows"])
    return sum(min(windows)) // 2


def _percent(case: Case, mode: str, tick: int) -> int:
    """The first line of this mode that holds the moment."""
    for line in case.problem.get("traffic", []):
        if line["mode"] == mode and any(_holds(case, text, tick) for text in line["hours"]):
            return int(line["percent"])
    return 100


def _holds(case: Case, text: str, tick: int) -> bool:
    day_told, _, hours = text.rpartition(" ") if ":" in text else (text, "", "00:00-24:00")
    begin, end = (int(one[:2]) * 60 + int(one[3:]) for one in hours.split("-"))
    today = case.clock.date_of(tick)
    for day in (today, today - timedelta(days=1)):
        last = end if end > begin else end + 1440
        if _is_day(case, day_told, day) and case.clock.at(day, begin) <= tick < case.clock.at(day, last):
            return True
    return False


def _is_day(case: Case, told: str, day: date) -> bool:
    from tests.second_checker.visits import is_holiday  # reads the ways that this file slows

    if told in ("", *DAYS):
        return told in ("", DAYS[day.weekday()])
    return is_holiday(case, day, None)
