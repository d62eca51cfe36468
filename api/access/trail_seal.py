"""The trail's head, sealed with the service's key: whoever rewrites the whole chain, or cuts it, cannot seal
it again.

Each entry holds the hash of the one before, so one seal over the newest covers all before it. It is renewed
while the service runs (`api.operations.trail_sealing`), once what came since the last was found whole. What
retention takes away is sealed by the entry that says so: a seal older than what is kept is no break.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import trail
from api.store.account_tables import AuditEntry, AuditHead, InstallationFact

FACT, FILE = "trail-seal", "trail-head"


@dataclass(frozen=True, slots=True)
class Seal:
    """`mac`: over the number and the hash of one entry."""

    seq: int
    hash: str
    mac: str

    @classmethod
    def made(cls, key: bytes, seq: int, hash: str) -> Seal:
        return cls(seq, hash, mac_of(key, f"trail {seq} {hash}"))

    def is_by(self, keys: Sequence[bytes]) -> bool:
        return any(hmac.compare_digest(self.mac, Seal.made(key, self.seq, self.hash).mac) for key in keys)

    def text(self) -> str:
        return json.dumps(asdict(self))


def mac_of(key: bytes, said: str) -> str:
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def first_break(session: Session, folder: Path, keys: Sequence[bytes]) -> int | None:
    """As `audit.first_break`, and: the entry from which on the trail is not the one that was sealed."""
    broken = trail.first_break(session)
    if broken is not None:
        return broken
    known = newest(session, folder)
    return None if known is None else _off(session, known, keys)


def _off(session: Session, known: Seal, keys: Sequence[bytes]) -> int | None:
    """Where the trail leaves what `known` sealed."""
    head = session.get_one(AuditHead, 1)
    if not known.is_by(keys):
        return max(1, known.seq)
    if known.seq > head.seq:
        return head.seq + 1  # cut off
    if known.seq < head.base_seq:
        # Older than what is kept: whoever took it away has sealed what was there to take.
        return None if _was_whole(session, head, keys) else known.seq
    if known.seq == head.base_seq:
        return None if known.hash == head.base_hash else known.seq
    entry = session.get(AuditEntry, known.seq)
    return None if entry is not None and entry.hash == known.hash else known.seq


def _was_whole(session: Session, head: AuditHead, keys: Sequence[bytes]) -> bool:
    """Whether the entry by which the trail begins says, sealed, that what went before it was whole."""
    asked = select(AuditEntry).where(AuditEntry.action == trail.PRUNED).order_by(AuditEntry.seq.desc())
    told = session.scalar(asked.limit(1))
    return told is not None and Seal(head.base_seq, head.base_hash, str(told.details.get("mac"))).is_by(keys)


def broken_since(session: Session, known: Seal | None, keys: Sequence[bytes]) -> int | None:
    """Of what came after the last seal, and whether that still holds."""
    if known is None:
        return trail.first_break(session)
    off = _off(session, known, keys)
    if off is not None:
        return off
    head = session.get_one(AuditHead, 1)
    # Retention may have removed the sealed entry: the chain is followed from where it begins now.
    begins = max((known.seq, known.hash), (head.base_seq, head.base_hash))
    return _break_between(session, begins, (head.seq, head.hash))


def _break_between(session: Session, begins: tuple[int, str], ends: tuple[int, str]) -> int | None:
    """The first entry after `begins` that does not lead to `ends`; both: number and hash."""
    between = (AuditEntry.seq > begins[0], AuditEntry.seq <= ends[0])
    entries = session.scalars(select(AuditEntry).where(*between).order_by(AuditEntry.seq)).yield_per(500)
    last = trail.follow(entries, *begins)
    return None if last == ends else last[0] + 1


def prune(session: Session, folder: Path, keys: Sequence[bytes], before: datetime, now: datetime) -> int:
    """Take away entries older than `before`; how many there were.

    The entry that says so seals the last one taken, for the head may have been sealed before it: the service
    stood still, or fell before it could seal. Where what is taken was broken, it says where instead, and
    seals nothing.
    """
    last = trail.last_before(session, before)
    if last is None:
        return 0
    broken = _break_up_to(session, last, newest(session, folder), keys)
    if broken is not None:
        return trail.prune(session, last, now, broken=broken)
    return trail.prune(session, last, now, mac=Seal.made(keys[0], last.seq, last.hash).mac)


def _break_up_to(session: Session, last: AuditEntry, known: Seal | None, keys: Sequence[bytes]) -> int | None:
    off = None if known is None else _off(session, known, keys)
    if off is not None:
        return off
    head = session.get_one(AuditHead, 1)
    return _break_between(session, (head.base_seq, head.base_hash), (last.seq, last.hash))


def newest(session: Session, folder: Path) -> Seal | None:
    """That of the database and that of the folder: whoever takes one away leaves the other."""
    return max(_kept(session, folder), key=lambda seal: seal.seq, default=None)


def _kept(session: Session, folder: Path) -> Iterator[Seal]:
    fact = session.get(InstallationFact, FACT)
    for text in (fact.value if fact else None, _read(folder)):
        # Each is read by itself: whoever spoils one leaves the other.
        with suppress(ValueError, TypeError):
            if text is not None:
                yield Seal(**json.loads(text))


def _read(folder: Path) -> str | None:
    try:
        return (folder / FILE).read_text("ascii")
    except OSError:
        return None
