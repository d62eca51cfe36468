"""Rows that wait to be worked on, each by one at a time, whoever dies: the one protocol of every queue.

What waits is `queued`. Whoever claims a row holds it under a lease of its own, and says that it is still
there by renewing it. A lease that ran out is lost: the row is brought back, and whoever held it is a ghost,
which is not heard any more. Searches (`api.searches`) and parcels (`api.messages`) are such queues.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, String, Update, and_, or_, select, true, update
from sqlalchemy.orm import Mapped, Session, mapped_column

WAITS = "queued"


class Leased:
    """What a table of such rows has. `HELD`: the state of a row that somebody works on, under `lease`, until
    `lease_until`."""

    HELD: ClassVar[str]
    id: Mapped[str]
    state: Mapped[str]
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]

    @classmethod
    def is_due(cls, now: datetime) -> ColumnElement[bool]:
        """Of what waits: what may be begun."""
        return true()

    @classmethod
    def by_turn(cls) -> Sequence[ColumnElement[Any]]:
        """Which comes first."""
        return (cls.id.expression,)

    def let_go(self, state: str) -> None:
        """Nobody holds it any more."""
        self.state, self.lease, self.lease_until = state, None, None


Row = TypeVar("Row", bound=Leased)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds a row. `secret`: of this holder alone. `lasts`: for so long, from each renewal on."""

    id: str
    secret: str
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Queue(Generic[Row]):
    """The rows of a table, and how long a lease of one lasts. Nothing here commits."""

    table: type[Row]
    lasts: timedelta

    def waits(self, session: Session, now: datetime) -> bool:
        """Whether anything does: asked without the lock of a writer, as most rounds end here."""
        return session.scalar(select(self.table.id).where(*self._due(now)).limit(1)) is not None

    def claim(self, session: Session, now: datetime, most: int = 1) -> list[tuple[Lease, Row]]:
        """Up to so many that are due, now held; those that another claims meanwhile are passed over."""
        asked = select(self.table).where(*self._due(now)).order_by(*self.table.by_turn()).limit(most)
        # On PostgreSQL two services claim side by side instead of one after the other.
        rows = session.scalars(asked.with_for_update(skip_locked=True)).all()
        found = []
        for row in rows:
            lease = Lease(row.id, secrets.token_hex(16), self.lasts)
            row.state, row.lease, row.lease_until = self.table.HELD, lease.secret, now + self.lasts
            found.append((lease, row))
        return found

    def renewal(self, lease: Lease, now: datetime) -> Update:
        """Of a lease that is still held; it finds no row of one that is not."""
        mine = and_(*self._held(), self.table.id == lease.id, self.table.lease == lease.secret)
        return update(self.table).where(mine).values(lease_until=now + lease.lasts)

    def held(self, session: Session, lease: Lease) -> Row | None:
        """The row, locked, for its holder to end or give back; None for a ghost, whose lease was lost."""
        # Read from the database, not from what the session remembers: the lease may have been lost since.
        row = session.get(self.table, lease.id, with_for_update=True, populate_existing=True)
        is_mine = row is not None and (row.state, row.lease) == (self.table.HELD, lease.secret)
        return row if is_mine else None

    def lost(self, session: Session, now: datetime) -> list[str]:
        """The rows whose holders no longer say anything: their process or machine died."""
        return list(session.scalars(select(self.table.id).where(*self._held(), self._is_over(now))))

    def take_back(self, session: Session, id: str, now: datetime) -> Row | None:
        """A lost row, locked; None when its holder was heard of meanwhile."""
        asked = select(self.table).where(self.table.id == id, *self._held(), self._is_over(now))
        return session.scalar(
            asked.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        )

    def _due(self, now: datetime) -> tuple[ColumnElement[bool], ...]:
        return (self.table.state == WAITS, self.table.is_due(now))

    def _held(self) -> tuple[ColumnElement[bool], ...]:
        return (self.table.state == self.table.HELD,)

    def _is_over(self, now: datetime) -> ColumnElement[bool]:
        """A lease that ends later than any given now was given before the clock was set back: waiting for
        that hour to come again would take long."""
        until = self.table.lease_until
        return or_(until.is_(None), until < now, until > now + 2 * self.lasts)
