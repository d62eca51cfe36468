"""What a service makes once: nobody who watches it waits while it is made."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import fastapi.routing
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import ASGITransport, AsyncClient
from starlette.types import Receive, Scope, Send

from api import app as application
from api.app import create_app
from api.http import openapi_document
from api.http.middleware import RequestMiddleware
from tests.api.conftest import settings_for


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return create_app(settings_for(f"sqlite:///{tmp_path / 'brigade.db'}", tmp_path), dispatches=False)


def test_routes_are_made_before_the_service_is_ready(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """The framework makes them when a request is first matched: nothing else is answered for a second."""
    made: list[str] = []
    derive = vars(fastapi.routing)["get_dependant"]

    def noted(**given: Any) -> Any:
        made.append(given["path"])
        return derive(**given)

    monkeypatch.setattr(application, "load_kernel", lambda: None)
    with TestClient(app) as client:
        monkeypatch.setattr(fastapi.routing, "get_dependant", noted)
        assert client.get("/v1/basins/B1/events/stream").status_code == 401
    assert made == []


def test_liveness_is_answered_while_the_document_of_the_api_is_derived(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any stranger may be the first to ask for it; of a crowd, one makes it."""
    asked, is_seen, made = threading.Event(), threading.Event(), []

    def slow(*_: Any) -> dict[str, str]:
        made.append(1)
        asked.set()
        assert is_seen.wait(60), "nothing was answered meanwhile"
        return {"openapi": "3.1.0"}

    monkeypatch.setattr(openapi_document, "_completed", slow)

    async def ask() -> list[int]:
        async with AsyncClient(transport=ASGITransport(app), base_url="http://service") as client:
            waiting = [asyncio.create_task(client.get(openapi_document.ADDRESS)) for _ in range(3)]
            # A refused one ends the waiting: nothing would ever ask then.
            while not asked.is_set() and not any(one.done() for one in waiting):
                await asyncio.sleep(0.01)
            lives = (await client.get("/healthz")).status_code
            is_seen.set()
            return [lives, *[answer.status_code for answer in await asyncio.gather(*waiting)]]

    assert (asyncio.run(ask()), made) == ([200, 200, 200, 200], [1])


async def noting(scope: Scope, receive: Receive, send: Send) -> None:
    scope["begun"].append(scope["path"])
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


def test_liveness_does_not_wait_behind_a_crowd() -> None:
    """Of a hundred requests that came first, one or two are begun when liveness has its answer; the others
    follow."""
    begun: list[str] = []

    async def noted(scope: Scope, receive: Receive, send: Send) -> None:
        await RequestMiddleware(noting, is_https=False)({**scope, "begun": begun}, receive, send)

    async def ask() -> int:
        async with AsyncClient(transport=ASGITransport(noted), base_url="http://service") as client:
            crowd = [asyncio.create_task(client.get("/v1/basins/B1")) for _ in range(100)]
            await asyncio.create_task(client.get("/healthz"))
            before = begun.index("/healthz")
            await asyncio.gather(*crowd)
            return before

    assert (asyncio.run(ask()) <= 2, len(begun)) == (True, 101)
