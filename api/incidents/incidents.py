"""What happens to a day, recorded by one call: rows change, who was told is told again, a search follows that
keeps what is under way.

Every fault of what is told comes at once. What an incident changed stands in its `details`, so that it can be
taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from api.access.scope import Scoped, expect
from api.commitments.open_incidents import (
    CLIENT_AWAY,
    CLIENT_LEFT,
    CLIENT_NOT_MET,
    FOREVER,
    WORKER_AWAY,
    WORKER_LATE,
    WORKER_LEFT,
)
from api.cycle.following import follow
from api.incidents.client_incidents import client_away, client_joined, client_moved, client_not_met
from api.incidents.incident_record import IncidentRecord
from api.incidents.worker_incidents import (
    give_hours_back,
    worker_away,
    worker_joined,
    worker_late,
    worker_left,
    worker_moved,
)
from api.runtime.faults import Conflict, Unfit, forbidden
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.incident_requests import (
    AnyIncident,
    ClientAwayIn,
    ClientJoinedIn,
    ClientLeftIn,
    ClientMovedIn,
    ClientNotMetIn,
    IncidentEndIn,
    WorkerAwayIn,
    WorkerJoinedIn,
    WorkerLateIn,
    WorkerLeftIn,
    WorkerMovedIn,
)
from api.shapes.incident_views import IncidentView
from api.shapes.kept.incident_shapes import IncidentDetails
from api.shapes.row_views import view_of
from api.store.cycle_tables import Job
from api.store.incident_tables import Incident
from brigade.units import PARIS

EARLIEST, LATEST = timedelta(days=1), timedelta(days=366)
"""How long before now something may have happened that is still to be acted upon, and how far ahead it may be
told."""
# Three years, leap days included: beyond that a year was mistyped.
LONGEST = timedelta(days=3 * 366)
AT_ONCE = (ClientMovedIn, ClientJoinedIn, ClientNotMetIn, WorkerMovedIn, WorkerJoinedIn)
"""What cannot be told ahead."""
OWN_DAY = (WORKER_AWAY, WORKER_LATE, CLIENT_NOT_MET)
"""What a worker may tell of her own day."""
ENDING = (WORKER_AWAY, WORKER_LATE, WORKER_LEFT, CLIENT_AWAY, CLIENT_LEFT)
"""What can be over, or taken back: the rest is a row of its own, to be corrected there."""


# -- told --------------------------------------------------------------------------------------------------
def record(scoped: Scoped, service: Service, basin_id: str, given: AnyIncident) -> tuple[Incident, list[Job]]:
    """The incident, kept, and the searches that follow where the basin wishes so.

    Raises: NotFound; Forbidden; Unfit and InvalidProblem with every fault; Conflict when the client is away
    already.
    """
    scoped.must_write(Incident, basin_id)
    now = scoped.clock.now()
    at = given.at or now
    row = Incident.made(
        scoped.clock,
        basin_id,
        kind=given.kind,
        client_id=_name(given, "client_id", "client"),
        worker_id=_name(given, "worker_id", "worker"),
        starts_at=at,
        ends_at=getattr(given, "until", None),
        cause=getattr(given, "cause", None),
        reason=given.reason,
        told_by=scoped.principal.actor,
        details=IncidentDetails(),
    )
    one = IncidentRecord(scoped, scoped, service, basin_id, now, row)
    if scoped.principal.role is Role.WORKER:
        one.rows = scoped.as_service(basin_id)
    _refuse_others(one)
    _when(one, given)
    ACTS[type(given)](one, given)
    one.refuse()
    scoped.add(row, "told", given.reason, incident_kind=row.kind, cause=row.cause)
    return row, _followed(one)


def _name(given: AnyIncident, id: str, thing: str) -> str | None:
    """Whom it is about: named by id, or as a whole document."""
    named = getattr(given, id, None) or getattr(getattr(given, thing, None), "id", None)
    return None if named is None else str(named)


def _refuse_others(one: IncidentRecord) -> None:
    """Raises: Forbidden, for whoever may tell of other things only."""
    role, kind = one.scoped.principal.role, one.row.kind
    is_own_day = kind in OWN_DAY and one.row.worker_id in one.scoped.principal.targets(one.basin_id)
    if (role is Role.WORKER and not is_own_day) or (role is Role.MANAGER and not kind.startswith("client_")):
        raise forbidden(f"incidents.{kind}")


def _when(one: IncidentRecord, given: AnyIncident) -> None:
    at, until = one.row.starts_at, one.row.ends_at
    if not one.now - EARLIEST <= at <= one.now + LATEST:
        one.tell("at", "far_from_now", {"at": at.astimezone(PARIS)})
    if until is not None and until <= max(at, one.now):
        one.tell("until", "end_passed")
    elif until is not None and until - at > LONGEST:
        one.tell("until", "absence_too_long")
    if isinstance(given, AT_ONCE) and at > one.now:
        one.tell("at", "holds_at_once")


def _followed(one: IncidentRecord) -> list[Job]:
    return follow(one.rows, one.service, one.basin_id, one.changes)


# -- in common ---------------------------------------------------------------------------------------------


Acting = Callable[[IncidentRecord, Any], None]
ACTS: Mapping[type[AnyIncident], Acting] = {
    WorkerAwayIn: worker_away,
    WorkerLateIn: worker_late,
    WorkerMovedIn: worker_moved,
    WorkerJoinedIn: worker_joined,
    WorkerLeftIn: worker_left,
    ClientAwayIn: client_away,
    ClientLeftIn: client_away,
    ClientMovedIn: client_moved,
    ClientNotMetIn: client_not_met,
    ClientJoinedIn: client_joined,
}


# -- over --------------------------------------------------------------------------------------------------
def end(
    scoped: Scoped, service: Service, basin_id: str, id: str, version: int | None, given: IncidentEndIn
) -> tuple[Incident, list[Job]]:
    """She is back, or it was told in error: what it took away comes back from then on, and a search follows.

    Raises: NotFound; Forbidden; Stale, NoPrecondition; Conflict when it is over, or of a kind that does not
    end; Unfit.
    """
    row = scoped.one(Incident, basin_id, id, write=True)
    expect(row, version)
    now = scoped.clock.now()
    if row.kind not in ENDING:
        raise Conflict("A408", f"incidents.{id}", "incident_without_end", {"kind": row.kind})
    if row.ended_at is not None or (row.ends_at is not None and row.ends_at <= now):
        raise Conflict("A408", f"incidents.{id}", "incident_over")
    at = given.at or now
    if not max(now - EARLIEST, row.starts_at) <= at <= now + LATEST or (
        row.ends_at is not None and at > row.ends_at
    ):
        raise Unfit("A305", f"incidents.{id}.at", "return_out_of_range")
    # Whoever told of it may end it, though neither hours nor plans are theirs to change.
    one = IncidentRecord(scoped, scoped.as_service(basin_id), service, basin_id, now, row)
    if row.worker_id is not None and row.details.cut is not None:
        give_hours_back(one, max(at, now))
    else:
        one.changes.spells.append((max(at, now), row.ends_at or FOREVER))
    one.refuse()
    row.ended_at = at
    scoped.changed(row, "ended", given.reason, at=at.isoformat())
    return row, _followed(one)


# -- shown -------------------------------------------------------------------------------------------------
def shown(row: Incident) -> IncidentView:
    told = {name: getattr(row.details, name) for name in ("under_way", "minutes", "site_id", "visits")}
    return view_of(IncidentView, row, **told)
