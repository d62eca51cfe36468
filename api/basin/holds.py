"""Who of the brigade is kept free for a release: the search of that day gives them nothing else meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.store.basin_tables import Absence, RotaFeed
from api.store.release_tables import Release, ReleaseDay


@dataclass(frozen=True, slots=True)
class Hold:
    """One worker kept from `start` to `end` for the visits that absence `absence_id` opens."""

    worker_id: str
    absence_id: str
    start: datetime
    end: datetime

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return start < self.end and self.start < end


def holds(scoped: Scoped, basin_id: str, start: datetime, end: datetime) -> list[Hold]:
    """The workers kept in start..end by releases that a coordinator confirmed."""
    row = ReleaseDay
    asked = (
        select(row)
        .join(Release, (Release.basin_id == row.basin_id) & (Release.id == row.release_id))
        .where(row.basin_id == basin_id, Release.state == "confirmed", row.worker_id.is_not(None))
        .where(row.held_from < end, row.held_until > start)
        .order_by(row.id)
    )
    return [
        Hold(day.worker_id, day.id, day.held_from, day.held_until)
        for day in scoped.session.scalars(asked)
        if day.worker_id and day.held_from and day.held_until
    ]


def kept_from(
    scoped: Scoped,
    basin_id: str,
    found: Iterable[Hold],
    visits: Iterable[Mapping[str, Any]],
    told: Mapping[str, str],
) -> dict[str, set[str]]:
    """By visit, the workers who may not be given it because it might fall into the time they are kept for
    others.

    Args:
        visits: bodies, as in the problem document. told: who does which visit in the plan in force: that
            stays possible, or a hold would break what somebody has agreed to.
    """
    never: dict[str, set[str]] = defaultdict(set)
    standing = [(hold, _visits_of(scoped, basin_id, hold.absence_id)) for hold in found]
    for visit in visits:
        for hold, own in standing:
            is_own = visit["id"] in own or told.get(visit["id"]) == hold.worker_id
            if not is_own and any(hold.overlaps(*span) for span in spans_of(visit)):
                never[visit["id"]].add(hold.worker_id)
    return never


def spans_of(visit: Mapping[str, Any]) -> Iterable[tuple[datetime, datetime]]:
    """The time in which each window lets the visit be under way."""
    for window in visit["windows"]:
        last = datetime.fromisoformat(window.get("hard_latest") or window["latest"])
        yield datetime.fromisoformat(window["earliest"]), last + timedelta(minutes=visit["duration_min"])


def _visits_of(scoped: Scoped, basin_id: str, absence_id: str) -> frozenset[str]:
    """The visits of the absent employee's rota: what of it lies outside the absence is done by the employee
    anyway."""
    absence = scoped.session.get(Absence, (basin_id, absence_id))
    feed = None if absence is None else scoped.session.get(RotaFeed, (basin_id, absence.provider_id))
    if absence is None or feed is None:
        return frozenset()
    return frozenset(one.visit_id for one in feed.entries_of(absence.employee_id))
