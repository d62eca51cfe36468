"""What leaves in an archive: which tables, which of their rows, and what of a row.

Rows come through what the account sees (`api.access.rights`), so a manager's archive holds the own service
and nothing of the others. What opens doors (hashes, sessions, tokens, links) is in none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, Select, or_, select

from api.access.rights import rights_of
from api.access.scope import Scoped
from api.basin import resource_kinds
from api.basin.identities import SEALED, place_of
from api.persons import erasing
from api.plans import plans
from api.runtime.roles import Reach, Role
from api.service.service import Service
from api.shapes.row_views import said
from api.store import basin_tables
from api.store import kept_plans as kept
from api.store.account_tables import Account, Grant
from api.store.base import Instant, Stored, Table, every_table
from api.store.cycle_tables import BasinEvent, Job, Plan, Problem
from api.store.person_tables import Erasure
from api.store.release_tables import Release, ReleaseDay

SECRETS = frozenset({"hash", "before", "link_nonce", "lease", "lease_until"})
Show = Callable[["ArchiveRun", Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """One table, as one file. `asks`: its rows, where `api.access.rights` does not say them, and `for_roles`
    whose they are. `shows`, `columns`: where a row leaves otherwise than column by column."""

    table: type[Any]
    asks: Callable[[ArchiveRun], Select[Any]] | None = None
    shows: Show | None = None
    columns: Mapping[str, str] | None = None
    for_roles: frozenset[Role] = frozenset()

    @property
    def name(self) -> str:
        name: str = self.table.__tablename__
        return name


@dataclass
class ArchiveRun:
    """One archive being made."""

    scoped: Scoped
    service: Service
    basin_id: str

    @property
    def is_inside(self) -> bool:
        """Whether it is the basin's, and not a service's."""
        return self.scoped.principal.role in (Role.COORDINATOR, Role.ADMINISTRATOR)

    @property
    def providers(self) -> list[str] | None:
        return None if self.is_inside else sorted(self.scoped.principal.targets(self.basin_id))


# -- rows that no table of rights speaks of ----------------------------------------------------------------
# A problem has no basin of its own: it is kept by digest, and one may serve the plans of two.
def _problems(taking: ArchiveRun) -> Select[Any]:
    used = or_(
        *(
            Problem.digest.in_(select(row.digest).where(row.basin_id == taking.basin_id))
            for row in (Plan, Job)
        )
    )
    return select(Problem).where(used)


def _release_days(taking: ArchiveRun) -> Select[Any]:
    seen = taking.scoped.select(Release, taking.basin_id).with_only_columns(Release.id)
    return select(ReleaseDay).where(ReleaseDay.basin_id == taking.basin_id, ReleaseDay.release_id.in_(seen))


def _accounts(taking: ArchiveRun) -> Select[Any]:
    """Whoever was granted something here; of a service, whoever manages it."""
    granted = select(Grant.account_id).where(Grant.basin_id == taking.basin_id)
    asked = select(Account).where(Account.id.in_(granted))
    if taking.providers is None:
        return asked
    return asked.where(
        Account.role == Role.MANAGER.value,
        Account.id.in_(granted.where(Grant.target_id.in_(taking.providers))),
    )


def _grants(taking: ArchiveRun) -> Select[Any]:
    ids = _accounts(taking).with_only_columns(Account.id)
    asked = select(Grant).where(Grant.basin_id == taking.basin_id, Grant.account_id.in_(ids))
    return asked if taking.providers is None else asked.where(Grant.target_id.in_(taking.providers))


# -- rows that leave otherwise than column by column -------------------------------------------------------
def _basin(taking: ArchiveRun, row: basin_tables.Basin) -> Mapping[str, Any]:
    """What a service gives the basin to plan with, texts and ways, is the basin's."""
    return {name: getattr(row, name) for name in columns_of(taking, BASIN)}


def _absence(taking: ArchiveRun, row: basin_tables.Absence) -> Mapping[str, Any]:
    """The reason stays with the service."""
    told = dict(plain_row(taking, row))
    if not resource_kinds.sees_reasons(taking.scoped.principal):
        told["body"] = {name: value for name, value in row.body.items() if name != "reason"}
    return told


def _plan(taking: ArchiveRun, row: Plan) -> Mapping[str, Any]:
    """Whole for whoever runs the basin; of a service its own part."""
    return plain_row(taking, row) if taking.is_inside else said(plans.shown(taking.scoped, row, whole=True))


def _problem(taking: ArchiveRun, row: Problem) -> Mapping[str, Any]:
    return {"digest": row.digest, "created_at": row.created_at, "document": kept.unpacked(row.document)}


def _account(taking: ArchiveRun, row: Account) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in ACCOUNT}


def _erasure(taking: ArchiveRun, row: Erasure) -> Mapping[str, Any]:
    """That somebody was erased, and when; never whom."""
    return said(erasing.shown(row))


