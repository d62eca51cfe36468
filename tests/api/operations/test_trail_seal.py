"""Who holds the database and not the key: rewriting the whole trail, cutting it, or altering a backup is
found."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from api.access import trail, trail_seal
from api.operations import trail_sealing
from api.operations.backup import UnusableBackup, backup, restore
from api.persons import retention
from api.runtime.roles import Role
from api.store.account_tables import AuditEntry, AuditHead, InstallationFact
from api.store.engine import Database
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence

A, M = Role.ADMINISTRATOR, Role.MANAGER
KEY, OTHER = b"k" * 32, b"o" * 32


def unlock(world: World) -> None:
    """Triggers are no help against whoever owns the database."""
    with world.service.database.writing() as session:
        names = ("audit_no_update", "audit_no_delete") if world.service.database.is_sqlite else ()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
        if not names:
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))
        session.commit()


def rewrite(world: World, seq: int) -> None:
    """An entry changed, and every hash from there on made anew: the chain itself is whole."""
    unlock(world)
    with world.service.database.writing() as session:
        head = session.get_one(AuditHead, 1)
        before = session.get_one(AuditEntry, seq).before
        for number in range(seq, head.seq + 1):
            entry = session.get_one(AuditEntry, number)
            entry.actor = "somebody" if number == seq else entry.actor
            entry.before = before
            entry.hash = before = trail.hash_of(entry)
        head.hash = before
        session.commit()


def cut(world: World, count: int) -> None:
    unlock(world)
    with world.service.database.writing() as session:
        head = session.get_one(AuditHead, 1)
        head.seq -= count
        head.hash = session.get_one(AuditEntry, head.seq).hash
        session.execute(text("DELETE FROM audit WHERE seq > :seq"), {"seq": head.seq})
        session.commit()


def sealed(world: World) -> trail_seal.Seal:
    seal = trail_sealing.renew(world.service)
    assert seal is not None
    return seal


def first_break(world: World) -> int | None:
    found: int | None = world.get("/v1/audit/verify", A)["first_break"]
    return found


def test_a_trail_rewritten_as_a_whole_is_found(world: World) -> None:
    seal = sealed(world)
    assert first_break(world) is None
    rewrite(world, 3)
    assert first_break(world) == seal.seq


def test_a_trail_cut_at_its_end_is_found(world: World) -> None:
    seal = sealed(world)
    cut(world, 2)
    assert first_break(world) == seal.seq - 1


def test_taking_the_seal_out_of_the_database_leaves_that_of_the_folder(world: World) -> None:
    seal = sealed(world)
    cut(world, 2)
    with world.service.database.writing() as session:
        session.delete(session.get_one(InstallationFact, trail_seal.FACT))
        session.commit()
    assert first_break(world) == seal.seq - 1


def test_a_seal_of_another_key_is_none(world: World) -> None:
    seal = sealed(world)
    forged = trail_seal.Seal.made(OTHER, seal.seq + 1, seal.hash)
    with world.service.database.writing() as session:
        session.merge(InstallationFact(name=trail_seal.FACT, value=forged.text()))
        session.commit()
    assert first_break(world) == forged.seq


def test_a_broken_trail_is_not_sealed_again(world: World) -> None:
    sealed(world)
    rewrite(world, 3)
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert trail_sealing.renew(world.service) is None
    assert first_break(world) is not None


def test_a_seal_is_renewed_as_the_trail_goes_on(world: World) -> None:
    first = sealed(world)
    assert trail_sealing.renew(world.service) is None  # nothing new
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert sealed(world).seq > first.seq
    assert first_break(world) is None


# -- older than what is kept -------------------------------------------------------------------------------
def years_later(world: World) -> int | None:
    """The service stood still; retention takes the trail away. Where it is broken, by its own word."""
    world.later(days=73 * 31)
    retention.run(world.service)
    settings = world.service.settings
    with world.service.database.reading() as session:
        return trail_seal.first_break(session, settings.folder, settings.seal_keys())


def test_a_seal_older_than_what_is_kept_is_no_break(world: World) -> None:
    """The service fell before it sealed its last write, and began again when both were too old to keep."""
    seal = sealed(world)
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    assert years_later(world) is None
    assert sealed(world).seq > seal.seq
    assert years_later(world) is None


def test_what_was_broken_before_it_was_too_old_stays_so(world: World) -> None:
    seal = sealed(world)
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    rewrite(world, 3)
    assert years_later(world) == seal.seq
    assert trail_sealing.renew(world.service) is None
    assert years_later(world) == seal.seq


def test_taking_entries_away_without_the_key_is_a_break(world: World) -> None:
    """All that retention does, by somebody who holds the database alone."""
    seal = sealed(world)
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    with world.service.database.writing() as session:
        now = world.service.clock.now()
        last = trail.last_before(session, now + timedelta(days=1))
        assert last is not None
        trail.prune(session, last, now, mac=trail_seal.Seal.made(OTHER, last.seq, last.hash).mac)
        session.commit()
    assert first_break(world) == seal.seq


def test_replacing_an_entry_is_refused_as_deleting_is(world: World) -> None:
    if not world.service.database.is_sqlite:
        pytest.skip("SQLite's own statement")
    with world.service.database.writing() as session, pytest.raises(Exception, match="append-only"):
        session.execute(text("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 3"))


# -- backups -----------------------------------------------------------------------------------------------
def altered(path: Path) -> Path:
    """A worker made administrator, and the sha256 computed anew."""
    lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
    rows = [line.replace('"role":"worker"', '"role":"administrator"') for line in lines[1:-1]]
    assert rows != lines[1:-1]
    end = {**json.loads(lines[-1]), "sha256": hashlib.sha256("".join(rows).encode()).hexdigest()}
    path.write_bytes(gzip.compress("".join([lines[0], *rows, json.dumps(end) + "\n"]).encode()))
    return path


def test_a_backup_altered_with_its_fingerprint_is_refused(world: World, tmp_path: Path) -> None:
    path = tmp_path / "kept.gz"
    backup(world.service.database, path, seal=KEY)
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    for seals, file in (([OTHER], path), ([KEY], altered(path))):
        with pytest.raises(UnusableBackup, match="sealed_otherwise"):
            restore(empty, file, seals=seals)
    empty.close()


def test_a_sealed_backup_comes_back_also_by_a_former_secret(world: World, tmp_path: Path) -> None:
    path = tmp_path / "kept.gz"
    kept = backup(world.service.database, path, seal=KEY)
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    assert restore(empty, path, seals=[OTHER, KEY]) == kept
    empty.close()


def test_a_backup_without_a_seal_is_believed_only_when_that_is_said(world: World, tmp_path: Path) -> None:
    path = tmp_path / "kept.gz"
    backup(world.service.database, path)
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(UnusableBackup, match="not_sealed"):
        restore(empty, path, seals=[KEY])
    restore(empty, path)
    empty.close()
