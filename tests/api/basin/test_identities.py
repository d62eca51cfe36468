"""Who people are: apart from their pseudonyms, sealed, shown to whom needs it when it is needed, each reading
written down."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from api.__main__ import main
from api.basin import identities
from api.runtime.faults import Unavailable
from api.runtime.roles import Role
from api.runtime.vault import Vault, new_key
from api.store.base import Table
from api.store.person_tables import ClientIdentity
from tests.api.conftest import World, begins, wish, world_on
from tests.api.small_basin import BASIN, absence

A, C, M, W, E, F = Role
CLIENT = {
    "name": "Mme Zénobie Marquée",
    "address_lines": ["3 rue Repérable", "62300 Lens"],
    "entry": "code 4271B, clé sous le pot marqué",
    "contacts": [{"kind": "phone", "value": "+33 611223344", "of": "sa fille Repérée"}],
}
WORKER = {"name": "Yolande Distincte", "contacts": [{"kind": "email", "value": "yolande@distincte.example"}]}
MARKS = ("Zénobie", "Zenobie", "Repér", "4271B", "611223344", "Yolande", "distincte", "pot marqué")


@pytest.fixture
@begins
def told(world: World) -> World:
    """A of S1 and the three workers are known by name; S1's visits are covered by a published plan."""
    wish(world, replan="on_request")
    for client in ("S1:A", "S1:B", "S1:C"):
        assert world.ask(M, "PUT", f"{BASIN}/client-identities/{client}", CLIENT).status_code == 201
    for worker in ("W1", "W2", "W3"):
        assert world.ask(C, "PUT", f"{BASIN}/worker-identities/{worker}", WORKER).status_code == 201
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    for other in ("W2", "W3"):
        row = world.ask(C, "GET", f"{BASIN}/workers/{other}")
        world.ask(
            C, "PUT", f"{BASIN}/workers/{other}", {**row.json()["value"], "availability": []}, If_Match='"1"'
        )
    assert world.publish(world.propose()).status_code == 200
    return world


def test_of_two_who_write_at_once_one_is_told(world: World) -> None:
    where = f"{BASIN}/client-identities/S1:A"
    assert world.ask(M, "PUT", where, CLIENT).status_code == 201

    def write(name: str) -> int:
        return world.ask(M, "PUT", where, {**CLIENT, "name": name}, If_Match='"1"').status_code

    with ThreadPoolExecutor(4) as many:
        assert sorted(many.map(write, ("Un", "Deux", "Trois", "Quatre"))) == [200, 412, 412, 412]


