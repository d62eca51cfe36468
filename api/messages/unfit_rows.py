"""Who hears of rows that could not be planned: the owner by a letter, coordinators in `attention`, both in
the events."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin.set_aside import SetAside
from api.messages import queueing
from api.shapes.cycle_views import StandingView
from api.shapes.kept.job_shapes import LeftOut, SetAsideView
from api.shapes.kept.kept_shapes import KeptIssue
from api.shapes.kept.subject_shapes import RowsSetAside
from api.shapes.planning.plan_views import IssueView
from api.shapes.row_views import view_of
from api.store import basin_tables
from api.store.cycle_tables import Job
from api.store.message_tables import Message

View = TypeVar("View", SetAsideView, StandingView)
TABLES: dict[str, type[basin_tables.BasinRow]] = {table.KIND: table for table in basin_tables.DATA}
# The longest horizon: what an older search left out is of days that are over.
LOOKED_BACK = timedelta(days=14)


def keep(scoped: Scoped, job: Job, found: Iterable[SetAside]) -> None:
    """With its search; each owner is told once of the same rows in the same state."""
    rows = [(one, _row(scoped, job.basin_id, one)) for one in found]
    if not rows:
        return
    job.set_aside = told = [_left_out(one, row) for one, row in rows]
    by_owner = defaultdict[str | None, list[int]](list)
    for index, one in enumerate(told):
        by_owner[one.provider_id].append(index)
    for owner, indices in by_owner.items():
        if _tell(scoped, job.basin_id, owner, [told[index] for index in indices]):
            for said, row in (rows[index] for index in indices):
                if row is not None:
                    scoped.note(
                        row,
                        "set_aside",
                        job=job.id,
                        code=said.issue.code,
                        where=said.issue.where,
                        visits=said.visits,
                    )


def _left_out(one: SetAside, row: Any) -> LeftOut:
    return LeftOut.of(
        one.issue,
        kind=one.kind,
        id=one.id,
        provider_id=getattr(row, "provider_id", None),
        visits=one.visits,
        version=row.version if row else 0,
    )


def _row(scoped: Scoped, basin_id: str, one: SetAside | LeftOut) -> Any:
    if one.kind == "links":
        asked = scoped.select(basin_tables.Link, basin_id)
        return next(
            (row for row in scoped.all(asked) if f"{row.first}~{row.value.kind}~{row.second}" == one.id),
            None,
        )
    # A vehicle stands with the basin's wishes: no row of its own.
    table = TABLES.get(one.kind)
    return None if table is None else scoped.session.get(table, (basin_id, one.id))


def _tell(scoped: Scoped, basin_id: str, owner: str | None, told: list[LeftOut]) -> bool:
    """False: they were told of these already."""
    # In order: another search meets the same rows in another one.
    rows = sorted(f"{one.kind}.{one.id} {one.version} {one.code} {one.where}" for one in told)
    cause = f"set-aside:{hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:32]}"
    known = select(Message.id).where(Message.basin_id == basin_id, Message.cause.startswith(cause)).limit(1)
    if scoped.session.scalar(known) is not None:
        return False
    visits = sorted({id for one in told for id in one.visits})
    about = RowsSetAside(told=[KeptIssue.of(one.issue()) for one in told], visits=visits)
    if owner is None:
        queueing.to_coordinators(scoped.session, scoped.clock, basin_id, about, cause)
    else:
        queueing.put(scoped.session, scoped.clock, basin_id, about, cause, f"provider:{owner}")
    return True


def shown(job: Job, lang: str) -> list[SetAsideView]:
    """As the API says it with its search."""
    return [_told(SetAsideView, one, lang) for one in job.set_aside]


def standing(scoped: Scoped, basin_id: str, lang: str) -> list[StandingView]:
    """What the newest search of each span of days had to leave out, as long as the row stands as it did."""
    since = scoped.clock.now() - LOOKED_BACK
    asked = select(Job.id, Job.span, Job.set_aside).where(
        Job.basin_id == basin_id, Job.created_at > since, Job.digest.is_not(None), Job.span.is_not(None)
    )
    newest: dict[str | None, tuple[str, list[LeftOut]]] = {}
    for id, span, told in scoped.session.execute(asked.order_by(Job.id.desc())):
        newest.setdefault(span, (id, told))
    found: dict[tuple[str, str, str], StandingView] = {}
    for id, one in ((id, one) for id, told in newest.values() for one in told):
        row = _row(scoped, basin_id, one)
        if row is not None and row.version == one.version:
            found.setdefault((one.kind, one.id, one.where), _told(StandingView, one, lang, job_id=id))
    return [found[key] for key in sorted(found)]


def _told(view: type[View], one: LeftOut, lang: str, **more: str) -> View:
    said = IssueView.of(one.issue(), lang)
    return view_of(view, one, code=said.code, where=said.where, what=said.what, hint=said.hint, **more)
