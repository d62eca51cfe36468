"""Who may see and change what, as data: the one place below the routes that decides it.

A role reaches the rows of a table all over a basin, or only those of its own provider, employer or worker.
Both forms of a reach stand side by side: a SQL clause for what is asked, a test of one row for what is
written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, false, or_, true

from api.runtime.faults import Forbidden
from api.store.account_tables import AuditEntry
from api.store.basin_tables import (
    Absence,
    Basin,
    Client,
    Employee,
    Employer,
    FundingLine,
    Link,
    Provider,
    RotaFeed,
    Site,
    Visit,
    Worker,
)
from api.store.cycle_tables import IN_FORCE, Job, Offer, Outcome, Plan
from api.store.incident_tables import Incident
from api.store.mapping_tables import SourceMapping
from api.store.message_tables import Contact, Delivery, Message, Webhook
from api.store.person_tables import ClientIdentity, EmployeeIdentity, Erasure, Feed, WorkerIdentity
from api.store.release_tables import FundingTransfer, IssuedReport, Release


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    WORKER = "worker"
    EMPLOYER = "employer"
    FUNDER = "funder"


class Reach(StrEnum):
    """How far a role sees or writes in a table."""

    NOTHING = "nothing"
    EVERYWHERE = "everywhere"
    BASIN = "basin"
    PUBLISHED = "published"
    """Plans of the basin that are or were in force."""
    PROVIDER = "provider"
    EMPLOYER = "employer"
    WORKER = "worker"


NEEDS_TARGET: Mapping[Role, str] = {
    Role.MANAGER: "providers",
    Role.WORKER: "workers",
    Role.EMPLOYER: "employers",
}
"""The kind of thing that a grant of this role names; the others are granted basins."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `grants`: (basin, target); target is "" for roles of a whole basin. Of a token: `scopes`
    narrow the role, `ends_at` is when it ends."""

    actor: str
    role: Role
    grants: frozenset[tuple[str, str]] = frozenset()
    scopes: frozenset[str] = frozenset({"read", "write"})
    ends_at: datetime | None = None

    @property
    def basins(self) -> frozenset[str]:
        return frozenset(basin for basin, _ in self.grants)

    @property
    def is_administrator(self) -> bool:
        return self.role is Role.ADMINISTRATOR

    @property
    def is_funder(self) -> bool:
        """Who reads of the basin from outside: without what could give anybody away."""
        return self.role is Role.FUNDER

    def targets(self, basin_id: str) -> frozenset[str]:
        return frozenset(target for basin, target in self.grants if basin == basin_id)

    def sole_target(self, basin_id: str) -> str:
        """For what belongs to one provider, and does not say to which. Raises: Forbidden, when several are
        granted."""
        owned = self.targets(basin_id)
        if len(owned) != 1:
            raise Forbidden("A103", f"basins.{basin_id}", "several_services")
        return min(owned)

    @classmethod
    def system(cls, actor: str, basin_id: str) -> Principal:
        """The service itself at work in one basin: a search, an expiry, a signed link."""
        return cls(actor, Role.COORDINATOR, frozenset({(basin_id, "")}))


Reaches: TypeAlias = Mapping[Role, Reach]


@dataclass(frozen=True, slots=True)
class Rights:
    """By role; a role that is not named reaches nothing. Administrators read everywhere and write
    everywhere."""

    read: Reaches
    write: Reaches = field(default_factory=dict)

    def of(self, role: Role, *, write: bool) -> Reach:
        if role is Role.ADMINISTRATOR:
            return Reach.EVERYWHERE
        return (self.write if write else self.read).get(role, Reach.NOTHING)


C, M, W, E, F = Role.COORDINATOR, Role.MANAGER, Role.WORKER, Role.EMPLOYER, Role.FUNDER
BASIN, OWN = Reach.BASIN, Reach.PROVIDER
EVERYBODY: Reaches = {C: BASIN, M: BASIN, W: BASIN, E: BASIN, F: BASIN}

RIGHTS: Mapping[type[Any], Rights] = {
    Basin: Rights(EVERYBODY, {C: BASIN}),
    Provider: Rights({C: BASIN, M: OWN, F: BASIN}, {C: BASIN}),
    Site: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    Employee: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    Client: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    Visit: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    Link: Rights({C: BASIN}, {C: BASIN}),
    RotaFeed: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    Absence: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    Release: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    IssuedReport: Rights({C: BASIN, F: BASIN}, {C: BASIN}),
    FundingTransfer: Rights({C: BASIN, F: BASIN}, {C: BASIN}),
    Employer: Rights({C: BASIN, E: Reach.EMPLOYER}, {C: BASIN}),
    Worker: Rights({C: BASIN, E: Reach.EMPLOYER, W: Reach.WORKER}, {C: BASIN}),
    FundingLine: Rights({C: BASIN, M: BASIN, F: BASIN}, {C: BASIN}),
    Job: Rights({C: BASIN}, {C: BASIN}),
    Plan: Rights({C: BASIN, M: Reach.PUBLISHED, W: Reach.PUBLISHED, E: Reach.PUBLISHED}, {C: BASIN}),
    Offer: Rights({C: BASIN, W: Reach.WORKER, E: Reach.EMPLOYER}, {C: BASIN, W: Reach.WORKER}),
    # A worker tells of her own day, a service of its clients.
    Incident: Rights(
        {C: BASIN, M: OWN, W: Reach.WORKER, E: Reach.EMPLOYER},
        {C: BASIN, M: OWN, W: Reach.WORKER},
    ),
    Outcome: Rights({C: BASIN, M: OWN, W: Reach.WORKER, E: Reach.EMPLOYER}, {C: BASIN, M: OWN}),
    Contact: Rights({C: BASIN, M: OWN, W: Reach.WORKER}, {C: BASIN, M: OWN, W: Reach.WORKER}),
    SourceMapping: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    Message: Rights({C: BASIN, M: OWN, W: Reach.WORKER}, {C: BASIN}),
    Webhook: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    Delivery: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    AuditEntry: Rights({C: BASIN, M: OWN, W: Reach.WORKER, E: Reach.EMPLOYER}),
    # A worker reads a client's identity, and a manager a worker's name, only through the visit that brings
    # them together (`api.persons.visiting`).
    ClientIdentity: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    WorkerIdentity: Rights({C: BASIN, W: Reach.WORKER, E: Reach.EMPLOYER}, {C: BASIN}),
    EmployeeIdentity: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
    Feed: Rights({C: BASIN, W: Reach.WORKER}, {C: BASIN, W: Reach.WORKER}),
    Erasure: Rights({C: BASIN, M: OWN}, {C: BASIN, M: OWN}),
}

GRANTED: Mapping[type[Any], tuple[str, ...]] = {Visit: ("points", "mandatory")}
"""What ranks a row above other owners' rows: whoever writes only the own rows leaves it as it is."""


