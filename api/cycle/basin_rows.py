"""One thing of a basin written or dropped, for the API and for pages: judged first, and noted for what
follows from it."""

from __future__ import annotations

from typing import Any

from api.access.scope import Scoped, expect
from api.basin import fitness, resource_kinds
from api.basin.resource_kinds import ResourceKind
from api.cycle.following import DayChanges
from api.runtime.faults import Unfit
from api.shapes.cycle_requests import plain
from api.store.basin_tables import Visit
from brigade.exchange.documents.json_text import JsonObject

ITS_OWN = frozenset({"basin_id", "id", "version", "changed_at", "body"})
"""Of a row what no column of its document says."""


def put(
    kind: ResourceKind,
    scoped: Scoped,
    basin_id: str,
    id: str,
    shape: Any,
    version: int | None,
    changes: DayChanges,
    *,
    is_new_only: bool = False,
) -> tuple[Any, bool]:
    """The row, and whether it is new. Without a version the thing must be new; with it, it must stand at that
    version, and keeps it where nothing of it changes. `changes` notes what it was and is.

    Raises: NotFound, Forbidden; Unfit for a document of another id; InvalidProblem; Conflict, Stale,
        NoPrecondition.
    """
    scoped.must_write(kind.row, basin_id)
    named = id if kind.named_by is None else getattr(shape, kind.named_by)
    if named != id:
        raise Unfit("A306", f"{kind.name}.{id}", "other_document", {"id": named})
    fresh = resource_kinds.made(kind, scoped, basin_id, id, shape)
    # Looked for first: a request that names no version of what stands is to hear that, not of a conflict.
    if version is None and (is_new_only or not _exists(scoped, kind, basin_id, id)):
        _refuse_unfit(scoped, fresh, {})
        scoped.add(fresh)
        changes.note(kind.row, None, fresh.body)
        return fresh, True
    row = scoped.one(kind.row, basin_id, id, write=True)
    expect(row, version)
    _refuse_unfit(scoped, fresh, row.body)
    told = {name: getattr(fresh, name) for name in kind.row.__table__.columns.keys() if name not in ITS_OWN}  # noqa: SIM118
    told["body"], before = plain(shape), row.body
    if any(getattr(row, name) != value for name, value in told.items()):
        for name, value in told.items():
            setattr(row, name, value)
        scoped.changed(row, **_accords_changed(before, row.body))
        changes.note(kind.row, before, row.body)
    return row, False


def drop(
    kind: ResourceKind, scoped: Scoped, basin_id: str, id: str, version: int | None, changes: DayChanges
) -> None:
    """Raises: NotFound, Forbidden; Stale, NoPrecondition; Conflict, while something else names it."""
    row = scoped.one(kind.row, basin_id, id, write=True)
    changes.note(kind.row, row.body, None)
    expect(row, version)
    scoped.drop(row)


def _refuse_unfit(scoped: Scoped, fresh: Any, stood: JsonObject) -> None:
    """Raises: Forbidden, before anything else is said; InvalidProblem, with all that is wrong with the
    row."""
    if not isinstance(fresh, Visit) or fresh.provider_id:
        # Whose a visit is its client says: of an unknown one nobody can tell.
        scoped.may_write(fresh, stood)
    fitness.refuse_unfit(scoped, fresh)


def _accords_changed(before: JsonObject, after: JsonObject) -> JsonObject:
    """For the trail: what was lawful is judged by what was agreed then."""
    return (
        {}
        if before.get("accords") == after.get("accords")
        else {"accords": [before.get("accords"), after.get("accords")]}
    )


def _exists(scoped: Scoped, kind: ResourceKind, basin_id: str, id: str) -> bool:
    return scoped.session.scalar(scoped.select(kind.row, basin_id).where(kind.row.id == id)) is not None
