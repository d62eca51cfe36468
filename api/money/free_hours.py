"""Hours of the brigade week by week: what nobody has asked for yet, and what training releases
keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.states import STANDING
from api.store import basin_tables
from api.store.cycle_tables import Offer
from api.store.release_tables import Release, ReleaseDay
from brigade.units import PARIS

OPEN = ("declared", "confirmed")


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
    workers = scoped.all(scoped.select(basin_tables.Worker, basin_id))
    given = [(one.start, one.end) for row in workers for one in row.value.availability]
    offers = scoped.all(scoped.select(Offer, basin_id).where(Offer.state.in_(STANDING)))
    told = [(one.starts_at, one.ends_at) for one in offers]
    open_ids = [row.id for row in scoped.all(scoped.select(Release, basin_id).where(Release.state.in_(OPEN)))]
    asked = select(ReleaseDay).where(ReleaseDay.basin_id == basin_id, ReleaseDay.release_id.in_(open_ids))
    days = scoped.session.scalars(asked).all()
    held = [(one.held_from, one.held_until) for one in days if one.held_from and one.held_until]
    found = []
    for count in range(number):
        first = monday + timedelta(weeks=count)
        start, end = _midnight(first), _midnight(first + timedelta(weeks=1))
        reserved = sum(day.minutes for day in days if start <= day.starts_at < end)
        available, asked_for, kept = (_minutes(one, start, end) for one in (given, told, held))
        found.append(FreeWeek(first, available, asked_for, kept, reserved))
    return found


def _minutes(spans: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> int:
    """Of these spans, as far as they lie between."""
    cut = ((max(first, start), min(last, end)) for first, last in spans)
    return sum((last - first) // timedelta(minutes=1) for first, last in cut if first < last)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)
