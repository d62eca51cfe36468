"""Who may come in, what they did: accounts, sessions, tokens, remembered requests, the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.runtime.roles import COORDINATORS, EMPLOYERS, MANAGERS, WORKERS, Rights
from api.store.base import Table, add_missing
from brigade.exchange.documents.json_text import JsonObject

GENESIS = "0" * 64
"""What stands before the first entry of the audit trail."""


class Account(Table):
    """`login` and `display_name` are the only things here that may name a person; neither enters a log."""

    __tablename__ = "accounts"
    KIND: ClassVar[str] = "accounts"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    login: Mapped[str] = mapped_column(String(200), unique=True)
    display_name: Mapped[str | None] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Grant(Table):
    """What an account reaches: a basin, and in it a provider, worker or employer where its role needs one."""

    __tablename__ = "grants"
    account_id: Mapped[str] = mapped_column(String(60), ForeignKey("accounts.id"), primary_key=True)
    basin_id: Mapped[str] = mapped_column(String(120), ForeignKey("basins.id"), primary_key=True)
    target_id: Mapped[str] = mapped_column(String(120), primary_key=True, default="")


class WebSession(Table):
    """A browser's session. Only the hash of its secret is kept; the CSRF word is derived from that secret."""

    __tablename__ = "sessions"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(60), ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Token(Table):
    """A program's key: hashed, scoped, expiring, revocable."""

    __tablename__ = "tokens"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(String(60), ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class LoginFailure(Table):
    """A failed login, by the hash of the name or of the address it came from."""

    __tablename__ = "login_failures"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    __table_args__ = (Index(None, "key", "at"),)


class RememberedRequest(Table):
    """The answer to a write that carried an Idempotency-Key, kept in the write's own transaction."""

    __tablename__ = "remembered_requests"
    actor: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[dict[str, str]]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


class AuditHead(Table):
    """The last link of the chain; whoever writes holds this row, so links never fork. `base_seq`,
    `base_hash`: the last entry that retention took away; the chain is verified from there on."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    base_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    base_hash: Mapped[str] = mapped_column(String(64), default=GENESIS, server_default=GENESIS)


class AuditEntry(Table):
    """One write: who, when, what, why. `hash` covers the entry and the hash before it; triggers refuse any
    change.

    `basin_id`, `provider_id`, `worker_id`, `employer_id` say who may read it as an event. `details`: ids,
    states, versions.
    """

    __tablename__ = "audit"
    RIGHTS = Rights(COORDINATORS | MANAGERS | WORKERS | EMPLOYERS)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(120))
    basin_id: Mapped[str | None] = mapped_column(String(120))
    provider_id: Mapped[str | None] = mapped_column(String(120))
    worker_id: Mapped[str | None] = mapped_column(String(120))
    employer_id: Mapped[str | None] = mapped_column(String(120))
    details: Mapped[JsonObject]
    why: Mapped[str | None]
    before: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (Index(None, "basin_id", "seq"),)


LAST_BACKUP = "last_backup"
"""When the operator's last backup was written whole."""


class InstallationFact(Table):
    """Small facts of the installation: the demonstration's clock shift, the last backup."""

    __tablename__ = "facts"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str]


def keep_fact(session: Session, name: str, value: str) -> None:
    """The fact's value from now on. Two services may tell it for the first time at once: the later one
    stands."""
    if session.get(InstallationFact, name) is None and add_missing(
        session, InstallationFact(name=name, value=value)
    ):
        return
    # Kept meanwhile by another: locked before it is written over.
    session.get_one(InstallationFact, name, with_for_update=True).value = value
