"""All data of a basin, or of one service, in one file: whole, checked against itself, and nothing of anybody
else's."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from api import __main__ as operations
from api.access.rights import Principal, rights_of
from api.operations import archive, archive_parts
from api.runtime.faults import TooManyAttempts
from api.runtime.roles import Reach, Role
from api.service.service import Service
from api.store.base import Table
from tests.api.conftest import World, begins, wish
from tests.api.small_basin import BASIN, absence

A, C, M, W, F = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER, Role.WORKER, Role.FUNDER
PAGE = (Path(__file__).resolve().parents[3] / "docs/archive.md").read_text("utf-8")


@pytest.fixture
@begins
def full(world: World) -> World:
    """A published day with names, contacts, a reason that only the service knows, and a row of the other
    service's."""
    wish(world, replan="on_request")
    for path, body in (
        ("client-identities/S1:A", {"name": "Mme Exemple", "entry": "code 4271"}),
        ("client-identities/S2:D", {"name": "M. Voisin"}),
        ("worker-identities/W1", {"name": "Mme Essai"}),
        ("contacts/provider:S1", {"id": "provider:S1", "email": "s1@example.org"}),
        ("contacts/provider:S2", {"id": "provider:S2", "email": "s2@example.org"}),
    ):
        assert world.ask(C, "PUT", f"{BASIN}/{path}", body).status_code == 201, path
    world.ask(M, "POST", f"{BASIN}/absences", absence(reason="familial"))
    assert world.publish(world.propose()).status_code == 200
    return world


