"""The rows of somebody who is lent: a worker of the borrower for the hours agreed, and away from her own
basin meanwhile. Taken back, both are as before.

Her employer stays hers, under its name there; who she is and how she is reached come along, sealed anew, for
whoever plans her. Her accounts, and her employer's, see what is planned for her.
"""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from api.access.scope import Scoped
from api.basin import resource_kinds
from api.basin.identities import keep, place_of
from api.commitments.states import Transition, move
from api.cycle import following, offers, prevented
from api.messages import queueing
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.cycle_requests import plain
from api.store.account_tables import Account, Grant
from api.store.base import add_missing
from api.store.basin_tables import BasinRow, Employer, Provider, Site, Worker
from api.store.lending.lending_tables import Lending, lent_name
from api.store.message_tables import Contact
from api.store.person_tables import WorkerIdentity
from api.worked.lent_hours import DepartmentTours
from api.worked.lent_people import lent_people, papers_for, stays_in
from brigade.exchange.documents.json_text import JsonObject
from brigade.units import PARIS, Horizon

Row = TypeVar("Row", bound=BasinRow)
Sealed = TypeVar("Sealed", Contact, WorkerIdentity)
COUNTED = ("counters", "other_work")
"""What her own basin knows better whenever days are composed."""


def bring(scoped: Scoped, service: Service, row: Lending) -> None:
    """Once her own coordinator has said yes. Searches follow in both basins."""
    home, there = scoped.as_service(row.basin_id), scoped.as_service(row.borrower_id)
    worker = home.one(Worker, row.basin_id, row.worker_id, write=True)
    left, row.gone = prevented.cut(worker.value.availability, row.starts_at, row.ends_at)
    _with_hours(home, service, worker, {"availability": list(map(plain, left))}, "lent", row)
    planned = DepartmentTours(home, Horizon(row.starts_at.astimezone(PARIS).date(), 1))
    told = lent_people(home, row.basin_id, [worker], row.borrower_id, planned)
    for table, bodies in ((Employer, told.employers), (Site, told.sites)):
        for body in bodies:
            _put(there, row, table, body)
    (body,) = told.workers
    known = {name: value for name, value in body.items() if name not in COUNTED}
    before, lent = _put(there, row, Worker, {**known, **_hours_there(there, row)})
    _introduce(there, service, row, worker)
    changes = following.DayChanges()
    changes.note(Worker, before, lent.body)
    following.follow(there, service, row.borrower_id, changes)


def take_back(scoped: Scoped, service: Service, row: Lending) -> None:
    """What she was told there is withdrawn, and she is told so; her own basin has her hours again."""
    home, there = scoped.as_service(row.basin_id), scoped.as_service(row.borrower_id)
    scoped.session.flush()
    lent = there.one(Worker, row.borrower_id, row.lent_id, write=True)
    _with_hours(there, service, lent, _hours_there(there, row), "returned", row)
    now = scoped.clock.now()
    gone = [
        one
        for one in prevented.commitments_of(there, row.borrower_id, row.lent_id, now)
        if row.starts_at <= one.starts_at < row.ends_at and one.starts_at > now
    ]
    for one in gone:
        move(there, one, Transition.WITHDRAW, "unable", row.because)
    queueing.not_covered_yet(scoped.session, scoped.clock, gone)
    offers.tell_withdrawn(there, gone, f"lending:{row.id}:{row.version}")
    worker = home.session.get(Worker, (row.basin_id, row.worker_id))
    if worker is not None:
        back = prevented.give_back(worker.value.availability, row.gone, now)
        _with_hours(home, service, worker, {"availability": list(map(plain, back))}, "returned", row)


def _with_hours(
    scoped: Scoped, service: Service, worker: Worker, told: JsonObject, action: str, row: Lending
) -> None:
    before = worker.body
    worker.body = {**before, **told}
    scoped.changed(worker, action, row.because, lending=row.id)
    changes = following.DayChanges()
    changes.note(Worker, before, worker.body)
    following.follow(scoped, service, worker.basin_id, changes)


def _hours_there(there: Scoped, row: Lending) -> dict[str, list[JsonObject]]:
    """Of all that she is lent for to this borrower; with a paper to sign for each of its services."""
    is_hers = (Lending.basin_id == row.basin_id, Lending.worker_id == row.worker_id)
    asked = select(Lending.starts_at, Lending.ends_at).where(
        *is_hers, Lending.borrower_id == row.borrower_id, Lending.state == "agreed"
    )
    hours = sorted((start, end) for start, end in there.session.execute(asked))
    providers = [one.id for one in there.all(there.select(Provider, row.borrower_id))]
    papers = [paper for one in hours for paper in papers_for(providers, [one])]
    unique = {tuple(sorted(plain(one).items())): plain(one) for one in papers}
    return {"availability": list(map(plain, stays_in(hours))), "engagements": list(unique.values())}


def _put(there: Scoped, row: Lending, table: type[Row], body: JsonObject) -> tuple[JsonObject | None, Row]:
    """As it stands now; what was there before."""
    found = there.session.get(table, (row.borrower_id, body["id"]))
    kind = resource_kinds.kind_of(table)
    if found is None:
        shape = kind.shape.model_validate(body, strict=False)
        new = resource_kinds.made(kind, there, row.borrower_id, body["id"], shape)
        there.add(new, "lent", lending=row.id)
        return None, new  # type: ignore[return-value]
    before = found.body
    if before != body:
        found.body = body
        there.changed(found, "lent", lending=row.id)
    return before, found


# -- who she is --------------------------------------------------------------------------------------------
def _introduce(there: Scoped, service: Service, row: Lending, worker: Worker) -> None:
    """Her name for whoever plans her, her address for letters, her accounts for her own week."""
    session, employer = there.session, lent_name(worker.employer_id, row.basin_id)
    contact = session.get(Contact, (row.basin_id, f"worker:{row.worker_id}"))
    if contact is not None:
        told = _of(there, Contact, row.borrower_id, f"worker:{row.lent_id}")
        told.body, told.worker_id = contact.body, row.lent_id
        value = service.vault.open(place_of(contact), contact.sealed)
        _keep(there, service, told, {**value, "id": told.id})
    identity = session.get(WorkerIdentity, (row.basin_id, row.worker_id))
    if identity is not None:
        known = _of(there, WorkerIdentity, row.borrower_id, row.lent_id)
        known.employer_id = employer
        _keep(there, service, known, service.vault.open(place_of(identity), identity.sealed))
    names = {row.worker_id: (row.lent_id, Role.WORKER), worker.employer_id: (employer, Role.EMPLOYER)}
    asked = select(Grant, Account.role).join(Account, Account.id == Grant.account_id)
    asked = asked.where(Grant.basin_id == row.basin_id, Grant.target_id.in_(names))
    for grant, role in session.execute(asked).all():
        name, needed = names[grant.target_id]
        if role == needed:
            reach = Grant(account_id=grant.account_id, basin_id=row.borrower_id, target_id=name)
            add_missing(session, reach)


def _of(there: Scoped, table: type[Sealed], basin_id: str, id: str) -> Sealed:
    found = there.session.get(table, (basin_id, id))
    return found or table(basin_id=basin_id, id=id, version=1, changed_at=there.clock.now())


def _keep(there: Scoped, service: Service, row: Contact | WorkerIdentity, value: JsonObject) -> None:
    keep(there, service.vault, row, value, is_new=row not in there.session)
