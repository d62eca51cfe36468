"""The work blocks of some days as their problem has them: when each may still begin, who may attend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin.planned_visits import PlannedDays, past, still_open, until
from api.commitments.in_force import begun_visits, published
from api.commitments.open_incidents import standing
from api.commitments.states import CLOSED
from api.shapes.cycle_requests import plain
from api.store import basin_tables
from api.store.cycle_tables import Offer, Outcome
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.demand_shapes import WindowShape
from brigade.values.demand import block_of_seat


def blocks_of(scoped: Scoped, basin_id: str, span: PlannedDays, workers: Collection[str]) -> list[JsonObject]:
    """Those that begin in the span. Args: workers: whom the days know; who left is no participant any
    more."""
    row = basin_tables.WorkBlock
    asked = scoped.select(row, basin_id).where(row.starts_at >= span.start, row.starts_at < span.end)
    rows = scoped.all(asked.order_by(row.id))
    return list(_bodies(scoped, basin_id, span, rows, frozenset(workers))) if rows else []


def _bodies(
    scoped: Scoped,
    basin_id: str,
    span: PlannedDays,
    rows: list[basin_tables.WorkBlock],
    workers: frozenset[str],
) -> Iterator[JsonObject]:
    now, told = scoped.clock.now(), standing(scoped, basin_id, span.start)
    in_force = published(scoped, basin_id, span.horizon.first_day)
    begun = {block_of_seat(id) for id in begun_visits(in_force, now, told)}
    row = Outcome.work_block_id
    asked = select(row).where(Outcome.basin_id == basin_id, row.in_([one.id for one in rows]))
    over, refused = frozenset(scoped.session.scalars(asked)), _refusals(scoped, basin_id)
    for one in rows:
        windows = _windows(one, span, now, has_begun=one.id in begun, is_over=one.id in over)
        people = [id for id in one.body["participants"] if id in workers]
        if windows and people:
            never = sorted((refused[one.id] | {*one.body.get("forbidden_workers", ())}) & workers)
            named = {"participants": people, "windows": list(map(plain, windows))}
            yield {**one.body, **named, "forbidden_workers": never}


def _windows(
    row: basin_tables.WorkBlock, span: PlannedDays, now: datetime, *, has_begun: bool, is_over: bool
) -> list[WindowShape]:
    """As of a visit; none: it is not to take place any more."""
    stored = [WindowShape.model_validate(one, strict=False) for one in row.body["windows"]]
    windows = until(stored, span.end)
    if has_begun:
        return list(past(windows, now)) if is_over else windows
    return [] if is_over else still_open(windows, now) or windows


def _refusals(scoped: Scoped, basin_id: str) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    asked = select(Offer.work_block_id, Offer.worker_id).where(
        Offer.basin_id == basin_id, Offer.work_block_id.is_not(None), Offer.state.in_(CLOSED)
    )
    for block, worker in scoped.session.execute(asked):
        found[block or ""].add(worker)
    return found
