"""The trail's head, sealed anew while the service runs: in the database, in a file of the service's folder,
and once a day in the log, which is kept elsewhere."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from api.access.trail_seal import FACT, FILE, Seal, broken_since, newest
from api.service.service import Service
from api.store.account_tables import AuditHead, InstallationFact, keep_fact

TOLD = "trail-told"
log = structlog.get_logger("brigade.trail")


def renew(service: Service) -> Seal | None:
    """Seal the head as it is now; None where there is nothing new, or where what there is was tampered with:
    that is logged, and the last good seal stays."""
    keys = service.settings.seal_keys()
    with service.database.reading() as session:
        head = session.get_one(AuditHead, 1)
        known = newest(session, service.settings.folder)
        if known is not None and known.seq == head.seq and known.hash == head.hash and known.is_by(keys[:1]):
            _tell(service, known)
            return None
        broken = broken_since(session, known, keys)
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
