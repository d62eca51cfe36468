"""Where people are reached: sealed at rest, shown with a note in the trail, exported and forgotten with the
person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

from api.access.authentication import verify_login
from api.basin import identities
from api.operations import demo
from api.persons import accounts
from api.runtime.clock import SystemClock
from api.runtime.roles import Role
from api.runtime.vault import Vault, new_key
from api.service.service import Service
from api.store.account_tables import Account
from api.store.engine import Database
from api.store.message_tables import Contact
from api.store.migrate import upgrade
from brigade.exchange.documents.problem_document import problem_text
from brigade.words import word
from tests.api.conftest import World, settings_for
from tests.api.small_basin import BASIN, monday

A, C, M, W = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER, Role.WORKER
HERS = {
    "id": "worker:W1",
    "email": "marquee@example.org",
    "phone": "+33639980042",
    "channels": ["sms", "email"],
}
MARKS = ("marquee@", "639980042", "desk-marked@", "639980043")


@pytest.fixture
def told(world: World) -> World:
    """W1 and the coordinator's account, whose contact is kept by its id."""
    assert world.ask(W, "PUT", f"{BASIN}/contacts/worker:W1", HERS, Idempotency_Key="k1").status_code == 201
    desk = {
        "id": f"account:{desk_of(world)}",
        "email": "desk-marked@example.org",
        "phone": "+33639980043",
        "language": "en",
    }
    assert world.ask(C, "PUT", f"{BASIN}/contacts/{desk['id']}", desk).status_code == 201
    return world


def desk_of(world: World) -> str:
    return next(
        str(one["id"]) for one in world.get("/v1/accounts", A)["items"] if one["role"] == "coordinator"
    )


def everything(world: World) -> str:
    """Every row of every table: remembered answers, trail and all."""
    tables = MetaData()
    with world.service.database.reading() as session:
        tables.reflect(session.connection())
        rows = [session.execute(select(table)).all() for table in tables.tables.values()]
    return str(rows)


