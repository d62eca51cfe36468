"""Sundays and public holidays, by department: Alsace and Moselle keep two more than the rest of France."""

from __future__ import annotations

from datetime import date
from functools import cache

import holidays

from brigade.units import PARIS

LOCAL_LAW = {"67": "6AE", "68": "6AE", "57": "57"}
"""Departments under local law -> subdivision of the `holidays` library: 26 December is a holiday there, and
Good Friday (by the letter only in communes with a Protestant church or a shared one; taken for all)."""
NEIGHBOURS = {"57": ("54", "67", "88"), "67": ("54", "57", "68", "88"), "68": ("67", "70", "88", "90")}
"""Departments that border those of local law: as far as a basin there, or one beside, can reach."""
OVERSEAS = {**{code: code for code in ("971", "972", "973", "974", "976")}, "977": "BL", "978": "MF"}
"""Departments and collectivities that keep the day slavery was abolished there (CT L3422-2) -> subdivision of
the library."""
ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
}
"""Departments and collectivities whose clocks are not those of Paris (IANA)."""
# By `weekday`, as the holidays library counts.
SUNDAY = 6


@cache
def public_holidays(year: int, department: str) -> frozenset[date]:
    """Public holidays of a calendar year in a department ("62", "67", ...)."""
    subdivision = (LOCAL_LAW | OVERSEAS).get(department)
    # French law moves no holiday to a working day: what the library calls observed is another country's
    # habit.
    return frozenset(holidays.country_holidays("FR", subdiv=subdivision, years=year, observed=False))


def is_holiday_anywhere(day: date) -> bool:
    """Whether some department keeps the day: who moved carries the holidays of where she worked."""
    return any(is_public_holiday(day, department) for department in ("", *LOCAL_LAW, *OVERSEAS))


def zone_of(department: str) -> str:
    """The IANA zone whose hours people there read."""
    return ZONES.get(department, PARIS.key)


def is_public_holiday(day: date, department: str) -> bool:
    return day in public_holidays(day.year, department)


def department_of_place(commune: str | None, basin: str) -> str:
    """The department whose holidays bind at a place: its commune's, for the place of work decides (CT
    L3134-13).

    `basin`: the basin's department, which stands for a commune that is unknown, or that no basin there can
    reach and so contradicts it.
    """
    if commune is None:
        return basin
    # Departments overseas have three signs in a commune's code, Corsica and the mainland two.
    own = commune[:3] if commune.startswith("97") else commune[:2]
    borders = own in NEIGHBOURS.get(basin, ()) or basin in NEIGHBOURS.get(own, ())
    return own if borders else basin


def is_sunday(day: date) -> bool:
    return day.weekday() == SUNDAY


def is_sunday_or_holiday(day: date, department: str) -> bool:
    return is_sunday(day) or is_public_holiday(day, department)


def is_ordinary_holiday(day: date, department: str) -> bool:
    """A public holiday other than 1 May and 25 December, as the companies' agreement calls it (SAP II.2,
    III)."""
    return is_public_holiday(day, department) and (day.month, day.day) not in ((5, 1), (12, 25))


def is_may_first(day: date) -> bool:
    return (day.month, day.day) == (5, 1)


def is_christmas(day: date) -> bool:
    return (day.month, day.day) == (12, 25)
