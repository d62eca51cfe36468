"""What coordinators of neighbour basins have agreed on: who may be lent for a day, how long before, and who
pays; and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from brigade.units import Ticks
from brigade.values.plan import Reason


class Payer(StrEnum):
    """Who pays the hours and the ways of somebody lent."""

    BORROWER = "borrower"
    LENDER = "lender"


@dataclass(frozen=True, slots=True)
class LendingAgreement:
    """Between two basins, one way. `workers`: who may be lent; None: all of the lender's. `notice_min`: how
    long before a visit the lender's coordinator must have been asked."""

    lender: str
    borrower: str
    workers: frozenset[str] | None = None
    notice_min: int = 0
    paid_by: Payer = Payer.BORROWER

    def lends(self, worker_id: str) -> bool:
        return self.workers is None or worker_id in self.workers


@dataclass(frozen=True, slots=True)
class LentStop:
    """A visit of the borrower's that somebody lent would take. Ways lead there from where she is before: her
    home, or the last visit of her own basin."""

    visit_id: str
    tour: int
    arrival: Ticks
    start: Ticks
    end: Ticks


@dataclass(frozen=True, slots=True)
class ProposedLending:
    """One worker, as her own basin calls her, for one borrower on the days planned: a question to her own
    coordinator, and no part of any plan. `travel`: ticks of travel more than without it, in all that she is
    lent for."""

    worker_id: str
    lender: str
    borrower: str
    stops: tuple[LentStop, ...]
    travel: Ticks
    paid_by: Payer

    def reasons(self, names: dict[str, str]) -> tuple[Reason, ...]:
        """One sentence a visit. Args: names: of basins, by id."""
        return tuple(
            Reason.of(
                "could_be_lent",
                worker=self.worker_id,
                lender=names[self.lender],
                borrower=names[self.borrower],
                visit=stop.visit_id,
                arrival_at=stop.arrival,
            )
            for stop in self.stops
        )
