"""Passwords, sessions, tokens: how one is let in, and for how long."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.requests import Request

from api.access import authentication
from api.http.credentials import Credentials, authenticate
from api.operations import upkeep
from api.runtime.roles import Role
from api.runtime.settings import Environment, Settings, UnsafeSettings
from api.runtime.vault import new_key
from tests.api.conftest import PASSWORD, World
from tests.api.small_basin import BASIN, absence
from tests.sayings import refusals

A, C, M = Role.ADMINISTRATOR, Role.COORDINATOR, Role.MANAGER


def log_in(world: World, login: str = "manager", password: str = PASSWORD) -> Any:
    return world.client.post("/v1/sessions", json={"login": login, "password": password})


def test_a_browser_logs_in_writes_with_its_word_and_logs_out(world: World) -> None:
    opened = log_in(world)
    assert (opened.status_code, opened.json()["role"]) == (201, "manager")
    cookie = opened.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert world.client.get(BASIN).status_code == 200
    forged = world.client.post(f"{BASIN}/absences", json=absence())
    assert (forged.status_code, forged.json()["code"]) == (403, "A103")
    word = world.client.get("/v1/sessions/current").json()["csrf"]
    assert (
        world.client.post(f"{BASIN}/absences", json=absence(), headers={"X-CSRF-Token": word}).status_code
        == 201
    )
    secret = world.client.cookies["brigade_session"]
    assert world.client.delete("/v1/sessions/current", headers={"X-CSRF-Token": word}).status_code == 204
    world.client.cookies.clear()
    assert world.client.get(BASIN, headers={"Cookie": f"brigade_session={secret}"}).status_code == 401


def test_a_session_ends_an_hour_after_its_last_use_and_half_a_day_after_it_began(world: World) -> None:
    """A desk that was left at noon is nobody's at one; whoever works all day logs in once, and not twice."""
    told = log_in(world).json()
    assert datetime.fromisoformat(told["ends_at"]) - datetime.fromisoformat(told["expires_at"]) == timedelta(
        hours=11
    )
    for _ in range(13):
        world.later(minutes=55)
        assert world.client.get(BASIN).status_code == 200
        upkeep.once(world.service)
        assert (
            world.service.sessions.known() == {}
        )  # it stands in the database, for the other processes as well
    world.later(minutes=6)
    assert world.client.get(BASIN).status_code == 401  # 12 h 01
    assert log_in(world).status_code == 201
    world.later(minutes=61)
    assert world.client.get(BASIN).status_code == 401


def test_an_open_stream_is_nobody_at_work(world: World) -> None:
    """It asks again and again who reads it: a tab left open would keep the session for ever."""
    log_in(world)
    service = world.service
    asking = Credentials(Request({"type": "http", "method": "GET", "headers": []}), None, secret_of(world))
    used = service.sessions.known()
    world.later(minutes=30)
    with service.database.reading() as session:
        authenticate(session, asking, service, is_use=False)
        assert service.sessions.known() == used
        authenticate(session, asking, service)
        assert service.sessions.known() != used


def secret_of(world: World) -> str:
    return str(world.client.cookies["brigade_session"])


def test_behind_https_cookies_are_bound_to_the_host(world: World) -> None:
    """A neighbour below the same domain can plant no session; the one without the prefix opens nothing."""
    held = world.service.settings
    world.service.settings = held.model_copy(update={"public_url": "https://brigade.example.org"})
    told = log_in(world).headers["Set-Cookie"]
    world.service.settings = held
    assert told.startswith("__Host-brigade_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(told.split("; "))
    assert "Domain" not in told
    secret = told.partition("=")[2].partition(";")[0]
    world.client.cookies.clear()
    world.service.settings = held.model_copy(update={"public_url": "https://brigade.example.org"})
    answers = [
        world.client.get(BASIN, headers={"Cookie": f"{name}={secret}"}).status_code
        for name in ("brigade_session", "__Host-brigade_session")
    ]
    ended = world.client.delete(
        "/v1/sessions/current",
        headers={
            "Cookie": f"__Host-brigade_session={secret}",
            "X-CSRF-Token": authentication.csrf_word(secret),
        },
    )
    assert (answers, ended.status_code) == ([401, 200], 204)
    assert "Secure" in ended.headers["Set-Cookie"]


def test_guessing_passwords_has_to_wait(world: World) -> None:
    """Five failures, then not even the right password is looked at; a quarter of an hour later it is."""
    assert {log_in(world, "manager", "wrong-wrong-wrong").status_code for _ in range(5)} == {401}
    throttled = log_in(world)
    assert (throttled.status_code, throttled.json()["code"]) == (429, "A105")
    assert 0 < int(throttled.headers["Retry-After"]) <= 900
    world.later(minutes=16)
    assert log_in(world).status_code == 201


def test_an_office_behind_one_address_is_not_locked_out_by_a_colleague(world: World) -> None:
    """At 06:40 five wrong passwords of one hinder nobody else; fifty of anybody are guesses, whatever the
    names."""
    for number in range(50):
        assert log_in(world).status_code == 201, number
        assert log_in(world, f"name-{number // 5}", "wrong-wrong-wrong").status_code == 401
    assert log_in(world).status_code == 429


def test_of_many_guesses_at_once_no_more_count_than_one_after_the_other(world: World) -> None:
    """Nine at once: each counts before its password is looked at, so five are and four wait, right or
    wrong."""
    with ThreadPoolExecutor(9) as many:
        told = [
            one.status_code
            for one in many.map(lambda _: log_in(world, "manager", "wrong-wrong-wrong"), range(9))
        ]
    assert sorted(told) == [401] * 5 + [429] * 4
    assert log_in(world).status_code == 429


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("testclient", "testclient", True),
    ],
)
def test_guesses_from_one_network_of_ipv6_count_together(one: str, other: str, is_same: bool) -> None:
    assert (authentication.origin_of(one) == authentication.origin_of(other)) == is_same


