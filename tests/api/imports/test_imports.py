"""Whole files in: read before anything is locked, refused with every place, never half done, not even when
the machine dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.access import trail
from api.app import create_app
from api.imports.uploads import ANY_FILE, CALENDAR, CSV, ZIP
from api.routes.records_routes import LEAVE
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.roles import Role
from brigade.exchange.problem_tables import write_tables
from tests.api.conftest import World, settings_for, world_on
from tests.api.small_basin import BASIN, NOW, document, monday

C = Role.COORDINATOR
ROOT = Path(__file__).resolve().parents[3]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Reading files asks nothing of the database: one SQLite for all of it."""
    folder = tmp_path_factory.mktemp("imports")
    return world_on(f"sqlite:///{folder / 'brigade.db'}", folder)


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    write_tables(monday(), tmp_path / "lundi")
    return tmp_path / "lundi"


def zipped(files: dict[str, bytes], level: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", level) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def files_of(folder: Path, under: str = "") -> dict[str, bytes]:
    return {f"{under}{path.name}": path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def upload(world: World, body: bytes, media: str = ZIP, role: Role = C, dry_run: bool = True) -> Any:
    headers = {"Authorization": f"Bearer {world.tokens[role]}", "Content-Type": media}
    return world.client.post(f"{BASIN}/imports?dry_run={str(dry_run).lower()}", content=body, headers=headers)


@pytest.mark.parametrize("under", ["", "lundi/", "../../etc/", "C:\\rota\\"])
def test_tables_in_an_archive_are_read_whatever_folder_they_stood_in(
    here: World, tables: Path, under: str
) -> None:
    taken = upload(
        here,
        zipped({**files_of(tables, under), "__MACOSX/visites.csv": b"\0", f"{under}lisez-moi.txt": b"x"}),
    )
    assert taken.status_code == 200, taken.text
    assert taken.json()["created"] == {}


def test_every_fault_of_every_table_comes_back_with_its_row_and_column(here: World, tables: Path) -> None:
    visits = tables / "interventions.csv"
    head, first, second, *others = visits.read_text("utf-8-sig").splitlines()
    columns = head.split(";")
    place = next(number for number, name in enumerate(columns) if name.startswith("durée"))
    cells = [first.split(";"), second.split(";")]
    cells[0][place], cells[1][place] = "une heure", "soixante"
    visits.write_text("\n".join([head, *(";".join(row) for row in cells), *others]), "utf-8")
    (tables / "inconnue.csv").write_text("a;b\n1;2\n", "utf-8")
    refused = upload(here, zipped(files_of(tables)), dry_run=False)
    assert refused.status_code == 422
    places = [issue["where"] for issue in refused.json()["issues"]]
    assert [f"interventions.csv, ligne {row}, colonne « {columns[place]} »" in places for row in (2, 3)] == [
        True,
        True,
    ]
    assert any("inconnue" in issue["where"] for issue in refused.json()["issues"])


def test_an_archive_with_two_tables_of_one_name_or_a_damaged_one_is_refused(
    here: World, tables: Path
) -> None:
    files = files_of(tables)
    name, data = next(iter(files.items()))
    doubled = upload(here, zipped({**files, f"autre/{name}": data}))
    assert (doubled.status_code, doubled.json()["code"]) == (422, "C012")
    whole = zipped(files, zipfile.ZIP_STORED)
    cut = whole.replace(data[:40], b"?" * 40, 1)
    assert upload(here, cut).json()["code"] == "C010"
    assert upload(here, b"PK\x03\x04 not an archive").json()["code"] == "C010"


def test_a_file_of_any_kind_is_read_as_what_it_holds(here: World, tables: Path, tmp_path: Path) -> None:
    """What a client generated from the OpenAPI document sends says of no file what it is."""
    write_tables(monday(), tmp_path / "lundi.xlsx")
    files = {
        ZIP: zipped(files_of(tables)),
        CSV: "identifiant;saad\r\nA-9;S1\r\n".encode("utf-8-sig"),
        CALENDAR: b"\xef\xbb\xbf" + LEAVE.encode(),
        XLSX: (tmp_path / "lundi.xlsx").read_bytes(),
    }
    for media, body in files.items():
        known, unknown = (
            {name: value for name, value in upload(here, body, one).json().items() if name != "request"}
            for one in (media, ANY_FILE)
        )
        assert unknown == known, media


@pytest.mark.parametrize("media", [ZIP, XLSX, ANY_FILE])
def test_an_archive_that_unpacks_to_too_much_is_never_unpacked(here: World, media: str) -> None:
    """150 MB of one letter in 150 kB; a file that grows a thousand times; a thousand files."""
    letter = b"a" * 50_000_000
    for bomb in (
        zipped({f"visites{n}.csv": letter for n in range(3)}),
        zipped({"visites.csv": letter[:5_000_000]}),
        zipped({f"{n}.csv": b"" for n in range(1000)}),
    ):
        built = time.process_time()
        refused = upload(here, bomb, media)
        assert (refused.status_code, refused.json()["code"]) == (413, "A307")
        assert time.process_time() - built < 5.0, "read as tables, it takes minutes"


def test_a_workbook_whose_words_multiply_is_refused(here: World) -> None:
    """Entities that name entities (a billion laughs): the parser stops them, the service says so."""
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    laughs = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{lines}]><workbook>&l11;</workbook>'.encode()
    )
    bomb = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": laughs})
    refused = upload(here, bomb, XLSX)
    assert (refused.status_code, refused.json()["code"]) == (422, "C010")


