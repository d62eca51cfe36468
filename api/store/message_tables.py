"""What goes out: where people are reached, messages until they have been sent, webhooks and their
deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.runtime.roles import COORDINATORS, MANAGERS, WORKERS, Rights
from api.shapes.kept.kept_shapes import Failure
from api.shapes.kept.subject_shapes import Subject
from api.store.base import Stored
from api.store.basin_tables import BasinRow
from api.store.cycle_tables import BasinEvent
from api.store.leases import Leased
from brigade.exchange.documents.json_text import JsonObject

Form = TypeVar("Form", bound=Subject)


class Contact(BasinRow):
    """Where somebody is reached, apart from planning: `id` is worker:…, provider:… or account:…; it goes with
    its owner.

    `sealed` holds the document as it was written, addresses included (`api.runtime.vault`). `body` says only
    what queueing must know: `language`, `channels` to be told by, and `known`, those that have an address.
    """

    __tablename__ = "contacts"
    KIND = "contacts"
    RIGHTS = Rights(COORDINATORS | MANAGERS | WORKERS, COORDINATORS | MANAGERS | WORKERS)
    worker_id: Mapped[str | None] = mapped_column(String(120))
    provider_id: Mapped[str | None] = mapped_column(String(120))
    account_id: Mapped[str | None] = mapped_column(String(60), ForeignKey("accounts.id", ondelete="CASCADE"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    __table_args__ = (
        ForeignKeyConstraint(
            ["basin_id", "worker_id"], ["workers.basin_id", "workers.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["basin_id", "provider_id"], ["providers.basin_id", "providers.id"], ondelete="CASCADE"
        ),
    )


class Parcel(Leased, BasinEvent):
    """Something to carry out of the house once. `state`: a `ParcelState`.

    `next_at`: when to try. `doubted`: a carrier died or lost the line with it in hand, so it may have arrived
    twice, under one identifier. `until`: too late after.
    """

    __abstract__ = True
    HELD = "sending"
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    until: Mapped[datetime | None]
    doubted: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None]
    failure: Mapped[Failure | None] = mapped_column(Stored(Failure, none_is_empty=True), nullable=False)

    @classmethod
    def is_due(cls, now: datetime) -> ColumnElement[bool]:
        return cls.next_at <= now

    @classmethod
    def by_turn(cls) -> Sequence[ColumnElement[Any]]:
        return (cls.next_at.expression, cls.id.expression)


class Message(Parcel):
    """One message by one channel. `about` holds ids and times; the address and the words are found when it is
    sent.

    `cause`: what it follows from; the database keeps one message a cause, so that nothing is told twice.
    """

    __tablename__ = "messages"
    KIND, PREFIX = "messages", "message"
    RIGHTS = Rights(COORDINATORS | MANAGERS | WORKERS, COORDINATORS)
    kind: Mapped[str] = mapped_column(String(40))
    cause: Mapped[str] = mapped_column(String(300))
    channel: Mapped[str] = mapped_column(String(10))
    contact_id: Mapped[str] = mapped_column(String(130))
    worker_id: Mapped[str | None] = mapped_column(String(120))
    provider_id: Mapped[str | None] = mapped_column(String(120))
    about: Mapped[JsonObject]
    __table_args__ = (
        # Two rounds may queue the same at once: the database, not a look beforehand, keeps it one.
        Index("uq_messages_cause", "basin_id", "cause", unique=True),
        Index(None, "state", "next_at"),
    )

    def subject(self, form: type[Form]) -> Form:
        """What it speaks of, in the form of its kind."""
        if self.kind != form.KIND:
            raise TypeError(f"a {self.kind} message is read as {form.KIND}")
        return form.model_validate(self.about)


class Webhook(BasinEvent):
    """Who wants to be called with what. `state`: active, disabled. `seen`: the last event of the trail looked
    at for it.

    `generation` counts the secrets given so far: none is kept, each is derived anew from the service's own.
    `provider_id`: a manager's own, that hears of this provider only.
    """

    __tablename__ = "webhooks"
    KIND, PREFIX = "webhooks", "webhook"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    url: Mapped[str] = mapped_column(String(2000))
    events: Mapped[list[str]]
    provider_id: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20))
    seen: Mapped[int]
    generation: Mapped[int] = mapped_column(default=1)
    rotated_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]


class Delivery(Parcel):
    """One event for one webhook; its id is the call's identifier, the same at every try."""

    __tablename__ = "deliveries"
    KIND, PREFIX = "deliveries", "delivery"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    webhook_id: Mapped[str] = mapped_column(String(60), ForeignKey("webhooks.id", ondelete="CASCADE"))
    provider_id: Mapped[str | None] = mapped_column(String(120))
    seq: Mapped[int]
    status: Mapped[int | None]
    __table_args__ = (
        Index("uq_deliveries_event", "webhook_id", "seq", unique=True),
        Index(None, "state", "next_at"),
    )
