"""What GET answers can be PUT back, of everything that has both; and what is the service's own is not changed
that way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from api.runtime.roles import Role
from api.shapes.cycle_requests import ENVELOPE
from tests.api.conftest import World, wish
from tests.api.provoking import MAPPED
from tests.api.small_basin import BASIN, absence, meeting

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER
HOOK = {"url": "https://saad.example.org/brigade", "events": ["plans.published"], "active": False}
MOMENT = ("warnings",)
"""What an answer says of the hour it is given at: taken back, whatever it is."""


@pytest.fixture
def things(world: World) -> Mapping[str, str]:
    """One of each thing that is both read and written, by the template of its address; whose it is to
    write."""
    car = {"id": "CLIO", "name": "Clio", "site_id": "A"}
    wish(world, replan="on_request", vehicles=[car])
    for role, path, body in (
        (C, "links/K1", {"kind": "different_workers", "first": "V1", "second": "V2"}),
        (C, "work-blocks/R-01", meeting()),
        (C, "contacts/worker:W1", {"id": "worker:W1", "email": "w1@example.org"}),
        (C, "client-identities/S1:A", {"name": "Mme Exemple", "entry": "code 4271"}),
        (C, "worker-identities/W1", {"name": "Mme Essai"}),
        (C, "employee-identities/A-1", {"name": "Mme Modèle"}),
        (C, "mappings/planning", MAPPED),
    ):
        assert world.ask(role, "PUT", f"{BASIN}/{path}", body).status_code == 201, path
    world.ask(M, "POST", f"{BASIN}/absences", absence(reason="familial"))
    assert world.publish(world.propose()).status_code == 200
    world.later(hours=3)
    assert world.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": True, "worker_id": "W1"}).status_code == 201
    hook = world.ask(C, "POST", f"{BASIN}/webhooks", HOOK).json()["id"]
    account = next(one["id"] for one in world.get("/v1/accounts", A)["items"] if one["role"] == "manager")
    names = {
        "providers": "S1",
        "sites": "A",
        "employers": "E1",
        "employees": "A-1",
        "clients": "S1:A",
        "workers": "W1",
    }
    names |= {
        "visits": "V1",
        "links": "K1",
        "rota-feeds": "S1",
        "funding-lines": "F1",
        "work-blocks": "R-01",
        "absences": "ABS-1",
        "webhooks": hook,
    }
    names |= {
        "contacts": "worker:W1",
        "client-identities": "S1:A",
        "worker-identities": "W1",
        "employee-identities": "A-1",
        "mappings": "planning",
    }
    found = {f"/v1/basins/{{basin_id}}/{kind}/{{id}}": f"{BASIN}/{kind}/{id}" for kind, id in names.items()}
    found["/v1/basins/{basin_id}/workers/{id}/availability"] = f"{BASIN}/workers/W1/availability"
    found["/v1/basins/{basin_id}/providers/{id}/sectors"] = f"{BASIN}/providers/S1/sectors"
    found["/v1/basins/{basin_id}/providers/{id}/swap-notice"] = f"{BASIN}/providers/S1/swap-notice"
    found["/v1/basins/{basin_id}/vehicles/{id}"] = f"{BASIN}/vehicles/CLIO"
    return {**found, "/v1/basins/{basin_id}": BASIN, "/v1/accounts/{id}": f"/v1/accounts/{account}"}


@pytest.mark.parametrize("model", ["sqlite"], indirect=True)
def test_whatever_is_read_can_be_sent_back_whole_and_changes_nothing(
    world: World, things: Mapping[str, str]
) -> None:
    """By whoever reads it; its version and the trail stay as they were. Then each field of the service's own,
    changed: refused by its name."""
    paths = world.app.openapi()["paths"]
    both = {path for path, asked in paths.items() if {"get", "put"} <= asked.keys()}
    assert both == things.keys(), "a new thing that is read and written: make one above"
    unequal, passed = [], []
    for path, where in things.items():
        role = A if "accounts" in path else C
        told = world.ask(role, "GET", where)
        before = told.json()
        back = world.ask(role, "PUT", where, before, If_Match=told.headers["ETag"])
        after = world.ask(role, "GET", where)
        if back.status_code != 200 or of_any_moment(after.json()) != of_any_moment(before):
            unequal.append((where, back.status_code, back.text[:300], after.text[:300]))
        for name in read_only(before):
            changed = {**after.json(), name: "2001-01-01T00:00:00+00:00"}
            refused = world.ask(role, "PUT", where, changed, If_Match=after.headers["ETag"])
            codes = [
                (one["code"], one["where"].rpartition(".")[2]) for one in refused.json().get("issues", ())
            ]
            if codes != [("A309", name)]:
                passed.append((where, name, refused.text[:200]))
        assert world.ask(role, "GET", where).json() == after.json()
    assert (unequal, passed) == ([], [])


def of_any_moment(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in MOMENT}


def read_only(answer: Mapping[str, Any]) -> list[str]:
    """What no request of that thing writes: of an envelope all but the value; else what is told only."""
    if "value" in answer:
        return sorted(ENVELOPE & answer.keys() - {"value", *MOMENT})
    derived = ("id", "version", "created_at", "plan_id", "visit_id", "cents", "state", "rotated_at")
    return [name for name in derived if name in answer]


@pytest.mark.parametrize("model", ["sqlite"], indirect=True)
def test_outcomes_are_read_in_a_list_and_sent_back_one_by_one(
    world: World, things: Mapping[str, str]
) -> None:
    """They have no address of their own to read at."""
    (told,) = world.get(f"{BASIN}/outcomes")["items"]
    later = {**told, "ends_at": "2026-03-09T09:30:00+01:00"}
    assert (
        world.ask(C, "PUT", f"{BASIN}/outcomes/V1", later, If_Match=f'"{told["version"]}"').status_code == 200
    )
    (after,) = world.get(f"{BASIN}/outcomes")["items"]
    assert after["ends_at"] == "2026-03-09T09:30:00+01:00"
    refused = world.ask(
        C, "PUT", f"{BASIN}/outcomes/V1", {**after, "cents": 1}, If_Match=f'"{after["version"]}"'
    )
    assert [(one["code"], one["where"]) for one in refused.json()["issues"]] == [
        ("A309", "outcomes.V1.cents")
    ]
    same = world.ask(C, "PUT", f"{BASIN}/outcomes/V1", after, If_Match=f'"{after["version"]}"')
    assert (same.status_code, same.json()) == (200, after)


@pytest.mark.parametrize("model", ["sqlite"], indirect=True)
def test_sending_back_what_one_may_not_see_or_say_erases_nothing(
    world: World, things: Mapping[str, str]
) -> None:
    """The coordinator never sees the reason of an absence, and no call says what an import told of it."""
    with world.service.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE absences SET body = json_set(body, '$.cause', 'sudden_worsening') WHERE id = 'ABS-1'"
        )
        session.commit()
    told = world.ask(C, "GET", f"{BASIN}/absences/ABS-1")
    assert ("reason" in told.json()["value"], told.json()["value"]["cause"]) == (False, "sudden_worsening")
    assert (
        world.ask(C, "PUT", f"{BASIN}/absences/ABS-1", told.json(), If_Match=told.headers["ETag"]).status_code
        == 200
    )
    seen = world.get(f"{BASIN}/absences/ABS-1", M)["value"]
    assert (seen["reason"], seen["cause"]) == ("familial", "sudden_worsening")


@pytest.mark.parametrize("model", ["sqlite"], indirect=True)
def test_a_new_thing_repeats_nothing_and_another_offset_is_the_same_instant(world: World) -> None:
    told = world.ask(C, "GET", f"{BASIN}/visits/V1")
    copied = {**told.json(), "id": "V9", "value": {**told.json()["value"], "id": "V9"}}
    refused = world.ask(C, "PUT", f"{BASIN}/visits/V9", copied)
    assert [one["code"] for one in refused.json()["issues"]] == ["A309"]
    assert (
        world.ask(C, "PUT", f"{BASIN}/visits/V9", {"id": "V9", "value": copied["value"]}).status_code == 201
    )
    moved = datetime.fromisoformat(told.json()["changed_at"]).astimezone(UTC).isoformat()
    back = world.ask(
        C, "PUT", f"{BASIN}/visits/V1", {**told.json(), "changed_at": moved}, If_Match=told.headers["ETag"]
    )
    assert back.status_code == 200, back.text


def test_an_accord_leaves_what_it_was_in_the_trail(world: World) -> None:
    """Whoever asks later by which accord a day was lawful reads what it was, what it became, who changed it
    and when."""
    agreed = [{"NIGHT_WINDOW.from": {"value": minutes}} for minutes in (1260, 1290)]
    for accords in agreed:
        row = world.ask(C, "GET", f"{BASIN}/providers/S1")
        body = {**row.json()["value"], "accords": accords}
        done = world.ask(C, "PUT", f"{BASIN}/providers/S1", body, If_Match=row.headers["ETag"])
        assert done.status_code == 200, done.text
    found = world.get(f"{BASIN}/events?action=providers.changed")["items"]
    first, second = sorted(found, key=lambda one: one["details"]["version"])
    assert (first["details"]["accords"], second["details"]["accords"]) == ([None, agreed[0]], agreed)
    assert first["actor"].startswith("account-")
