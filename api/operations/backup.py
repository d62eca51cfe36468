"""The whole database in one file, and back: the same file for SQLite and PostgreSQL, so that it also moves
one to the other.

The file is gzipped text, a JSON value a line: a head (format, tables' revision), then every row as `[table,
{column: value}]` in an order in which nothing is named before it is there, then an end that counts the rows
and seals them with their sha256. What JSON does not know is tagged: `{"$instant": …}`, `{"$day": …}`,
`{"$bytes": base64}`; a document column is `{"$json": …}`.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    func,
    insert,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import Session

from api.access import trail
from api.store import base
from api.store.account_tables import GENESIS, AuditEntry, AuditHead
from api.store.engine import Database
from api.store.migrate import Keys, revisions, upgrade
from brigade import __version__
from brigade.errors import NO_VALUES, Issue, Refused, Values
from brigade.exchange.documents.json_text import JsonObject

FORMAT = "brigade-backup/1"
ROWS = 500
"""Read and written at a time."""


class UnusableBackup(Refused):
    """A file that is no backup, is cut off or was altered; or a database that is not empty."""


@dataclass(frozen=True, slots=True)
class BackupRows:
    """What a backup holds: rows by table."""

    rows: dict[str, int]
    sha256: str
    mac: str | None = None
    """Of rows and sha256, by the service's key: whoever alters the file cannot make it again."""

    def mac_by(self, key: bytes) -> str:
        said = json.dumps([FORMAT, sorted(self.rows.items()), self.sha256])
        return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


