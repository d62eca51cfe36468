"""Coming in by an outside identity provider: the whole way with a provider that really runs, and every way it
may lie."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from joserfc.jwk import OctKey, RSAKey
from pydantic import ValidationError

from api.persons import identity_provider
from api.persons.identity_provider import ProviderMetadata
from api.runtime.roles import Role
from tests.api.conftest import World, settings_for
from tests.api.oidc import CLIENT, SECRET, UNSAID, OidcServer, oidc_server
from tests.api.small_basin import BASIN

A = Role.ADMINISTRATOR
STRANGERS_KEY = RSAKey.generate_key(2048)
SHARED_KEY = OctKey.import_key(SECRET * 2)


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcServer]:
    with oidc_server() as running:
        yield running


@pytest.fixture
def house(provider: OidcServer, world: World, tmp_path: Path) -> World:
    provider.claims, provider.lies = {"sub": "u-1", "preferred_username": "manager"}, {}
    provider.published, provider.body, provider.headers, provider.reads_header = {}, None, {}, False
    named = {"oidc_issuer": provider.address, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    world.service.settings = settings_for(world.service.database.url, tmp_path, **named)
    return world


def go_there(world: World) -> str:
    """To the provider, where somebody is logged in; where it sends the browser back to."""
    there = world.client.get("/v1/oidc/login", follow_redirects=False)
    assert there.status_code == 303, there.text
    back = httpx2.get(there.headers["Location"], follow_redirects=False).headers["Location"]
    assert back.startswith("http://127.0.0.1:8000/v1/oidc/callback?")
    return back.removeprefix("http://127.0.0.1:8000")


def come_back(world: World, where: str | None = None) -> Any:
    return world.client.get(where or go_there(world), follow_redirects=False)


def test_whom_the_provider_vouches_for_is_in_with_the_rights_given_here(house: World) -> None:
    back = come_back(house)
    assert (back.status_code, back.headers["Location"]) == (303, "http://127.0.0.1:8000/")
    assert "HttpOnly" in back.headers["Set-Cookie"]
    session = house.client.get("/v1/sessions/current").json()
    assert session["role"] == "manager"
    assert house.client.get(f"{BASIN}/clients/S1:A").status_code == 200
    assert house.client.get(f"{BASIN}/clients/S2:D").status_code == 404


def test_an_account_belongs_to_the_first_who_came_by_its_name(house: World, provider: OidcServer) -> None:
    """Renamed there, she stays herself here; somebody else who gets her old name there does not become
    her."""
    assert come_back(house).status_code == 303
    provider.claims = {"sub": "u-1", "preferred_username": "renamed"}
    assert come_back(house).status_code == 303
    provider.claims = {"sub": "u-2", "preferred_username": "manager"}
    refused = come_back(house)
    assert (refused.status_code, refused.json()["code"]) == (401, "A106")


def test_nobody_gets_an_account_by_coming(house: World, provider: OidcServer) -> None:
    provider.claims = {"sub": "u-9", "preferred_username": "nobody-here"}
    before = len(house.get("/v1/accounts", A)["items"])
    assert come_back(house).json()["code"] == "A106"
    assert len(house.get("/v1/accounts", A)["items"]) == before


@pytest.mark.parametrize("is_verified", [True, False, None])
def test_an_address_counts_once_the_provider_verified_it(
    house: World, provider: OidcServer, is_verified: bool | None, tmp_path: Path
) -> None:
    provider.claims = {"sub": "u-1", "email": "manager", "email_verified": is_verified}
    named = {
        "oidc_issuer": provider.address,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_claim": "email",
    }
    house.service.settings = settings_for(house.service.database.url, tmp_path, **named)
    assert come_back(house).status_code == (303 if is_verified else 401)


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"aud": "another-service"},
        {"iss": "https://another.example"},
        {"exp": 1_700_000_000},
        {"azp": "another-service"},
        {"signed_by": STRANGERS_KEY},
        {"signed_by": SHARED_KEY, "algorithm": "HS256"},
        {"signed_by": SHARED_KEY, "algorithm": "none"},
        {"at_hash": "another-token"},
        {"aud": [CLIENT, "another-service"]},
        {"nonce": UNSAID},
        {"aud": UNSAID},
        {"iss": UNSAID},
        {"exp": UNSAID},
        {"sub": UNSAID},
    ],
    ids=[
        "nonce",
        "audience",
        "issuer",
        "expired",
        "azp",
        "stranger's key",
        "shared secret",
        "unsigned",
        "at_hash",
        "two audiences, no azp",
        "no nonce",
        "no audience",
        "no issuer",
        "no end",
        "nobody",
    ],
)
def test_a_token_that_does_not_hold_opens_nothing(
    house: World, provider: OidcServer, lie: dict[str, Any]
) -> None:
    provider.lies = lie
    refused = come_back(house)
    assert (refused.status_code, refused.json()["code"]) == (401, "A106")
    assert house.client.get(BASIN).status_code == 401


def test_the_secret_goes_where_the_provider_reads_it(house: World, provider: OidcServer) -> None:
    provider.reads_header = True
    assert come_back(house).status_code == 303


@pytest.mark.parametrize(
    "published",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": 3},
    ],
)
def test_a_provider_that_publishes_nonsense_is_as_good_as_silent(
    house: World, provider: OidcServer, published: dict[str, Any]
) -> None:
    provider.published = published
    refused = house.client.get("/v1/oidc/login", follow_redirects=False)
    assert (refused.status_code, refused.json()["code"]) == (503, "A503")


def test_nothing_a_provider_publishes_is_less_safe_than_its_issuer() -> None:
    endpoints = {"authorization_endpoint": "https://a.example/", "token_endpoint": "https://a.example/token"}
    told = {"issuer": "https://a.example", "jwks_uri": "http://a.example/jwks", **endpoints}
    with pytest.raises(ValidationError):
        ProviderMetadata.model_validate(told)
    safe = {**told, "jwks_uri": "https://a.example/jwks"}
    assert ProviderMetadata.model_validate(safe).jwks_uri == safe["jwks_uri"]


def dripping() -> Iterator[bytes]:
    while True:
        yield b" "
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, lambda: repeat(b" " * 65536)),
        ({}, dripping),
        ({"Content-Encoding": "gzip"}, lambda: [gzip.compress(b" " * 65536)]),
        ({}, lambda: [b"[" * 60_000]),
    ],
    ids=["endless", "dripping", "compressed", "deep"],
)
def test_a_provider_that_answers_without_end_is_cut(
    house: World,
    provider: OidcServer,
    headers: dict[str, str],
    body: Callable[[], Iterable[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(identity_provider, "TIMEOUT_S", 1.0)
    provider.headers, provider.body = headers, body
    refused = house.client.get("/v1/oidc/login", follow_redirects=False)
    assert (refused.status_code, refused.json()["code"]) == (503, "A503")


def test_an_answer_opens_one_session_in_the_browser_that_asked(house: World) -> None:
    """Not twice, not in another browser, not to another question, not ten minutes later."""
    where = go_there(house)
    kept = dict(house.client.cookies)
    house.client.cookies.clear()
    assert come_back(house, where).json()["code"] == "A106"
    house.client.cookies.update(kept)
    state = urlsplit(where).query.rpartition("state=")[2]
    assert come_back(house, where.replace(state, "x" * len(state))).status_code == 401
    house.later(minutes=11)
    assert come_back(house, where).status_code == 401
    house.later(minutes=-11)
    assert come_back(house, where).status_code == 303
    house.client.cookies.update(kept)
    assert come_back(house, where).status_code == 401  # the provider takes a code once


def test_a_new_key_of_the_provider_is_learned(house: World, provider: OidcServer) -> None:
    assert come_back(house).status_code == 303
    provider.key, provider.key_id = RSAKey.generate_key(2048), "k2"
    assert come_back(house).status_code == 303


def test_without_a_provider_or_while_it_is_silent_passwords_still_work(house: World, tmp_path: Path) -> None:
    house.service.outside.clear()
    house.service.settings = settings_for(
        house.service.database.url, tmp_path, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT
    )
    silent = house.client.get("/v1/oidc/login")
    assert (silent.status_code, silent.json()["code"]) == (503, "A503")
    house.service.settings = settings_for(house.service.database.url, tmp_path)
    assert house.client.get("/v1/oidc/login").status_code == 404
    login = {"login": "manager", "password": "un-mot-de-passe-long"}
    assert house.client.post("/v1/sessions", json=login).status_code == 201