def grants(table: type[Any], body: Mapping[str, object], before: Mapping[str, object]) -> list[str]:
    """The fields of `GRANTED` that differ from what stood there; what was never said is not set."""
    return [name for name in GRANTED.get(table, ()) if (body.get(name) or None) != (before.get(name) or None)]


COLUMN: Mapping[Reach, str] = {
    Reach.PROVIDER: "provider_id",
    Reach.EMPLOYER: "employer_id",
    Reach.WORKER: "worker_id",
}


def clause(table: type[Any], principal: Principal, *, write: bool = False) -> ColumnElement[bool]:
    """The rows of `table` that `principal` reaches."""
    reach = RIGHTS[table].of(principal.role, write=write)
    match reach:
        case Reach.NOTHING:
            return false()
        case Reach.EVERYWHERE:
            return true()
        case Reach.BASIN:
            inside: ColumnElement[bool] = basin_column(table).in_(principal.basins)
            return inside
        case Reach.PUBLISHED:
            return and_(table.basin_id.in_(principal.basins), table.state.in_(IN_FORCE))
    # A provider is its own owner, as a worker and an employer are.
    owner = getattr(table, COLUMN[reach]) if COLUMN[reach] in table.__table__.columns else table.id
    # Pair by pair: a target of one basin and the name of another must not open a third thing.
    pairs = [and_(table.basin_id == basin, owner == target) for basin, target in sorted(principal.grants)]
    return or_(false(), *pairs)


def holds(row: Any, principal: Principal, *, write: bool = False) -> bool:
    """The same question of one row, which need not be in the database yet."""
    reach = RIGHTS[type(row)].of(principal.role, write=write)
    match reach:
        case Reach.NOTHING:
            return False
        case Reach.EVERYWHERE:
            return True
        case Reach.BASIN:
            return row.basin_id in principal.basins
        case Reach.PUBLISHED:
            return row.basin_id in principal.basins and row.state in IN_FORCE
    return (row.basin_id, getattr(row, COLUMN[reach])) in principal.grants


def basin_column(table: type[Any]) -> Any:
    """The column that says of which basin a row is."""
    return table.id if table is Basin else table.basin_id
