"""Who may see and change what: the one place below the routes that decides it.

Each table says its rights itself (`api.store.base.Table`); docs/rights.md shows them side by side.

A role reaches the rows of a table all over a basin, or only those of its own provider, employer or worker.
Both forms of a reach stand side by side: a SQL clause for what is asked, a test of one row for what is
written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true

from api.runtime.faults import Forbidden
from api.runtime.roles import Reach, Rights, Role
from api.store.base import Table
from api.store.basin_tables import Basin
from api.store.cycle_tables import IN_FORCE

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


def rights_of(table: type[Table]) -> Rights:
    """Raises: LookupError, for a table whose rows no request reaches by themselves."""
    if table.RIGHTS is None:
        raise LookupError(f"{table.__name__} says nobody's rights")
    return table.RIGHTS


def grants(table: type[Table], body: Mapping[str, object], before: Mapping[str, object]) -> list[str]:
    """The fields of `GRANTED` that differ from what stood there; what was never said is not set."""
    return [name for name in table.GRANTED if (body.get(name) or None) != (before.get(name) or None)]


COLUMN: Mapping[Reach, str] = {
    Reach.PROVIDER: "provider_id",
    Reach.EMPLOYER: "employer_id",
    Reach.WORKER: "worker_id",
}


def clause(table: type[Any], principal: Principal, *, write: bool = False) -> ColumnElement[bool]:
    """The rows of `table` that `principal` reaches."""
    reach = rights_of(table).of(principal.role, write=write)
    match reach:
        case Reach.NOTHING:
            return false()
        case Reach.EVERYWHERE:
            return true()
        case Reach.BASIN:
            inside: ColumnElement[bool] = basin_column(table).in_(principal.basins)
            return inside
        case Reach.BETWEEN:
            return or_(*(column.in_(principal.basins) for column in (table.basin_id, table.borrower_id)))
        case Reach.PUBLISHED:
            return and_(table.basin_id.in_(principal.basins), table.state.in_(IN_FORCE))
    # A provider is its own owner, as a worker and an employer are.
    owner = getattr(table, COLUMN[reach]) if COLUMN[reach] in table.__table__.columns else table.id
    # Pair by pair: a target of one basin and the name of another must not open a third thing.
    pairs = [and_(table.basin_id == basin, owner == target) for basin, target in sorted(principal.grants)]
    return or_(false(), *pairs)


def holds(row: Any, principal: Principal, *, write: bool = False) -> bool:
    """The same question of one row, which need not be in the database yet."""
    reach = rights_of(type(row)).of(principal.role, write=write)
    match reach:
        case Reach.NOTHING:
            return False
        case Reach.EVERYWHERE:
            return True
        case Reach.BASIN:
            return row.basin_id in principal.basins
        case Reach.BETWEEN:
            return not {row.basin_id, row.borrower_id}.isdisjoint(principal.basins)
        case Reach.PUBLISHED:
            return row.basin_id in principal.basins and row.state in IN_FORCE
    return (row.basin_id, getattr(row, COLUMN[reach])) in principal.grants


def of_basin(table: type[Any], basin_id: str) -> ColumnElement[bool]:
    """The rows of a basin; what stands between two is of both."""
    if table is Basin:
        return Basin.id == basin_id
    is_its: ColumnElement[bool] = table.basin_id == basin_id
    has_borrower = "borrower_id" in table.__table__.columns
    return or_(is_its, table.borrower_id == basin_id) if has_borrower else is_its


def basin_column(table: type[Any]) -> Any:
    """The column that says of which basin a row is."""
    return table.id if table is Basin else table.basin_id
