"""What happens to a day, recorded by one call: rows change, who was told is told again, a search follows that
keeps what is under way.

Every fault of what is told comes at once. What an incident changed stands in its `details`, so that it can be
taken back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from api.access.rights import Role
from api.access.scope import Scoped, expect
from api.basin import fitness, identities, resource_kinds
from api.commitments.in_force import plan_on, stops_of, under_way
from api.commitments.open_incidents import (
    CLIENT_AWAY,
    CLIENT_LEFT,
    FOREVER,
    WORKER_AWAY,
    WORKER_LATE,
    WORKER_LEFT,
)
from api.commitments.states import STANDING, Transition, move
from api.cycle.following import Changes, follow
from api.cycle.offers import tell_withdrawn
from api.cycle.prevented import commitments_of, end_of_day, give_back, take_away
from api.runtime.faults import Conflict, NotFound, Unfit, forbidden
from api.service.service import Service
from api.shapes.cycle_requests import plain
from api.shapes.incident_requests import (
    AnyIncident,
    ClientAwayIn,
    ClientJoinedIn,
    ClientLeftIn,
    ClientMovedIn,
    IncidentEndIn,
    WorkerAwayIn,
    WorkerJoinedIn,
    WorkerLateIn,
    WorkerLeftIn,
    WorkerMovedIn,
)
from api.shapes.incident_views import IncidentView, TouchedView
from api.shapes.kept.incident_shapes import IncidentDetails
from api.shapes.person_shapes import IdentityIn
from api.shapes.row_views import view_of
from api.store import basin_tables
from api.store.cycle_tables import Job, Offer
from api.store.incident_tables import Incident
from api.store.person_tables import ClientIdentity, Identity, WorkerIdentity
from brigade.errors import NO_VALUES, Issue, Values
from brigade.exchange.documents.json_text import JsonObject
from brigade.units import PARIS

EARLIEST, LATEST = timedelta(days=1), timedelta(days=366)
"""How long before now something may have happened that is still to be acted upon, and how far ahead it may be
told."""
LONGEST = timedelta(days=3 * 366)
PLACES = ("start_site", "end_site")
OWN_DAY = (WORKER_AWAY, WORKER_LATE)
"""What a worker may tell of her own day."""
ENDING = (WORKER_AWAY, WORKER_LATE, WORKER_LEFT, CLIENT_AWAY, CLIENT_LEFT)
"""What can be over, or taken back: the rest is a row of its own, to be corrected there."""
Row = TypeVar("Row", bound=basin_tables.BasinRow)
ROWS = {kind.row: kind for kind in resource_kinds.KINDS}


@dataclass
class Record:
    """One incident on its way. `rows`: the session that writes what it changes: a worker may tell of her day
    without being allowed to write her own document."""

    scoped: Scoped
    rows: Scoped
    service: Service
    basin_id: str
    now: datetime
    row: Incident
    changes: Changes = field(default_factory=Changes)
    issues: list[Issue] = field(default_factory=list)

    def tell(self, name: str, words: str, values: Values = NO_VALUES) -> None:
        self.issues.append(Issue("A305", f"incident.{name}", words, values))

    def refuse(self) -> None:
        """Raises: Unfit, with all that was told so far."""
        if self.issues:
            first, *others = self.issues
            raise Unfit.of(first, *others)

    def find(self, table: type[Row], name: str, id: str, words: str = "unknown_in_basin") -> Row | None:
        """Whom or what is named, locked; None, and a fault, when the account knows nobody of that id."""
        try:
            return self.rows.one(table, self.basin_id, id, write=True)
        except NotFound:
            self.tell(name, words, {"id": id})
            return None

    def place(self, name: str, id: str) -> str | None:
        """A place that the account sees; None, and a fault, for another."""
        found = self.find(basin_tables.Site, name, id, "unknown_place")
        return None if found is None else found.id

    def change(self, row: basin_tables.BasinRow, body: JsonObject) -> None:
        """The document of a row, its keys, and its faults, which are told with the others."""
        before = row.body
        shape = ROWS[type(row)].shape.model_validate_json(json.dumps(body))
        for name, value in ROWS[type(row)].keys(self.rows, self.basin_id, shape).items():
            if name != "counters_since":
                setattr(row, name, value)
        row.body = body
        self.rows.changed(row, "changed", None, incident=self.row.id)
        self.issues += fitness.issues_of(self.rows, row)
        self.changes.note(type(row), before, body)

    def add(
        self, table: type[basin_tables.BasinRow], name: str, shape: Any, told: Collection[str] = ()
    ) -> None:
        """A new row; a taken id, and every fault of the row, are told with the others.

        Args: told: fields that name what this incident brings itself, or what was looked up already.
        """
        if self.rows.session.get(table, (self.basin_id, shape.id)) is not None:
            self.tell(f"{name}.id", "record_there_already", {"id": shape.id})
            return
        made = resource_kinds.made(ROWS[table], self.rows, self.basin_id, shape.id, shape)
        with self.rows.session.no_autoflush:
            faults = list(fitness.issues_of(self.rows, made))
        self.issues += [one for one in faults if one.where.rpartition(".")[2] not in told]
        if self.issues:
            return  # nothing will be kept: what else is wrong is told, where the database would end it here
        self.rows.add(made, "created", None, incident=self.row.id)
        self.changes.note(table, None, made.body)


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
    one = Record(scoped, scoped, service, basin_id, now, row)
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


def _refuse_others(one: Record) -> None:
    """Raises: Forbidden, for whoever may tell of other things only."""
    role, kind = one.scoped.principal.role, one.row.kind
    is_own_day = kind in OWN_DAY and one.row.worker_id in one.scoped.principal.targets(one.basin_id)
    if (role is Role.WORKER and not is_own_day) or (role is Role.MANAGER and not kind.startswith("client_")):
        raise forbidden(f"incidents.{kind}")


def _when(one: Record, given: AnyIncident) -> None:
    at, until = one.row.starts_at, one.row.ends_at
    if not one.now - EARLIEST <= at <= one.now + LATEST:
        one.tell("at", "far_from_now", {"at": at.astimezone(PARIS)})
    if until is not None and until <= max(at, one.now):
        one.tell("until", "end_passed")
    elif until is not None and until - at > LONGEST:
        one.tell("until", "absence_too_long")
    is_at_once = isinstance(given, ClientMovedIn | ClientJoinedIn | WorkerMovedIn | WorkerJoinedIn)
    if is_at_once and given.at is not None and given.at > one.now:
        one.tell("at", "holds_at_once")


def _followed(one: Record) -> list[Job]:
    return follow(one.rows, one.service, one.basin_id, one.changes)


# -- workers -----------------------------------------------------------------------------------------------
def _worker(one: Record) -> basin_tables.Worker | None:
    found = one.find(basin_tables.Worker, "worker_id", str(one.row.worker_id))
    if found is not None:
        one.row.employer_id = found.employer_id
    return found


def _worker_away(one: Record, given: WorkerAwayIn) -> None:
    worker = _worker(one)
    one.row.ends_at = until = given.until or end_of_day(one.row.starts_at)
    if worker is None or one.issues:
        return
    _take(one, worker, until)


def _take(one: Record, worker: basin_tables.Worker, until: datetime) -> None:
    """Her hours from then on, and what she was told within them."""
    at, before = one.row.starts_at, worker.body
    plan = plan_on(one.scoped, one.basin_id, at.astimezone(PARIS).date())
    current = under_way(plan, worker.id, at)
    cut = take_away(one.rows, worker, at, until)
    one.rows.changed(worker, "prevented", None, incident=one.row.id)
    one.changes.note(basin_tables.Worker, before, worker.body)
    gone = [
        stop for stop in commitments_of(one.rows, one.basin_id, worker.id, at) if at <= stop.starts_at < until
    ]
    told = {
        "cut": cut,
        "under_way": None if current is None else current.visit_id,
        "visits": [
            touched(stop.visit_id, stop.start)
            for _, stop in stops_of(plan, worker.id)
            if at <= stop.start < until
        ],
    }
    one.row.details = one.row.details.model_copy(update=told)
    _call_off(one, one.rows, gone, "unable")


def _worker_late(one: Record, given: WorkerLateIn) -> None:
    worker = _worker(one)
    at = one.row.starts_at
    one.row.ends_at = end_of_day(at)
    if worker is None or one.issues:
        return
    plan = plan_on(one.scoped, one.basin_id, at.astimezone(PARIS).date())
    current, late = under_way(plan, worker.id, at), timedelta(minutes=given.late_min)
    ahead = [(tour, stop) for tour, stop in stops_of(plan, worker.id) if at <= stop.start < one.row.ends_at]
    visits = [touched(stop.visit_id, stop.start) for _, stop in ahead]
    if current is not None:
        lost = late + max(timedelta(), at - current.end)
        one.row.visit_id = current.visit_id
        minutes = -(-lost // timedelta(minutes=1))
        one.row.details = IncidentDetails(minutes=minutes, visits=visits, end=current.end)
        one.changes.spells.append((at, one.row.ends_at))
        return
    one.row.details = IncidentDetails(minutes=given.late_min, visits=visits)
    departures = [tour.departure for tour, _ in ahead]
    if not _leaves_later(one, worker, departures, late):
        one.tell("at", "no_tour_from_then")


def _leaves_later(
    one: Record, worker: basin_tables.Worker, departures: list[datetime], late: timedelta
) -> bool:
    """She has not left yet: her next availability begins so much later."""
    at, before = one.row.starts_at, worker.body
    stay = next((stay for stay in worker.value.availability if stay.end > at), None)
    if stay is None:
        return False
    told = min((departure for departure in departures if departure < stay.end), default=None)
    start = max(stay.start, told or at)
    cut = take_away(one.rows, worker, min(at, stay.start), start + late)
    one.row.details = one.row.details.model_copy(update={"cut": cut})
    one.rows.changed(worker, "late", None, incident=one.row.id)
    one.changes.note(basin_tables.Worker, before, worker.body)
    return True


def _worker_moved(one: Record, given: WorkerMovedIn) -> None:
    worker, site = _worker(one), _place(one, given.site, given.site_id)
    if worker is None or site is None:
        return
    ends = {name: site for name in ("start_site", "end_site") if worker.body.get(name) is not None}
    before = {name: worker.body.get(name) for name in ends}
    one.row.details = IncidentDetails(before=before, site_id=site)
    one.change(worker, {**worker.body, **(ends or {"start_site": site, "end_site": site})})
    _identify(one, WorkerIdentity, worker.id, given.identity)


def _worker_joined(one: Record, given: WorkerJoinedIn) -> None:
    one.row.employer_id = given.worker.employer_id
    site_id = given.site.id if given.site else given.worker.start_site
    one.row.details = IncidentDetails(site_id=site_id)
    one.find(basin_tables.Employer, "worker.employer_id", given.worker.employer_id)
    if given.site is not None:
        one.add(basin_tables.Site, "site", given.site)
    places = (
        []
        if given.site is None
        else [name for name in PLACES if getattr(given.worker, name) == given.site.id]
    )
    one.add(basin_tables.Worker, "worker", given.worker, ["employer_id", *(places if one.issues else ())])
    _identify(one, WorkerIdentity, given.worker.id, given.identity)


def _worker_left(one: Record, given: WorkerLeftIn) -> None:
    worker = _worker(one)
    if worker is None or one.issues:
        return
    before, last = worker.value.engagements, one.row.starts_at.astimezone(PARIS).date()
    ended = [
        plain(part.model_copy(update={"last": min(part.last, last)})) for part in before if part.first <= last
    ]
    one.row.details = IncidentDetails(engagements=before)
    _take(one, worker, FOREVER)
    one.change(worker, {**worker.body, "engagements": ended})


# -- clients -----------------------------------------------------------------------------------------------
def _client(one: Record) -> basin_tables.Client | None:
    found = one.find(basin_tables.Client, "client_id", str(one.row.client_id))
    if found is not None:
        one.row.provider_id = found.provider_id
    return found


def _client_away(one: Record, given: ClientAwayIn | ClientLeftIn) -> None:
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
    system = one.scoped.as_service(one.basin_id)
    hers = system.select(Offer, one.basin_id).where(Offer.visit_id.in_(ids), Offer.state.in_(STANDING))
    going = system.all(
        hers.where(Offer.starts_at >= max(at, one.now), Offer.starts_at < until).with_for_update()
    )
    one.row.details = IncidentDetails(visits=[touched(visit.id, visit.starts_at) for visit in visits])
    one.changes.spells += [(max(visit.starts_at, at), min(visit.ends_at, until)) for visit in visits]
    _call_off(one, system, going, "not_needed")


def _suspensions(one: Record, client_id: str) -> Iterable[Incident]:
    asked = one.scoped.select(Incident, one.basin_id).where(Incident.client_id == client_id)
    return one.scoped.all(asked.where(Incident.kind.in_((CLIENT_AWAY, CLIENT_LEFT))).order_by(Incident.id))


def _client_moved(one: Record, given: ClientMovedIn) -> None:
    client, site = _client(one), _place(one, given.site, given.site_id)
    if client is None or site is None:
        return
    one.row.details = IncidentDetails(before={"site_id": client.site_id}, site_id=site)
    one.change(client, {**client.body, "site_id": site})
    _identify(one, ClientIdentity, client.id, given.identity)


def _client_joined(one: Record, given: ClientJoinedIn) -> None:
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
    _identify(one, ClientIdentity, client.id, given.identity)


# -- in common ---------------------------------------------------------------------------------------------
def _place(one: Record, site: Any, site_id: str | None) -> str | None:
    """The place that is told: new, known and told anew, or known."""
    if (site is None) == (site_id is None):
        one.tell("site", "site_or_id")
        return None
    if site_id is not None:
        return one.place("site_id", site_id)
    one.add(basin_tables.Site, "site", site)
    return None if one.issues else str(site.id)


def _identify(one: Record, table: type[Identity], id: str, given: IdentityIn | None) -> None:
    """Who she is and where, sealed as everywhere."""
    if given is None or one.issues:
        return
    row = one.rows.session.get(table, (one.basin_id, id))
    identities.put(one.rows, one.service.vault, table, one.basin_id, id, given, row.version if row else None)


def _call_off(one: Record, rows: Scoped, offers: list[Offer], because: str) -> None:
    """Who was told to come is told at once that nobody expects her. Args: rows: the session that may write
    the offers."""
    for offer in offers:
        move(rows, offer, Transition.WITHDRAW, because, incident=one.row.id)
    tell_withdrawn(rows, offers, f"incident:{one.row.id}")


def touched(visit_id: str, start: datetime) -> TouchedView:
    return TouchedView(visit_id=visit_id, starts_at=start.astimezone(PARIS))


Acting = Callable[[Record, Any], None]
ACTS: Mapping[type[AnyIncident], Acting] = {
    WorkerAwayIn: _worker_away,
    WorkerLateIn: _worker_late,
    WorkerMovedIn: _worker_moved,
    WorkerJoinedIn: _worker_joined,
    WorkerLeftIn: _worker_left,
    ClientAwayIn: _client_away,
    ClientLeftIn: _client_away,
    ClientMovedIn: _client_moved,
    ClientJoinedIn: _client_joined,
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
    one = Record(scoped, scoped.as_service(basin_id), service, basin_id, now, row)
    if row.worker_id is not None and row.details.cut is not None:
        _give_back(one, max(at, now))
    else:
        one.changes.spells.append((max(at, now), row.ends_at or FOREVER))
    one.refuse()
    row.ended_at = at
    scoped.changed(row, "ended", given.reason, at=at.isoformat())
    return row, _followed(one)


def _give_back(one: Record, since: datetime) -> None:
    worker = one.rows.session.get(basin_tables.Worker, (one.basin_id, one.row.worker_id))
    if worker is None:
        return
    details = one.row.details
    stays = give_back(worker.value.availability, details.cut or [], since)
    body = {**worker.body, "availability": list(map(plain, stays))}
    if details.engagements is not None:
        body["engagements"] = list(map(plain, details.engagements))
    one.change(worker, body)


# -- shown -------------------------------------------------------------------------------------------------
def shown(row: Incident) -> IncidentView:
    told = {name: getattr(row.details, name) for name in ("under_way", "minutes", "site_id", "visits")}
    return view_of(IncidentView, row, **told)
