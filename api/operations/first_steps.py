"""From an empty service to a first published plan: what is there, what still stands in the way, what
only makes it better."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from api.access.scope import Scoped
from api.commitments import wanted_visits
from api.store import basin_tables
from api.store.cycle_tables import IN_FORCE, Plan
from api.store.message_tables import Contact
from api.store.person_tables import ClientIdentity, WorkerIdentity
from brigade.units import PARIS


@dataclass(frozen=True, slots=True)
class InstallationStage:
    """`count`: of what is there. `page`: where it is done, below the basin's address. `blocks`: whether there
    is no plan without it."""

    name: str
    count: int
    page: str
    blocks: bool

    @property
    def is_done(self) -> bool:
        return self.count > 0


def steps(scoped: Scoped, basin_id: str) -> list[InstallationStage]:
    """In the order in which they are done. Raises: NotFound."""
    wishes = scoped.basin(basin_id).body
    published = Plan.state.in_(IN_FORCE)

    def count(table: Any, *where: Any) -> int:
        asked = select(func.count()).select_from(table).where(table.basin_id == basin_id, *where)
        return scoped.session.scalar(asked) or 0

    open_visits = len(wanted_visits.wanted(scoped, basin_id, scoped.clock.now()))
    # Published plans count as well: they were proposals, so that step stays done.
    proposals = count(Plan, Plan.state == "proposed") + count(Plan, published)
    blocking = {
        "providers": (count(basin_tables.Provider), "imports"),
        "visits": (count(basin_tables.Visit), "imports"),
        "workers": (count(basin_tables.Worker), "imports"),
        "rota": (count(basin_tables.RotaFeed), "imports"),
        "absence": (count(basin_tables.Absence) + open_visits, "absence"),
        "proposal": (proposals, "day"),
        "published": (count(Plan, published), "day"),
    }
    better = {
        # Both are needed: plans would show codes for the other.
        "names": (min(count(ClientIdentity), count(WorkerIdentity)), "imports"),
        "contacts": (count(Contact, Contact.id.startswith("worker:")), "imports"),
        "telephone": (int(wishes.telephone is not None), "rules"),
        "duty": (len(wishes.duty.hours), "rules"),
        "funding": (count(basin_tables.FundingLine), "imports"),
        "coordinator": (count(Contact, Contact.id.startswith("account:")), "accounts"),
    }
    return [
        *(InstallationStage(name, found, page, True) for name, (found, page) in blocking.items()),
        *(InstallationStage(name, found, page, False) for name, (found, page) in better.items()),
    ]


def next_day(scoped: Scoped, basin_id: str) -> date:
    """The day to look at: of the newest proposal ahead, else of the first visit with nobody, else today."""
    now = scoped.clock.now()
    today = now.astimezone(PARIS).date()
    ahead = (Plan.basin_id == basin_id, Plan.state == "proposed", Plan.first_day >= today)
    proposed = scoped.session.scalar(select(Plan.first_day).where(*ahead).order_by(Plan.id.desc()).limit(1))
    if proposed is not None:
        return proposed
    open_visits = wanted_visits.wanted(scoped, basin_id, now)
    return min((one.starts_at.astimezone(PARIS).date() for one in open_visits), default=today)
