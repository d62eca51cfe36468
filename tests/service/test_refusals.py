"""Every code of the service that docs/errors.md tells is answered to some request, and each with its status and its route."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from api import contract, middleware
from api.access import Role
from api.settings import Environment, Settings, UnsafeSettings
from api.store import engine
from api.store.backup import UnusableBackup, restore
from api.store.data import Basin
from api.store.engine import Database
from tests.service.basin import BASIN, absence, document
from tests.service.conftest import World, wish
from tests.service.test_access import PUBLIC

A, C, M, W = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER, Role.WORKER
PAGE = Path(__file__).resolve().parents[2] / "docs/errors.md"
STARTING = {"A001", "A002"}
"""Told to whoever starts or restores the service, before there is a request."""
LINK = {"kind": "different_workers", "first": "V1", "second": "V2"}
NOBODY = {"login": "nobody", "password": "not-the-password"}


def login(world: World) -> Response:
    return world.client.post("/v1/sessions", json=NOBODY)


def guessing(world: World) -> Response:
    return [login(world) for _ in range(6)][-1]


def twice(world: World) -> Response:
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    return world.ask(M, "POST", f"{BASIN}/absences", absence())


def nameless(world: World) -> Response:
    body = {**world.get(f"{BASIN}/clients/S1:A")["value"], "id": "N1", "site_id": "NOWHERE"}
    return world.ask(C, "PUT", f"{BASIN}/clients/N1", body)


def change(world: World, **headers: str) -> Response:
    body = world.get(f"{BASIN}/visits/V1")["value"]
    return world.ask(C, "PUT", f"{BASIN}/visits/V1", {**body, "duration_min": 50}, **headers)


def key_of_another(world: World) -> Response:
    world.ask(M, "POST", f"{BASIN}/absences", absence(), Idempotency_Key="k1")
    return world.ask(M, "POST", f"{BASIN}/absences", absence(id="ABS-2"), Idempotency_Key="k1")


def backwards(world: World) -> Response:
    around = {"start": "2026-03-09T08:00:00+01:00", "end": "2026-03-09T07:00:00+01:00"}
    return world.ask(M, "POST", f"{BASIN}/absences", absence(interval=around))


def to_another_basin(world: World) -> Response:
    given = document()
    return world.ask(C, "POST", f"{BASIN}/imports", {**given, "basin": {**given["basin"], "id": "B2"}})


def huge(world: World) -> Response:
    return world.client.get("/v1/basins", headers={"Content-Length": str(middleware.LARGEST_BODY + 1)})


def published(world: World) -> dict[str, Any]:
    wish(world, replan="on_request")
    world.ask(M, "POST", f"{BASIN}/absences", absence())
    plan = world.propose()
    assert world.publish(plan).status_code == 200
    return plan


def published_again(world: World) -> Response:
    return world.publish({**published(world), "version": 2})


def answer(world: World, *replies: str) -> Response:
    published(world)
    offer = world.get(f"{BASIN}/offers")["items"][0]["id"]
    return [world.ask(C, "POST", f"{BASIN}/offers/{offer}/answer", {"reply": reply}) for reply in replies][-1]


def locked(world: World) -> Response:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "BUSY_S", 0.1)
        held, world.service.database = world.service.database, Database(world.service.database.url)
        with held.writing() as holder:
            holder.get(Basin, "B1", with_for_update=True)
            refused = world.ask(C, "PUT", BASIN, world.get(BASIN)["value"], If_Match='"2"')
        world.service.database.close()
        world.service.database = held
    return refused


def broken(world: World) -> Response:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.cycle.absences.visits_at_risk", None)
        return world.ask(M, "POST", f"{BASIN}/absences", absence())


ASKED: dict[str, tuple[int, Callable[[World], Response]]] = {
    "A101": (401, lambda world: world.ask(None, "GET", "/v1/basins")),
    "A102": (401, login),
    "A103": (403, lambda world: world.ask(M, "PUT", f"{BASIN}/links/K1", LINK)),
    "A105": (429, guessing),
    "A201": (404, lambda world: world.ask(C, "GET", f"{BASIN}/visits/V9")),
    "A202": (409, twice),
    "A203": (409, nameless),
    "A204": (404, lambda world: world.ask(C, "GET", "/v1/nowhere")),
    "A205": (405, lambda world: world.ask(C, "PATCH", BASIN)),
    "A301": (412, lambda world: change(world, If_Match='"7"')),
    "A302": (428, change),
    "A303": (422, key_of_another),
    "A304": (400, lambda world: world.ask(C, "GET", f"{BASIN}/visits?cursor=%2B")),
    "A305": (422, backwards),
    "A306": (422, to_another_basin),
    "A307": (413, huge),
    "A401": (409, published_again),
    "A402": (410, lambda world: world.client.get("/v1/answers/forged")),
    "A403": (409, lambda world: answer(world, "accept", "decline")),
    "A404": (409, lambda world: answer(world, "acknowledge")),
    "A405": (409, lambda world: world.ask(C, "PUT", f"{BASIN}/outcomes/V1", {"done": True})),
    "A500": (500, broken),
    "A501": (503, locked),
}
"""Code -> its status, and a request that gets it. Any other code of the page is met in the tests of what it refuses."""


def told() -> list[str]:
    return re.findall(r"^\| (A\d{3}) \|", PAGE.read_text("utf-8"), re.MULTILINE)


def test_every_code_of_the_page_is_asked_for() -> None:
    here = Path(__file__)
    others = "".join(path.read_text("utf-8") for path in here.parent.glob("test_*.py") if path != here)
    missing = [code for code in told() if code not in ASKED.keys() | STARTING and f'"{code}"' not in others]
    assert missing == []
    assert set(told()) >= ASKED.keys() | STARTING


@pytest.mark.parametrize("code", list(ASKED))
def test_a_code_comes_with_its_status_and_the_common_body(world: World, code: str) -> None:
    status, ask = ASKED[code]
    refused = ask(world)
    body = refused.json()
    assert (refused.status_code, body["code"], body["status"]) == (status, code, status), refused.text
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert body["request"] == refused.headers["X-Request-ID"]
    assert code in [issue["code"] for issue in body["issues"]]
    assert all(issue[name] for issue in body["issues"] for name in ("code", "where", "what", "hint"))


def test_a_body_of_unknown_length_is_cut_off_where_it_grows_too_large(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anybody is known, and without reading it to its end."""
    monkeypatch.setattr(middleware, "LARGEST_BODY", 3_000)
    pieces, said = iter(range(100)), list[Any]()

    async def receive() -> dict[str, Any]:
        next(pieces)
        return {"type": "http.request", "body": b" " * 1_000, "more_body": True}

    async def send(message: Any) -> None:
        said.append(message)

    route = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/sessions",
        "query_string": b"",
    }
    headers = [(b"content-type", b"application/json"), (b"transfer-encoding", b"chunked")]
    asyncio.run(world.app({**route, "headers": headers}, receive, send))
    assert (said[0]["status"], b"A307" in said[1]["body"], next(pieces)) == (413, True, 4)


def test_a_code_has_one_status() -> None:
    asked = {code: status for code, (status, _) in ASKED.items() if code not in ("A204", "A205", "A500")}
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
    assert {issue.code for issue in refused.value.issues} == {"A001"}
    places = {issue.where for issue in refused.value.issues}
    assert {"BRIGADE_SECRET", "BRIGADE_PUBLIC_URL", "BRIGADE_DEMO_FILE", "BRIGADE_ARGON2_MEMORY_KIB"} <= places


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
                    assert answer["content"]["application/problem+json"]["schema"]["$ref"].endswith("/ProblemBody")
                elif int(status) >= 400:
                    assert (path, status) == ("/readyz", "503"), f"{method} {path} {status} names no code"
            told = {code for answer in operation["responses"].values() for code in answer.get("x-codes", ())}
            assert {"A501", "A307"} <= told
            assert ("A101" in told) != (f"{method.upper()} {path}" in PUBLIC), f"{method} {path}"