def test_no_address_stands_anywhere_in_the_database_or_the_logs(
    told: World, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = told.ask(W, "PUT", f"{BASIN}/contacts/worker:W1", {**HERS, "language": "en"}, If_Match='"1"')
    assert changed.status_code == 200
    told.ask(W, "GET", f"{BASIN}/contacts")
    told.ask(W, "PUT", f"{BASIN}/contacts/worker:W1", {**HERS, "email": "marquee@@"}, If_Match='"2"')
    kept = everything(told) + capsys.readouterr().err
    assert not [mark for mark in MARKS if mark in kept]


def test_the_answer_to_a_writing_repeats_no_address(world: World) -> None:
    """A retry gets it from the table of remembered answers."""
    for replayed in (False, True):
        answer = world.ask(W, "PUT", f"{BASIN}/contacts/worker:W1", HERS, Idempotency_Key="k1")
        assert (answer.status_code, set(answer.json())) == (201, {"id", "version", "changed_at"})
        assert ("Idempotency-Replayed" in answer.headers) == replayed


def test_each_reading_is_noted_and_shows_what_was_written(told: World) -> None:
    assert told.get(f"{BASIN}/contacts/worker:W1", W)["value"] == HERS
    (read,) = told.get(f"{BASIN}/events?action=contacts.read")["items"]
    assert (read["target"], read["details"]["purpose"]) == ("worker:W1", "read")


def test_a_contact_of_another_id_or_of_nobody_is_refused(world: World) -> None:
    """With every fault, each at its field."""
    assert world.ask(C, "PUT", f"{BASIN}/contacts/worker:W2", HERS).json()["code"] == "A306"
    for kind in ("worker", "provider", "account"):
        nobody = {"id": f"{kind}:Z9", "email": "z9@example.org", "channels": ["email", "sms"]}
        refused = world.ask(C, "PUT", f"{BASIN}/contacts/{kind}:Z9", nobody)
        assert refused.status_code == 422
        assert [(one["code"], one["where"]) for one in refused.json()["issues"]] == [
            ("A305", f"contacts.{kind}:Z9.id"),
            ("A305", f"contacts.{kind}:Z9.phone"),
        ]
    assert world.ask(W, "PUT", f"{BASIN}/contacts/worker:W2", {**HERS, "id": "worker:W2"}).status_code == 403


def test_a_dossier_holds_the_contact_and_nothing_sealed(told: World) -> None:
    dossier = told.get(f"{BASIN}/workers/W1/dossier", W)
    assert dossier["contacts"] == [HERS]
    assert "contacts" not in dossier["rows"]
    assert "desk-marked" not in str(dossier)


def test_whoever_is_forgotten_leaves_no_contact(told: World) -> None:
    """The worker by erasure, the account when its login is forgotten."""
    assert told.ask(C, "POST", f"{BASIN}/workers/W1/erasure", {"confirm": "W1"}).status_code == 202
    with told.service.database.writing() as session:
        account = session.get_one(Account, desk_of(told))
        accounts.forget(session, account, told.service.clock.now())
        session.commit()
    with told.service.database.reading() as session:
        assert session.scalars(select(Contact.id)).all() == []


def test_new_keys_seal_contacts_as_well(told: World) -> None:
    """Two contacts; the old key opens neither any more."""
    old, new = told.service.settings.identity_key_ring()[0], new_key()
    with told.service.database.writing() as session:
        assert identities.rotate(session, Vault([new, old])) == 2
        row = session.get_one(Contact, ("B1", "worker:W1"))
        assert Vault([new]).open(identities.place_of(row), row.sealed) == HERS
        session.commit()
    lost = told.ask(W, "GET", f"{BASIN}/contacts/worker:W1")
    assert (lost.status_code, lost.json()["code"]) == (503, "A502")


def test_everybody_of_the_demonstration_is_reached_and_nobody_real_is(url: str, tmp_path: Path) -> None:
    """Workers, providers and the coordinator: RFC 2606's domain, the mobile numbers that ARCEP keeps for
    fiction."""
    (tmp_path / "monday.json").write_text(problem_text(monday()), "utf-8")
    service = Service(settings_for(url, tmp_path), SystemClock(), Database(url))
    upgrade(service.database)
    demo.fill(service, tmp_path / "monday.json")
    with service.database.reading() as session:
        rows = session.scalars(select(Contact)).all()
        told = [service.vault.open(identities.place_of(row), row.sealed) for row in rows]
    service.database.close()
    assert {row.id.partition(":")[2] for row in rows} >= {"W1", "W2", "W3", "S1", "S2"}
    assert len(rows) == 6
    assert all(re.fullmatch(r"[a-z0-9-]+@example\.org", one["email"]) for one in told)
    assert all(re.fullmatch(r"\+3363998[0-9]{4}", one["phone"]) for one in told)
    assert {channel for one in told for channel in one["channels"]} == {"email", "sms"}


def test_whoever_starts_the_demonstration_is_told_where_to_enter_and_as_whom(
    url: str, tmp_path: Path
) -> None:
    """Once; a later start says that the accounts are those of the first."""
    (tmp_path / "monday.json").write_text(problem_text(monday()), "utf-8")
    service = Service(settings_for(url, tmp_path), SystemClock(), Database(url))
    upgrade(service.database)
    made = demo.fill(service, tmp_path / "monday.json")
    told = demo.ways_in(made, "http://127.0.0.1:8000", "fr")
    assert "dans un navigateur : http://127.0.0.1:8000/connexion" in told
    assert all(
        re.search(rf"{re.escape(word(f'demo.who.{login}', 'fr'))}  +{login}  +{re.escape(password)}  ", told)
        for login, password in made.passwords.items()
    )
    assert set(made.passwords) == {*Role, "departement"}
    with service.database.reading() as session:
        password = made.passwords[Role.WORKER]
        assert verify_login(session, service.settings, "worker", password) is not None
    again = demo.ways_in(demo.fill(service, tmp_path / "monday.json"), "http://127.0.0.1:8000", "en")
    assert "those that the first start showed" in again
    assert not any(password in again for password in made.passwords.values())
    service.database.close()
