"""Accounts and what they are granted: made and changed by administrators, noted in the trail without their login."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api import auth
from api.access import NEEDS_TARGET, Role
from api.audit import Note
from api.faults import Conflict, Unfit, forbidden, not_found
from api.ids import new_id
from api.scope import Scoped, expect
from api.settings import Settings
from api.store import data
from api.store.people import Account, Grant, WebSession

TARGETS: Mapping[str, type[data.Kept]] = {
    "providers": data.Provider,
    "workers": data.Worker,
    "employers": data.Employer,
}


def note(kind: str, action: str, target: str, **details: Any) -> Note:
    return Note(f"{kind}.{action}", kind, target, details=details)


def only_administrators(scoped: Scoped) -> None:
    if not scoped.principal.is_administrator:
        raise forbidden("accounts")


def one(scoped: Scoped, id: str) -> Account:
    row = scoped.session.get(Account, id)
    if row is None:
        raise not_found("accounts", id)
    return row


def create(
    scoped: Scoped, settings: Settings, login: str, role: Role, password: str, grants: Iterable[tuple[str, str]]
) -> Account:
    """Raises: Conflict when the login is taken, Unfit for grants that do not suit the role."""
    now = scoped.clock.now()
    hashed = auth.hash_password(settings, password)
    row = Account(id=new_id("account", now), login=login, role=role.value, password_hash=hashed, is_active=True, version=1)
    row.created_at = row.changed_at = now
    scoped.session.add(row)
    _flush(scoped.session)
    _grant(scoped.session, row, grants)
    scoped.notes.append(note("accounts", "created", row.id, role=role.value))
    return row


def change(
    scoped: Scoped,
    settings: Settings,
    id: str,
    version: int | None,
    values: Mapping[str, Any],
    password: str | None,
    grants: Iterable[tuple[str, str]],
) -> Account:
    """Raises: NotFound, Stale, NoPrecondition; as `create`."""
    row = one(scoped, id)
    scoped.session.refresh(row, with_for_update=True)
    expect(_Versioned(row), version)
    for name, value in values.items():
        setattr(row, name, value)
    if password is not None:
        row.password_hash = auth.hash_password(settings, password)
    row.version, row.changed_at = row.version + 1, scoped.clock.now()
    _flush(scoped.session)
    _grant(scoped.session, row, grants)
    scoped.session.execute(delete(WebSession).where(WebSession.account_id == row.id))
    scoped.notes.append(note("accounts", "changed", row.id, role=row.role, is_active=row.is_active, version=row.version))
    return row


class _Versioned:
    """What `expect` needs of an account."""

    KIND = "accounts"

    def __init__(self, row: Account) -> None:
        self.id, self.version = row.id, row.version


def _grant(session: Session, account: Account, grants: Iterable[tuple[str, str]]) -> None:
    """Replace what the account is granted. Raises: Unfit, for a basin or target that does not exist or suits another role."""
    session.execute(delete(Grant).where(Grant.account_id == account.id))
    needed = NEEDS_TARGET.get(Role(account.role))
    for basin_id, target_id in sorted(set(grants)):
        where = f"grants.{basin_id}.{target_id}"
        if session.get(data.Basin, basin_id) is None:
            raise Unfit("A305", where, "bassin inconnu", "un bassin existant")
        if (needed is None) != (target_id == ""):
            hint = f"un identifiant de {needed}" if needed else "le bassin seul, sans cible"
            raise Unfit("A305", where, f"ne convient pas au rôle « {account.role} »", hint)
        if needed is not None and session.get(TARGETS[needed], (basin_id, target_id)) is None:
            raise Unfit("A305", where, "cible inconnue", f"un identifiant de {needed}")
        session.add(Grant(account_id=account.id, basin_id=basin_id, target_id=target_id))
    session.flush()


def shown(session: Session, row: Account) -> dict[str, Any]:
    asked = select(Grant.basin_id, Grant.target_id).where(Grant.account_id == row.id).order_by(Grant.basin_id, Grant.target_id)
    grants = [{"basin_id": basin, "target_id": target} for basin, target in session.execute(asked)]
    names = ("id", "login", "role", "is_active", "version", "created_at")
    return {**{name: getattr(row, name) for name in names}, "grants": grants}


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("A202", "accounts.login", "existe déjà", "un autre nom de connexion") from None
