"""What happens to clients: away, not met at the door, moved, joined, left."""

from __future__ import annotations

from collections.abc import Iterable

from api.commitments.open_incidents import (
    CLIENT_AWAY,
    CLIENT_LEFT,
    FOREVER,
)
from api.commitments.states import STANDING
from api.incidents import outcomes
from api.incidents.incident_record import IncidentRecord, call_off, identify, place_of, touched
from api.runtime.faults import Conflict, forbidden
from api.runtime.roles import Role
from api.shapes.cycle_requests import NotDone, OutcomeIn
from api.shapes.incident_requests import (
    ClientAwayIn,
    ClientJoinedIn,
    ClientLeftIn,
    ClientMovedIn,
    ClientNotMetIn,
)
from api.shapes.kept.incident_shapes import IncidentDetails
from api.store import basin_tables
from api.store.cycle_tables import Offer
from api.store.incident_tables import Incident
from api.store.person_tables import ClientIdentity
from api.worked.dead_time import was_expected

NOT_MET = {
    "absent": NotDone.CLIENT_ABSENT,
    "hospital": NotDone.CLIENT_HOSPITAL,
    "no_entry": NotDone.NO_ENTRY,
    "refused": NotDone.CLIENT_REFUSED,
}
"""By the cause of an incident, the one of the outcome that it writes."""


def _client(one: IncidentRecord) -> basin_tables.Client | None:
    found = one.find(basin_tables.Client, "client_id", str(one.row.client_id))
    if found is not None:
        one.row.provider_id = found.provider_id
    return found


def client_away(one: IncidentRecord, given: ClientAwayIn | ClientLeftIn) -> None:
    """Her visits are wanted by nobody until she is back; who was told to come is told at once not to."""
    client, at = _client(one), one.row.starts_at
    if client is None:
        return
    until = one.row.ends_at or FOREVER
    for other in _suspensions(one, client.id):
        if other.starts_at < until and min(other.ends_at or FOREVER, other.ended_at or FOREVER) > at:
            raise Conflict(
                "A408",
                f"incidents.{other.id}",
                "client_away_already",
                {"client": client.id, "other": other.id},
            )
    one.refuse()
    asked = one.scoped.select(basin_tables.Visit, one.basin_id).where(
        basin_tables.Visit.client_id == client.id
    )
    visits = one.scoped.all(
        asked.where(basin_tables.Visit.ends_at > at, basin_tables.Visit.starts_at < until).order_by(
            basin_tables.Visit.id
        )
    )
    ids = [visit.id for visit in visits]
    # By the service: a manager may not touch offers, and they end by what she tells of her client.
    system = one.scoped.as_service(one.basin_id)
    hers = system.select(Offer, one.basin_id).where(Offer.visit_id.in_(ids), Offer.state.in_(STANDING))
    going = system.all(
        hers.where(Offer.starts_at >= max(at, one.now), Offer.starts_at < until).with_for_update()
    )
    one.row.details = IncidentDetails(visits=[touched(visit.id, visit.starts_at) for visit in visits])
    # Only the hours within the absence: those beyond it are planned as before.
    one.changes.spells += [(max(visit.starts_at, at), min(visit.ends_at, until)) for visit in visits]
    call_off(one, system, going, "not_needed")


def _suspensions(one: IncidentRecord, client_id: str) -> Iterable[Incident]:
    asked = one.scoped.select(Incident, one.basin_id).where(Incident.client_id == client_id)
    return one.scoped.all(asked.where(Incident.kind.in_((CLIENT_AWAY, CLIENT_LEFT))).order_by(Incident.id))


def client_not_met(one: IncidentRecord, given: ClientNotMetIn) -> None:
    """The outcome of the visit, told by whoever stands at the door."""
    visit = one.find(basin_tables.Visit, "visit_id", given.visit_id)
    if visit is None:
        return
    one.row.visit_id, one.row.client_id, one.row.provider_id = visit.id, visit.client_id, visit.provider_id
    if one.scoped.principal.role is Role.WORKER and not was_expected(one.rows, visit, given.worker_id):
        one.tell("visit_id", "not_to_come_there", {"visit": visit.id})
    one.refuse()
    told = OutcomeIn(
        done=False,
        cause=NOT_MET[given.cause],
        worker_id=given.worker_id,
        at_door=True,
        free_at=one.row.starts_at,
    )
    outcomes.note(one.rows, one.basin_id, visit, told, one.changes, one.issues)
    one.row.details = IncidentDetails(visits=[touched(visit.id, visit.starts_at)])


def client_moved(one: IncidentRecord, given: ClientMovedIn) -> None:
    client, site = _client(one), place_of(one, given.site, given.site_id)
    if client is None or site is None:
        return
    one.row.details = IncidentDetails(before={"site_id": client.site_id}, site_id=site)
    one.change(client, {**client.body, "site_id": site})
    identify(one, ClientIdentity, client.id, given.identity)


def client_joined(one: IncidentRecord, given: ClientJoinedIn) -> None:
    client = given.client
    one.row.provider_id = client.provider_id
    visits = [touched(visit.id, visit.windows[0].earliest) for visit in given.visits if visit.windows]
    one.row.details = IncidentDetails(site_id=client.site_id, visits=visits)
    if one.scoped.principal.role is Role.MANAGER and client.provider_id not in one.scoped.principal.targets(
        one.basin_id
    ):
        raise forbidden(f"clients.{client.id}")
    known = one.rows.session.get(basin_tables.Provider, (one.basin_id, client.provider_id))
    if known is None:
        one.tell("client.provider_id", "unknown_service", {"id": client.provider_id})
    if given.site is not None:
        one.add(basin_tables.Site, "site", given.site)
        if given.site.id != client.site_id:
            one.tell("site.id", "lives_elsewhere", {"site": given.site.id, "home": client.site_id})
    else:
        one.place("client.site_id", client.site_id)
    for number, visit in enumerate(given.visits):
        if visit.client_id != client.id:
            one.tell(
                f"visits[{number}].client_id",
                "visit_of_another",
                {"met": visit.client_id, "client": client.id},
            )
    ids = [visit.id for visit in given.visits]
    if len(set(ids)) < len(ids):
        one.tell("visits", "visit_id_twice")
    one.add(basin_tables.Client, "client", client, ("provider_id", "site_id"))
    for number, visit in enumerate(given.visits):
        one.add(basin_tables.Visit, f"visits[{number}]", visit, ("client_id",))
    identify(one, ClientIdentity, client.id, given.identity)
