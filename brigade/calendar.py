"""Sundays and public holidays, by department: Alsace and Moselle keep two more than the rest of France."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays

LOCAL_LAW = {"67": "6AE", "68": "6AE", "57": "57"}
"""Departments under local law -> subdivision of the `holidays` library: 26 December is a holiday there, and Good Friday
(by the letter only in communes with a Protestant church; taken for all)."""
OVERSEAS = {code: code for code in ("971", "972", "973", "974", "976")}
SUNDAY = 6


@cache
def public_holidays(year: int, department: str) -> frozenset[date]:
    """Public holidays of a calendar year in a department ("62", "67", ...)."""
    subdivision = (LOCAL_LAW | OVERSEAS).get(department)
    return frozenset(holidays.country_holidays("FR", subdiv=subdivision, years=year, observed=False))


def is_public_holiday(day: date, department: str) -> bool:
    return day in public_holidays(day.year, department)


def is_sunday(day: date) -> bool:
    return day.weekday() == SUNDAY


def is_sunday_or_holiday(day: date, department: str) -> bool:
    return is_sunday(day) or is_public_holiday(day, department)


def is_may_first(day: date) -> bool:
    return (day.month, day.day) == (5, 1)
