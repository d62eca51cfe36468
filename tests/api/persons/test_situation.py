"""Where each visit at risk stands, from the declaration to whoever comes, as its own provider reads it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from api.plans.own_reasons import NOT_EXAMINED
from api.runtime.roles import Role
from api.store.cycle_tables import Plan
from brigade.words import word
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence

C, M, W = Role.COORDINATOR, Role.MANAGER, Role.WORKER
WHERE = f"{BASIN}/absences/ABS-1"


@pytest.fixture
def away(world: World) -> World:
    """A-1 is away, and people have names."""
    for kind, id, name in (
        ("client-identities", "S1:A", "Mme Alpha"),
        ("client-identities", "S1:B", "M. Bêta"),
        ("employee-identities", "A-1", "Hélène Exemple"),
        ("worker-identities", "W1", "Wanda Essai"),
        ("worker-identities", "W2", "Wilma Essai"),
        ("worker-identities", "W3", "Wera Essai"),
    ):
        assert world.ask(C, "PUT", f"{BASIN}/{kind}/{id}", {"name": name}).status_code == 201
    assert world.ask(M, "POST", f"{BASIN}/absences", absence()).status_code == 201
    return world


def states(world: World, role: Role = M) -> dict[str, str]:
    return {one["visit_id"]: one["state"] for one in visits(world, role)}


def visits(world: World, role: Role = M) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.get(f"{WHERE}/situation", role)["visits"]
    return found


def published(world: World) -> None:
    world.search()
    (proposal,) = world.get(f"{BASIN}/plans?state=proposed")["items"]
    assert world.publish(proposal).status_code == 200


def nobody_works(world: World) -> None:
    for worker in ("W1", "W2", "W3"):
        row = world.ask(C, "GET", f"{BASIN}/workers/{worker}")
        body = {**row.json()["value"], "availability": []}
        world.ask(C, "PUT", f"{BASIN}/workers/{worker}", body, If_Match=row.headers["ETag"])


def test_a_visit_goes_from_the_search_to_who_comes(away: World) -> None:
    """Declared, proposed, published, accepted: one state each, and the name only once she said yes."""
    assert states(away) == dict.fromkeys(("V1", "V2", "V3"), "searching")
    assert [one["client_name"] for one in visits(away)] == ["Mme Alpha", "M. Bêta", None]
    away.search()
    assert set(states(away).values()) == {"proposed"}
    published(away)
    (first, *_) = visits(away)
    assert (first["state"], first["worker_name"]) == ("offered", None)
    assert first["reply_by"].startswith("2026-03-09T07:")
    for offer in away.get(f"{BASIN}/offers?state=offered")["items"]:
        answer = away.ask(C, "POST", f"{BASIN}/offers/{offer['id']}/answer", {"reply": "accept"})
        assert answer.status_code == 200, answer.text
    assert set(states(away).values()) == {"accepted"}
    assert {one["worker_name"] for one in visits(away)} <= {"Wanda Essai", "Wilma Essai", "Wera Essai"}


def test_a_visit_that_nobody_can_do_says_why(away: World) -> None:
    nobody_works(away)
    away.search()
    first = visits(away)[0]
    assert first["state"] == "uncovered"
    assert first["sentences"]
    assert not [one for one in ("W1", "Wanda") if one in str(first["sentences"])]


def test_a_search_that_found_nobody_is_told_before_its_reasons(away: World) -> None:
    """The reasons of the gravest come with the plan, those of the others after it: meanwhile it is not said
    that nobody is sought."""
    nobody_works(away)
    away.search()
    unexamined = [{"visit_id": id, "reasons": [{"code": NOT_EXAMINED, "values": {}}]} for id in states(away)]
    with away.service.database.writing() as session:
        plan = session.scalars(select(Plan)).one()
        plan.document = {**plan.document, "uncovered": unexamined}
        session.commit()
    assert {tuple(one["sentences"]) for one in visits(away)} == {(word("situation.nobody_found", "fr"),)}


def test_wishes_of_many_visits_are_one_write_and_one_search(away: World) -> None:
    before = len(away.get(f"{BASIN}/jobs")["items"])
    told = away.ask(M, "POST", f"{WHERE}/wishes", {"visits": {"V1": True, "V2": False, "V3": False}})
    assert told.status_code == 200, told.text
    assert [one["state"] for one in told.json()["visits"]] == ["searching", "not_wanted", "not_wanted"]
    assert len(away.get(f"{BASIN}/jobs")["items"]) == before  # the one that waits will see it
    refused = away.ask(M, "POST", f"{WHERE}/wishes", {"visits": {"V2": True, "V4": False}})
    assert (refused.status_code, [one["where"] for one in refused.json()["issues"]]) == (422, ["visits.V4"])
    assert states(away)["V2"] == "not_wanted"


def test_a_situation_is_its_own_providers_and_coordinators(away: World) -> None:
    assert states(away, C) == states(away)
    for role in (W, Role.EMPLOYER, Role.FUNDER):
        assert away.ask(role, "GET", f"{WHERE}/situation").status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"), [("helene", ["A-1"]), ("EXEMPLE hé", ["A-1"]), ("a-1", ["A-1"]), ("bêta", [])]
)
def test_a_name_is_found_by_its_words_without_case_or_accents(
    away: World, asked: str, found: list[str]
) -> None:
    told = away.get(f"{BASIN}/employee-identities?q={asked}", M)["items"]
    assert [one["id"] for one in told] == found
    read = away.get(f"{BASIN}/events?action=employee-identities.read&limit=50")["items"]
    assert [one["target"] for one in read] == found  # only those that were shown


def test_only_its_own_manager_reads_who_an_employee_is(away: World) -> None:
    away.ask(C, "PUT", f"{BASIN}/employee-identities/A-2", {"name": "Paule Autre"})
    assert [one["id"] for one in away.get(f"{BASIN}/employee-identities", M)["items"]] == ["A-1"]
    assert away.ask(M, "GET", f"{BASIN}/employee-identities/A-2").status_code == 404
