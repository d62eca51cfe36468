"""Hours of the brigade week by week: what nobody has asked for yet, and what training releases
keep."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.states import STANDING
from api.store import basin_tables
from api.store.cycle_tables import Offer
from api.store.release_tables import OPEN, Release, ReleaseDay
from brigade.units import PARIS
from brigade.worked.local_days import midnight


@dataclass(frozen=True, slots=True)
class FreeWeek:
    """Minutes of one week. `available`: hours that workers gave; `told`: of visits they were told or asked to
    do; `held`: kept free in person for a release. `reserved`: work that the releases declared so far need."""

    monday: date
    available: int
    told: int
    held: int
    reserved: int

    @property
    def free(self) -> int:
        """What is left, and never less than nothing: hours may be told outside those given."""
        return max(0, self.available - self.told - self.held)

    @property
    def is_short(self) -> bool:
        """Whether the releases need more than what is there for them."""
        return self.reserved > self.free + self.held


def weeks(scoped: Scoped, basin_id: str, monday: date, number: int) -> list[FreeWeek]:
    """So many weeks from that Monday."""
    begins, ends = midnight(monday, PARIS), midnight(monday + timedelta(weeks=number), PARIS)
    workers = scoped.all(scoped.select(basin_tables.Worker, basin_id))
    given = [(one.start, one.end) for row in workers for one in row.value.availability]
    asked = scoped.select(Offer, basin_id).where(Offer.state.in_(STANDING))
    offers = scoped.all(asked.where(Offer.starts_at < ends, Offer.ends_at > begins))
    told = [(one.starts_at, one.ends_at) for one in offers]
    days = _days(scoped, basin_id, begins, ends)
    held = [(one.held_from, one.held_until) for one in days if one.held_from and one.held_until]
    found = []
    for count in range(number):
        first = monday + timedelta(weeks=count)
        start, end = midnight(first, PARIS), midnight(first + timedelta(weeks=1), PARIS)
        reserved = sum(day.minutes for day in days if start <= day.starts_at < end)
        available, asked_for, kept = (_minutes(one, start, end) for one in (given, told, held))
        found.append(FreeWeek(first, available, asked_for, kept, reserved))
    return found


def _days(scoped: Scoped, basin_id: str, begins: datetime, ends: datetime) -> Sequence[ReleaseDay]:
    """Those of releases that are still to come about."""
    row, releases = ReleaseDay, scoped.select(Release, basin_id).where(Release.state.in_(OPEN))
    asked = select(row).where(
        row.basin_id == basin_id, row.release_id.in_(releases.with_only_columns(Release.id))
    )
    return scoped.session.scalars(asked.where(row.starts_at < ends, row.ends_at > begins)).all()


def _minutes(spans: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> int:
    """Of these spans, as far as they lie between."""
    cut = ((max(first, start), min(last, end)) for first, last in spans)
    return sum((last - first) // timedelta(minutes=1) for first, last in cut if first < last)
