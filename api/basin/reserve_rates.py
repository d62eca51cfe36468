"""At which rates a basin's plans keep a reserve: its own where it has seen enough, else the shipped ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select

from api.access.scope import Scoped
from api.store import basin_tables
from brigade.exchange.shapes.policy_shapes import ReserveShape
from brigade.units import PARIS
from brigade.values.demand import AbsenceKind

ENOUGH = 200
"""Same-day absences of twelve months: some sixteen a month, below which a month is chance."""
DAYS_A_YEAR = 220
"""That somebody works, of the shipped figures too (`brigade/data/reserve.toml`)."""


@dataclass(frozen=True, slots=True)
class BasinReserveRates:
    """`seen`: the basin's own same-day absences that they were counted from; 0: they are shipped, or the
    basin's wish."""

    rates: ReserveShape
    seen: int = 0


def rates_of(scoped: Scoped, basin_id: str, wished: ReserveShape, day: date) -> BasinReserveRates:
    """What the basin wished stands. Where it named no rates, those of the twelve whole months before `day`:
    they stay the same for a month, as the plans of its days do."""
    if wished != ReserveShape():
        return BasinReserveRates(wished)
    until = day.replace(day=1)
    told = [*_told(scoped, basin_id, until.replace(year=until.year - 1), until)]
    people = scoped.select(basin_tables.Employee, basin_id).subquery()
    staff = scoped.session.scalar(select(func.count()).select_from(people))
    if len(told) < ENOUGH or not staff:
        return BasinReserveRates(wished)
    hours, months = Counter(one.hour for one in told), Counter(one.month for one in told)
    counted = ReserveShape(
        absences_per_1000=min(1000, round(1000 * len(told) / (staff * DAYS_A_YEAR))),
        by_hour=[hours[hour] for hour in range(24)],
        by_month=[min(1000, round(1200 * months[month] / len(told))) for month in range(1, 13)],
        lead_min=wished.lead_min,
    )
    return BasinReserveRates(counted, len(told))


def _told(scoped: Scoped, basin_id: str, first: date, until: date) -> Iterator[datetime]:
    """When each unplanned absence was told that began on the day it was told."""
    row = basin_tables.Absence
    begin, end = (datetime.combine(day, time(), PARIS) for day in (first, until))
    for found in scoped.all(scoped.select(row, basin_id).where(row.starts_at >= begin, row.starts_at < end)):
        absence = found.value
        at = absence.known_at.astimezone(PARIS)
        if absence.kind is AbsenceKind.UNPLANNED and at.date() == found.starts_at.astimezone(PARIS).date():
            yield at
