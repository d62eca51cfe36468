"""A database of any version of the tables comes whole to those of this one, and the service goes on with
it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import MetaData, insert

from api.access.authentication import digest_of, new_token
from api.operations.backup import backup, restore
from api.runtime.clock import ShiftedClock, SystemClock
from api.runtime.ids import new_id
from api.runtime.roles import Role
from api.service.service import Service
from api.shapes.kept.job_shapes import Again, ByHand, Deferred, FromScratch, LeastChange, WhatIf
from api.store.account_tables import Account, Token
from api.store.cycle_tables import Job
from api.store.engine import Database
from api.store.migrate import newest, revisions, upgrade
from brigade.errors import Refused
from brigade.exchange.shapes.event_shapes import WaiveShape
from tests.api.conftest import NUMBERS, World, settings_for, world_on
from tests.api.released import FOLDER, SECRETS, path_of, rows_in
from tests.api.small_basin import BASIN, NOW
from tests.postgres import PostgresServer

A, C = Role.ADMINISTRATOR, Role.COORDINATOR
KEYS = {
    "problems": ("digest",),
    "login_failures": ("id",),
    "remembered_requests": ("actor", "key"),
    "audit": ("seq",),
}
"""How rows of these tables are told apart; all others by basin and id, or what stands for them."""
SEALED_SINCE = "0005"
STATES_SINCE, STATES = (
    "0009",
    {("open", "to_offer"): "offered", ("open", "firm"): "ordered", ("declined", "to_offer"): "refused"},
)
"""Of offers, by state and kind: what a state of before is called since."""
TAGGED_SINCE = "0011"
EFFORT = {"seed": 3, "iterations": 70, "time_limit_s": 60.0}
HEARD: dict[str, Any] = {
    "announced": [["V1", "W1"]],
    "asked": [["V2", "W2"]],
    "expired": [],
    "states": {"offer-1": "accepted"},
}
NEAREST: dict[str, Any] = {
    "from_plan_id": "plan-1",
    "pinned": ["V1"],
    "pinned_workers": ["W2"],
    "refused": ["V2"],
    "freeze": "2026-03-09T07:45:00+01:00",
    "tolerance_min": 7,
    "people": 2,
}
LEFT_OUT: dict[str, Any] = {
    "kind": "visits",
    "id": "V3",
    "code": "P311",
    "where": "visits.V3.required",
    "what": "« HOIST » inconnue",
    "hint": "une compétence du catalogue",
    "visits": ["V3"],
    "version": 2,
    "provider_id": "S1",
}
EDITS = [
    {"kind": "waive", "rule": "SPAN", "worker_id": "W1", "by": "a", "at": NOW.isoformat(), "why": "ainsi"}
]
AWAY = {"kind": "worker_away", "worker_id": "W1", "at": "2026-03-09T07:10:00+01:00"}
LATER = {"first_day": "2026-03-09", "days": 2, "limits": {"solve_s": 60.0, "replan_s": 20.0}}
GIVEN = {"search": {"iterations": 70, "seed": 3}, "from_scratch": True}
WISHES: dict[str, tuple[dict[str, Any], bool]] = {
    "of the first version": ({**EFFORT, "start": None}, True),
    "from scratch": (
        {**EFFORT, **HEARD, "kind": "from_scratch", "start": {"routes": []}, "span": "2026-03-09/1"},
        True,
    ),
    "least change": (
        {**EFFORT, **HEARD, **NEAREST, "kind": "least_change", "by_itself": True, "set_aside": [LEFT_OUT]},
        True,
    ),
    "what if": (
        {**EFFORT, **NEAREST, "kind": "what_if", "story": {"supposed": [AWAY], "from": "plan-1"}},
        True,
    ),
    "again": ({**EFFORT, "kind": "again", "was": "from_scratch", "plan_id": "plan-1", "start": None}, True),
    "again by hand": (
        {**EFFORT, "kind": "again", "was": "by_hand", "plan_id": "plan-2", "from_plan_id": "plan-1"}
        | {"pinned": ["V1"], "edits": EDITS},
        True,
    ),
    "queued": ({**EFFORT, "kind": "least_change", "start": None, "by_itself": True, "later": LATER}, False),
    "queued as asked": (
        {**EFFORT, "kind": "from_scratch", "start": None, "later": {**LATER, "given": GIVEN}},
        False,
    ),
}
"""What searches of before 0011 were asked, and whether their problem was composed."""
EVERY = sorted(revisions())


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Made once: each test gives it a database of its own."""
    folder = tmp_path_factory.mktemp("migrations")
    world = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    world.service.database.close()
    return world.app


