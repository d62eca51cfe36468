"""What whoever runs the service is told: whether it lives, is ready, how it fares; and how it is shipped."""

from __future__ import annotations

import json
import re
import secrets
import threading
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from api.money import evidence
from api.operations import upkeep
from api.runtime.roles import Role
from api.runtime.settings import Settings, UnsafeSettings
from api.service.service import Service
from api.shapes.money_views import EvidenceView
from tests.api.conftest import World, wish
from tests.api.small_basin import BASIN, absence
from tests.sayings import refusals

C, M = Role.COORDINATOR, Role.MANAGER
ROOT = Path(__file__).resolve().parents[3]


def figures(world: World) -> dict[tuple[str, str], float]:
    """By name and state (or status)."""
    told = world.client.get("/metrics")
    assert told.status_code == 200
    return {
        (sample.name, sample.labels.get("state", sample.labels.get("route", ""))): sample.value
        for family in text_string_to_metric_families(told.text)
        for sample in family.samples
    }


def test_metrics_count_requests_searches_and_offers(world: World) -> None:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.ask(C, "POST", f"{BASIN}/jobs", {"first_day": "2026-03-09"})
    world.later(minutes=3)
    before = figures(world)
    assert (before["brigade_database_up", ""], before["brigade_jobs", "queued"]) == (1, 1)
    assert 180 <= before["brigade_oldest_queued_seconds", ""] < 240
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    after = figures(world)
    assert (after["brigade_jobs", "done"], after["brigade_offers", "offered"]) == (1, 3)
    assert after["brigade_oldest_queued_seconds", ""] == 0
    published = "/basins/{basin_id}/plans/{id}/publish"
    assert after["brigade_request_seconds_count", published] >= 1


