"""Which visits somebody is wanted for, by the rows as they stand and without composing the basin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from api.access.scope import Scoped
from api.commitments.open_incidents import last_begin, standing
from api.store import basin_tables
from api.store.cycle_tables import Offer, Outcome
from brigade.exchange.shapes.demand_shapes import RotaEntryShape


def wanted(scoped: Scoped, basin_id: str, now: datetime) -> list[basin_tables.Visit]:
    """The visits of which some hours are still to come and whose carer is away, in order of their ids."""
    rows = scoped.all(
        scoped.select(basin_tables.Visit, basin_id)
        .where(basin_tables.Visit.ends_at > now)
        .order_by(basin_tables.Visit.id)
    )
    rota = {
        one.visit_id: one
        for feed in scoped.all(scoped.select(basin_tables.RotaFeed, basin_id))
        for one in feed.entries
    }
    # Of an absence that is over, what it left undone may still be done: as long as its hours last.
    since = min((rota[row.id].start for row in rows if row.id in rota), default=now)
    away, told = _away(scoped, basin_id, min(since, now)), standing(scoped, basin_id, now)
    asked = select(Outcome.visit_id).join(basin_tables.Visit, basin_tables.Visit.id == Outcome.visit_id)
    ahead = (basin_tables.Visit.basin_id == basin_id, basin_tables.Visit.ends_at > now)
    over = set(scoped.session.scalars(asked.where(Outcome.basin_id == basin_id, *ahead)))
    # An outcome ends the matter, but for a visit to which nobody came and that is still awaited.
    return [
        row
        for row in rows
        if row.value.wants_replacement
        and (row.id not in over or row.id in told.missed)
        and not told.suspends(row.client_id, row.value.windows, row.value.duration_min)
        and _lacks(row, rota.get(row.id), away, now)
    ]


def may_begin(visit: basin_tables.Visit | basin_tables.WorkBlock, now: datetime) -> bool:
    """Whether its hours still leave time to come."""
    return max(map(last_begin, visit.value.windows)) >= now


def still_ahead(session: Session, offers: Iterable[Offer], now: datetime) -> list[tuple[Offer, datetime]]:
    """The offers whose visit is not over yet, with the instant at which it will be.

    By the hours told, or by those at which the visit may still begin: to one that nobody came to somebody
    may go.
    """
    told = list(offers)
    row, keys = basin_tables.Visit, {(one.basin_id, one.visit_id) for one in told}
    asked = select(row).where(tuple_(row.basin_id, row.id).in_(keys))
    open_until = {
        (visit.basin_id, visit.id): visit.ends_at
        for visit in (session.scalars(asked) if keys else ())
        if may_begin(visit, now)
    }
    ends = (max(one.ends_at, open_until.get((one.basin_id, one.visit_id), one.ends_at)) for one in told)
    return [(one, end) for one, end in zip(told, ends, strict=True) if end > now]


def wanted_no_more(scoped: Scoped, basin_id: str, visit_ids: Collection[str]) -> set[str]:
    """Of these visits those that nobody is to come to any more: their client is away, or an outcome says
    so."""
    now = scoped.clock.now()
    asked = scoped.select(basin_tables.Visit, basin_id).where(basin_tables.Visit.id.in_(visit_ids))
    over = select(Outcome.visit_id).where(Outcome.basin_id == basin_id, Outcome.visit_id.in_(visit_ids))
    told, ended = standing(scoped, basin_id, now), set(scoped.session.scalars(over))
    return {
        row.id
        for row in scoped.all(asked)
        if (row.id in ended and row.id not in told.missed)
        or told.suspends(row.client_id, row.value.windows, row.value.duration_min)
    }


def _away(scoped: Scoped, basin_id: str, since: datetime) -> dict[str, list[basin_tables.Absence]]:
    """The absences that ended since then, or are not over, by employee."""
    found = defaultdict(list)
    for absence in scoped.all(
        scoped.select(basin_tables.Absence, basin_id).where(basin_tables.Absence.ends_at > since)
    ):
        found[absence.employee_id].append(absence)
    return found


def _lacks(
    visit: basin_tables.Visit,
    entry: RotaEntryShape | None,
    away: dict[str, list[basin_tables.Absence]],
    now: datetime,
) -> bool:
    """Whether nobody who is there was to do the visit, and some of its hours are left."""
    if not may_begin(visit, now):
        return False
    if entry is None:
        return True
    end = entry.start + timedelta(minutes=visit.value.duration_min)
    return any(one.starts_at < end and one.ends_at > entry.start for one in away.get(entry.employee_id, ()))