def test_who_does_not_plan_the_basin_makes_the_service_read_nothing(here: World) -> None:
    for role in (Role.WORKER, Role.EMPLOYER, Role.FUNDER):
        assert upload(here, b"not even an archive", role=role).status_code == 403


def test_a_service_that_dies_in_the_middle_of_an_import_leaves_nothing_of_it(tmp_path: Path) -> None:
    """Killed (-9) with twenty rows written: as if it had never been sent; sent again, it is whole."""
    url = f"sqlite:///{tmp_path / 'brigade.db'}"
    before = world_on(url, tmp_path)
    before.service.database.close()
    changed = document()
    for visit in changed["demand"]["visits"]:
        visit["duration_min"] = 25
    for worker in changed["brigade"]["workers"]:
        worker["territory"] = ["62498"]
    body, headers = (
        json.dumps(changed),
        {"Authorization": f"Bearer {before.tokens[C]}", "Content-Type": "application/json"},
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "BRIGADE_DATABASE_URL": url,
        "BRIGADE_FOLDER": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", DYING, str(port)]
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    failed: list[str] = []

    def send() -> None:
        try:
            httpx2.post(
                f"http://127.0.0.1:{port}{BASIN}/imports?dry_run=false",
                content=body,
                headers=headers,
                timeout=60,
            )
        except httpx2.TransportError as fault:
            failed.append(type(fault).__name__)

    with server.stdout as said:
        assert said.readline().strip() == "listening"
        sender = threading.Thread(target=send)
        sender.start()
        assert said.readline().strip() == "half way"
        os.kill(server.pid, signal.SIGKILL)
        server.wait(30)
        sender.join(30)
    assert failed
    after = world_on_existing(url, tmp_path, before)
    assert {one["value"]["duration_min"] for one in after.get(f"{BASIN}/visits")["items"]} == {30, 45, 60}
    assert all("territory" not in one["value"] for one in after.get(f"{BASIN}/workers")["items"])
    with after.service.database.reading() as session:
        assert trail.first_break(session) is None
    again = upload(after, body.encode(), "application/json", dry_run=False)
    assert again.json()["changed"] == {"visits": 5, "workers": 3}
    assert upload(after, body.encode(), "application/json", dry_run=False).json()["changed"] == {}
    after.service.database.close()


DYING = """
import sys, threading, time
import uvicorn
from sqlalchemy import event
from sqlalchemy.orm import Session
from api.app import create_app
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.settings import Settings
from tests.api.small_basin import NOW

flushed = 0

@event.listens_for(Session, "after_flush")
def count(session, context):
    global flushed
    flushed += any(getattr(row, "KIND", None) in ("visits", "workers") for row in session.dirty)
    if flushed == 4:
        print("half way", flush=True)
        time.sleep(600)

app = create_app(Settings(), clock=ShiftedClock(NOW - SystemClock().now()), dispatches=False)
server = uvicorn.Server(uvicorn.Config(app, port=int(sys.argv[1]), log_level="error"))

def tell():
    while not server.started:
        time.sleep(0.02)
    print("listening", flush=True)

threading.Thread(target=tell, daemon=True).start()
server.run()
"""
"""A server that stops for good in the middle of writing an import, its transaction open."""


def world_on_existing(url: str, folder: Path, made: World) -> World:
    """The same database after the fall, opened by a new service."""
    app = create_app(
        settings_for(url, folder), clock=ShiftedClock(NOW - SystemClock().now()), dispatches=False
    )
    return World(app, TestClient(app), made.tokens)
