"""Every code that the service can answer is documented, answered to some request, and each with its status
and its route."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.http import contract, middleware
from api.operations.backup import UnusableBackup, restore
from api.runtime.roles import Role
from api.runtime.settings import Environment, Settings, UnsafeSettings
from api.store.engine import Database
from brigade.figures.funding import shipped_transfer_limit
from tests.api.access.test_rights_table import PUBLIC
from tests.api.conftest import World, world_on
from tests.api.provoking import ASKED, FAULTS, imported
from tests.api.small_basin import BASIN
from tests.sayings import foreign, refusals

C, M = Role.COORDINATOR, Role.MANAGER
PAGE = Path(__file__).resolve().parents[3] / "docs/errors.md"
STARTING = {"A001", "A002"}
"""Told to whoever starts or restores the service, before there is a request."""
ANYWHERE = {"A204", "A205", "A500"}
"""Answered where there is no operation to document them, or by a fault of ours."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One service for requests that change nothing."""
    folder = tmp_path_factory.mktemp("refusals")
    world = world_on(f"sqlite:///{folder / 'brigade.db'}", folder)
    yield world
    world.service.database.close()


def told() -> set[str]:
    return set(re.findall(r"^\| (A\d{3}) \|", PAGE.read_text("utf-8"), re.MULTILINE))


def documented(world: World) -> set[str]:
    """The codes of all operations of the OpenAPI document."""
    operations = [one for path in world.app.openapi()["paths"].values() for one in path.values()]
    return {
        code
        for one in operations
        for answer in one["responses"].values()
        for code in answer.get("x-codes", ())
    }


def test_every_code_has_a_request_that_gets_it_and_none_is_documented_in_vain(world: World) -> None:
    """Documented on some operation (or answered outside them all), provoked below, and told in
    docs/errors.md."""
    assert documented(world) | ANYWHERE == ASKED.keys() | FAULTS.keys()
    assert told() == {code for code in ASKED if code.startswith("A")} | STARTING


@pytest.mark.parametrize("code", list(ASKED))
def test_a_code_comes_with_its_status_the_common_body_and_the_language_asked_for(
    world: World, code: str
) -> None:
    """What was sent stands between quotes; the titles of French texts are French."""
    world.client.headers["Accept-Language"] = "en-GB, fr;q=0.4"
    status, ask = ASKED[code]
    refused = ask(world)
    body = refused.json()
    assert (refused.status_code, body["code"], body["status"]) == (status, code, status), refused.text
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert body["request"] == refused.headers["X-Request-ID"]
    assert code in [issue["code"] for issue in body["issues"]]
    assert all(issue[name] for issue in body["issues"] for name in ("code", "where", "what", "hint"))
    said = [body["title"], *(one[name] for one in body["issues"] for name in ("where", "what", "hint"))]
    text = shipped_transfer_limit().source
    assert {sentence: found for sentence in said if (found := foreign(sentence, "en", [text]))} == {}


def piecemeal(
    world: World, path: str, piece: bytes, method: str = "POST", **headers: str
) -> tuple[int, bytes, int]:
    """A body that comes in a hundred pieces and announces no length: status, answer, and how many were
    read."""
    pieces, said = iter(range(100)), list[Any]()

    async def receive() -> dict[str, Any]:
        next(pieces)
        return {"type": "http.request", "body": piece, "more_body": True}

    async def send(message: Any) -> None:
        said.append(message)

    route = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "query_string": b"",
    }
    named = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    plain = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked"), *named]
    asyncio.run(world.app({**route, "headers": plain}, receive, send))
    return said[0]["status"], said[1]["body"], next(pieces)


