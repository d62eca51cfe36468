"""All data of a basin, or of one service (SAAD), in one file to take away: a zip of JSON lines with a
manifest.

Made from one state of the database as it is sent: whoever reads slowly holds a row at a time, not a copy.
Rows come through what the account sees (`api.access.rights`), so a manager's archive holds the own service
and nothing of the others. What opens doors (hashes, sessions, tokens, links) is in none.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, Select, or_, select

from api.access.rights import RIGHTS, Principal, Reach, Role
from api.access.scope import Scoped
from api.basin import resource_kinds
from api.basin.identities import SEALED, place_of
from api.http.unit import json_text
from api.persons import erasing
from api.plans import plans
from api.service.service import Service
from api.shapes.row_views import said
from api.store import basin_tables
from api.store import kept_plans as kept
from api.store.account_tables import Account, AuditEntry, Grant
from api.store.base import Instant, Stored, Table
from api.store.cycle_tables import Job, Offer, Outcome, Plan, Problem
from api.store.incident_tables import Incident
from api.store.mapping_tables import SourceMapping
from api.store.message_tables import Contact, Delivery, Message, Webhook
from api.store.migrate import newest
from api.store.person_tables import ClientIdentity, EmployeeIdentity, Erasure, Feed, WorkerIdentity
from api.store.release_tables import FundingTransfer, IssuedReport, Release, ReleaseDay
from brigade.exchange.documents.json_text import JsonObject
from brigade.words import word

FORMAT, VERSION = "brigade-archive", 1
MANIFEST = "manifest.json"
PIECE = 65_536
"""Bytes sent together."""
ROWS = 100
"""Fetched together."""
SECRETS = frozenset({"hash", "before", "link_nonce", "lease", "lease_until"})
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Of every file within: the same data make the same bytes."""

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
    told = dict(_columns(taking, row))
    if not resource_kinds.sees_reasons(taking.scoped.principal):
        told["body"] = {name: value for name, value in row.body.items() if name != "reason"}
    return told


def _plan(taking: ArchiveRun, row: Plan) -> Mapping[str, Any]:
    """Whole for whoever runs the basin; of a service its own part."""
    return _columns(taking, row) if taking.is_inside else said(plans.shown(taking.scoped, row, whole=True))


def _problem(taking: ArchiveRun, row: Problem) -> Mapping[str, Any]:
    return {"digest": row.digest, "created_at": row.created_at, "document": kept.unpacked(row.document)}


def _account(taking: ArchiveRun, row: Account) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in ACCOUNT}


def _erasure(taking: ArchiveRun, row: Erasure) -> Mapping[str, Any]:
    """That somebody was erased, and when; never whom."""
    return said(erasing.shown(row))


def _sealed(taking: ArchiveRun, row: Any) -> Mapping[str, Any]:
    return {**_columns(taking, row), "value": taking.service.vault.open(place_of(row), row.sealed)}


def _columns(taking: ArchiveRun, row: Any) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in plain_columns(type(row))}


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
PARTS: tuple[ArchivePart, ...] = (
    BASIN,
    *(ArchivePart(table) for table in basin_tables.DATA if table is not basin_tables.Absence),
    ArchivePart(basin_tables.Absence, shows=_absence),
    *(
        ArchivePart(table, shows=_sealed)
        for table in (ClientIdentity, WorkerIdentity, EmployeeIdentity, Contact, SourceMapping)
    ),
    ArchivePart(Release),
    ArchivePart(ReleaseDay, asks=_release_days, for_roles=TAKERS),
    ArchivePart(FundingTransfer),
    ArchivePart(IssuedReport),
    ArchivePart(Job),
    ArchivePart(Problem, asks=_problems, for_roles=PLANNERS, shows=_problem, columns=PROBLEM),
    PLAN,
    *(ArchivePart(table) for table in (Offer, Outcome, Incident, Message, Webhook, Delivery, Feed)),
    ArchivePart(Account, asks=_accounts, for_roles=OF_ACCOUNTS, shows=_account, columns=ACCOUNT),
    ArchivePart(Grant, asks=_grants, for_roles=OF_ACCOUNTS),
    ArchivePart(AuditEntry),
    ArchivePart(Erasure, shows=_erasure, columns=ERASED),
)
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
OUT_OF_REACH = "out_of_reach"
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


