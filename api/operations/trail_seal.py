"""The trail's head, sealed with the service's key: whoever rewrites the whole chain, or cuts it, cannot seal
it again.

Each entry holds the hash of the one before, so one seal over the newest covers all before it. It is renewed
while the service runs, once what came since the last was found whole; it stands in the database, in a file of
the service's folder, and once a day in the log, which is kept elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access import trail
from api.service.service import Service
from api.store.account_tables import AuditEntry, AuditHead, InstallationFact, keep_fact

FACT, FILE = "trail-seal", "trail-head"
TOLD = "trail-told"
log = structlog.get_logger("brigade.trail")


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


def renew(service: Service) -> Seal | None:
    """Seal the head as it is now; None where there is nothing new, or where what there is was tampered with:
    that is logged,
    and the last good seal stays."""
    keys = service.settings.seal_keys()
    with service.database.reading() as session:
        head = session.get_one(AuditHead, 1)
        known = _newest(session, service.settings.folder)
        if known is not None and known.seq == head.seq and known.hash == head.hash and known.is_by(keys[:1]):
            _tell(service, known)
            return None
        broken = _broken_since(session, known, keys)
        if broken is not None:
            log.error("trail_broken", entry=broken)
            return None
        seal = Seal.made(keys[0], head.seq, head.hash)
    # In a transaction of its own: verifying a long trail under the write lock would hold up every write.
    with service.database.writing() as session:
        keep_fact(session, FACT, seal.text())
        session.commit()
    _write(service.settings.folder, seal)
    _tell(service, seal)
    return seal


def first_break(session: Session, folder: Path, keys: Sequence[bytes]) -> int | None:
    """As `audit.first_break`, and: the entry from which on the trail is not the one that was sealed."""
    broken = trail.first_break(session)
    if broken is not None:
        return broken
    known = _newest(session, folder)
    return None if known is None else _off(session, known, keys)


def _off(session: Session, known: Seal, keys: Sequence[bytes]) -> int | None:
    """Where the trail leaves what `known` sealed."""
    head = session.get_one(AuditHead, 1)
    if not known.is_by(keys):
        return max(1, known.seq)
    if known.seq > head.seq:
        return head.seq + 1  # cut off
    if known.seq == head.base_seq:
        return None if known.hash == head.base_hash else known.seq
    entry = session.get(AuditEntry, known.seq)
    return None if entry is not None and entry.hash == known.hash else known.seq


def _broken_since(session: Session, known: Seal | None, keys: Sequence[bytes]) -> int | None:
    """Of what came after the last seal, and whether that still holds."""
    if known is None:
        return trail.first_break(session)
    off = _off(session, known, keys)
    if off is not None:
        return off
    head = session.get_one(AuditHead, 1)
    before, expected = known.hash, known.seq + 1
    for entry in session.scalars(
        select(AuditEntry).where(AuditEntry.seq > known.seq).order_by(AuditEntry.seq)
    ):
        if (entry.seq, entry.before, entry.hash) != (expected, before, trail.hash_of(entry)):
            return expected
        before, expected = entry.hash, expected + 1
    return None if (head.seq, head.hash) == (expected - 1, before) else expected


def _newest(session: Session, folder: Path) -> Seal | None:
    """That of the database and that of the folder: whoever takes one away leaves the other."""
    return max(_kept(session, folder), key=lambda seal: seal.seq, default=None)


def _kept(session: Session, folder: Path) -> Iterator[Seal]:
    fact = session.get(InstallationFact, FACT)
    for text in (fact.value if fact else None, _read(folder)):
        with suppress(ValueError, TypeError):
            if text is not None:
                yield Seal(**json.loads(text))


def _read(folder: Path) -> str | None:
    try:
        return (folder / FILE).read_text("ascii")
    except OSError:
        return None


def _write(folder: Path, seal: Seal) -> None:
    """Appears whole; where the folder cannot be written, the database and the log hold it."""
    with suppress(OSError):
        part = folder / f"{FILE}.part"
        part.write_text(seal.text(), "ascii")
        part.replace(folder / FILE)


def _tell(service: Service, seal: Seal) -> None:
    """Once a day to the log: what is collected elsewhere cannot be taken back here."""
    today = service.clock.now().date().isoformat()
    with service.database.reading() as session:
        told = session.get(InstallationFact, TOLD)
        if told is not None and told.value == today:
            return
    with service.database.writing() as session:
        keep_fact(session, TOLD, today)
        session.commit()
    log.info("trail_head", **asdict(seal))


def forget(session: Session, folder: Path) -> None:
    """After a backup was taken in: its trail is another one, and is sealed anew."""
    fact = session.get(InstallationFact, FACT)
    if fact is not None:
        session.delete(fact)
    with suppress(OSError):
        (folder / FILE).unlink()
