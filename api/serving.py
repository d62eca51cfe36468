"""How the service listens: a bound on connections and on their patience, streams that end with it, no word of what serves.

`python -m api serve` and `brigade serve` come here; a proxy in front still limits rates.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

APPLICATION = "api.app:from_environment"
HEADERS_S = 10
"""From a connection, or the first byte of another request on it, to the end of the request's headers."""
CONNECTIONS = 1_000
"""Beyond so many, 503 at once."""
STOPS_WITHIN_S = 20
"""Requests under way may end; `stop_grace_period` of the container is longer."""


class PatientProtocol(H11Protocol):
    """Closes a line on which no request's headers are complete in time: who sends a byte a second holds nothing."""

    _headers_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_headers()

    def data_received(self, data: bytes) -> None:
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


def config_of(host: str, port: int, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        APPLICATION,
        factory=True,
        host=host,
        port=port,
        http=PatientProtocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=STOPS_WITHIN_S,
        **more,
    )


def serve(host: str, port: int) -> None:
    """Until a signal ends it."""
    uvicorn.Server(config_of(host, port)).run()