# -- taking it ---------------------------------------------------------------------------------------------
def may_take(scoped: Scoped, basin_id: str) -> None:
    """Raises: NotFound, Forbidden."""
    scoped.basin(basin_id)
    scoped.only(f"basins.{basin_id}.archive", Role.COORDINATOR, Role.MANAGER)


def note(scoped: Scoped, service: Service, basin_id: str) -> None:
    """That it was taken, by whom; and of each identity in it that it was read. Before the first byte
    leaves."""
    taking = ArchiveRun(scoped, service, basin_id)
    for part in PARTS:
        # Each identity by itself: whoever asks who has read of a person finds this reading too
        # (docs/archive.md).
        if part.table in SEALED and _is_in(taking, part):
            for row in scoped.session.scalars(_rows_of(taking, part).execution_options(yield_per=ROWS)):
                scoped.note(row, "read", purpose="archive")
    scoped.note(scoped.basin(basin_id), "exported", what="archive", providers=taking.providers)


def stream(service: Service, principal: Principal, basin_id: str, lang: str) -> Iterator[bytes]:
    """The zip, piece by piece. It is whole when its manifest, the last file, is there."""
    sink = _Sink()
    with service.database.snapshot() as session:
        taking = ArchiveRun(Scoped(session, principal, service.clock), service, basin_id)
        files, left_out = [], sorted(LEFT_OUT.items())
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in PARTS:
                if not _is_in(taking, part):
                    left_out.append((part.name, OUT_OF_REACH))
                    continue
                made = _Made(part)
                # Its size is known only at the end, and headers are sent before: those of 32 bits might not
                # hold it.
                with archive.open(_entry(f"{part.name}.jsonl"), "w", force_zip64=True) as file:
                    for line in made.lines(taking):
                        file.write(line)
                        if sink.size >= PIECE:
                            yield sink.taken()
                files.append(made.told(taking))
            others = [{"table": name, "reason": word(f"archive.{reason}", lang)} for name, reason in left_out]
            told = {**_head(taking), "files": files, "left_out": others}
            archive.writestr(_entry(MANIFEST), json_text(told, indent=1))
    yield sink.taken()


def _head(taking: ArchiveRun) -> JsonObject:
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": taking.scoped.clock.now(),
        "basin_id": taking.basin_id,
        "providers": taking.providers,
        "tables_version": newest(),
    }


def _is_in(taking: ArchiveRun, part: ArchivePart) -> bool:
    role = taking.scoped.principal.role
    if part.asks is not None:
        return role in part.for_roles
    return RIGHTS[part.table].of(role, write=False) is not Reach.NOTHING


def _rows_of(taking: ArchiveRun, part: ArchivePart) -> Select[Any]:
    asked = part.asks(taking) if part.asks is not None else taking.scoped.select(part.table, taking.basin_id)
    # In the order of keys: the same data make the same bytes.
    return asked.order_by(*part.table.__table__.primary_key.columns)


class _Made:
    """A file as it is written: how many rows, how many bytes, which."""

    def __init__(self, part: ArchivePart) -> None:
        self.part, self.rows, self.bytes, self._sum = part, 0, 0, hashlib.sha256()

    def lines(self, taking: ArchiveRun) -> Iterator[bytes]:
        show = self.part.shows or _columns
        for row in taking.scoped.session.scalars(
            _rows_of(taking, self.part).execution_options(yield_per=ROWS)
        ):
            line = json_text(show(taking, row)).encode() + b"\n"
            self.rows, self.bytes = self.rows + 1, self.bytes + len(line)
            self._sum.update(line)
            yield line

    def told(self, taking: ArchiveRun) -> JsonObject:
        return {
            "name": f"{self.part.name}.jsonl",
            "table": self.part.name,
            "rows": self.rows,
            "bytes": self.bytes,
            "sha256": self._sum.hexdigest(),
            "columns": columns_of(taking, self.part),
        }


class _Sink(io.RawIOBase):
    """Takes what the archive writes until it is sent on. It cannot go back: sizes come after the files they
    are of."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        self.size += len(piece)
        return len(piece)

    def taken(self) -> bytes:
        found, self._pieces, self.size = b"".join(self._pieces), [], 0
        return found


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def tables() -> Iterable[str]:
    """Every table that is in an archive or left out of it, by name."""
    return [*(part.name for part in PARTS), *LEFT_OUT]