def answer_all(world: World, reply: str = "accept") -> None:
    for offer in world.get(f"{BASIN}/offers?state=offered")["items"]:
        assert (
            world.ask(W, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": reply}).status_code == 200
        )


def meetings(world: World, role: Role) -> list[dict[str, Any]]:
    return list(world.get(f"{BASIN}/next-visits", role)["items"])


def test_a_worker_sees_the_homes_she_goes_to_once_she_said_yes(told: World) -> None:
    """The visits are today; before the answer, an hour and a commune only."""
    assert [one["client"] for one in meetings(told, W)] == [None, None, None]
    answer_all(told)
    seen = meetings(told, W)
    assert [one["client_id"] for one in seen if one["client"]] == [one["client_id"] for one in seen]
    assert seen[0]["client"] == {name: CLIENT[name] for name in ("name", "address_lines", "entry")}
    assert "611223344" not in json.dumps(seen)  # the family's number is for the provider


@pytest.mark.parametrize(("days", "is_shown"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_homes_are_shown_from_the_day_before_to_the_day_after(told: World, days: int, is_shown: bool) -> None:
    answer_all(told)
    told.later(days=days)
    seen = meetings(told, W)
    assert {one["client"] is not None for one in seen} == {is_shown}
    assert len(seen) == 3
    assert ("4271B" in json.dumps(seen)) is is_shown


def test_how_to_get_in_is_never_shown_earlier_than_the_day_before(told: World) -> None:
    """Even where names are shown five days ahead."""
    answer_all(told)
    told.service.settings = told.service.settings.model_copy(update={"name_days_before": 5})
    told.later(days=-3)
    assert {one["client"]["name"] for one in meetings(told, W)} == {CLIENT["name"]}
    assert {one["client"]["entry"] for one in meetings(told, W)} == {None}


def test_a_manager_learns_who_comes_to_his_clients_and_nothing_else_of_her(told: World) -> None:
    assert {one["worker_name"] for one in meetings(told, M)} == {None}
    answer_all(told)
    seen = meetings(told, M)
    assert {one["worker_name"] for one in seen} == {WORKER["name"]}
    assert "@" not in json.dumps(seen)
    assert told.ask(M, "GET", f"{BASIN}/worker-identities/W1").status_code == 404
    assert meetings_of_others(told) == []


def meetings_of_others(world: World) -> list[str]:
    """What a manager is shown of clients that are not his."""
    return [one["client_id"] for one in meetings(world, M) if not one["client_id"].startswith("S1:")]


def test_each_reading_of_an_identity_is_written_down(told: World) -> None:
    answer_all(told)
    meetings(told, W)
    assert told.get(f"{BASIN}/client-identities/S1:A", M)["value"] == CLIENT
    told.get(f"{BASIN}/client-identities", C)
    read = told.get(f"{BASIN}/events?action=client-identities.read&limit=500")["items"]
    of_a = [(one["details"]["purpose"], one["kind"]) for one in read if one["target"] == "S1:A"]
    assert of_a == [(purpose, "client-identities") for purpose in ("next_visits", "read", "list")]
    assert len({one["actor"] for one in read}) == 3
    assert told.get("/v1/audit/verify", A)["first_break"] is None
    own = told.get(f"{BASIN}/events?action=client-identities.read&limit=500", M)["items"]
    assert {one["target"] for one in own} == {"S1:A", "S1:B", "S1:C"}


def test_a_refused_or_failed_reading_shows_nothing(told: World) -> None:
    for role in (W, E, F):
        assert told.ask(role, "GET", f"{BASIN}/client-identities/S1:A").status_code == 404
        assert told.get(f"{BASIN}/client-identities", role)["items"] == []
    told.service.__dict__["vault"] = Vault([new_key()])  # the right key is lost
    lost = told.ask(C, "GET", f"{BASIN}/client-identities/S1:A")
    assert (lost.status_code, lost.json()["code"]) == (503, "A502")
    assert not [mark for mark in MARKS if mark in lost.text]


def everything_kept(world: World) -> str:
    """Every cell of every table, as the database holds it."""
    with world.service.database.reading() as session:
        return "\n".join(
            str(tuple(row))
            for name in Table.metadata.tables
            for row in session.execute(text(f"SELECT * FROM {name}"))
        )


def test_no_table_holds_a_name_that_can_be_read(told: World) -> None:
    """Not the answers remembered for retries either."""
    told.ask(M, "PUT", f"{BASIN}/client-identities/S1:A", CLIENT, If_Match='"1"', Idempotency_Key="k1")
    assert (
        told.ask(M, "GET", f"{BASIN}/client-identities/S1:A", None, Idempotency_Key="k2").status_code == 200
    )
    kept = everything_kept(told)
    assert "S1:A" in kept
    assert not [mark for mark in MARKS if mark in kept]


def test_a_seal_opens_for_its_own_row_only(told: World) -> None:
    """Somebody who writes into the database puts one person's seal on another's row."""
    with told.service.database.writing() as session:
        sealed = session.get_one(ClientIdentity, ("B1", "S1:A")).sealed
        session.execute(update(ClientIdentity).where(ClientIdentity.id == "S1:B").values(sealed=sealed))
        session.commit()
    assert told.ask(C, "GET", f"{BASIN}/client-identities/S1:B").status_code == 503
    assert told.ask(C, "GET", f"{BASIN}/client-identities/S1:A").status_code == 200


def test_keys_are_changed_without_losing_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """A new key in front, everything sealed again with it, the old one away."""
    old, new = new_key(), new_key()
    url = f"sqlite:///{tmp_path / 'brigade.db'}"
    world = world_on(url, tmp_path, identity_keys=old)
    world.ask(M, "PUT", f"{BASIN}/client-identities/S1:A", CLIENT)
    monkeypatch.setenv("BRIGADE_DATABASE_URL", url)
    monkeypatch.setenv("BRIGADE_IDENTITY_KEYS", f"{new}, {old}")
    assert main(["rotate-identities"]) == 0
    assert "1 identités" in capsys.readouterr().out
    with world.service.database.reading() as session:
        row = session.get_one(ClientIdentity, ("B1", "S1:A"))
        assert Vault([new]).open(identities.place_of(row), row.sealed) == CLIENT
        with pytest.raises(Unavailable):
            Vault([old]).open(identities.place_of(row), row.sealed)
    world.service.database.close()


def test_planning_knows_pseudonyms_only(told: World) -> None:
    """Neither plans nor problems nor what anybody is told of them holds a name."""
    plan = told.get(f"{BASIN}/plans?state=published")["items"][0]["id"]
    for role in (C, M, W):
        for path in (f"plans/{plan}", "offers", "jobs", "clients", "workers", "visits", "events?limit=500"):
            answer = told.ask(role, "GET", f"{BASIN}/{path}").text
            assert not [mark for mark in MARKS if mark in answer], (role, path)


def test_names_never_enter_the_logs(told: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Written, read, refused, mistyped: what was typed stays out of the logs, and out of the trail."""
    answer_all(told)
    for path in ("next-visits", "client-identities", "client-identities/S1:A"):
        told.ask(W, "GET", f"{BASIN}/{path}")
        told.ask(M, "GET", f"{BASIN}/{path}")
    told.ask(M, "PUT", f"{BASIN}/client-identities/S1:A", CLIENT)
    told.ask(
        M,
        "PUT",
        f"{BASIN}/client-identities/S1:A",
        {**CLIENT, "entry": 4271, "contacts": [{"of": "Repérée"}]},
        If_Match='"1"',
    )
    told.ask(M, "PUT", f"{BASIN}/client-identities/Zénobie", CLIENT)
    told.ask(M, "GET", f"{BASIN}/clients?provider_id=Zénobie")
    told.service.__dict__["vault"] = Vault([new_key()])
    told.ask(M, "GET", f"{BASIN}/client-identities")
    said = capsys.readouterr()
    assert said.err.count('"event": "request"') >= 10
    assert not [mark for mark in MARKS if mark in said.err + said.out]
    assert not [mark for mark in MARKS if mark in told.ask(C, "GET", f"{BASIN}/events?limit=500").text]
