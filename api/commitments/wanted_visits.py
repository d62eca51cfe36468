"""Which visits somebody is wanted for, by the rows as they stand and without composing the basin."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select

from api.access.scope import Scoped
from api.commitments.open_incidents import last_begin, standing
from api.store import basin_tables
from api.store.cycle_tables import Outcome
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
    away, told = _away(scoped, basin_id, now), standing(scoped, basin_id, now)
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


def _away(scoped: Scoped, basin_id: str, now: datetime) -> dict[str, list[basin_tables.Absence]]:
    """The absences that are not over, by employee."""
    found = defaultdict(list)
    for absence in scoped.all(
        scoped.select(basin_tables.Absence, basin_id).where(basin_tables.Absence.ends_at > now)
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
    if max(map(last_begin, visit.value.windows)) < now:
        return False
    if entry is None:
        return True
    end = entry.start + timedelta(minutes=visit.value.duration_min)
    return any(one.starts_at < end and one.ends_at > entry.start for one in away.get(entry.employee_id, ()))
