"""Agreements between two basins on who may be lent for a day, and the people who were asked for. `basin_id`
is the lender's: whoever is named is one of its people."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.runtime.roles import BETWEEN_COORDINATORS, Rights
from api.store.base import Stored
from api.store.cycle_tables import BasinEvent
from brigade.changes.help.lending import LendingAgreement, Payer
from brigade.exchange.shapes.field_kinds import Codes, WorkerCodes
from brigade.exchange.shapes.workforce_shapes import AvailabilityShape


class BasinAgreement(BasinEvent):
    """One way. `state`: proposed, until the coordinators of both basins have signed; agreed; ended.
    `workers`: who may be lent, None: all. `until`: its last day."""

    __tablename__ = "lending_agreements"
    KIND, PREFIX = "lending-agreements", "accord"
    RIGHTS = Rights(BETWEEN_COORDINATORS, BETWEEN_COORDINATORS)
    borrower_id: Mapped[str] = mapped_column(String(120), ForeignKey("basins.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    workers: Mapped[list[str] | None] = mapped_column(Stored(WorkerCodes | None))
    notice_min: Mapped[int]
    paid_by: Mapped[str] = mapped_column(String(20))
    until: Mapped[date]
    lender_signed: Mapped[str | None] = mapped_column(String(60))
    borrower_signed: Mapped[str | None] = mapped_column(String(60))

    def withheld(self, basin_id: str) -> tuple[str, ...]:
        return () if basin_id == self.basin_id else ("workers",)

    @property
    def value(self) -> LendingAgreement:
        people = None if self.workers is None else frozenset(self.workers)
        return LendingAgreement(self.basin_id, self.borrower_id, people, self.notice_min, Payer(self.paid_by))


class Lending(BasinEvent):
    """Somebody whom the borrower asks for: a question to the lender's coordinators.

    `state`: asked; agreed; declined; expired (nobody answered by `reply_by`); withdrawn (taken back, before
    the answer by the borrower, after it by either). `starts_at`, `ends_at`: from leaving home to being back.
    `visits`: those of the borrower that she is asked for. `because`: why it was declined or taken back.
    `gone`: the hours that her own basin gave up, to be given back.
    """

    __tablename__ = "lendings"
    KIND, PREFIX = "lendings", "lending"
    RIGHTS = Rights(BETWEEN_COORDINATORS, BETWEEN_COORDINATORS)
    borrower_id: Mapped[str] = mapped_column(String(120), ForeignKey("basins.id"), index=True)
    agreement_id: Mapped[str] = mapped_column(String(60), ForeignKey("lending_agreements.id"))
    worker_id: Mapped[str] = mapped_column(String(120))
    visits: Mapped[list[str]] = mapped_column(Stored(Codes))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), index=True)
    paid_by: Mapped[str] = mapped_column(String(20))
    reply_by: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str | None]
    answered_by: Mapped[str | None] = mapped_column(String(60))
    answered_at: Mapped[datetime | None]
    because: Mapped[str | None]
    gone: Mapped[list[AvailabilityShape]] = mapped_column(Stored(list[AvailabilityShape]), default=list)
    __table_args__ = (Index(None, "basin_id", "worker_id"),)

    def withheld(self, basin_id: str) -> tuple[str, ...]:
        """The lender has its people, the borrower its visits."""
        return ("visits",) if basin_id == self.basin_id else ("gone",)

    @property
    def lent_id(self) -> str:
        """What the borrower calls her."""
        return lent_name(self.worker_id, self.basin_id)


def lent_name(id: str, lender: str) -> str:
    """Something of the lender's as the borrower has it: basins name alike."""
    return f"{id}@{lender}"