def test_nobody_enters_by_the_word_that_stands_for_no_password(world: World) -> None:
    """Looked at as long as any other: whether an account has a password is nobody's business."""
    world.ask(A, "POST", f"/v1/accounts/{account_of(world, M)}/password-reset")
    assert log_in(world, password="!").status_code == 401
    with pytest.MonkeyPatch.context() as patch:
        asked: list[str] = []
        patch.setattr(PasswordHasher, "verify", lambda self, known, password: asked.append(known))
        assert [log_in(world, login).status_code for login in ("manager", "nobody")] == [401, 401]
    assert [known[:9] for known in asked] == ["$argon2id"] * 2


def test_a_token_makes_none_that_outlives_it(world: World) -> None:
    """Once stolen it would otherwise renew itself for ever."""
    made = world.ask(
        M, "POST", "/v1/tokens", {"name": "court", "scopes": ["read", "write"], "days": 2}
    ).json()
    key = {"Authorization": f"Bearer {made['secret']}"}
    child = world.client.post("/v1/tokens", json={"name": "long", "days": 90}, headers=key).json()
    assert child["expires_at"] == made["expires_at"]
    word = {"X-CSRF-Token": log_in(world).json()["csrf"]}
    own = world.client.post("/v1/tokens", json={"name": "long", "days": 90}, headers=word).json()
    assert own["expires_at"] > made["expires_at"]


def test_an_unknown_login_is_refused_in_the_words_of_a_wrong_password(world: World) -> None:
    known, unknown = (
        log_in(world, "manager", "wrong-wrong-wrong"),
        log_in(world, "nobody", "wrong-wrong-wrong"),
    )
    assert known.json()["issues"] == unknown.json()["issues"]


def test_a_reading_token_only_reads_and_dies_when_revoked_or_old(world: World) -> None:
    made = world.ask(M, "POST", "/v1/tokens", {"name": "planning", "scopes": ["read"], "days": 2}).json()
    key = {"Authorization": f"Bearer {made['secret']}"}
    assert world.client.get(BASIN, headers=key).status_code == 200
    assert world.client.post(f"{BASIN}/absences", json=absence(), headers=key).status_code == 403
    other = world.ask(M, "POST", "/v1/tokens", {"name": "autre", "scopes": ["read"], "days": 2}).json()
    assert world.ask(M, "DELETE", f"/v1/tokens/{made['id']}").status_code == 204
    assert world.client.get(BASIN, headers=key).status_code == 401
    world.later(days=3)
    assert world.client.get(BASIN, headers={"Authorization": f"Bearer {other['secret']}"}).status_code == 401