def test_metrics_and_logs_name_nobody(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A request is found again by its number; routes stand in place of addresses."""
    answer = world.ask(C, "GET", f"{BASIN}/clients/S1:A")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (line,) = [one for one in lines if one.get("request") == answer.headers["X-Request-ID"]]
    assert (line["event"], line["route"], line["status"]) == (
        "request",
        "/basins/{basin_id}/clients/{id}",
        200,
    )
    said = world.client.get("/metrics").text + json.dumps(lines)
    assert not [word for word in ("S1:A", "W1", "B1", "brg_") if word in said]


def test_words_of_strangers_make_no_metric(world: World) -> None:
    """Each would stay in memory for as long as the process lives."""
    for word in ("BREW", "WHEN"):
        assert world.client.request(word, "/healthz").status_code == 405
    said = world.client.get("/metrics").text
    assert 'method="?"' in said
    assert not [word for word in ("BREW", "WHEN") if word in said]


def test_processes_that_begin_at_once_share_one_secret_that_is_never_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them find none, and draw one each, before any is kept."""
    settings = Settings.model_validate({"folder": tmp_path})
    drawn, draw = threading.Barrier(4), secrets.token_hex
    monkeypatch.setattr(secrets, "token_hex", lambda size: (drawn.wait(30), draw(size))[1])
    with ThreadPoolExecutor(4) as many:
        found = set(many.map(lambda _: settings.signing_secret(), range(4)))
    assert [len(one) for one in found] == [64]
    assert [(one.name, one.stat().st_mode & 0o777) for one in tmp_path.iterdir()] == [("secret", 0o600)]


def test_a_chore_that_fails_keeps_no_other_from_being_done(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200
    world.later(minutes=51)

    def broken(service: Service) -> None:
        raise KeyError("what a row holds is not for the log")

    monkeypatch.setattr(upkeep, "CHORES", (broken, *upkeep.CHORES))
    upkeep.once(world.service)
    assert {offer["state"] for offer in world.get(f"{BASIN}/offers")["items"]} == {"expired"}
    (line,) = [json.loads(one) for one in capsys.readouterr().err.splitlines() if "KeyError" in one]
    assert (line["chore"], line["error"], line["event"]) == ("broken", "KeyError", "upkeep")


def test_a_long_export_keeps_nobody_from_writing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite there is one writer at a time: an absence that comes in while the export is made does not
    wait for it."""
    made = evidence.evidence

    def at_length(*given: Any) -> EvidenceView:
        assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
        return made(*given)

    monkeypatch.setattr(evidence, "evidence", at_length)
    world.get(f"{BASIN}/exports/evidence?first_day=2026-03-01&last_day=2026-03-31")
    told = world.get(f"{BASIN}/events?action=basins.exported")["items"]
    assert [one["details"]["what"] for one in told] == ["evidence"]


def test_ready_means_the_tables_of_this_version(world: World) -> None:
    assert world.client.get("/readyz").json() == {"status": "ok"}
    with world.service.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        session.commit()
    assert world.client.get("/readyz").status_code == 503
    assert world.client.get("/healthz").json() == {"status": "ok"}


# -- how it is shipped -------------------------------------------------------------------------------------
def composed() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return found


def test_what_compose_sets_is_what_the_service_reads_and_accepts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Filled in as the operations page says, the settings are safe ones; every variable that is asked for is
    explained."""
    service = composed()["services"]["brigade"]
    page = (ROOT / "docs/operations.md").read_text("utf-8")
    filled = {
        "POSTGRES_PASSWORD": "a" * 48,
        "BRIGADE_SECRET": "b" * 64,
        "BRIGADE_IDENTITY_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "BRIGADE_PUBLIC_URL": "https://brigade.example.org",
    }
    known = {f"BRIGADE_{name.upper()}" for name in Settings.model_fields}
    # Without it every client would have the proxy's address, and five wrong passwords of anybody would
    # throttle all.
    (gateway,) = composed()["networks"]["default"]["ipam"]["config"]
    assert service["environment"].pop("FORWARDED_ALLOW_IPS") == gateway["gateway"]
    for name, value in service["environment"].items():
        assert name in known
        asked = re.findall(r"\$\{(\w+)(?::[?-]([^}]*))?\}", value)
        for variable, fallback in asked:
            assert variable in page
            value = re.sub(r"\$\{" + variable + r"[^}]*\}", filled.get(variable, fallback), value)
        monkeypatch.setenv(name, value)
    settings = Settings()
    settings.refuse_unsafe()
    assert settings.is_production
    assert settings.url == f"postgresql://brigade:{'a' * 48}@database/brigade"


def test_a_database_whose_driver_is_not_installed_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SQLite's comes with Python; PostgreSQL's is an extra."""
    monkeypatch.setattr("api.runtime.settings.find_spec", lambda name: None)
    Settings(database_url="sqlite:///here.db").refuse_unsafe()
    with pytest.raises(UnsafeSettings) as refused:
        Settings(database_url="postgresql://brigade@database/brigade").refuse_unsafe()
    [fault] = refusals(refused)
    assert (fault.code, fault.where) == ("A001", "BRIGADE_DATABASE_URL")
    assert "brigade-domicile[service,postgresql]" in fault.hint


def test_compose_gives_the_service_as_little_as_it_needs() -> None:
    services = composed()["services"]
    brigade, database = services["brigade"], services["database"]
    assert (brigade["read_only"], brigade["cap_drop"]) == (True, ["ALL"])
    assert [port for one in services.values() for port in one.get("ports", ())] == ["127.0.0.1:8000:8000"]
    assert brigade["depends_on"]["database"]["condition"] == "service_healthy"
    assert "healthcheck" in database
    assert {volume.split(":")[0] for one in services.values() for volume in one["volumes"]} == composed()[
        "volumes"
    ].keys()


def test_the_image_is_built_from_the_lock_and_runs_as_nobody() -> None:
    steps = (ROOT / "Dockerfile").read_text("utf-8")
    assert steps.count("--locked") == steps.count("uv sync") == 2
    assert "--require-hashes -r tools/bootstrap.txt" in steps
    last = steps[steps.rindex("\nFROM") :]
    assert re.findall(r"^USER (\S+)$", last, re.MULTILINE) == ["10001"]
    assert 'CMD ["python", "-m", "api", "serve"' in last
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(re.findall(r"--extra (\S+)", steps)) <= extras.keys()
    let_in = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    copied = [
        word
        for line in re.findall(r"^COPY (?!--from)(.*) \S+$", steps, re.MULTILINE)
        for word in line.split()
    ]
    assert {word.split("/")[0] for word in copied} == set(let_in)


def test_the_threat_model_names_tests_that_exist() -> None:
    page = (ROOT / "docs/threat-model.md").read_text("utf-8")
    named = set(re.findall(r"`((?:tests/)?[\w/*]*test_[\w*]+\.py)`", page))
    assert len(named) > 10
    for name in named:
        folder = ROOT if name.startswith("tests/") else ROOT / "tests/api"
        assert list(folder.rglob(name)), f"{name} is no test"
