"""What a plan still has to cover: people come back and visits are taken out after a proposal was made."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from api.scope import Scoped
from api.store import data
from api.store.cycle import Plan


def no_longer_needed(scoped: Scoped, plan: Plan) -> list[str]:
    """The visits ahead of a plan that the rota no longer lacks anybody for, or that are no longer there, sorted.

    By the rows as they stand, without composing the basin: publishing keeps others from writing.
    """
    now = scoped.clock.now()
    stops = [stop for route in plan.document["routes"] for stop in route["stops"]]
    ahead = {stop["visit_id"] for stop in stops if datetime.fromisoformat(stop["start"]) > now}
    rows = scoped.all(scoped.select(data.Visit, plan.basin_id).where(data.Visit.id.in_(ahead)))
    wanted = {row.id: row for row in rows if row.body.get("wants_replacement", True)}
    rota = {one["visit_id"]: one for feed in scoped.all(scoped.select(data.RotaFeed, plan.basin_id)) for one in feed.entries}
    away = _away(scoped, plan.basin_id, now)
    return sorted(id for id in ahead if id not in wanted or _is_held(wanted[id], rota.get(id), away))


def _away(scoped: Scoped, basin_id: str, now: datetime) -> dict[str, list[data.Absence]]:
    """The absences that are not over, by employee."""
    found = defaultdict(list)
    for absence in scoped.all(scoped.select(data.Absence, basin_id).where(data.Absence.ends_at > now)):
        found[absence.employee_id].append(absence)
    return found


def _is_held(visit: data.Visit, entry: dict[str, Any] | None, away: dict[str, list[data.Absence]]) -> bool:
    """Whether the rota gives the visit to somebody who is there."""
    if entry is None:
        return False
    start = datetime.fromisoformat(entry["start"])
    end = start + timedelta(minutes=visit.body["duration_min"])
    return not any(one.starts_at < end and one.ends_at > start for one in away.get(entry["employee_id"], ()))