@pytest.fixture(scope="module", params=product(EVERY, ("sqlite", "postgresql")), ids="-".join)
def came(
    request: pytest.FixtureRequest, app: FastAPI, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, World]]:
    """The revision, and the service at work on what was a database of it: restored once, read by one test
    after the other."""
    revision, kind = request.param
    folder = tmp_path_factory.mktemp("came")
    url = f"sqlite:///{folder / 'brigade.db'}"
    if kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create_database(f"came_{next(NUMBERS)}")
    settings, database = settings_for(url, folder, **SECRETS), Database(url)
    restore(database, path_of(revision), keys=settings.vault)
    service = Service(settings, ShiftedClock(NOW - SystemClock().now()), database)
    app.state.service = service
    yield revision, World(app, TestClient(app, raise_server_exceptions=False), tokens_of(service))
    database.close()


def tokens_of(service: Service) -> dict[Role, str]:
    """A token more for each account of the coordinator and the administrator: those of then are kept as
    hashes only."""
    told, now = {}, service.clock.now()
    with service.database.writing() as session:
        for role in (A, C):
            account = session.query(Account).filter(Account.login == role.value).one()
            told[role] = new_token()
            row = Token(
                id=new_id("token", now), hash=digest_of(told[role]), account_id=account.id, name="essai"
            )
            row.scopes, row.created_at, row.expires_at = ["read", "write"], now, now + timedelta(days=1)
            session.add(row)
        session.commit()
    return told


def test_every_version_of_the_tables_has_its_database() -> None:
    """A new step: finish it, then `python -m tools.released`."""
    assert [path.stem for path in sorted(FOLDER.glob("*.backup"))] == EVERY
    for revision in EVERY:
        assert len(rows_in(path_of(revision))) >= 15
    assert EVERY[-1] == newest()


def test_every_row_of_then_stands_as_it_was(came: tuple[str, World], tmp_path: Path) -> None:
    """Column by column; contacts under their seal, which opens to what was written in clear before."""
    revision, world = came
    backup(world.service.database, tmp_path / "after")
    after = rows_in(tmp_path / "after")
    with world.service.database.reading() as session:
        assert (
            session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            == newest()
        )
    for table, rows in rows_in(path_of(revision)).items():
        now = {key_of(table, row): row for row in after[table]}
        for row in rows:
            found = now[key_of(table, row)]
            if table == "contacts" and revision < SEALED_SINCE:
                row = {name: value for name, value in row.items() if name != "body"}
            if table == "offers" and revision < STATES_SINCE:
                row = {**row, "state": STATES.get((row["state"], row["kind"]), row["state"])}
            if table == "jobs" and revision < TAGGED_SINCE:
                row = {name: value for name, value in row.items() if name not in ("wish", "progress")}
            assert {name: found[name] for name in row} == row, table


def key_of(table: str, row: dict[str, Any]) -> tuple[Any, ...]:
    names = KEYS.get(table) or [
        name for name in row if name in ("basin_id", "id", "account_id", "target_id", "name", "hash")
    ]
    return tuple(row[name] for name in names)


def test_the_service_reads_and_plans_from_it(came: tuple[str, World]) -> None:
    """Plans kept then are whole and lawful; a search finds a new one; the trail holds."""
    _, world = came
    for kept in world.get(f"{BASIN}/plans")["items"]:
        told = world.get(f"{BASIN}/plans/{kept['id']}/check")
        assert (told["digest_holds"], told["violations"]) == (True, [])
        assert world.get(f"{BASIN}/plans/{kept['id']}")["document"]["routes"]
    for what in (
        "visits",
        "clients",
        "workers",
        "offers",
        "outcomes",
        "absences",
        "rota-feeds",
        "funding-lines",
        "ledger",
    ):
        assert world.get(f"{BASIN}/{what}")["items"], what
    assert world.get("/v1/audit/verify", A)["first_break"] is None
    asked = {"first_day": "2026-03-09", "from_scratch": True, "search": {"iterations": 100, "seed": 1}}
    job = world.ask(C, "POST", f"{BASIN}/jobs", asked)
    assert job.status_code == 202, job.text
    world.search()
    done = world.get(f"{BASIN}/jobs/{job.json()['id']}")
    assert done["state"] == "done", done
    assert {
        visit
        for visit in ("V1", "V2")
        if visit in str(world.get(f"{BASIN}/plans/{done['plan_id']}")["document"])
    }


