"""Everything held about one person, in one document: what she may ask for (GDPR, articles 15 and 20)."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, LargeBinary, or_, select

from api.access.scope import Scoped
from api.basin import identities
from api.persons.erasing import CLIENTS, WORKERS, PersonKind
from api.runtime.faults import forbidden
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.dossier_views import DossierAccountView, DossierPlanView, DossierTokenView, DossierView
from api.shapes.person_shapes import ContactShape, IdentityIn
from api.shapes.record_views import EventView
from api.shapes.row_views import view_of
from api.store.account_tables import Account, AuditEntry, Grant, Token, WebSession
from api.store.base import Table
from api.store.basin_tables import Visit
from api.store.cycle_tables import Plan
from api.store.message_tables import Contact
from brigade.exchange.documents.json_text import JsonObject

FORMAT: Final = "brigade-dossier"
VERSION = 1
SECRETS = frozenset({"hash", "link_nonce", "password_hash", "sealed"})
"""Columns that open something: not data about anybody."""
ELSEWHERE = frozenset(
    {"audit", "client_identities", "worker_identities", "employee_identities", "erasures", "contacts"}
)
"""Tables that stand in the dossier in another form, or that hold nothing of it."""


def dossier(scoped: Scoped, service: Service, subject: PersonKind, basin_id: str, id: str) -> DossierView:
    """The export is noted in the trail, and the opening of the identity too.

    Raises: NotFound; Forbidden for who sees only a part of the person: lending employers.
    """
    person: Any = scoped.one(subject.table, basin_id, id)
    if scoped.principal.role is Role.EMPLOYER:
        raise forbidden(f"{subject.kind}.{id}.dossier")
    visits = sorted(_visits(scoped, basin_id, id)) if subject is CLIENTS else []
    made = DossierView(
        format=FORMAT,
        version=VERSION,
        made_at=scoped.clock.now(),
        basin_id=basin_id,
        kind=subject.kind,
        id=id,
        identity=_identity(scoped, service, subject, basin_id, id),
        contacts=_contacts(scoped, service, basin_id, id) if subject is WORKERS else [],
        record=person.body,
        rows=_rows(scoped, subject, basin_id, id, visits),
        plans=_plans(scoped, subject, basin_id, id, frozenset(visits)),
        accounts=_accounts(scoped, basin_id, id) if subject is WORKERS else [],
        trail=_trail(scoped, subject, basin_id, id),
    )
    scoped.note(person, "exported")
    return made


def _visits(scoped: Scoped, basin_id: str, client_id: str) -> list[str]:
    asked = select(Visit.id).where(Visit.basin_id == basin_id, Visit.client_id == client_id)
    return list(scoped.session.scalars(asked))


def _identity(
    scoped: Scoped, service: Service, subject: PersonKind, basin_id: str, id: str
) -> IdentityIn | None:
    row = scoped.session.get(subject.identity, (basin_id, id))
    return None if row is None else identities.opened(scoped, service.vault, row, IdentityIn, "export")


def _contacts(scoped: Scoped, service: Service, basin_id: str, worker_id: str) -> list[ContactShape]:
    """Where the service writes to her: her own contact, and those of her accounts."""
    accounts = [one.id for one in _accounts(scoped, basin_id, worker_id)]
    hers = or_(Contact.worker_id == worker_id, Contact.account_id.in_(accounts))
    rows = scoped.session.scalars(
        select(Contact).where(Contact.basin_id == basin_id, hers).order_by(Contact.id)
    )
    return [identities.opened(scoped, service.vault, row, ContactShape, "export") for row in rows]


def _rows(
    scoped: Scoped, subject: PersonKind, basin_id: str, id: str, visits: list[str]
) -> dict[str, list[JsonObject]]:
    """From every table that names the person beside her basin, or one of her visits; those of later versions
    included."""
    found = {}
    # Asked of the tables themselves: one added later is in the dossier without a line here.
    for table in Table.metadata.sorted_tables:
        columns = set(table.columns.keys())
        if "basin_id" not in columns or table.name in ELSEWHERE:
            continue
        named = [table.columns[subject.column] == id] if subject.column in columns else []
        if subject is CLIENTS and "visit_id" in columns:
            named.append(table.columns["visit_id"].in_(visits))
        if table.name == "feeds" and subject is WORKERS:
            named.append(table.columns["id"] == id)
        if not named:
            continue
        rows = scoped.session.execute(
            select(table).where(table.c.basin_id == basin_id, or_(*named))
        ).mappings()
        shown = [
            {name: value for name, value in row.items() if name not in SECRETS and _is_plain(table, name)}
            for row in rows
        ]
        if shown:
            found[table.name] = shown
    return found


def _is_plain(table: Any, name: str) -> bool:
    return not isinstance(table.columns[name].type, LargeBinary)


def _plans(
    scoped: Scoped, subject: PersonKind, basin_id: str, id: str, visits: frozenset[str]
) -> list[DossierPlanView]:
    """Her tours, or the stops at her home, in every plan that is kept."""
    found = []
    for plan in scoped.session.scalars(select(Plan).where(Plan.basin_id == basin_id).order_by(Plan.id)):
        routes = plan.document.get("routes", ())
        if subject is WORKERS:
            mine: list[Any] = [route for route in routes if route["worker_id"] == id]
        else:
            stops = ((route["worker_id"], stop) for route in routes for stop in route["stops"])
            mine = [{"worker_id": worker, **stop} for worker, stop in stops if stop["visit_id"] in visits]
        if mine:
            found.append(view_of(DossierPlanView, plan, plan_id=plan.id, parts=mine))
    return found


def _accounts(scoped: Scoped, basin_id: str, worker_id: str) -> list[DossierAccountView]:
    asked = select(Account).join(Grant, Grant.account_id == Account.id)
    asked = asked.where(
        Account.role == Role.WORKER.value, Grant.basin_id == basin_id, Grant.target_id == worker_id
    )
    return [
        view_of(
            DossierAccountView,
            account,
            sessions=[one.created_at for one in _of(scoped, WebSession, account)],
            tokens=[view_of(DossierTokenView, one) for one in _of(scoped, Token, account)],
        )
        for account in scoped.session.scalars(asked)
    ]


def _of(scoped: Scoped, table: Any, account: Account) -> list[Any]:
    return list(scoped.session.scalars(select(table).where(table.account_id == account.id)))


def _trail(scoped: Scoped, subject: PersonKind, basin_id: str, id: str) -> list[EventView]:
    """Who wrote or read what about her. Accounts by their ids: who they are is not hers to know."""
    about: ColumnElement[bool] = AuditEntry.kind.in_((subject.kind, subject.identity.KIND)) & (
        AuditEntry.target == id
    )
    if subject is WORKERS:
        about = or_(about, AuditEntry.worker_id == id)
    asked = select(AuditEntry).where(AuditEntry.basin_id == basin_id, about).order_by(AuditEntry.seq)
    return [view_of(EventView, row, reason=row.why) for row in scoped.session.scalars(asked)]
