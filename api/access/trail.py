"""The trail of every write: append-only, each entry sealed with the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from api.store.account_tables import GENESIS, AuditEntry, AuditHead

PRUNED = "audit.pruned"
READINGS = frozenset({"read", "board_read", "explained"})
"""Acts that change nothing: what was shown of people stays noted, whatever becomes of a write beside it."""

OWNERS = ("basin_id", "provider_id", "worker_id", "employer_id")


@dataclass(frozen=True, slots=True)
class Note:
    """One write, or one reading of what is noted, before it is sealed. `owners`: of the row it is about; they
    decide who may read the entry."""

    action: str
    kind: str
    target: str
    owners: Mapping[str, str | None] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    why: str | None = None

    @property
    def is_reading(self) -> bool:
        return self.action.rpartition(".")[2] in READINGS


def note_of(row: Any, action: str, why: str | None = None, **details: Any) -> Note:
    """A note about a row of `api.store`; its owners are read from its columns."""
    owners = {name: getattr(row, name, None) for name in OWNERS}
    return Note(f"{row.KIND}.{action}", row.KIND, row.id, owners, details, why)


def seal(session: Session, actor: str, at: datetime, notes: list[Note]) -> None:
    """Append `notes` to the chain, last thing before the commit: the head stays locked from here on."""
    if not notes:
        return
    # Read anew under the lock: the chain would fork from a head that another writer has moved meanwhile.
    head = session.get(AuditHead, 1, with_for_update=True, populate_existing=True)
    assert head is not None  # the first migration writes it
    for note in notes:
        entry = AuditEntry(
            seq=head.seq + 1,
            at=at,
            actor=actor,
            action=note.action,
            kind=note.kind,
            target=note.target,
            **{name: note.owners.get(name) for name in OWNERS},
            details=dict(note.details),
            why=note.why,
            before=head.hash,
            hash="",
        )
        entry.hash = hash_of(entry)
        head.seq, head.hash = entry.seq, entry.hash
        session.add(entry)


def hash_of(entry: AuditEntry) -> str:
    """sha256 over the canonical form of everything in the entry but its own hash."""
    return hashlib.sha256(canonical(entry).encode()).hexdigest()


def first_break(session: Session) -> int | None:
    """The number of the first entry that does not follow from the one before, or that is missing; None: the
    chain is whole.

    Where retention took the oldest entries away, the chain begins after them, and an entry of its own must
    say so.
    """
    head = session.get(AuditHead, 1)
    return (
        1
        if head is None
        else break_in(head, session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).yield_per(500))
    )


def break_in(head: AuditHead, entries: Iterable[AuditEntry]) -> int | None:
    """The same of entries that may stand elsewhere, such as in a backup; in their order."""
    before, expected, begins = head.base_hash, head.base_seq + 1, (0, GENESIS)
    for entry in entries:
        if not _goes_on(entry, expected - 1, before):
            return expected
        # The latest one counts: each retention moves the beginning on.
        if entry.action == PRUNED:
            begins = (entry.details["seq"], entry.details["hash"])
        before, expected = entry.hash, expected + 1
    if begins != (head.base_seq, head.base_hash):
        return head.base_seq + 1
    return None if (head.seq, head.hash) == (expected - 1, before) else expected


def follow(entries: Iterable[AuditEntry], seq: int, hash: str) -> tuple[int, str]:
    """Number and hash of the last entry that goes on from the one given, link by link."""
    for entry in entries:
        if not _goes_on(entry, seq, hash):
            break
        seq, hash = entry.seq, entry.hash
    return seq, hash


def _goes_on(entry: AuditEntry, seq: int, hash: str) -> bool:
    """Whether it follows the entry of that number and hash, and is as it was sealed."""
    return (entry.seq, entry.before, entry.hash) == (seq + 1, hash, hash_of(entry))


def last_before(session: Session, before: datetime) -> AuditEntry | None:
    """The newest of the entries that are older than `before`, up to the first that is not. The head stays
    locked."""
    head = session.get_one(AuditHead, 1, with_for_update=True, populate_existing=True)
    first_kept = session.scalar(select(func.min(AuditEntry.seq)).where(AuditEntry.at >= before))
    last = session.get(AuditEntry, (head.seq if first_kept is None else first_kept - 1))
    return None if last is None or last.seq <= head.base_seq else last


def prune(session: Session, last: AuditEntry, now: datetime, **said: Any) -> int:
    """Take away `last` and all before it; how many there were.

    The entry that says so carries the hash of the last one taken: without it the chain would not verify.
    `said`: what else it says.
    """
    head = session.get_one(AuditHead, 1)
    count = last.seq - head.base_seq
    details = {"seq": last.seq, "hash": last.hash, **said}
    seal(session, "retention", now, [Note(PRUNED, "audit", str(last.seq), details=details)])
    head.base_seq, head.base_hash = last.seq, last.hash
    session.flush()
    # Flushed first: a trigger lets no entry go that lies beyond the base in the database.
    session.execute(delete(AuditEntry).where(AuditEntry.seq <= head.base_seq))
    return count


def last_write(session: Session, basin_id: str, matters: ColumnElement[bool]) -> int | None:
    """The number of the last entry of a basin that `matters`: whoever finds it unchanged has read the same
    rows."""
    of_basin = or_(
        AuditEntry.basin_id == basin_id, (AuditEntry.kind == "basins") & (AuditEntry.target == basin_id)
    )
    return session.scalar(select(func.max(AuditEntry.seq)).where(matters, of_basin))


def lines(session: Session) -> Iterator[str]:
    """The whole trail, one JSON object a line, seals included: anybody can verify it again without the
    service."""
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).yield_per(500):
        yield canonical(entry, with_hash=True) + "\n"


def canonical(entry: AuditEntry, *, with_hash: bool = False) -> str:
    """What a seal is made over: every field but `hash`, keys in order, no spaces, instants in UTC."""
    columns = (column.key for column in entry.__table__.columns)
    said = {name: getattr(entry, name) for name in columns if with_hash or name != "hash"}
    said["at"] = entry.at.astimezone(UTC).isoformat()
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
