"""Around every request: a number, a size limit, security headers, one line of log without anything personal, a metric."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import bug, problem
from brigade.errors import Issue

REQUESTS = Counter("brigade_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("brigade_request_seconds", "Time to answer", ["method", "route"])
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Told by name in metrics: of words that a stranger makes up there is no end."""
LARGEST_BODY = 32_000_000
"""Of a file that is brought in."""
LARGEST_DOCUMENT = 2_000_000
"""Of all else: it is read as JSON before anybody is known, and nobody is answered meanwhile (2 MB: a fifth of a second)."""
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")
log = structlog.get_logger("brigade.requests")


class AnswerCutShort(Exception):
    """A fault after the answer had begun: the server closes the line."""


class Around:
    """Pure ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self.app, self.headers = app, dict(HEADERS) | (dict([STRICT_TRANSPORT]) if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        request.state.request_id = secrets.token_hex(8)
        started, status = time.perf_counter(), {"code": 0}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                status["code"] = message["status"]
                self._head(message, request.state.request_id)
            await send(message)

        refused = _unreadable(request)
        if refused is not None:
            await refused(scope, receive, answer)
        else:
            try:
                await self.app(scope, _bounded(receive, _most(scope)), answer)
            except Exception as fault:
                # It ends here: further out its message, which may quote data, would be printed.
                told = bug(request, fault)
                if status["code"]:
                    raise AnswerCutShort from None
                await told(scope, receive, answer)
        _record(scope, status["code"], time.perf_counter() - started, request.state.request_id)

    def _head(self, message: MutableMapping[str, Any], request_id: str) -> None:
        headers = MutableHeaders(raw=message["headers"])
        headers["X-Request-ID"] = request_id
        for name, value in self.headers.items():
            headers.setdefault(name, value)
        message["headers"] = headers.raw


def _unreadable(request: Request) -> Any:
    """A refusal before anything is read: too large, or with characters that no text of ours holds."""
    length = request.headers.get("Content-Length", "0")
    most = _most(request.scope)
    if not length.isdecimal() or int(length) > most:
        issue = Issue("A307", "Content-Length", f"{length} octets", f"au plus {most // 1_000_000} Mo")
        return problem(request, 413, [issue])
    raw = request.scope.get("raw_path", b"") + b"?" + request.scope.get("query_string", b"")
    if re.search(rb"%00|%0[0-9a-f]|%1[0-9a-f]|%7f", raw, re.IGNORECASE):
        return problem(
            request, 400, [Issue("A304", "adresse", "caractère de contrôle", "une adresse sans caractère de contrôle")]
        )
    return None


def _most(scope: Scope) -> int:
    """Bytes that a request may bring."""
    return LARGEST_BODY if scope["path"].endswith("/imports") else LARGEST_DOCUMENT


def _bounded(receive: Receive, most: int) -> Receive:
    """A body that comes in pieces announces no length: it is cut off where it grows too large, not read to its end first."""
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, f"plus de {most} octets")
        return message

    return take


def _record(scope: Scope, status: int, seconds: float, request_id: str) -> None:
    """The route's template, never its path: identifiers stay out of logs and metrics."""
    route = getattr(scope.get("route"), "path", "?")
    method = scope["method"] if scope["method"] in METHODS else "?"
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)
    log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1), request=request_id)