# -- out ---------------------------------------------------------------------------------------------------
def backup(database: Database, path: Path, *, seal: bytes | None = None) -> BackupRows:
    """Write all of the database as it is at one instant, while the service goes on. The file appears once it
    is whole, readable by its owner only. Raises: OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    # Made new, never opened: a file somebody else left there would keep its owner and its rights.
    with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as raw:
        with gzip.open(raw, "wt", encoding="utf-8", newline="\n") as out:
            kept = _write(database, out, seal)
        raw.flush()
        # Before it gets its name: after a loss of power the name would else stand for a file of nothing.
        os.fsync(raw.fileno())
    part.replace(path)
    return kept


def _write(database: Database, out: TextIO, key: bytes | None) -> BackupRows:
    counts, seal = {}, hashlib.sha256()
    with database.engine.connect() as connection:
        if not database.is_sqlite:  # SQLite in WAL mode reads one instant anyway
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        head = {
            "format": FORMAT,
            "revision": revision,
            "brigade": __version__,
            "at": datetime.now(UTC).isoformat(),
        }
        out.write(json.dumps(head) + "\n")
        # What is referred to comes before what refers to it, so that restoring needs no constraint lifted.
        for table in base.Table.metadata.sorted_tables:
            counts[table.name] = 0
            for line in _lines(connection, table):
                out.write(line)
                seal.update(line.encode())
                counts[table.name] += 1
    kept = BackupRows(counts, seal.hexdigest())
    kept = kept if key is None else replace(kept, mac=kept.mac_by(key))
    out.write(json.dumps({"rows": kept.rows, "sha256": kept.sha256, "mac": kept.mac}) + "\n")
    return kept


def _lines(connection: Connection, table: Table) -> Iterator[str]:
    """In the order of the primary key, so that one content is one text."""
    asked = select(*map(_raw, table.columns)).order_by(*table.primary_key.columns)
    for row in connection.execute(asked.execution_options(yield_per=ROWS)).mappings():
        values = {column.name: _said(column.type, row[column.name]) for column in table.columns}
        yield json.dumps([table.name, values], ensure_ascii=False, separators=(",", ":")) + "\n"


def _raw(column: Column[Any]) -> ColumnElement[Any]:
    """A document is taken as it stands, whatever its readers of today would say of it."""
    if not isinstance(column.type, base.Stored):
        return column
    return type_coerce(column, JSON()).label(column.name)


def _said(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, JSON | base.Stored):
        return {"$json": value}
    match value:
        case datetime():
            return {"$instant": value.astimezone(UTC).isoformat()}
        case date():
            return {"$day": value.isoformat()}
        case bytes():
            return {"$bytes": base64.b64encode(value).decode("ascii")}
    return value


# -- back --------------------------------------------------------------------------------------------------
def restore(
    database: Database, path: Path, *, keys: Keys | None = None, seals: Sequence[bytes] | None = None
) -> BackupRows:
    """Fill an empty database with a backup, of this version or an earlier one, in one transaction: all of it
    or nothing.

    Args: keys: what seals people's data, for backups of versions that did not. seals: the keys by one of
        which it must be sealed; None: its own sha256 is believed.
    Raises: UnusableBackup, when the file is none, is cut off, altered or newer than this program, when the
        database holds anything already, or when the audit trail in the backup is broken.
    """
    head, end = _ends(path)
    if seals is not None and not any(hmac.compare_digest(end.mac or "", end.mac_by(key)) for key in seals):
        raise _unusable(path, "not_sealed" if end.mac is None else "sealed_otherwise")
    if head["revision"] not in revisions():
        raise _unusable(path, "tables_unknown", {"revision": head["revision"]})
    _refuse_full(database, head["revision"])
    _refuse_broken(path)
    # The tables as they were first, the rows, and only then the newer steps: each step meets the rows it was
    # written for.
    upgrade(database, head["revision"])
    with database.writing() as session:
        _fill(session, path, end)
        session.commit()
    upgrade(database, keys=keys)
    return end


def _ends(path: Path) -> tuple[JsonObject, BackupRows]:
    """Head and end, once every row was read and found as it was written."""
    try:
        return _read_through(path)
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error) as fault:
        raise _unusable(path, "backup_unreadable", {"error": type(fault).__name__}) from None


def _read_through(path: Path) -> tuple[JsonObject, BackupRows]:
    lines, seal, counts, end = _text_of(path), hashlib.sha256(), dict[str, int](), None
    head = json.loads(next(lines, ""))
    if head["format"] != FORMAT:
        raise ValueError("another format")
    for line in lines:
        if not line.startswith("["):
            end = json.loads(line)
            break
        seal.update(line.encode())
        name = json.loads(line)[0]
        counts[name] = counts.get(name, 0) + 1
    if end is None:
        raise EOFError
    kept = BackupRows(end["rows"], end["sha256"], end.get("mac"))
    if seal.hexdigest() != kept.sha256 or counts != {
        name: count for name, count in kept.rows.items() if count
    }:
        raise _unusable(path, "digest_differs")
    return head, kept


def _text_of(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        yield from lines


def _refuse_full(database: Database, revision: str) -> None:
    """Nothing is ever mixed or written over; tables of another version would not fit the rows."""
    with database.reading() as session:
        there = MetaData()
        # As the database has them, not as this code does: it may be of another version.
        there.reflect(session.connection())
        full = [
            name
            for name in ("accounts", "basins", "audit")
            if name in there.tables and _count(session, there.tables[name])
        ]
        made = (
            session.scalar(text("SELECT version_num FROM alembic_version"))
            if "alembic_version" in there.tables
            else revision
        )
    if full or made != revision:
        raise UnusableBackup(
            [Issue("A002", "database", "database_not_empty", {"met": ", ".join(full) or made})]
        )


def _refuse_broken(path: Path) -> None:
    """The trail as the file has it: tables of another version need not be those that this code reads."""
    heads = [
        AuditHead(**{"base_seq": 0, "base_hash": GENESIS, **row}) for row in _rows_of(path, "audit_head")
    ]
    broken = trail.break_in(heads[0], (AuditEntry(**row) for row in _rows_of(path, "audit"))) if heads else 1
    if broken is not None:
        raise _unusable(path, "trail_altered", {"entry": broken})


def _rows_of(path: Path, name: str) -> Iterator[JsonObject]:
    for table, rows in _batches(path):
        if table == name:
            yield from ({column: _value(one, is_naive=False) for column, one in row.items()} for row in rows)


def _count(session: Session, table: Table) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _fill(session: Session, path: Path, end: BackupRows) -> None:
    """Every row into the tables as they were when it was written, whatever the code has made of them
    since."""
    connection, tables = session.connection(), MetaData()
    tables.reflect(connection)
    is_naive = connection.dialect.name == "sqlite"
    for table in reversed(tables.sorted_tables):
        if table.name in end.rows and _count(
            session, table
        ):  # what the first migrations wrote there is in the backup as well
            connection.execute(table.delete())
    for name, rows in _batches(path):
        values = [{column: _value(one, is_naive) for column, one in row.items()} for row in rows]
        connection.execute(insert(tables.tables[name]), values)
    if not is_naive:
        _advance_counters(connection, tables)


def _batches(path: Path) -> Iterator[tuple[str, list[JsonObject]]]:
    name, rows = "", list[JsonObject]()
    for line in _text_of(path):
        if not line.startswith("["):
            continue
        table, row = json.loads(line)
        if rows and (table != name or len(rows) == ROWS):
            yield name, rows
            rows = []
        name = table
        rows.append(row)
    if rows:
        yield name, rows


def _value(said: Any, is_naive: bool) -> Any:
    match said:
        case {"$instant": moment}:
            instant = datetime.fromisoformat(moment)
            return instant.replace(tzinfo=None) if is_naive else instant
        case {"$day": day}:
            return date.fromisoformat(day)
        case {"$bytes": encoded}:
            return base64.b64decode(encoded)
        case {"$json": document}:
            return document
    return said


def _advance_counters(connection: Connection, tables: MetaData) -> None:
    """PostgreSQL counts by itself, and must go on after the rows that came with their numbers."""
    asked = text("SELECT pg_get_serial_sequence(:table, :column)")
    for table in tables.sorted_tables:
        for column in table.primary_key.columns:
            counter = connection.scalar(asked, {"table": table.name, "column": column.name})
            if counter is not None:
                highest = connection.scalar(select(func.max(column)))
                said = {"counter": counter, "value": highest or 1, "used": highest is not None}
                connection.execute(text("SELECT setval(:counter, :value, :used)"), said)


def _unusable(path: Path, words: str, values: Values = NO_VALUES) -> UnusableBackup:
    return UnusableBackup([Issue("A002", path.name, words, values)])
