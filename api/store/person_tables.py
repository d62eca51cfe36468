"""Who people are, apart from their pseudonyms and sealed; calendars behind a secret; names of an outside
identity provider."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, func, select
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from api.runtime.roles import COORDINATORS, EMPLOYERS, MANAGERS, WORKERS, Rights
from api.shapes.dossier_views import Subject
from api.store.base import Table
from api.store.cycle_tables import BasinEvent


def _of(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["basin_id", "id"], [f"{table}.basin_id", f"{table}.id"])


class Identity(Table):
    """Name, address lines, entry details and contacts of one person, sealed by `api.runtime.vault`: the
    database reads none of it.

    Its id is the pseudonym. Planning never joins these tables.
    """

    __abstract__ = True
    KIND: ClassVar[str]
    basin_id: Mapped[str] = mapped_column(String(120), ForeignKey("basins.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class ClientIdentity(Identity):
    __tablename__ = "client_identities"
    KIND = "client-identities"
    # A worker reads a client's identity only through the visit that brings them together
    # (`api.persons.visiting`).
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    provider_id: Mapped[str] = mapped_column(String(120))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - a class, by SQLAlchemy's convention
        return (_of("clients"), Index(None, "basin_id", "provider_id"))


class WorkerIdentity(Identity):
    __tablename__ = "worker_identities"
    KIND = "worker-identities"
    # A manager reads a worker's name only through the visit that brings them together
    # (`api.persons.visiting`).
    RIGHTS = Rights(COORDINATORS | WORKERS | EMPLOYERS, COORDINATORS)
    employer_id: Mapped[str] = mapped_column(String(120))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (_of("workers"), Index(None, "basin_id", "employer_id"))

    @property
    def worker_id(self) -> str:
        return self.id


class EmployeeIdentity(Identity):
    """Of the provider's own staff: whom its manager looks for when somebody calls in sick."""

    __tablename__ = "employee_identities"
    KIND = "employee-identities"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    provider_id: Mapped[str] = mapped_column(String(120))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (_of("employees"), Index(None, "basin_id", "provider_id"))


class Feed(Table):
    """The calendar of one worker, open to whoever holds its secret; only the hash is kept. Its id is the
    worker's."""

    __tablename__ = "feeds"
    KIND = "feeds"
    RIGHTS = Rights(COORDINATORS | WORKERS, COORDINATORS | WORKERS)
    basin_id: Mapped[str] = mapped_column(String(120), ForeignKey("basins.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    employer_id: Mapped[str] = mapped_column(String(120))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (_of("workers"),)

    @property
    def worker_id(self) -> str:
        return self.id


class Erasure(BasinEvent):
    """A person who asked to be forgotten. `person_id` and `pseudonym` (old and new name of the rows that the
    law keeps) stand here while documents are rewritten, and are emptied with the last one: from then on
    nothing links the two."""

    __tablename__ = "erasures"
    KIND, PREFIX = "erasures", "erasure"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    kind: Mapped[Subject] = mapped_column(String(20))
    provider_id: Mapped[str | None] = mapped_column(String(120))
    person_id: Mapped[str | None] = mapped_column(String(120))
    pseudonym: Mapped[str | None] = mapped_column(String(120))
    done_at: Mapped[datetime | None]


class OutsideName(Table):
    """By what name an OpenID Connect provider knows an account; bound at the first login."""

    __tablename__ = "outside_names"
    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(60), ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]


def last_forgotten(session: Session) -> str | None:
    """The newest erasure. What was composed or judged before it and is kept after it would bring somebody
    back."""
    return session.scalar(select(func.max(Erasure.id)))


IDENTITIES: tuple[type[Identity], ...] = (ClientIdentity, WorkerIdentity, EmployeeIdentity)
