"""How the service listens: a line on which no request is ever whole is closed; one that is answered is left
alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import uvicorn

from api import serving
from tests.api.live import free_port

WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "


async def application(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    await asyncio.sleep(0.5 if scope["path"] == "/slow" else 0)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def listening(act: Callable[[int], Awaitable[None]]) -> None:
    """`act` beside a server that waits a fifth of a second for headers."""

    async def run() -> None:
        port = free_port()
        config = uvicorn.Config(
            application, port=port, http=serving.PatientProtocol, log_config=None, lifespan="off"
        )
        server = uvicorn.Server(config)
        served = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        await act(port)
        server.should_exit = True
        await served

    # In a thread of its own: a browser of another test may have left its loop to this one.
    with ThreadPoolExecutor(1) as beside:
        beside.submit(lambda: asyncio.run(run())).result()


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEADERS_S", 0.2)


@pytest.mark.parametrize("said", [b"", HALF])
def test_a_line_without_a_whole_request_is_closed(said: bytes) -> None:
    async def act(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()

    listening(act)


def test_a_second_request_that_is_never_whole_ends_its_line_too() -> None:
    async def act(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(WHOLE)
        assert (await asyncio.wait_for(reader.readuntil(b"ok"), 60)).startswith(b"HTTP/1.1 200")
        writer.write(HALF)
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()

    listening(act)


def test_a_request_that_takes_longer_to_answer_is_answered() -> None:
    async def act(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(WHOLE.replace(b" / ", b" /slow "))
        assert (await asyncio.wait_for(reader.readuntil(b"ok"), 60)).startswith(b"HTTP/1.1 200")
        writer.close()

    listening(act)


def test_the_service_stops_within_a_bound_and_tells_nobody_what_it_is() -> None:
    config = serving.config_of("127.0.0.1", 0)
    assert (config.server_header, config.access_log) == (False, False)
    assert config.timeout_graceful_shutdown == serving.STOPS_WITHIN_S < 30  # the container's grace
    assert config.limit_concurrency == serving.CONNECTIONS
