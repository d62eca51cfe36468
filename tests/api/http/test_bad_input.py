"""What is sent by mistake or on purpose: refused with its place, the value met and a way out in French, never
a fault."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from api.runtime.roles import Role
from tests.api.conftest import PASSWORD, World
from tests.api.small_basin import BASIN, absence

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER
ENGLISH = re.compile(r"\b(?:should|input|invalid|error|must|not|found|match|string|value)\b", re.IGNORECASE)
MADE = "plan-0199a7c1f3e2-9f2c4e1ab7d03355"


FILES = {"text/csv", "application/zip"}


def writes(world: World) -> list[tuple[str, str]]:
    """Every method and address that takes a document and no file, with ids that nobody has."""
    paths = world.app.openapi()["paths"]
    named = {"{basin_id}": "B1", "{id}": MADE, "{delivery_id}": MADE}
    found = []
    for path, operations in paths.items():
        address = re.sub(r"\{\w+\}", lambda one: named.get(one[0], "x"), path)
        asked = [
            (method, one["requestBody"]["content"])
            for method, one in operations.items()
            if "requestBody" in one
        ]
        found += [(method, address) for method, kinds in asked if kinds.keys().isdisjoint(FILES)]
    return found


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "application/xml", None])
def test_a_body_not_announced_as_json_is_told_so_by_every_route(world: World, kind: str | None) -> None:
    """`curl -d` alone announces a form."""
    known = {"Authorization": f"Bearer {world.tokens[A]}", "If-Match": '"1"'}
    headers = known if kind is None else {**known, "Content-Type": kind}
    for method, address in writes(world):
        if "/answers/" in address or "/tours/" in address:  # takes the form of its page
            continue
        answer = world.client.request(method, address, content=b"{}", headers=headers)
        told = answer.json()["issues"][0]
        assert (answer.status_code, told["code"], told["where"]) == (400, "A304", "Content-Type"), (
            method,
            address,
            told,
        )
        assert told["hint"] == "Content-Type: application/json"


UNSEEN = ("a\u202eb", "a\u200bb", "a\x07b", "a\u2028b")
WRITTEN: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", "/v1/tokens", {"scopes": ["read"]}, "name"),
    ("POST", "/v1/accounts", {"role": "administrator", "password": "correct horse battery"}, "login"),
    ("POST", f"{BASIN}/incidents", {"kind": "client_away", "client_id": "S1:A", "cause": "absent"}, "reason"),
    ("POST", f"{BASIN}/offers/{MADE.replace('plan', 'offer')}/answer", {"reply": "decline"}, "said_by"),
    ("PUT", f"{BASIN}/worker-identities/W1", {}, "name"),
]


@pytest.mark.parametrize(("method", "path", "body", "field"), WRITTEN)
def test_a_text_that_shows_something_else_than_it_holds_is_refused(
    world: World, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    """Whoever reads it later, in a page or in a letter, would be shown a text that nobody wrote."""
    texts = UNSEEN if field == "reason" else (*UNSEEN, "a\nb")
    for text in texts:
        answer = world.ask(A, method, path, {**body, field: text})
        told = [(one["code"], one["where"]) for one in answer.json()["issues"]]
        assert (answer.status_code, told) == (422, [("D109", field)]), (text, answer.text)


def test_a_reason_of_blanks_is_none(world: World) -> None:
    body = {"kind": "client_away", "client_id": "S1:A", "cause": "absent", "reason": " \n "}
    told = world.ask(A, "POST", f"{BASIN}/incidents", body).json()["issues"]
    assert [(one["code"], one["where"]) for one in told] == [("D108", "reason")]


def test_what_parts_a_reason_in_lines_is_taken(world: World) -> None:
    body = {
        "kind": "client_away",
        "client_id": "S1:A",
        "cause": "absent",
        "reason": "première ligne\nseconde",
    }
    assert world.ask(A, "POST", f"{BASIN}/incidents", body).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'"text"',
        b"3",
        b"null",
        b'{"id": "\\ud800"}',
        b"[" * 100_000,
        b'{"id": ' + b"9" * 5000 + b"}",
    ],
)
def test_bodies_that_are_no_document_are_refused_in_french(world: World, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {world.tokens[M]}", "Content-Type": "application/json"}
    answer = world.client.post(f"{BASIN}/absences", content=body, headers=headers)
    assert answer.status_code in (400, 413, 422), answer.text
    assert english_of(answer.json()) == []


@pytest.mark.parametrize(
    ("address", "code", "hint"),
    [
        ("plans?limit=many", "D103", "un nombre entier"),
        ("plans?first_day=2026-02-30", "D106", "une date qui existe, comme « 2026-03-09 »"),
        ("plans?first_day=09/03/2026", "D106", "une date comme « 2026-03-09 »"),
        ("plans/plan-7", "D109", "un identifiant donné par le service, tel quel"),
        ("visits/a%7Cb", "D109", "un identifiant sans espace au bord ni « , ; | / »"),
        (f"plans/{MADE}/candidates", "D101", "ajouter « visit_id »"),
    ],
)
def test_what_an_address_holds_is_refused_with_what_to_write_instead(
    world: World, address: str, code: str, hint: str
) -> None:
    answer = world.ask(C, "GET", f"{BASIN}/{address}")
    told = answer.json()["issues"][0]
    assert (answer.status_code, told["code"], told["hint"]) == (422, code, hint)


@pytest.mark.parametrize(
    ("path", "body", "code", "hint"),
    [
        ("absences", absence(id="a|b"), "D109", "un identifiant sans espace au bord ni « , ; | / »"),
        ("releases", {"days": []}, "D108", "au moins 1 élément"),
        ("jobs", {"first_day": "2026-03-09", "days": 15}, "D105", "au plus 14"),
    ],
)
def test_what_a_body_holds_is_refused_with_what_to_write_instead(
    world: World, path: str, body: Any, code: str, hint: str
) -> None:
    issues = world.ask(C, "POST", f"{BASIN}/{path}", body).json()["issues"]
    assert (code, hint) in {(one["code"], one["hint"]) for one in issues}, issues


def test_only_an_import_may_be_large(world: World) -> None:
    """And a rota larger than other documents."""
    known = {"Authorization": f"Bearer {world.tokens[C]}"}
    large = {"Content-Length": "2000001", **known}
    for path, method, length, most in (
        ("absences", "POST", "256001", "au plus 256 ko"),
        ("rota-feeds/S1", "PUT", "2000001", "au plus 2 Mo"),
    ):
        headers = {**known, "Content-Length": length}
        refused = world.client.request(method, f"{BASIN}/{path}", headers=headers).json()["issues"][0]
        assert (refused["code"], refused["hint"]) == ("A307", most)
    assert world.client.post(f"{BASIN}/imports", headers=large).json()["code"] != "A307"


def test_an_archive_without_tables_does_not_tell_where_it_was_unpacked(world: World) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("notes.txt", "rien")
    headers = {"Authorization": f"Bearer {world.tokens[C]}", "Content-Type": "application/zip"}
    told = world.client.post(f"{BASIN}/imports", content=packed.getvalue(), headers=headers).json()["issues"]
    assert [(one["code"], one["where"]) for one in told] == [("C001", "import.zip")]


def test_addresses_and_methods_that_do_not_exist_are_told_in_french(world: World) -> None:
    nowhere, unknown = world.ask(C, "GET", "/v1/nowhere"), world.ask(C, "PATCH", f"{BASIN}/visits")
    assert (nowhere.status_code, unknown.status_code) == (404, 405)
    assert english_of(nowhere.json()) + english_of(unknown.json()) == []


def test_a_refused_password_is_not_repeated(world: World) -> None:
    """What an answer quotes ends in the logs of programs."""
    given = {"login": "somebody", "role": "funder", "password": "secret-7"}
    short = world.ask(A, "POST", "/v1/accounts", given)
    issue = short.json()["issues"][0]
    assert (issue["where"], issue["what"], issue["hint"]) == (
        "password",
        "(non répété)",
        "au moins 12 caractères",
    )
    bare = world.client.post("/v1/sessions", content=json.dumps({"login": "manager", "password": PASSWORD}))
    assert bare.status_code == 400
    assert PASSWORD not in bare.text
    assert "secret-7" not in short.text


def test_a_write_without_its_word_is_told_what_to_send(world: World) -> None:
    world.client.post("/v1/sessions", json={"login": "manager", "password": PASSWORD})
    answer = world.client.post(f"{BASIN}/absences", json=absence())
    told = answer.json()["issues"][0]
    assert (answer.status_code, told["code"], told["where"]) == (403, "A103", "X-CSRF-Token")
    assert "csrf" in told["hint"]


def english_of(problem: dict[str, Any]) -> list[str]:
    """The sentences of a refusal that are not French."""
    said = [one[part] for one in problem["issues"] for part in ("what", "hint")]
    return [one for one in said if ENGLISH.search(one)]
