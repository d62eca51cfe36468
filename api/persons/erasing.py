"""Forgetting a person: at once who she is and what the law does not keep; then her pseudonym in the documents
it does keep.

Rows that the law keeps (hours, pay, evidence of funded hours) get a new pseudonym, told once to whoever
asked. Nothing in the service links the two once the last document is rewritten. The trail of writes is kept
as it is: it knows the old pseudonym and none of the rows under the new one.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from api.access.rights import Principal
from api.access.scope import Scoped
from api.basin import mappings
from api.basin.identities import place_of
from api.commitments.states import STANDING
from api.persons import accounts
from api.persons.renaming import Renaming, documents_of, form_of
from api.runtime.faults import Conflict
from api.runtime.roles import Role
from api.runtime.vault import Vault
from api.service.service import Service
from api.shapes.cycle_requests import plain
from api.shapes.dossier_views import ErasureView, Subject
from api.store import kept_plans
from api.store.account_tables import Account, AuditEntry, Grant, RememberedRequest
from api.store.base import Stored, Table
from api.store.basin_tables import FORGOTTEN, BasinRow, Client, Link, RotaFeed, Visit, Worker
from api.store.cycle_tables import Job, Offer, Outcome, Plan, Problem
from api.store.lending.lending_tables import Lending
from api.store.mapping_tables import SourceMapping
from api.store.message_tables import Message
from api.store.person_tables import ClientIdentity, Erasure, Feed, Identity, WorkerIdentity
from brigade.exchange.documents.problem_document import problem_from_json
from brigade.exchange.shapes.field_kinds import Whose
from brigade.exchange.shapes.problem_shapes import ProblemDocument


@dataclass(frozen=True, slots=True)
class PersonKind:
    """One of the two kinds of people. `column`: of the tables that name one beside their basin; `whose`: of
    the fields of documents that do."""

    kind: Subject
    table: type[BasinRow]
    identity: type[Identity]
    column: str
    whose: Whose


CLIENTS = PersonKind("clients", Client, ClientIdentity, "client_id", Whose.CLIENT)
WORKERS = PersonKind("workers", Worker, WorkerIdentity, "worker_id", Whose.WORKER)
SUBJECTS: Mapping[str, PersonKind] = {one.kind: one for one in (CLIENTS, WORKERS)}
UNTOUCHED = (AuditEntry, Erasure, RememberedRequest)
"""The trail stays as it was sealed; an erasure empties itself; remembered answers go within a day."""


def erase(
    scoped: Scoped, subject: PersonKind, basin_id: str, id: str, why: str | None
) -> tuple[Erasure, str]:
    """The first step, in the asker's transaction; the second is `rewrite`'s. Returns the erasure and the new
    pseudonym.

    Raises: NotFound, Forbidden; Conflict when the plan in force still sends somebody.
    """
    person: Any = scoped.one(subject.table, basin_id, id, write=True)
    if subject is WORKERS:
        _where_lent(scoped, basin_id, id, why)
    if _is_expected(scoped, subject, basin_id, id):
        raise Conflict("A406", f"{subject.kind}.{id}", "in_published_plan")
    # Drawn, not derived: nothing that is kept may lead from the old name to the new one.
    pseudonym, provider_id = f"{FORGOTTEN}{secrets.token_hex(8)}", getattr(person, "provider_id", None)
    about = {"kind": subject.kind, "person_id": id, "provider_id": provider_id, "pseudonym": pseudonym}
    row = Erasure.made(scoped.clock, basin_id, **about)
    session = scoped.session
    session.add(row)
    session.execute(
        delete(subject.identity).where(subject.identity.basin_id == basin_id, subject.identity.id == id)
    )
    if subject is CLIENTS:
        _forget_visits(session, person, pseudonym)
    else:
        _close_accounts(scoped, basin_id, id)
        session.execute(delete(Feed).where(Feed.basin_id == basin_id, Feed.id == id))
        # Addressed to her old pseudonym beside her column, which gets the new one. Her contact goes with her
        # row.
        session.execute(delete(Message).where(Message.basin_id == basin_id, Message.worker_id == id))
    _rename_columns(session, subject, basin_id, id, pseudonym)
    session.delete(person)
    session.flush()
    # Says who was erased, as the trail knew her; never under which name the rest goes on.
    scoped.note(person, "erased", why)
    return row, pseudonym


def _where_lent(scoped: Scoped, basin_id: str, worker_id: str, why: str | None) -> None:
    """She is forgotten wherever her basin lent her. Raises: Conflict, where somebody is told that she
    comes."""
    asked = select(Lending).where(Lending.basin_id == basin_id, Lending.worker_id == worker_id)
    known = {(one.borrower_id, one.lent_id) for one in scoped.session.scalars(asked)}
    for borrower, name in sorted(known):
        if scoped.session.get(Worker, (borrower, name)) is not None:
            erase(scoped.as_service(borrower), WORKERS, borrower, name, why)


def _is_expected(scoped: Scoped, subject: PersonKind, basin_id: str, id: str) -> bool:
    """Whether somebody was told to come to her, or she to come."""
    asked = (
        select(func.count()).select_from(Offer).where(Offer.basin_id == basin_id, Offer.state.in_(STANDING))
    )
    asked = asked.where(Offer.starts_at > scoped.clock.now())
    if subject is WORKERS:
        return bool(scoped.session.scalar(asked.where(Offer.worker_id == id)))
    visits = select(Visit.id).where(Visit.basin_id == basin_id, Visit.client_id == id)
    return bool(scoped.session.scalar(asked.where(Offer.visit_id.in_(visits))))


def _forget_visits(session: Session, client: Any, pseudonym: str) -> None:
    """Visits whose outcome is kept go on under the new pseudonym; the others go, with what names them."""
    mine = (Visit.basin_id == client.basin_id, Visit.client_id == client.id)
    kept = select(Outcome.visit_id).where(Outcome.basin_id == client.basin_id)
    gone = set(session.scalars(select(Visit.id).where(*mine, Visit.id.not_in(kept))))
    session.execute(
        delete(Link).where(Link.basin_id == client.basin_id, or_(Link.first.in_(gone), Link.second.in_(gone)))
    )
    session.execute(delete(Visit).where(*mine, Visit.id.in_(gone)))
    for feed in session.scalars(select(RotaFeed).where(RotaFeed.basin_id == client.basin_id)):
        # The rota as received names visits too: it would bring them back at the next reading.
        entries = [entry for entry in feed.entries if entry.visit_id not in gone]
        if len(entries) != len(feed.entries):
            feed.body = {**feed.body, "entries": list(map(plain, entries))}
    rest = list(session.scalars(select(Visit).where(*mine)))
    if rest:
        body = {**client.body, "id": pseudonym}
        stub = Client(
            basin_id=client.basin_id,
            id=pseudonym,
            provider_id=client.provider_id,
            site_id=client.site_id,
            body=body,
        )
        stub.version, stub.changed_at = 1, client.changed_at
        session.add(stub)
        session.flush()
    for visit in rest:
        # Both column and document name the client: queries go by the one, problems by the other.
        visit.client_id, visit.body = pseudonym, {**visit.body, "client_id": pseudonym}
    session.flush()


def _close_accounts(scoped: Scoped, basin_id: str, worker_id: str) -> None:
    """Her account can no longer be entered, nor found by its login."""
    session = scoped.session
    asked = select(Account).join(Grant, Grant.account_id == Account.id)
    asked = asked.where(
        Account.role == Role.WORKER.value, Grant.basin_id == basin_id, Grant.target_id == worker_id
    )
    for account in session.scalars(asked).all():
        session.execute(delete(Grant).where(Grant.account_id == account.id, Grant.basin_id == basin_id))
        if session.scalar(select(func.count()).select_from(Grant).where(Grant.account_id == account.id)):
            continue  # she works in another basin, where nobody asked for anything
        accounts.forget(session, account, scoped.clock.now())
        scoped.notes.append(accounts.note("accounts", "erased", account.id))


def _rename_columns(session: Session, subject: PersonKind, basin_id: str, old: str, new: str) -> None:
    """In every table that names such a person beside its basin, those of later versions included."""
    for table in Table.metadata.sorted_tables:
        is_kept = table.name in {one.__tablename__ for one in UNTOUCHED}
        if is_kept or not {"basin_id", subject.column} <= set(table.columns.keys()):
            continue
        column = table.columns[subject.column]
        if any(key.column.table.name == subject.table.__tablename__ for key in column.foreign_keys):
            continue  # `_forget_visits` has seen to them
        session.execute(
            update(table).where(table.c.basin_id == basin_id, column == old).values({column: new})
        )


# -- the second step: documents ----------------------------------------------------------------------------
def rewrite(service: Service) -> int:
    """Finish the erasures that wait; how many came to their end. Each document is a transaction of its own:
    begun again
    after a fall, it finds less to do."""
    with service.database.reading() as session:
        waiting = list(
            session.scalars(select(Erasure.id).where(Erasure.done_at.is_(None)).order_by(Erasure.id))
        )
    return sum(_rewrite(service, id) for id in waiting)


def _rewrite(service: Service, id: str) -> bool:
    with service.database.reading() as session:
        erasure = session.get_one(Erasure, id)
        digests = _digests(session, erasure.basin_id)
    old, new = erasure.person_id or "", erasure.pseudonym or ""
    renaming = Renaming(SUBJECTS[erasure.kind].whose, old, new)
    with service.database.writing() as session:
        _rename_documents(session, renaming, erasure.basin_id)
        _forget_names(session, service.vault, erasure.basin_id, old)
        session.commit()
    is_whole = True
    for name in digests:
        with service.database.writing() as session:
            is_whole &= _rewrite_problem(session, service, renaming, name)
            session.commit()
    if is_whole:
        with service.database.writing() as session:
            scoped = Scoped(session, Principal.system("erasure", erasure.basin_id), service.clock)
            row = session.get_one(Erasure, id, with_for_update=True)
            # The last place that knew both names forgets them.
            row.person_id = row.pseudonym = None
            row.done_at = service.clock.now()
            scoped.changed(row, "finished")
            scoped.commit()
    return is_whole


def _digests(session: Session, basin_id: str) -> list[str]:
    """Problems that anything of the basin was made from."""
    found: set[str] = set()
    for table in (Job, Plan):
        asked = select(table.digest).where(table.basin_id == basin_id, table.digest.is_not(None))
        found |= set(session.scalars(asked))
    return sorted(found)


def _rename_documents(session: Session, renaming: Renaming, basin_id: str) -> None:
    """In every JSON column of the basin's rows, of later versions included."""
    mentioned = json.dumps(renaming.old)[1:-1]
    for mapper in Table.registry.mappers:
        kind: Any = mapper.class_
        columns = documents_of(kind)
        if kind in UNTOUCHED or "basin_id" not in mapper.columns or not columns:
            continue
        # By text first, in the database: most documents of a basin name somebody else.
        mentions: list[ColumnElement[bool]] = [
            cast(column, String).contains(mentioned, autoescape=True) for column in columns.values()
        ]
        for row in session.scalars(select(kind).where(kind.basin_id == basin_id, or_(*mentions))):
            for name, column in columns.items():
                form, value = form_of(kind, name, getattr(row, "kind", None)), getattr(row, name)
                told = _renamed(column.type, form, value, renaming)
                if told != value:
                    setattr(row, name, told)
    session.flush()


