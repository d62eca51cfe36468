"""How the service listens: a bound on connections and on their patience, streams that end with it, no word of
what serves.

`python -m api serve` and `brigade serve` come here; a proxy in front still limits rates. What they print is
for whoever started them: standard output, never a log.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from api.app import create_app
from api.operations import demo, first_start
from api.runtime.settings import Pool, Settings
from api.service.service import Service

APPLICATION = "api.app:from_environment"
HEADERS_S = 10
"""From a connection, or the first byte of another request on it, to the end of the request's headers."""
CONNECTIONS = 1_000
"""Beyond so many, 503 at once."""
STOPS_WITHIN_S = 20
"""Requests under way may end; `stop_grace_period` of the container is longer."""


class PatientProtocol(H11Protocol):
    """Closes a line on which no request's headers are complete in time: who sends a byte a second holds
    nothing."""

    _headers_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
        # uvicorn makes another cycle as soon as the headers of a request are whole.
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._headers_came()
        elif self._is_idle():
            self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._headers_came()
        super().connection_lost(exc)

    def _is_idle(self) -> bool:
        """Whether what comes now can only be the beginning of another request."""
        last: Any = self.cycle
        return last is None or bool(last.response_complete)

    def _wait_for_headers(self) -> None:
        if self._headers_due is None:
            self._headers_due = self.loop.call_later(HEADERS_S, self._too_slow)

    def _headers_came(self) -> None:
        if self._headers_due is not None:
            self._headers_due.cancel()
            self._headers_due = None

    def _too_slow(self) -> None:
        self._headers_due = None
        if not self.transport.is_closing():
            self.transport.close()


def config_of(host: str, port: int, application: Any = APPLICATION, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        factory=isinstance(application, str),
        host=host,
        port=port,
        http=PatientProtocol,
        # uvicorn would log paths, which hold ids; the middleware logs the route's template.
        log_config=None,
        access_log=False,
        server_header=False,
        # Failed logins are counted by the address of who asks, not by the proxy's.
        proxy_headers=True,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=STOPS_WITHIN_S,
        **more,
    )


class TellingServer(uvicorn.Server):
    """Says where it is once it answers there, and not before: the search kernel may have had to be
    compiled."""

    def __init__(self, config: uvicorn.Config, service: Service, said: Sequence[str]) -> None:
        super().__init__(config)
        self.service, self.said = service, said

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            for line in self.said:
                print(line, flush=True)
            # The first process takes seconds to load: it begins before anybody waits for it.
            if self.service.settings.compute_ahead and self.service.settings.pool is not Pool.THREADS:
                self.service.compute_pool.warm()


def serve(host: str, port: int, lang: str = "fr") -> None:
    """Until a signal ends it. Raises: UnsafeSettings, before anything is opened."""
    app = create_app(Settings())
    service: Service = app.state.service
    for line in first_start.begin(service, lang):
        print(line, flush=True)
    said = [first_start.opened(service, lang)]
    if app.state.demonstration is not None:
        said.append(demo.ways_in(app.state.demonstration, service.settings.public_url, lang))
    TellingServer(config_of(host, port, app), service, said).run()