def test_neither_passwords_nor_tokens_stand_in_the_database(world: World) -> None:
    with world.service.database.reading() as session:
        connection = session.connection()
        rows = [
            str(row)
            for table in ("accounts", "tokens", "sessions", "remembered_requests", "audit")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    text = "\n".join(rows)
    assert PASSWORD not in text
    assert not any(token in text for token in world.tokens.values())
    assert "$argon2id$" in text


def test_grants_suit_their_role(world: World) -> None:
    for role, grant, is_fit in (
        ("manager", {"basin_id": "B1", "target_id": "S2"}, True),
        ("manager", {"basin_id": "B1"}, False),
        ("coordinator", {"basin_id": "B1", "target_id": "S2"}, False),
        ("worker", {"basin_id": "B1", "target_id": "W9"}, False),
        ("funder", {"basin_id": "B9"}, False),
    ):
        given = {"login": f"{role}-{is_fit}", "role": role, "password": PASSWORD, "grants": [grant]}
        answer = world.ask(A, "POST", "/v1/accounts", given)
        assert answer.status_code == (201 if is_fit else 422), (given, answer.text)


def test_every_answer_carries_the_headers_that_protect_browsers(world: World) -> None:
    for path in ("/healthz", BASIN, "/nowhere"):
        headers = world.client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_production_does_not_start_unsafe() -> None:
    unsafe = Settings(environment=Environment.PRODUCTION, argon2_memory_kib=8, secret=None)
    with pytest.raises(UnsafeSettings) as refused:
        unsafe.refuse_unsafe()
    places = {issue.where for issue in refusals(refused)}
    assert places == {
        "BRIGADE_SECRET",
        "BRIGADE_IDENTITY_KEYS",
        "BRIGADE_PUBLIC_URL",
        "BRIGADE_ARGON2_MEMORY_KIB",
    }
    safe = {
        "environment": "production",
        "secret": "x" * 32,
        "identity_keys": new_key(),
        "public_url": "https://brigade.example.fr",
    }
    Settings.model_validate(safe).refuse_unsafe()


NEW = "une-phrase-bien-plus-longue"


def test_one_changes_ones_own_password_and_is_out_everywhere_else(world: World) -> None:
    """By the one in use; the browser at hand stays, the others are out."""
    other = log_in(world).cookies["brigade_session"]
    world.client.cookies.clear()
    word = {"X-CSRF-Token": log_in(world).json()["csrf"]}
    wrong = world.client.put("/v1/accounts/me/password", json={"old": "x" * 12, "new": NEW}, headers=word)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "A102")
    easy = world.client.put(
        "/v1/accounts/me/password", json={"old": PASSWORD, "new": "manager-2026!"}, headers=word
    )
    assert (easy.status_code, easy.json()["code"]) == (422, "A305")
    assert world.client.put("/v1/accounts/me/password", json={"old": PASSWORD, "new": NEW}).status_code == 403
    assert (
        world.client.put(
            "/v1/accounts/me/password", json={"old": PASSWORD, "new": NEW}, headers=word
        ).status_code
        == 204
    )
    assert world.client.get(BASIN).status_code == 200
    world.client.cookies.clear()
    assert world.client.get(BASIN, headers={"Cookie": f"brigade_session={other}"}).status_code == 401
    assert (log_in(world).status_code, log_in(world, password=NEW).status_code) == (401, 201)


def test_guessing_the_password_in_use_has_to_wait(world: World) -> None:
    tries = [
        world.ask(M, "PUT", "/v1/accounts/me/password", {"old": "x" * 12, "new": NEW}).status_code
        for _ in range(6)
    ]
    assert tries == [422, 422, 422, 422, 422, 429]
    assert world.ask(M, "PUT", "/v1/accounts/me/password", {"old": PASSWORD, "new": NEW}).status_code == 429


CHOSEN_AT = "http://127.0.0.1:8000/mot-de-passe/"
"""The page of a link; the API takes its secret as well."""


def account_of(world: World, role: Role) -> str:
    return str(next(one["id"] for one in world.get("/v1/accounts", A)["items"] if one["role"] == role.value))


def test_an_administrator_resets_without_learning_the_new_password(world: World) -> None:
    """Everything the account had ends; its link works once, for a day."""
    where = f"/v1/accounts/{account_of(world, M)}/password-reset"
    assert log_in(world).status_code == 201
    first = world.ask(A, "POST", where).json()["link"].replace(CHOSEN_AT, "/v1/password-resets/")
    assert world.client.get(BASIN).status_code == 401
    world.client.cookies.clear()
    assert (world.ask(M, "GET", BASIN).status_code, log_in(world).status_code) == (401, 401)
    second = world.ask(A, "POST", where).json()["link"].replace(CHOSEN_AT, "/v1/password-resets/")
    assert world.client.post(first, json={"password": NEW}).status_code == 410  # replaced by the second
    assert world.client.post(second, json={"password": "court"}).status_code == 422
    assert world.client.post(second, json={"password": NEW}).status_code == 204
    assert world.client.post(second, json={"password": NEW}).json()["code"] == "A402"
    assert log_in(world, password=NEW).status_code == 201
    late = world.ask(A, "POST", where).json()["link"].replace(CHOSEN_AT, "/v1/password-resets/")
    world.later(hours=25)
    assert world.client.post(late, json={"password": NEW}).status_code == 410
    assert world.client.post(f"{late}x", json={"password": NEW}).status_code == 410


def test_one_sees_ones_open_sessions_and_ends_a_lost_one(world: World) -> None:
    lost = log_in(world).cookies["brigade_session"]
    world.client.cookies.clear()
    word = {"X-CSRF-Token": log_in(world).json()["csrf"]}
    listed = world.client.get("/v1/sessions").json()["items"]
    assert sorted(one["is_current"] for one in listed) == [False, True]
    gone = next(one["id"] for one in listed if not one["is_current"])
    assert world.ask(C, "DELETE", f"/v1/sessions/{gone}").status_code == 404  # not the coordinator's
    assert world.client.delete(f"/v1/sessions/{gone}", headers=word).status_code == 204
    assert [one["is_current"] for one in world.client.get("/v1/sessions").json()["items"]] == [True]
    world.client.cookies.clear()
    assert world.client.get(BASIN, headers={"Cookie": f"brigade_session={lost}"}).status_code == 401
