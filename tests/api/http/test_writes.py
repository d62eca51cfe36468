"""What a write promises: done once however often it is sent, never over somebody else's change, refused with
all issues."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.runtime.roles import Role
from api.store.account_tables import AuditEntry
from tests.api.conftest import World
from tests.api.small_basin import BASIN, absence

M, C = Role.MANAGER, Role.COORDINATOR


def test_a_retry_with_its_key_gets_the_first_answer(world: World) -> None:
    given = {**absence(), "id": None}
    first = world.ask(M, "POST", f"{BASIN}/absences", given, Idempotency_Key="k1")
    again = world.ask(M, "POST", f"{BASIN}/absences", given, Idempotency_Key="k1")
    assert (first.status_code, again.status_code, again.text) == (201, 201, first.text)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert len(world.get(f"{BASIN}/absences")["items"]) == 1


def test_a_key_belongs_to_one_request_of_one_account(world: World) -> None:
    assert world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1").status_code == 201
    other = world.ask(M, "POST", f"{BASIN}/absences", absence(id="ABS-2"), Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "A303")
    assert (
        world.ask(C, "POST", f"{BASIN}/absences", absence(id="ABS-3"), Idempotency_Key="k1").status_code
        == 201
    )


def test_a_refused_write_leaves_its_key_free(world: World) -> None:
    wrong = absence(interval={"start": "2026-03-09T08:00:00+01:00", "end": "2026-03-09T07:00:00+01:00"})
    assert world.ask(M, "POST", f"{BASIN}/absences", wrong, Idempotency_Key="k1").status_code == 422
    assert world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1").status_code == 201


def test_the_same_request_sent_many_times_at_once_is_done_once(world: World) -> None:
    def send(_: int) -> Any:
        return world.ask(M, "POST", f"{BASIN}/absences", {**absence(), "id": None}, Idempotency_Key="k1")

    with ThreadPoolExecutor(4) as many:
        answers = list(many.map(send, range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len(world.get(f"{BASIN}/absences")["items"]) == 1


def test_a_secret_is_told_once_even_to_a_retry(world: World) -> None:
    first = world.ask(C, "POST", "/v1/tokens", {"name": "essai"}, Idempotency_Key="k1").json()
    again = world.ask(C, "POST", "/v1/tokens", {"name": "essai"}, Idempotency_Key="k1").json()
    assert first["secret"].startswith("brg_")
    assert again == {name: value for name, value in first.items() if name != "secret"}


def test_a_change_says_which_version_it_changes(world: World) -> None:
    read = world.ask(C, "GET", f"{BASIN}/visits/V1")
    body = {**read.json()["value"], "duration_min": 50}
    assert read.headers["ETag"] == '"1"'
    assert world.ask(C, "PUT", f"{BASIN}/visits/V1", body).json()["code"] == "A302"
    changed = world.ask(C, "PUT", f"{BASIN}/visits/V1", body, If_Match='"1"')
    assert (changed.status_code, changed.headers["ETag"], changed.json()["value"]["duration_min"]) == (
        200,
        '"2"',
        50,
    )
    stale = world.ask(C, "PUT", f"{BASIN}/visits/V1", body, If_Match='"1"')
    assert (stale.status_code, stale.json()["code"]) == (412, "A301")
    assert world.ask(C, "DELETE", f"{BASIN}/visits/V1", If_Match='"1"').status_code == 412
    assert world.ask(C, "PUT", f"{BASIN}/visits/V1", body, If_Match="yes").status_code == 400


def test_of_changes_at_once_one_is_kept_and_the_others_are_told(world: World) -> None:
    body = world.get(f"{BASIN}/visits/V1")["value"]

    def send(minutes: int) -> tuple[int, int]:
        changed = {**body, "duration_min": minutes}
        return world.ask(C, "PUT", f"{BASIN}/visits/V1", changed, If_Match='"1"').status_code, minutes

    with ThreadPoolExecutor(4) as many:
        answers = sorted(many.map(send, range(41, 45)))
    assert [status for status, _ in answers] == [200, 412, 412, 412]
    assert world.get(f"{BASIN}/visits/V1")["value"]["duration_min"] == answers[0][1]


def test_creating_never_replaces(world: World) -> None:
    body = world.get(f"{BASIN}/clients/S1:A")["value"]
    taken = world.ask(C, "PUT", f"{BASIN}/clients/S1:A", body, If_None_Match="*")
    assert (taken.status_code, taken.json()["code"]) == (409, "A202")
    new = world.ask(C, "PUT", f"{BASIN}/clients/N1", {**body, "id": "N1"}, If_None_Match="*")
    assert (new.status_code, new.headers["Location"]) == (201, f"{BASIN}/clients/N1")


def test_an_id_that_no_header_holds_is_kept_and_answered(world: World) -> None:
    """The oe of « œ » stands in no header as it is: the address of what was made is written in the signs of
    addresses."""
    made = world.ask(M, "POST", f"{BASIN}/absences", absence(id="sœur 1"), Idempotency_Key="k1")
    assert (made.status_code, made.headers["Location"]) == (201, f"{BASIN}/absences/s%C5%93ur%201")
    assert world.get(made.headers["Location"])["id"] == "sœur 1"
    again = world.ask(M, "POST", f"{BASIN}/absences", absence(id="sœur 1"), Idempotency_Key="k1")
    assert (again.status_code, again.headers["Location"]) == (201, made.headers["Location"])


def test_what_others_name_is_neither_missing_nor_deleted(world: World) -> None:
    body = {**world.get(f"{BASIN}/clients/S1:A")["value"], "id": "N1", "site_id": "NOWHERE"}
    assert world.ask(C, "PUT", f"{BASIN}/clients/N1", body).json()["code"] == "P102"
    (named,) = world.ask(C, "DELETE", f"{BASIN}/clients/S1:A", If_Match='"1"').json()["issues"]
    assert (named["code"], named["hint"]) == ("A203", "retirer d’abord ce qui la désigne")


def test_a_refused_document_comes_back_with_all_its_issues(world: World) -> None:
    answer = world.ask(
        M, "POST", f"{BASIN}/absences", {"kind": "holiday", "colour": 1, "employee_id": "", "interval": 3}
    )
    problem = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert {issue["code"] for issue in problem["issues"]} == {"D101", "D102", "D103", "D104", "D108"}
    assert problem["code"] == problem["issues"][0]["code"]
    assert problem["request"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize("body", ['{"id": "a\\u0000b"}', "{", '{"provider_id": "\\ud800"}', "[]", ""])
def test_unreadable_bodies_are_refused_not_met_with_a_fault(world: World, body: str) -> None:
    headers = {"Authorization": f"Bearer {world.tokens[M]}", "Content-Type": "application/json"}
    answer = world.client.post(f"{BASIN}/absences", content=body, headers=headers)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["issues"]


def test_pages_hold_every_row_once(world: World) -> None:
    page = world.get(f"{BASIN}/visits?limit=2")
    seen = [one["id"] for one in page["items"]]
    while page["next"]:
        page = world.get(f"{BASIN}/visits?limit=2&cursor={page['next']}")
        seen += [one["id"] for one in page["items"]]
    assert seen == ["V1", "V2", "V3", "V4", "V5"]
    assert world.ask(C, "GET", f"{BASIN}/visits?cursor=%2B").status_code == 400


@pytest.mark.parametrize("sort", ["client_id", "-starts_at", "changed_at", "-id"])
def test_a_sorted_list_holds_every_row_once_whatever_its_pages(world: World, sort: str) -> None:
    """Rows that the wished order leaves equal come by id, in its direction."""
    whole = world.get(f"{BASIN}/visits?sort={sort}")["items"]
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = world.get(f"{BASIN}/visits?limit=2&sort={sort}{cursor and f'&cursor={cursor}'}")
        seen, cursor = [*seen, *page["items"]], page["next"]
    assert seen == whole

    def key(row: dict[str, Any]) -> tuple[str, str]:
        start = min(one["earliest"] for one in row["value"]["windows"])
        return {**row, **row["value"], "starts_at": start}[sort.removeprefix("-")], row["id"]

    assert [key(one) for one in seen] == sorted(map(key, seen), reverse=sort.startswith("-"))
    assert {one["id"] for one in seen} == {"V1", "V2", "V3", "V4", "V5"}


def test_an_order_that_a_list_does_not_know_is_refused_with_those_it_does(world: World) -> None:
    answer = world.ask(C, "GET", f"{BASIN}/visits?sort=colour")
    assert (answer.status_code, answer.json()["code"]) == (400, "A304")
    (issue,) = answer.json()["issues"]
    assert issue["where"] == "sort"
    known = ["changed_at", "client_id", "ends_at", "id", "provider_id", "starts_at"]
    assert all(name in issue["hint"] for name in known), issue
    # What is sealed or secret orders nothing.
    assert world.ask(Role.ADMINISTRATOR, "GET", "/v1/accounts?sort=password_hash").status_code == 400


def test_a_cursor_of_another_order_is_refused(world: World) -> None:
    page = world.get(f"{BASIN}/visits?limit=2&sort=client_id")
    for other in ("-client_id", "starts_at"):
        answer = world.ask(C, "GET", f"{BASIN}/visits?limit=2&sort={other}&cursor={page['next']}")
        assert answer.status_code == 400, other


def test_lists_are_filtered(world: World) -> None:
    assert [one["id"] for one in world.get(f"{BASIN}/visits?provider_id=S2")["items"]] == ["V4", "V5"]
    late = f"{BASIN}/visits?ends_after=2026-03-09T13:00:00%2B01:00&starts_before=2026-03-09T15:00:00%2B01:00"
    assert [one["id"] for one in world.get(late)["items"]] == ["V3", "V5"]
    nowhere = world.ask(C, "GET", f"{BASIN}/visits?ends_after=2026-03-09T13:00:00")
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "D107")


def test_a_stale_rota_is_said_to_be_stale(world: World) -> None:
    assert [one["warnings"] for one in world.get(f"{BASIN}/rota-feeds")["items"]] == [[], []]
    world.later(hours=25)
    assert [one["warnings"] for one in world.get(f"{BASIN}/rota-feeds")["items"]] == [
        ["stale_feed"],
        ["stale_feed"],
    ]


def test_every_write_leaves_its_entry_in_the_trail(world: World) -> None:
    with world.service.database.reading() as session:
        before = session.query(AuditEntry).count()
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    world.ask(M, "DELETE", f"{BASIN}/absences/ABS-1", If_Match='"1"')
    with world.service.database.reading() as session:
        new = session.query(AuditEntry).order_by(AuditEntry.seq).offset(before).all()
    assert [entry.action for entry in new] == ["absences.declared", "jobs.queued", "absences.deleted"]
    assert {entry.actor[:7] for entry in new} == {"account"}
