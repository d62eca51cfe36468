"""What the running week of a worker on a path held before the days that are planned, by its outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, or_, select

from api.access.scope import Scoped
from api.store.basin_tables import Visit, Worker
from api.store.cycle_tables import Outcome
from brigade.exchange.shapes.workforce_shapes import CountersShape
from brigade.timing.duty_days import monday_of
from brigade.units import PARIS
from brigade.values.acts import ActClass
from brigade.worked.local_days import midnight

FAMILIAR_DAYS = 90
"""As for visits that are planned (`api.basin.planned_visits`)."""


class PathWeeks:
    """Of what took place in the ISO week of `first_day`, up to that day, visits that were shared included."""

    def __init__(self, scoped: Scoped, basin_id: str, first_day: date, workers: Iterable[Worker]) -> None:
        self.monday, self.first_day = monday_of(first_day), first_day
        on_path = [row.id for row in workers if row.body.get("path")]
        self.done = _done(scoped, basin_id, self.monday, first_day, on_path)
        self.known_workers = KnownWorkers(scoped, basin_id, on_path, self.monday)

    def counters_of(self, row: Worker, told_on: date) -> dict[str, int | list[str]]:
        """Hers. What came with her counts where it was told within the week, and outcomes since then."""
        if not row.body.get("path"):
            return {}
        is_of_week = self.monday < told_on <= self.first_day
        since = midnight(told_on if is_of_week else self.monday, PARIS)
        done = [(at, body) for at, body in self.done[row.id] if at >= since]
        told = row.value.counters if is_of_week else CountersShape()
        clients = {visit["client_id"] for at, visit in done if self.known_workers.knows(visit, row.id, at)}
        essential = sum(visit.get("act_class") == ActClass.ESSENTIAL for _, visit in done)
        return {
            "week_visits": told.week_visits + len(done),
            "week_essential": told.week_essential + essential,
            "week_clients": sorted(clients | set(told.week_clients)),
        }


def _done(
    scoped: Scoped, basin_id: str, monday: date, first_day: date, on_path: list[str]
) -> Mapping[str, list[tuple[datetime, Any]]]:
    """By worker, when each visit began and what it is."""
    found: dict[str, list[tuple[datetime, Any]]] = defaultdict(list)
    if not on_path or monday == first_day:
        return found
    shared = Visit.id + literal(":") + Outcome.worker_id
    is_of = or_(Outcome.visit_id == Visit.id, Outcome.visit_id == shared)
    asked = (
        select(Outcome.worker_id, Outcome.starts_at, Visit.body)
        .join(Visit, (Visit.basin_id == Outcome.basin_id) & is_of)
        .where(Outcome.basin_id == basin_id, Outcome.done, Outcome.worker_id.in_(on_path))
        .where(Outcome.starts_at >= midnight(monday, PARIS), Outcome.starts_at < midnight(first_day, PARIS))
    )
    for worker, start, body in scoped.session.execute(asked):
        if worker is not None and start is not None:
            found[worker].append((start, body))
    return found


class KnownWorkers:
    """Whom clients know: named for a visit, or there within so many days before it. Args: monday: of the week
    whose visits are asked about."""

    def __init__(self, scoped: Scoped, basin_id: str, worker_ids: Iterable[str], monday: date) -> None:
        asked = select(Outcome.worker_id, Outcome.client_id, func.min(Outcome.starts_at)).where(
            Outcome.basin_id == basin_id,
            Outcome.done,
            Outcome.worker_id.in_(sorted(worker_ids)),
            Outcome.starts_at >= midnight(monday - timedelta(days=FAMILIAR_DAYS), PARIS),
        )
        rows = scoped.session.execute(asked.group_by(Outcome.worker_id, Outcome.client_id))
        self.first = {(worker, client): start for worker, client, start in rows}

    def knows(self, visit: Any, worker_id: str, at: datetime) -> bool:
        """Whether the client knows her when the visit begins."""
        named = (*visit.get("usual_workers", ()), *visit.get("preferred_workers", ()))
        before = self.first.get((worker_id, visit["client_id"]))
        return worker_id in named or (before is not None and before < at)