def test_a_body_of_unknown_length_is_cut_off_where_it_grows_too_large(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen kilobytes of a stranger, three here; of whoever is known more."""
    monkeypatch.setattr(middleware, "LARGEST_OF_STRANGERS", 3_000)
    monkeypatch.setattr(middleware, "LARGEST_DOCUMENT", 5_000)
    status, body, read = piecemeal(world, "/v1/sessions", b" " * 1_000)
    assert (status, b"A307" in body, read) == (413, True, 4)
    known = {"Authorization": f"Bearer {world.tokens[C]}"}
    status, body, read = piecemeal(world, f"{BASIN}/absences", b" " * 1_000, **known)
    assert (status, b"A307" in body, read) == (413, True, 6)


def test_nothing_of_a_strangers_body_is_read_where_an_account_is_asked(world: World) -> None:
    for headers in ({}, {"Authorization": "Bearer brg_invented"}, {"Cookie": "brigade_session=invented"}):
        status, body, read = piecemeal(world, f"{BASIN}/absences", b" " * 1_000, **headers)
        assert (status, b"A101" in body, read) == (401, True, 0)


def test_a_document_of_lists_within_lists_is_cut_off(world: World) -> None:
    """Ten thousand empty lists a piece: refused at the sixth, long before it is parsed."""
    known = {"Authorization": f"Bearer {world.tokens[M]}"}
    status, body, read = piecemeal(world, f"{BASIN}/absences", b"[] " * 10_000, **known)
    assert (status, b"A307" in body, read) == (413, True, 6)


def test_a_body_that_is_cut_off_is_refused_in_the_language_asked_for(world: World) -> None:
    known = {"Authorization": f"Bearer {world.tokens[M]}"}
    for lang, said in (("fr", "listes et objets"), ("en", "lists and objects")):
        _, body, _ = piecemeal(
            world, f"{BASIN}/absences", b"[] " * 10_000, **known, **{"Accept-Language": lang}
        )
        (issue,) = json.loads(body)["issues"]
        assert (issue["where"], issue["code"]) == ("document", "A307")
        assert issue["what"].endswith(said)


def test_a_document_of_many_values_is_cut_off(world: World) -> None:
    """Ten thousand numbers a piece: twenty thousand may stand in a document, a hundred thousand in a rota."""
    known = {"Authorization": f"Bearer {world.tokens[M]}"}
    for method, path, pieces in (("POST", f"{BASIN}/absences", 3), ("PUT", f"{BASIN}/rota-feeds/S1", 11)):
        status, body, read = piecemeal(world, path, b"1," * 10_000, method, **known)
        assert (status, b"A307" in body, read) == (413, True, pieces), path


WRONG = {
    "deep": "[" * 20_000 + "]" * 20_000,
    "numbers": ",".join(["1"] * 9_000),
    "huge numbers": ",".join(["9" * 4_000] * 20),
    "no fields": ",".join(["{}"] * 9_000),
    "unknown fields": ",".join('{"visit": "V1", "employee": "A-1", "begin": 1}' for _ in range(900)),
    "unknown visits": ",".join(
        f'{{"visit_id": "N{number}", "employee_id": "A-9", "start": "2026-03-09T08:00:00+01:00"}}'
        for number in range(900)
    ),
}
"""Entries of a rota that are read, and refused one by one."""


@pytest.mark.parametrize("kind", list(WRONG))
def test_what_is_wrong_with_thousands_of_rows_is_told_of_the_first_hundred(world: World, kind: str) -> None:
    """To find words for each would take minutes, and the answer would be larger than the body."""
    head = '{"provider_id": "S1", "received_at": "2026-03-09T06:00:00+01:00", "entries": ['
    etag = world.ask(M, "GET", f"{BASIN}/rota-feeds/S1").headers["ETag"]
    known = {
        "Authorization": f"Bearer {world.tokens[M]}",
        "Content-Type": "application/json",
        "If-Match": etag,
    }
    answer = world.client.put(f"{BASIN}/rota-feeds/S1", content=f"{head}{WRONG[kind]}]}}", headers=known)
    issues = answer.json()["issues"]
    if kind == "deep":
        assert (answer.status_code, issues[0]["code"]) == (400, "A304")
        return
    more = ["d’autres fautes après ces 100"] if len(issues) == 101 else []
    assert (answer.status_code, [one["what"] for one in issues[100:]]) == (422, more)
    assert len(issues) == (20 if kind == "huge numbers" else 101)
    assert issues[0]["where"].endswith(
        ("entries[0]", "entries[0].visit_id", "entries[0].employee_id", "entries[0].employee")
    )


def test_names_of_megabytes_are_not_repeated(world: World) -> None:
    answer = world.ask(M, "POST", f"{BASIN}/absences", {"x" * 200_000: 1, "employee_id": "y" * 50_000})
    assert (answer.status_code, len(answer.text) < 5_000) == (422, True)
    assert "D102" in {one["code"] for one in answer.json()["issues"]}


def test_an_invented_token_waits_for_no_writer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked up in a transaction that only reads: the one that writes is never begun."""

    def never(self: Any) -> Any:
        raise AssertionError("a writing transaction for somebody unknown")

    monkeypatch.setattr(type(world.service.database), "writing", never)
    answer = world.client.post(f"{BASIN}/absences", json={}, headers={"Authorization": "Bearer brg_invented"})
    assert (answer.status_code, answer.json()["code"]) == (401, "A101")


@pytest.mark.parametrize("code", list(FAULTS))
def test_whatever_is_wrong_with_an_import_is_told_by_its_code(
    opened: World, tmp_path: Path, code: str
) -> None:
    refused = imported(opened, FAULTS[code].spoil(tmp_path))
    assert refused.status_code == 422, refused.text
    assert code in [issue["code"] for issue in refused.json()["issues"]]


def test_a_code_has_one_status() -> None:
    asked = {code: status for code, (status, _) in ASKED.items() if code not in ANYWHERE}
    assert {code: contract.status_of(code) for code in asked} == asked


def test_the_service_does_not_start_with_unsafe_settings(tmp_path: Path) -> None:
    """A001, with every fault at once."""
    unsafe = Settings(
        environment=Environment.PRODUCTION,
        demo_file=tmp_path / "demo.json",
        argon2_memory_kib=8,
        public_url="http://brigade.fr",
    )
    with pytest.raises(UnsafeSettings) as refused:
        unsafe.refuse_unsafe()
    assert {issue.code for issue in refusals(refused)} == {"A001"}
    places = {issue.where for issue in refusals(refused)}
    assert {
        "BRIGADE_SECRET",
        "BRIGADE_PUBLIC_URL",
        "BRIGADE_DEMO_FILE",
        "BRIGADE_ARGON2_MEMORY_KIB",
    } <= places


def test_a_file_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    """A002."""
    (tmp_path / "file").write_text("nothing", "ascii")
    database = Database(f"sqlite:///{tmp_path / 'brigade.db'}")
    with pytest.raises(UnusableBackup, match="A002"):
        restore(database, tmp_path / "file")
    database.close()


def test_every_route_documents_its_codes_and_no_status_without_one(world: World) -> None:
    """Beside its answers: each refusal names its codes, and its body is the common one."""
    document = world.client.get("/v1/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and "x-codes" in answer:
                    assert answer["content"]["application/problem+json"]["schema"]["$ref"].endswith(
                        "/ProblemBody"
                    )
                elif int(status) >= 400:
                    assert (path, status) == ("/readyz", "503"), f"{method} {path} {status} names no code"
            told = {code for answer in operation["responses"].values() for code in answer.get("x-codes", ())}
            assert {"A501", "A307"} <= told
            assert ("A101" in told) != (f"{method.upper()} {path}" in PUBLIC), f"{method} {path}"