def _renamed(kind: Any, form: Any, value: Any, renaming: Renaming) -> Any:
    if value is None or form is None:
        return value
    if isinstance(kind, Stored):
        return kind.read(renaming.of(form, kind.told(value)))
    return renaming.of(form, value)


def _forget_names(session: Session, vault: Vault, basin_id: str, person: str) -> None:
    """Mappings translate other programs' names: none stands for her any more."""
    for row in session.scalars(select(SourceMapping).where(SourceMapping.basin_id == basin_id)):
        held = vault.open(place_of(row), row.sealed)
        kept = mappings.without(held, person)
        # Sealed anew only where something went: a seal has a fresh nonce, and every row would look changed.
        if kept != held:
            row.sealed = vault.seal(place_of(row), kept)
    session.flush()


def _rewrite_problem(session: Session, service: Service, renaming: Renaming, name: str) -> bool:
    """The problem under its new digest, and whatever was made from it. False when a search still holds it:
    later, then."""
    if session.get(Problem, name) is None:
        return True
    document = kept_plans.problem_document(session, name)
    told = renaming.of(ProblemDocument, document)
    if told == document:
        return True
    at_work = (
        select(func.count()).select_from(Job).where(Job.digest == name, Job.state.in_(("queued", "running")))
    )
    # A search reads its problem again when it is begun anew: it must find it under the digest it knows.
    if session.scalar(at_work):
        return False
    fresh = kept_plans.keep_problem(session, problem_from_json(told), service.clock)
    for plan in session.scalars(select(Plan).where(Plan.digest == name)):
        plan.document = {**plan.document, "problem_digest": fresh}
    session.flush()
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == Problem.__tablename__ for key in column.foreign_keys):
                session.execute(update(table).where(column == name).values({column: fresh}))
    session.execute(delete(Problem).where(Problem.digest == name))
    return True


def shown(row: Erasure) -> ErasureView:
    """That somebody was erased, and when. The row knows whom until it is done: that is told to nobody."""
    return ErasureView(id=row.id, kind=row.kind, created_at=row.created_at, done_at=row.done_at)