def taken(world: World, role: Role) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The manifest and the rows by table; every count and checksum holds, every line has the columns it is
    said to have."""
    answer = world.ask(role, "GET", f"{BASIN}/archive")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip"), answer.text[:300]
    return read(answer.content)


def read(content: bytes) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        manifest = json.loads(file.read(archive.MANIFEST))
        found = {}
        assert file.namelist() == [*(one["name"] for one in manifest["files"]), archive.MANIFEST]
        for told in manifest["files"]:
            text = file.read(told["name"])
            rows = [json.loads(line) for line in text.splitlines()]
            assert (len(rows), len(text), hashlib.sha256(text).hexdigest()) == (
                told["rows"],
                told["bytes"],
                told["sha256"],
            )
            assert {tuple(sorted(row)) for row in rows} <= {tuple(sorted(told["columns"]))}, told["name"]
            found[told["table"]] = rows
    return manifest, found


def test_every_table_is_in_the_archive_or_left_out_with_a_reason() -> None:
    """A new table of the database: a part by its rights, a part or a reason of `api.operations.archive_parts`
    where it says none; and its place on the page."""
    assert sorted(archive_parts.tables()) == sorted(Table.metadata.tables)
    assert all(archive_parts.LEFT_OUT.values())
    told = PAGE.partition("## What is in it")[2].partition("\n## ")[0]
    assert set(Table.metadata.tables) <= set(re.findall(r"`(\w+)`", told))


@pytest.mark.parametrize("role", ["administrator", "coordinator", "manager"])
def test_the_page_says_whose_archive_holds_which_table(role: str) -> None:
    lines = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    rows = [row for row in lines if len(row) == 4]
    assert len(rows) == 7
    for tables, *cells in rows:
        cell = dict(zip(("administrator", "coordinator", "manager"), cells, strict=True))[role]
        for name in re.findall(r"`(\w+)`", tables):
            (part,) = [one for one in archive_parts.PARTS if one.name == name]
            reads = (
                part.asks is None and rights_of(part.table).of(Role(role), write=False) is not Reach.NOTHING
            )
            assert (reads or Role(role) in part.for_roles) != cell.startswith("no"), (name, role)


def test_a_basin_is_taken_away_whole_and_the_trail_says_so(full: World) -> None:
    manifest, rows = taken(full, A)
    assert (manifest["format"], manifest["version"], manifest["basin_id"], manifest["providers"]) == (
        *("brigade-archive", 1, "B1"),
        None,
    )
    with full.service.database.reading() as session:
        for part in archive_parts.PARTS:
            if part.name not in (
                "audit",
                "accounts",
                "grants",
            ):  # the trail goes on, administrators are of no basin
                count = session.connection().exec_driver_sql(f"SELECT count(*) FROM {part.name}").scalar()
                assert len(rows[part.name]) == count, part.name
    assert {one["table"] for one in manifest["left_out"]} == archive_parts.LEFT_OUT.keys()
    assert {row["value"]["name"] for row in rows["client_identities"]} == {"Mme Exemple", "M. Voisin"}
    assert rows["visits"][0]["body"] == full.get(f"{BASIN}/visits/V1")["value"]
    assert "reason" not in rows["absences"][0]["body"]
    assert rows["problems"][0]["document"]["format"] == "brigade-problem"
    assert rows["plans"][0]["document"]["routes"]
    secrets = ("password_hash", "link_nonce", "sealed", "$argon2")
    assert not [word for word in secrets if word in json.dumps(rows)]
    events = full.get(f"{BASIN}/events?limit=500", A)["items"]
    assert [one["details"] for one in events if one["action"] == "basins.exported"] == [
        {"what": "archive", "providers": None}
    ]
    read_of = {one["target"] for one in events if one["details"].get("purpose") == "archive"}
    assert read_of == {"S1:A", "S2:D", "W1", "provider:S1", "provider:S2"}


def test_a_service_takes_its_own_and_nothing_of_the_others(full: World) -> None:
    """With the reasons of its absences, which nobody else ever sees."""
    manifest, rows = taken(full, M)
    assert manifest["providers"] == ["S1"]
    for name in ("employees", "clients", "visits", "absences", "rota_feeds", "client_identities", "contacts"):
        assert {row["provider_id"] for row in rows[name]} == {"S1"}, name
    assert [row["id"] for row in rows["providers"]] == ["S1"]
    assert [row["body"]["reason"] for row in rows["absences"]] == ["familial"]
    assert [row["login"] for row in rows["accounts"]] == ["manager"]
    out = {one["table"] for one in manifest["left_out"]}
    assert {"workers", "worker_identities", "offers", "problems", "jobs", "links"} <= out
    said = json.dumps(rows, ensure_ascii=False)
    assert not [word for word in ("M. Voisin", "s2@example.org", "S2:D", '"V4"', '"V5"') if word in said]


@pytest.mark.parametrize("model", ["sqlite"], indirect=True)
def test_who_may_take_it_and_how_many_at_once(full: World, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest, _ = taken(full, C)
    assert {"accounts", "grants"} <= {one["table"] for one in manifest["left_out"]}
    for role in (W, F, Role.EMPLOYER):
        assert full.ask(role, "GET", f"{BASIN}/archive").json()["code"] == "A103"
    assert full.ask(M, "GET", "/v1/basins/B9/archive").json()["code"] == "A201"
    seats = full.service.archives
    assert seats.taken == 0  # every one before gave its place back, refused or not
    seats.take("somebody")
    seats.take("else")
    assert full.ask(C, "GET", f"{BASIN}/archive").json()["code"] == "A107"
    with pytest.raises(TooManyAttempts):
        seats.take("somebody")


@pytest.mark.parametrize("model", ["sqlite"], indirect=True)
def test_it_leaves_piece_by_piece_and_the_same_data_are_the_same_bytes(
    full: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever there is, no more than a piece and a row of it is held at once."""
    monkeypatch.setattr(archive, "PIECE", 512)
    who = full.service
    principal = Principal("tests", Role.ADMINISTRATOR)
    pieces = list(archive.stream(who, principal, "B1", "fr"))
    assert len(pieces) > 5
    manifest, rows = read(b"".join(pieces))
    again, same = read(b"".join(archive.stream(who, principal, "B1", "fr")))
    assert (rows, manifest["files"]) == (same, again["files"])


def times_taken(world: World) -> int:
    """How often the trail says that an archive was taken."""
    return len(world.get(f"{BASIN}/events?action=basins.exported&limit=500", A)["items"])


def test_the_operator_takes_it_by_one_command(
    tmp_path: Path, full: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    service: Service = full.service
    monkeypatch.setenv("BRIGADE_DATABASE_URL", service.settings.url)
    monkeypatch.setenv("BRIGADE_FOLDER", str(service.settings.folder))
    file = tmp_path / "s1.zip"
    assert operations.main(["archive", "B1", str(file), "--provider", "S1"]) == 0
    manifest, rows = read(file.read_bytes())
    assert (manifest["providers"], [row["id"] for row in rows["providers"]]) == (["S1"], ["S1"])
    assert file.stat().st_mode & 0o077 == 0
    before = times_taken(full)
    assert operations.main(["archive", "B1", str(file)]) == 2  # it is there already
    assert times_taken(full) == before
    reasons = {one["reason"] for one in manifest["left_out"]}
    assert "ce qui ouvre un compte" in reasons
    english = tmp_path / "en.zip"
    assert operations.main(["--lang", "en", "archive", "B1", str(english)]) == 0
    assert "what opens an account" in {one["reason"] for one in read(english.read_bytes())[0]["left_out"]}
    assert operations.main(["archive", "B1", str(tmp_path / "no.zip"), "--provider", "S9"]) == 2
    assert not (tmp_path / "no.zip").exists()
