"""A database that is locked, gone or full: requests wait or are told, nothing of them is half done, all goes
on afterwards."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.runtime.roles import Role
from api.service.service import Service
from api.store import engine
from api.store.account_tables import AuditHead
from tests.api.conftest import World, wish, world_on
from tests.api.live import Live, set_clock, until
from tests.api.small_basin import BASIN, absence
from tests.postgres import DURABLE, PostgresServer, postgres_server

C, M = Role.COORDINATOR, Role.MANAGER
OUTAGE_S = 10


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test alone, that waits for the disk as in production."""
    with postgres_server(DURABLE) as made:
        yield made


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Live]:
    with _live(f"sqlite:///{tmp_path / 'brigade.db'}", tmp_path) as live:
        yield live


def _live(url: str, folder: Path) -> Live:
    world = world_on(url, folder)
    wish(world, replan="on_request")
    world.service.database.close()
    set_clock(url)
    return Live(url, folder, world.tokens)


def names(live: Live) -> list[str]:
    return sorted(one["id"] for one in live.items("absences"))


def test_a_database_locked_for_ten_seconds_makes_writes_wait_and_nobody_else(
    on_sqlite: Live, tmp_path: Path
) -> None:
    """Another program holds the write lock; a search that ends meanwhile is kept as well."""
    live = on_sqlite.start()
    job = live.ask(
        C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09", "search": {"iterations": 50}}
    ).json()["id"]
    other = sqlite3.connect(tmp_path / "brigade.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    locked = time.monotonic()
    with ThreadPoolExecutor(1) as apart:
        waits = apart.submit(live.ask, M, "POST", f"{BASIN}/absences", absence())
        while time.monotonic() < locked + OUTAGE_S:
            assert names(live) == []  # reads go on
            time.sleep(0.5)
        assert not waits.done()
        other.execute("ROLLBACK")
        assert waits.result(20).status_code == 201
    other.close()
    assert names(live) == ["ABS-1"]
    assert live.proposal_of(job)["state"] == "proposed"
    assert live.trail_is_whole()


def test_a_database_gone_for_ten_seconds_is_told_and_found_again(
    server: PostgresServer, tmp_path: Path
) -> None:
    """Stopped at once with a search under way. Requests get 503 and leave nothing; the same process goes on
    by itself."""
    with _live(server.create_database("gone"), tmp_path) as live:
        live.start()
        assert live.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1").status_code == 201
        job = live.ask(
            C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09", "search": {"iterations": 10**5}}
        ).json()["id"]
        until(lambda: live.get(f"{BASIN}/jobs/{job}")["state"] == "running")
        server.stop()
        stopped = time.monotonic()
        refused = live.ask(M, "POST", f"{BASIN}/absences", absence(id="ABS-2"), Idempotency_Key="k2")
        assert (refused.status_code, refused.json()["code"], refused.headers["Retry-After"]) == (
            503,
            "A501",
            "5",
        )
        assert live.ask(C, "GET", f"{BASIN}/absences").status_code == 503
        assert not live.is_ready()
        assert live.ask(C, "GET", "/healthz").status_code == 200
        time.sleep(max(0.0, stopped + OUTAGE_S - time.monotonic()))
        server.start(DURABLE)
        until(live.is_ready)
        assert names(live) == ["ABS-1"]  # what was acknowledged, and nothing else
        assert (
            live.ask(M, "POST", f"{BASIN}/absences", absence(id="ABS-2"), Idempotency_Key="k2").status_code
            == 201
        )
        assert live.proposal_of(job)["state"] == "proposed"
        assert live.trail_is_whole()
        live.stop()  # before its database


def test_a_full_disk_refuses_writes_and_keeps_what_was_acknowledged(on_sqlite: Live) -> None:
    """SQLite says that the disk is full: 503, nothing half-written, reads go on; with space again, so do
    writes."""
    live = on_sqlite.start("full_disk")
    assert live.ask(M, "POST", f"{BASIN}/absences", absence(id="before")).status_code == 201
    (live.folder / "pages").write_text("1", "ascii")  # no page more than there are
    answers, sent = [], 0
    while 503 not in answers:
        assert sent < 500, "the disk never got full"
        answers.append(live.ask(M, "POST", f"{BASIN}/absences", absence(id=f"full-{sent:03d}")).status_code)
        sent += 1
    assert set(answers) <= {201, 503}
    told = live.ask(M, "POST", f"{BASIN}/absences", absence(id="told"))
    assert (told.status_code, told.json()["code"]) == (503, "A501")
    kept = [f"full-{number:03d}" for number, status in enumerate(answers) if status == 201]
    page = live.get(f"{BASIN}/absences?limit=500")
    assert sorted(one["id"] for one in page["items"]) == sorted(["before", *kept])
    (live.folder / "pages").unlink()
    assert live.ask(M, "POST", f"{BASIN}/absences", absence(id="told")).status_code == 201
    assert live.trail_is_whole()


def test_whoever_waits_too_long_is_told_to_try_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody holds the head of the trail for longer than a request waits."""
    monkeypatch.setattr(engine, "BUSY_S", 0.2)
    holds, hurried = world.service.database, engine.Database(world.service.database.url)
    world.app.state.service = Service(world.service.settings, world.service.clock, hurried)
    with holds.writing() as holder:
        holder.get(AuditHead, 1, with_for_update=True)
        refused = world.ask(M, "POST", f"{BASIN}/absences", absence())
        assert (refused.status_code, refused.json()["code"]) == (503, "A501")
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    hurried.close()
    holds.close()
