"""The OpenAPI document says of each operation how one is known to it, or that anybody may ask."""

from __future__ import annotations

from typing import Any

from api.http.contract import LINKS, PUBLIC
from tests.api.conftest import World

KNOWN: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]


def operations(world: World) -> dict[str, dict[str, Any]]:
    paths = world.client.get("/v1/openapi.json").json()["paths"]
    return {f"{name.upper()} {path}": told for path in paths for name, told in paths[path].items()}


def test_an_operation_asks_for_a_token_or_a_session_unless_it_is_open(world: World) -> None:
    for name, told in operations(world).items():
        is_open = name in PUBLIC or name.split()[1] in LINKS
        assert told.get("security", []) == ([] if is_open else KNOWN), name


def test_whoever_is_refused_as_a_stranger_is_told_so(world: World) -> None:
    """401 stands at every operation that asks who it is."""
    for name, told in operations(world).items():
        assert ("401" in told["responses"]) >= bool(told.get("security")), name


def test_the_two_schemes_are_those_that_the_service_reads(world: World) -> None:
    schemes = world.client.get("/v1/openapi.json").json()["components"]["securitySchemes"]
    assert {name: (one["type"], one.get("scheme", one.get("name"))) for name, one in schemes.items()} == {
        "token": ("http", "bearer"),
        "session": ("apiKey", "brigade_session"),
    }


def test_another_kind_of_authorization_is_refused_beside_a_session_too(world: World) -> None:
    login = {"login": "manager", "password": "un-mot-de-passe-long"}
    assert world.client.post("/v1/sessions", json=login).status_code == 201
    assert world.client.get("/v1/sessions/current").status_code == 200
    for given in ("Basic bWFuYWdlcjp4", "Bearer ", "brg_x"):
        refused = world.client.get("/v1/sessions/current", headers={"Authorization": given})
        assert (refused.status_code, refused.json()["code"]) == (401, "A101"), given