def _sealed(taking: ArchiveRun, row: Any) -> Mapping[str, Any]:
    return {**plain_row(taking, row), "value": taking.service.vault.open(place_of(row), row.sealed)}


def plain_row(taking: ArchiveRun, row: Any) -> Mapping[str, Any]:
    withheld = row.withheld(taking.basin_id) if isinstance(row, BasinEvent) else ()
    return {name: None if name in withheld else getattr(row, name) for name in plain_columns(type(row))}


ACCOUNT = {
    "id": "string",
    "login": "string",
    "display_name": "string",
    "role": "string",
    "is_active": "boolean",
    "created_at": "instant",
}
PROBLEM = {"digest": "string", "created_at": "instant", "document": "json"}
OWN_PLAN = (
    "id",
    "version",
    "state",
    "first_day",
    "days",
    "created_at",
    "published_at",
    "base_plan_id",
    "document",
)
ERASED = {"id": "string", "kind": "string", "created_at": "instant", "done_at": "instant"}
PLANNERS = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
TAKERS, OF_ACCOUNTS = PLANNERS | {Role.MANAGER}, frozenset({Role.ADMINISTRATOR, Role.MANAGER})
BASIN = ArchivePart(basin_tables.Basin, shows=_basin)
PLAN = ArchivePart(Plan, shows=_plan)
OTHERWISE: Mapping[type[Table], ArchivePart] = {
    part.table: part
    for part in (
        BASIN,
        PLAN,
        ArchivePart(basin_tables.Absence, shows=_absence),
        *(ArchivePart(table, shows=_sealed) for table in SEALED),
        ArchivePart(ReleaseDay, asks=_release_days, for_roles=TAKERS),
        ArchivePart(Problem, asks=_problems, for_roles=PLANNERS, shows=_problem, columns=PROBLEM),
        ArchivePart(Account, asks=_accounts, for_roles=OF_ACCOUNTS, shows=_account, columns=ACCOUNT),
        ArchivePart(Grant, asks=_grants, for_roles=OF_ACCOUNTS),
        ArchivePart(Erasure, shows=_erasure, columns=ERASED),
    )
}
"""The tables that do not leave column by column, row by row as their rights say: all others do, without being
named here."""
LEFT_OUT: Mapping[str, str] = {
    "sessions": "opens_accounts",
    "tokens": "opens_accounts",
    "outside_names": "opens_accounts",
    "login_failures": "fingerprints",
    "remembered_requests": "remembered",
    "audit_head": "seal",
    "working_edits": "edits_under_way",
    "facts": "settings",
}
"""And why: `archive.<reason>` in the catalogue."""
PARTS: tuple[ArchivePart, ...] = tuple(
    OTHERWISE.get(table) or ArchivePart(table)
    for table in every_table()
    if table in OTHERWISE or table.RIGHTS is not None
)
"""In the order of `every_table`: whatever a row refers to comes before it."""
TYPES: Mapping[type, str] = {
    Instant: "instant",
    JSON: "json",
    Stored: "json",
    Boolean: "boolean",
    Integer: "integer",
    Date: "date",
}
"""Of columns; all others are strings."""


def plain_columns(table: type[Table]) -> dict[str, str]:
    """Name -> type of what leaves of a row: neither what is sealed nor what opens something."""
    found = {}
    for column in table.__table__.columns:
        if column.name in SECRETS or isinstance(column.type, LargeBinary):
            continue
        found[column.name] = next(
            (name for kind, name in TYPES.items() if isinstance(column.type, kind)), "string"
        )
    return found


def columns_of(taking: ArchiveRun, part: ArchivePart) -> dict[str, str]:
    """Name -> type of what a line of the part holds."""
    known = dict(part.columns or plain_columns(part.table))
    if part.shows is _sealed:
        return {**known, "value": "json"}
    if taking.is_inside or part not in (BASIN, PLAN):
        return known
    return {
        name: known[name] for name in (OWN_PLAN if part is PLAN else [one for one in known if one != "given"])
    }


def is_in(taking: ArchiveRun, part: ArchivePart) -> bool:
    role = taking.scoped.principal.role
    if part.asks is not None:
        return role in part.for_roles
    return rights_of(part.table).of(role, write=False) is not Reach.NOTHING


def rows_of(taking: ArchiveRun, part: ArchivePart) -> Select[Any]:
    asked = part.asks(taking) if part.asks is not None else taking.scoped.select(part.table, taking.basin_id)
    # In the order of keys: the same data make the same bytes.
    return asked.order_by(*part.table.__table__.primary_key.columns)


def tables() -> Iterable[str]:
    """Every table that is in an archive or left out of it, by name."""
    return [*(part.name for part in PARTS), *LEFT_OUT]
