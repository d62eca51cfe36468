"""Releases for training or tutoring, the hours kept for them, money moved from one funding line to another,
and the reports of periods as they were issued."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from api.runtime.roles import COORDINATORS, FUNDERS, MANAGERS, Rights
from api.shapes.kept.report_shapes import KeptReport
from api.shapes.money_requests import ReleaseIn
from api.store.base import Stored, Table
from api.store.basin_tables import OfProvider, within
from api.store.cycle_tables import BasinEvent

OPEN = ("declared", "confirmed")
"""States of a release that is to come about."""


class Release(OfProvider):
    """Somebody leaves for a course or to tutor. `body`: the declaration.

    `state`: declared (its hours are kept on the line), confirmed (a coordinator answers for the cover),
    cancelled.
    """

    __tablename__ = "releases"
    KIND = "releases"
    RIGHTS = Rights(COORDINATORS | MANAGERS, COORDINATORS | MANAGERS)
    FORM = ReleaseIn
    employee_id: Mapped[str] = mapped_column(String(120))
    funding_line_id: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20))
    declared_by: Mapped[str] = mapped_column(String(60))
    confirmed_by: Mapped[str | None] = mapped_column(String(60))

    @property
    def value(self) -> ReleaseIn:
        return self._read(self.FORM)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - a class, by SQLAlchemy's convention
        return (
            within("provider_id", "providers"),
            within("employee_id", "employees"),
            within("funding_line_id", "funding_lines"),
            Index(None, "basin_id", "provider_id"),
        )


class ReleaseDay(Table):
    """One stretch of a release; its id is that of the absence it opens.

    `minutes`: work kept for it on the funding line. `worker_id`, `held_from`, `held_until`: who of the
    brigade is kept free for it, and over which time; as in offers, a name that an erasure may replace.
    """

    __tablename__ = "release_days"
    basin_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    release_id: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    minutes: Mapped[int]
    # No reference to the workers' table: an erasure puts a pseudonym here that stands in no table.
    worker_id: Mapped[str | None] = mapped_column(String(120))
    held_from: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["basin_id", "release_id"], ["releases.basin_id", "releases.id"]),
        Index(None, "basin_id", "release_id"),
        Index(None, "basin_id", "worker_id"),
    )


class FundingTransfer(BasinEvent):
    """Money of one line given to another. `given_cents`: all that the giver had given by then, this included.

    `passes_limit`: more than a line may give without saying why; `reason` and `author` then say why and who.
    """

    __tablename__ = "funding_transfers"
    KIND, PREFIX = "funding-transfers", "transfer"
    RIGHTS = Rights(COORDINATORS | FUNDERS, COORDINATORS)
    from_line_id: Mapped[str] = mapped_column(String(120))
    to_line_id: Mapped[str] = mapped_column(String(120))
    cents: Mapped[int]
    given_cents: Mapped[int]
    passes_limit: Mapped[bool]
    reason: Mapped[str | None]
    author: Mapped[str] = mapped_column(String(60))
    __table_args__ = (within("from_line_id", "funding_lines"), within("to_line_id", "funding_lines"))


class IssuedReport(BasinEvent):
    """The figures of a period that is over, as they were told when somebody issued them.

    `period`: a month, quarter or year by its name; issued again, it is a further `edition`, with a `reason`.
    """

    __tablename__ = "issued_reports"
    KIND, PREFIX = "reports", "report"
    RIGHTS = Rights(COORDINATORS | FUNDERS, COORDINATORS)
    period: Mapped[str] = mapped_column(String(10))
    first_day: Mapped[date]
    last_day: Mapped[date]
    edition: Mapped[int]
    reason: Mapped[str | None]
    author: Mapped[str] = mapped_column(String(60))
    figures: Mapped[KeptReport] = mapped_column(Stored(KeptReport))
    __table_args__ = (UniqueConstraint("basin_id", "period", "edition"),)


def transfers_of(session: Session, basin_id: str) -> list[FundingTransfer]:
    """All of a basin, oldest first."""
    row = FundingTransfer
    return list(session.scalars(select(row).where(row.basin_id == basin_id).order_by(row.id)))


def transferred(session: Session, basin_id: str) -> Counter[str]:
    """By line id, what transfers added to its cap; negative for what they took."""
    moved = Counter[str]()
    for row in transfers_of(session, basin_id):
        moved[row.to_line_id] += row.cents
        moved[row.from_line_id] -= row.cents
    return moved
