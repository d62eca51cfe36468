"""A comparison written: what differs, kind by kind, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import basin_travel, resource_kinds
from api.basin.fitness import zone_issues
from api.imports.comparing import FileComparison, RowChange
from api.imports.uploads import Upload
from api.runtime.faults import Unfit, not_found
from api.runtime.roles import Role
from api.shapes.cycle_requests import BasinWishes, plain
from api.store import basin_tables
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.workforce_shapes import WorkerShape
from brigade.units import PARIS

Told = Callable[[type[basin_tables.BasinRow], JsonObject | None, JsonObject | None], None]
GIVEN = ("catalogue", "labour")


def basin(scoped: Scoped, basin_id: str, upload: Upload, *, writes: bool) -> str:
    """What the file tells of the basin: "created", "changed" or "unchanged". Args: writes: False: only say
    it.

    Raises: Unfit when the document is of another basin; NotFound for an unknown one of which it tells too
    little; Forbidden.
    """
    told = upload.document.get("basin") or {}
    if told.get("id", basin_id) != basin_id:
        raise Unfit("A306", upload.place("basin.id"), "other_basin", {"id": told["id"], "basin_id": basin_id})
    known = scoped.session.get(basin_tables.Basin, basin_id)
    if known is None:
        return _new_basin(scoped, basin_id, upload, told, writes=writes)
    scoped.basin(basin_id)
    merged = _merged(plain(known.body), upload, told)
    _refuse_other_clocks(upload, merged if "department" in told else {})
    if scoped.principal.role is Role.MANAGER:
        # What the whole basin goes by is not one provider's to change: what such a file says of it is not
        # read.
        return "unchanged"
    body, given = read_model(BasinWishes, merged), {**known.given, **_given(known.given, upload)}
    if (known.body, known.given) == (body, given):
        return "unchanged"
    if writes:
        row = scoped.one(basin_tables.Basin, basin_id, basin_id, write=True)
        row.body, row.given = body, given
        scoped.changed(row, "imported")
    return "changed"


def _refuse_other_clocks(upload: Upload, body: Mapping[str, Any]) -> None:
    """Raises: Unfit, as for a basin that is written by itself."""
    for issue in zone_issues(str(body.get("department", "")), upload.place("basin.department")):
        raise Unfit.of(issue)


def _new_basin(scoped: Scoped, basin_id: str, upload: Upload, told: JsonObject, *, writes: bool) -> str:
    if not told or not scoped.principal.is_administrator:
        raise not_found("basins", basin_id)
    days = (upload.document.get("horizon") or {}).get("days", 1)
    wishes = _merged(
        {"name": told["name"], "department": told["department"], "plan_days": days}, upload, told
    )
    _refuse_other_clocks(upload, wishes)
    body = read_model(BasinWishes, wishes)
    given = {"travel": {"source": basin_travel.ESTIMATE}, **_given({}, upload)}
    if writes:
        scoped.add(
            basin_tables.Basin(id=basin_id, body=body, given=given, version=1, changed_at=scoped.clock.now()),
            "imported",
        )
    return "created"


def _merged(known: JsonObject, upload: Upload, told: JsonObject) -> JsonObject:
    """Of the policy, field by field: what a file does not tell stays. Maps of sectors are whole: neighbours
    and places speak of each other. So is the fleet: what it does not list has left it."""
    wished: JsonObject = {**known, **{name: told[name] for name in ("name", "department") if name in told}}
    policy = upload.document.get("policy")
    if policy:
        kept = known.get("policy", {})
        inner = {
            name: {**kept.get(name, {}), **policy[name]} for name in ("points", "weights") if name in policy
        }
        wished["policy"] = {**kept, **policy, **inner}
    for name in ("sectors", "vehicles", "traffic"):
        if upload.document.get(name):
            wished[name] = upload.document[name]
    return wished


def _given(known: JsonObject, upload: Upload) -> JsonObject:
    found = {name: upload.document[name] for name in GIVEN if upload.document.get(name)}
    ways = upload.document.get("travel")
    if ways:
        found["travel"] = basin_travel.merged(known.get("travel", {}), ways)
    return found


def write(scoped: Scoped, basin_id: str, upload: Upload, found: FileComparison, told: Told) -> None:
    """Args: told: hears of each row that is written: its table, its document before (None: it is new) and
    after (None: gone).

    Raises: Forbidden, Conflict: rows that came or went since they were compared.
    """
    owners = _owners(scoped, basin_id, found)
    counted = _counted_from(scoped, upload)
    for change in found.changes:
        if change.is_changed:
            _row(scoped, basin_id, change, owners, counted, told)
    for row in found.drops:
        told(type(row), row.body, None)
        scoped.drop(row)


def _row(
    scoped: Scoped, basin_id: str, change: RowChange, owners: Mapping[str, str], counted: date, told: Told
) -> None:
    assert change.shape is not None
    fresh = resource_kinds.made(change.kind, scoped, basin_id, change.id, change.shape)
    if isinstance(fresh, basin_tables.Worker) and isinstance(change.shape, WorkerShape):
        fresh.counters_since = resource_kinds.counters_since(scoped, basin_id, change.shape, counted)
    if isinstance(fresh, basin_tables.Site) and scoped.principal.role is not Role.MANAGER:
        fresh.provider_id = owners.get(fresh.id, None if change.row is None else change.row.provider_id)
    if change.row is None:
        scoped.add(fresh, "imported")
        told(change.kind.row, None, fresh.body)
        return
    known = scoped.one(change.kind.row, basin_id, change.id, write=True)
    before = known.body
    for column in change.kind.row.__table__.columns.keys():  # noqa: SIM118
        # Every other column, keys included: a new one is written without a line here.
        if column not in ("basin_id", "id", "version", "changed_at"):
            setattr(known, column, getattr(fresh, column))
    scoped.changed(known, "imported")
    told(change.kind.row, before, known.body)


def _counted_from(scoped: Scoped, upload: Upload) -> date:
    """The day before which the counters of a document were counted."""
    first = (upload.document.get("horizon") or {}).get("first_day")
    return date.fromisoformat(first) if first else scoped.clock.now().astimezone(PARIS).date()


def _owners(scoped: Scoped, basin_id: str, found: FileComparison) -> dict[str, str]:
    """The provider of each site where clients of that provider alone live; managers see these and no
    others."""
    rows = scoped.session.execute(
        select(basin_tables.Client.id, basin_tables.Client.site_id, basin_tables.Client.provider_id).where(
            basin_tables.Client.basin_id == basin_id
        )
    )
    living = {id: (site, provider) for id, site, provider in rows}
    living |= {
        one.id: (one.merged.body["site_id"], one.merged.body["provider_id"]) for one in found.of("clients")
    }
    by_site: dict[str, set[str]] = {}
    for site, provider in living.values():
        by_site.setdefault(site, set()).add(provider)
    bodies = {
        row.id: row.body
        for row in scoped.session.scalars(
            select(basin_tables.Worker).where(basin_tables.Worker.basin_id == basin_id)
        )
    }
    bodies |= {one.id: one.merged.body for one in found.of("workers")}
    homes = {body.get(end) for body in bodies.values() for end in ("start_site", "end_site")}
    return {site: min(owners) for site, owners in by_site.items() if len(owners) == 1 and site not in homes}
