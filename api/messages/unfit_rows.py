"""Who hears of rows that could not be planned: the owner by a letter, coordinators in `attention`, both in
the events."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin.set_aside import SetAside
from api.messages import queueing
from api.store import basin_tables
from api.store.cycle_tables import Job
from api.store.message_tables import Message

TABLES: dict[str, type[basin_tables.BasinRow]] = {table.KIND: table for table in basin_tables.DATA}
LOOKED_BACK = timedelta(days=14)


def keep(scoped: Scoped, job: Job, found: Iterable[SetAside]) -> None:
    """With its search; each owner is told once of the same rows in the same state."""
    rows = [(one, _row(scoped, job.basin_id, one)) for one in found]
    if not rows:
        return
    told = [
        {**one.told(), "version": row.version if row else 0, "provider_id": _owner(row)} for one, row in rows
    ]
    job.wish = {**job.wish, "set_aside": told}
    by_owner = defaultdict[str | None, list[int]](list)
    for index, one in enumerate(told):
        by_owner[one["provider_id"]].append(index)
    for owner, indices in by_owner.items():
        if _tell(scoped, job.basin_id, owner, [told[index] for index in indices]):
            for said, row in (rows[index] for index in indices):
                if row is not None:
                    scoped.note(
                        row, "set_aside", job=job.id, code=said.code, where=said.where, visits=said.visits
                    )


def _row(scoped: Scoped, basin_id: str, one: SetAside) -> Any:
    if one.kind == "links":
        asked = scoped.select(basin_tables.Link, basin_id)
        return next(
            (row for row in scoped.all(asked) if f"{row.first}~{row.body['kind']}~{row.second}" == one.id),
            None,
        )
    return scoped.session.get(TABLES[one.kind], (basin_id, one.id))


def _owner(row: Any) -> str | None:
    owner: str | None = getattr(row, "provider_id", None)
    return owner


def _tell(scoped: Scoped, basin_id: str, owner: str | None, told: list[dict[str, Any]]) -> bool:
    """False: they were told of these already."""
    said = sorted(f"{one['kind']}.{one['id']} {one['version']} {one['code']} {one['where']}" for one in told)
    cause = f"set-aside:{hashlib.sha256(chr(10).join(said).encode()).hexdigest()[:32]}"
    known = select(Message.id).where(Message.basin_id == basin_id, Message.cause.startswith(cause)).limit(1)
    if scoped.session.scalar(known) is not None:
        return False
    visits = sorted({id for one in told for id in one["visits"]})
    about = {"told": [f"{one['where']} : {one['what']} ({one['hint']})" for one in told], "visits": visits}
    if owner is None:
        queueing.to_coordinators(scoped.session, scoped.clock, basin_id, "rows_set_aside", cause, about)
    else:
        queueing.put(
            scoped.session, scoped.clock, basin_id, "rows_set_aside", cause, f"provider:{owner}", about
        )
    return True


def shown(job: Job) -> list[dict[str, Any]]:
    """As the API says it with its search."""
    return [{name: one[name] for name in SHOWN if name != "job_id"} for one in job.wish.get("set_aside", ())]


def standing(scoped: Scoped, basin_id: str) -> list[dict[str, Any]]:
    """What the newest search of each span of days had to leave out, as long as the row stands as it did."""
    since = scoped.clock.now() - LOOKED_BACK
    asked = select(Job.id, Job.waits_for, Job.wish["set_aside"], Job.wish["span"].as_string()).where(
        Job.basin_id == basin_id, Job.created_at > since, Job.digest.is_not(None)
    )
    newest: dict[str, list[dict[str, Any]]] = {}
    for id, _, told, span in scoped.session.execute(asked.order_by(Job.id.desc())):
        if span is not None:
            newest.setdefault(span, [{**one, "job_id": id} for one in told or ()])
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in (one for told in newest.values() for one in told):
        row = _row(
            scoped,
            basin_id,
            SetAside(*(one[name] for name in ("kind", "id", "code", "where", "what", "hint"))),
        )
        if row is not None and row.version == one["version"]:
            found.setdefault((one["kind"], one["id"], one["where"]), {name: one[name] for name in SHOWN})
    return [found[key] for key in sorted(found)]


SHOWN = ("job_id", "kind", "id", "provider_id", "code", "where", "what", "hint", "visits")
