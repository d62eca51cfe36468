"""A backup is the whole database, and restores on either kind; what is no whole backup, or no empty database,
is refused."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import __main__ as operations
from api.access import trail
from api.operations.backup import UnusableBackup, backup, restore
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.roles import Role
from api.service.service import Service
from api.store.base import Table
from api.store.engine import Database
from api.store.migrate import upgrade
from tests.api.conftest import World, begins, settings_for, wish
from tests.api.small_basin import BASIN, NOW, absence
from tests.postgres import PostgresServer

C, M = Role.COORDINATOR, Role.MANAGER
NUMBERS = itertools.count()
Empty = Callable[[str], str]


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Empty:
    """The address of a new database of a kind."""

    def made(kind: str) -> str:
        number = next(NUMBERS)
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / f'restored{number}' / 'brigade.db'}"
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.create_database(f"restored_{number}")

    return made


@pytest.fixture
@begins
def lived(world: World) -> World:
    """A day with something in most tables: an absence, a search, a published plan, offers, an answer, a
    remembered key."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence(reason="SICK"), Idempotency_Key="k1")
    assert world.publish(world.propose()).status_code == 200
    offer = world.get(f"{BASIN}/offers")["items"][0]["id"]
    assert world.ask(C, "POST", f"{BASIN}/offers/{offer}/answer", {"reply": "accept"}).status_code == 200
    assert (
        world.client.post("/v1/sessions", json={"login": "nobody", "password": "whatever-it-is"}).status_code
        == 401
    )
    return world


def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything there is, read by the code's own tables."""
    with Session(database.engine) as session:
        found = {
            table.name: [
                dict(row) for row in session.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in Table.metadata.sorted_tables
        }
    assert sum(map(len, found.values())) > 60
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_row_comes_back_on_either_database(
    lived: World, empty: Empty, kind: str, tmp_path: Path
) -> None:
    """And the service goes on there: the trail is whole and grows, counters go on, the plan is judged
    again."""
    source, file = lived.service.database, tmp_path / "brigade.backup"
    kept = backup(source, file)
    assert (file.stat().st_mode & 0o777, file.with_name("brigade.backup.part").exists()) == (0o600, False)
    target = Database(empty(kind))
    assert restore(target, file) == kept
    assert rows(target) == rows(source)
    assert backup(target, tmp_path / "again.backup").sha256 == kept.sha256
    source.close()
    lived.app.state.service = Service(
        settings_for(target.url, tmp_path), ShiftedClock(NOW - SystemClock().now()), target
    )
    (plan,) = lived.get(f"{BASIN}/plans")["items"]
    judged = lived.get(f"{BASIN}/plans/{plan['id']}/check")
    assert (judged["plan_id"], judged["digest_holds"], judged["violations"]) == (plan["id"], True, [])
    assert judged["today"] == {"violations": [], "lost": [], "differences": [], "issues": []}
    again = lived.ask(M, "POST", f"{BASIN}/absences", absence(reason="SICK"), Idempotency_Key="k1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert lived.ask(M, "POST", f"{BASIN}/absences", absence(id="ABS-2")).status_code == 201
    assert (
        lived.client.post("/v1/sessions", json={"login": "nobody", "password": "whatever-it-is"}).status_code
        == 401
    )
    with target.reading() as session:
        assert trail.first_break(session) is None
    target.close()


def test_a_database_that_holds_anything_is_left_alone(lived: World, tmp_path: Path) -> None:
    database, file = lived.service.database, tmp_path / "brigade.backup"
    backup(database, file)
    before = rows(database)
    with pytest.raises(UnusableBackup, match="A002"):
        restore(database, file)
    assert rows(database) == before


def _cut(lines: list[str]) -> list[str]:
    return lines[: len(lines) // 2]


def _altered(lines: list[str]) -> list[str]:
    return [line.replace('"role":"manager"', '"role":"administrator"') for line in lines]


def _row_lost(lines: list[str]) -> list[str]:
    return [*lines[:5], *lines[6:]]


def _newer(lines: list[str]) -> list[str]:
    return [json.dumps({**json.loads(lines[0]), "revision": "9999"}) + "\n", *lines[1:]]


def _other(lines: list[str]) -> list[str]:
    return ['{"format": "something else"}\n']


@pytest.mark.parametrize("harm", [_cut, _altered, _row_lost, _newer, _other])
def test_a_file_that_is_no_whole_backup_restores_nothing(
    lived: World, empty: Empty, harm: Callable[[list[str]], list[str]], tmp_path: Path
) -> None:
    file = tmp_path / "brigade.backup"
    backup(lived.service.database, file)
    lines = gzip.decompress(file.read_bytes()).decode().splitlines(keepends=True)
    file.write_bytes(gzip.compress("".join(harm(lines)).encode()))
    target = Database(empty("sqlite"))
    with pytest.raises(UnusableBackup, match="A002"):
        restore(target, file)
    upgrade(target)
    with target.reading() as session:
        assert session.execute(select(Table.metadata.tables["accounts"])).all() == []
    target.close()


def test_bytes_lost_on_the_way_are_noticed(lived: World, empty: Empty, tmp_path: Path) -> None:
    file = tmp_path / "brigade.backup"
    backup(lived.service.database, file)
    file.write_bytes(file.read_bytes()[:-20])
    target = Database(empty("sqlite"))
    with pytest.raises(UnusableBackup, match="backup_unreadable"):
        restore(target, file)
    target.close()


def test_both_are_commands(
    lived: World,
    empty: Empty,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`python -m api backup FILE` and `restore FILE` on the database of the settings; a refusal is told and
    exits with 2."""
    file = str(tmp_path / "brigade.backup")
    monkeypatch.setenv("BRIGADE_DATABASE_URL", lived.service.database.url)
    assert operations.main(["backup", file]) == 0
    assert operations.main(["restore", file]) == 2
    assert "A002" in capsys.readouterr().err
    monkeypatch.setenv("BRIGADE_DATABASE_URL", empty("sqlite"))
    assert operations.main(["restore", file]) == 0
    assert operations.main(["verify-audit"]) == 0
