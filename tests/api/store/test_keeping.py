"""What is kept stays as it was: tables by numbered steps, a sealed trail, plans judged again; nothing
personal in logs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from openpyxl import Workbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.access import trail
from api.runtime.roles import Role
from api.store import kept_plans
from api.store.base import Table
from api.store.engine import Database
from api.store.migrate import newest, upgrade
from brigade.exchange.documents.json_text import digest
from brigade.exchange.documents.plan_document import plan_record_from_json
from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json
from brigade.exchange.problem_tables import write_tables
from brigade.judging.checker import check
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence, document, monday

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_the_steps_lead_to_the_tables_of_the_code(url: str) -> None:
    database = Database(url)
    upgrade(database)
    upgrade(database)  # a second time changes nothing
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Table.metadata)
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == newest()
    database.close()
    assert differences == []


def test_the_trail_is_append_only_by_the_database_itself(world: World) -> None:
    for statement in ("UPDATE audit SET why = 'x'", "DELETE FROM audit"):
        with world.service.database.writing() as session, pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))


def test_who_tampers_with_the_trail_all_the_same_is_found(world: World) -> None:
    assert world.get("/v1/audit/verify", A)["first_break"] is None
    with world.service.database.writing() as session:
        if world.service.database.is_sqlite:
            session.execute(text("DROP TRIGGER audit_no_update"))
        else:
            session.execute(text("DROP TRIGGER audit_append_only ON audit"))
        session.execute(text("UPDATE audit SET actor = 'somebody' WHERE seq = 3"))
        session.commit()
    assert world.get("/v1/audit/verify", A)["first_break"] == 3
    with world.service.database.reading() as session:
        assert trail.first_break(session) == 3


def test_a_kept_plan_is_judged_again_by_a_stranger(world: World) -> None:
    """From the two documents alone, without the service."""
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    with world.service.database.reading() as session:
        kept = kept_plans.kept(session, plan["id"])
    assert kept is not None
    problem = problem_from_json(json.loads(json.dumps(kept.problem)))
    record = plan_record_from_json(json.loads(json.dumps(kept.plan)), problem)
    assert check(problem, record.plan) == ()
    assert (digest(problem_to_json(problem)), record.run.seed, record.run.work_limit) == (kept.digest, 1, 200)


def upload(
    world: World, body: bytes, media: str = "application/json", query: str = "", role: Role = C
) -> Any:
    headers = {"Authorization": f"Bearer {world.tokens[role]}", "Content-Type": media}
    return world.client.post(f"{BASIN}/imports{query}", content=body, headers=headers)


def test_an_import_says_first_what_it_would_do(world: World) -> None:
    changed = document()
    changed["demand"]["visits"][0]["duration_min"] = 55
    body = json.dumps(changed).encode()
    dry = upload(world, body).json()
    assert (dry["dry_run"], dry["changed"], dry["created"]) == (True, {"visits": 1}, {})
    assert world.get(f"{BASIN}/visits/V1")["value"]["duration_min"] == 60
    assert upload(world, body, query="?dry_run=false").json()["changed"] == {"visits": 1}
    assert world.get(f"{BASIN}/visits/V1")["value"]["duration_min"] == 55
    assert upload(world, body, query="?dry_run=false").json()["changed"] == {}


def test_an_import_is_all_or_nothing_with_all_its_errors(world: World) -> None:
    broken = document()
    broken["demand"]["visits"][0]["duration_min"] = 55
    broken["demand"]["visits"][1]["client_id"] = "nobody"
    broken["brigade"]["workers"][0]["employer_id"] = "nobody"
    refused = upload(world, json.dumps(broken).encode(), query="?dry_run=false")
    assert refused.status_code == 422
    assert {issue["code"] for issue in refused.json()["issues"]} == {"P102", "P202"}
    assert world.get(f"{BASIN}/visits/V1")["value"]["duration_min"] == 60


def test_a_workbook_is_imported_like_a_document(world: World, tmp_path: Path) -> None:
    write_tables(monday(), tmp_path / "lundi.xlsx")
    taken = upload(world, (tmp_path / "lundi.xlsx").read_bytes(), XLSX)
    assert taken.status_code == 200, taken.text
    empty = Workbook()
    empty.save(tmp_path / "vide.xlsx")
    assert upload(world, (tmp_path / "vide.xlsx").read_bytes(), XLSX).status_code == 422
    assert upload(world, b"%PDF-1.7", "application/pdf").json()["code"] == "A306"


def test_an_import_makes_the_server_read_no_file_and_call_nobody(world: World) -> None:
    for source in ("roads:/etc/passwd", "osrm:http://127.0.0.1:1"):
        body = json.dumps({**document(), "travel": {"source": source}}).encode()
        assert upload(world, body).json()["code"] == "D113"


def test_nothing_personal_enters_the_logs(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Logins, pseudonyms, reasons and what was typed into a refused request stay out; numbers of requests
    stay in."""
    world.ask(M, "POST", f"{BASIN}/absences", absence(reason="SICK", employee_id="Mme-Durand"))
    world.ask(M, "POST", f"{BASIN}/absences", absence(reason="SICK"))
    world.ask(C, "GET", f"{BASIN}/clients/S1:A")
    world.client.post("/v1/sessions", json={"login": "paul.martin", "password": "un-secret-bien-garde"})
    said = capsys.readouterr().err
    assert '"event": "request"' in said
    assert not [
        word
        for word in ("SICK", "Durand", "S1:A", "martin", "secret", "ABS-1", "A-1", "brg_")
        if word in said
    ]