def test_addresses_written_in_clear_are_sealed_and_open_again(came: tuple[str, World]) -> None:
    revision, world = came
    then = rows_in(path_of(revision)).get("contacts", [])
    clear = {row["id"]: row["body"]["$json"] for row in then}
    told = {one["id"]: one["value"] for one in world.get(f"{BASIN}/contacts")["items"]}
    assert set(told) == set(clear)
    if revision < SEALED_SINCE:
        assert told == clear
    with world.service.database.reading() as session:
        kept = str(session.connection().exec_driver_sql("SELECT body, sealed FROM contacts").all())
    assert not [mark for mark in ("@example.org", "+3363998") if mark in kept]


def test_addresses_are_not_sealed_without_a_key(url: str) -> None:
    """The step is refused, and what stands stays as it is."""
    database = Database(url)
    with pytest.raises(Refused, match="A502"):
        restore(database, path_of("0004"))
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0004"
        assert "w1@example.org" in str(connection.exec_driver_sql("SELECT body FROM contacts").all())
    upgrade(database, keys=settings_for(url, Path(), **SECRETS).vault)
    database.close()


def _queue(database: Database, wish: dict[str, Any], digest: str | None) -> None:
    """A job as tables of 0010 have it."""
    with database.writing() as session:
        tables = MetaData()
        tables.reflect(session.connection())
        rows: dict[str, dict[str, Any]] = {
            "problems": {"digest": "sha256:0", "document": b"", "created_at": NOW},
            "basins": {"id": "B1", "body": {}, "given": {}, "version": 1, "changed_at": NOW},
            "jobs": {
                "id": "job-1",
                "basin_id": "B1",
                "version": 1,
                "created_at": NOW,
                "changed_at": NOW,
                "state": "done",
                "digest": digest,
                "wish": wish,
                "attempt": 1,
                "cancel_asked": False,
                "progress": {"covered": 3, "same_plan": True},
                "failure": {},
                "asked_by": "somebody",
            },
        }
        for name, row in rows.items():
            session.execute(insert(tables.tables[name]).values(**row))
        session.commit()


@pytest.mark.parametrize("asked", WISHES)
def test_a_search_asked_before_says_the_same_in_its_form_of_now(url: str, asked: str) -> None:
    """Whatever was kept or still waits is read, and found again as it was asked."""
    database, (wish, is_composed) = Database(url), WISHES[asked]
    upgrade(database, "0010")
    _queue(database, wish, "sha256:0" if is_composed else None)
    upgrade(database)
    with database.reading() as session:
        job = session.get_one(Job, "job-1")
        found = job.wish
    database.close()
    search = found.search if isinstance(found, Again) else found
    assert search.effort.model_dump() == EFFORT
    assert (job.progress.covered, job.same_plan, job.by_itself) == (3, True, bool(wish.get("by_itself")))
    aside = [one.model_dump() for one in job.set_aside]
    assert all(one.pop("words") == "as_told" for one in aside)  # sentences of before stay
    assert [one | one.pop("values") for one in aside] == wish.get("set_aside", [])
    match search:
        case Deferred():
            assert (f"{search.first_day}", search.days, search.limits.replan_s) == ("2026-03-09", 2, 20.0)
            assert (search.likely, job.span) == (wish["kind"], "2026-03-09/2")
            assert search.from_scratch is ("given" in wish["later"])
            assert (search.asked.search is not None) is ("given" in wish["later"])
        case FromScratch(heard=heard):
            assert (search.start, job.span) == (wish.get("start"), wish.get("span"))
            assert heard.model_dump(mode="json")["announced"] == wish.get("announced")
        case LeastChange() | WhatIf():
            change = search.change if isinstance(search, WhatIf) else search
            said = change.model_dump(mode="json", include=set(NEAREST))
            assert said == NEAREST
            assert change.heard.states == wish.get("states", {})
            assert not isinstance(search, WhatIf) or len(search.supposed) == 1
        case ByHand():
            assert (search.from_plan_id, search.pinned) == ("plan-1", ("V1",))
            (waived,) = search.edits
            assert isinstance(waived, WaiveShape)
            assert waived.reason == "ainsi"
