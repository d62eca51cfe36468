"""Around every request: a number, a size limit, security headers, one line of log without anything personal,
a metric."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from anyio import fail_after, to_thread
from prometheus_client import Counter, Histogram
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.credentials import Credentials, authenticate, credentials_met, service_of
from api.http.problem_json import BodyRefused, bug, on_purpose, problem, silent_database
from api.runtime.gate import PaceQueue, ThreadLane
from brigade.errors import BrigadeError, Clause, Issue

REQUESTS = Counter("brigade_requests", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("brigade_request_seconds", "Time to answer", ["method", "route"])
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors "
    "'none'; base-uri 'none'; form-action 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Told by name in metrics: of words that a stranger makes up there is no end."""
LARGEST_BODY = 32_000_000
"""Of a file that is brought in."""
LARGEST_ROTA = 2_000_000
"""Of a provider's whole rota."""
LARGEST_DOCUMENT = 256_000
"""Of all else: it is read as JSON, and nobody is answered meanwhile."""
LARGEST_OF_STRANGERS = 16_000
"""Of what needs no account: a login, an answer, a new password."""
MOST_BRACKETS = 50_000
"""Lists and objects of one document: 2 MB of empty lists take most of a second to read."""
MOST_VALUES, MOST_IN_ROTA = 20_000, 100_000
"""Commas, and so values, of a document, and of a rota: what is wrong with each of them would be a fault to
find."""
OPEN_TO_ALL = ("/v1/sessions", "/connexion", "/preferences")
OPEN_BELOW = ("/v1/answers/", "/v1/tours/", "/v1/password-resets/", "/mot-de-passe/")
"""What a stranger may send to. Of all other writes nothing is read before it is known who asks."""
API = "/v1/"
DOOR = ThreadLane("door", 4)
LIVENESS = frozenset({"/healthz", "/readyz"})
BEGINNING = PaceQueue(1)
"""A request takes milliseconds of the event loop: of three hundred at once, liveness waits for one only."""
PATIENCE_S = 30
"""For the next piece of a body that has begun."""
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000")
log = structlog.get_logger("brigade.requests")


class AnswerCutShort(Exception):
    """A fault after the answer had begun: the server closes the line."""


class RequestMiddleware:
    """Pure ASGI, so that streams pass through untouched."""

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self.app, self.headers = app, dict(HEADERS) | (dict([STRICT_TRANSPORT]) if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] not in LIVENESS:
            await BEGINNING.passed()
        request = Request(scope)
        request.state.request_id = secrets.token_hex(8)
        started, status = time.perf_counter(), {"code": 0}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                status["code"] = message["status"]
                self._head(message, request.state.request_id)
            await send(message)

        refused = _unreadable(request)
        if refused is None and request.method in WRITES and not _is_open(scope["path"]):
            refused = await _unknown(request)
        if refused is not None:
            await refused(scope, receive, answer)
        else:
            try:
                await self.app(scope, _bounded(receive, _most(scope), _most_values(scope)), answer)
            except Exception as fault:
                # It ends here: further out its message, which may quote data, would be printed.
                told = bug(request, fault)
                # The head is out by then: a second answer would be read as the body of the first.
                if status["code"]:
                    raise AnswerCutShort from None
                await told(scope, receive, answer)
        _record(scope, status["code"], time.perf_counter() - started, request.state.request_id)

    def _head(self, message: MutableMapping[str, Any], request_id: str) -> None:
        headers = MutableHeaders(raw=message["headers"])
        headers["X-Request-ID"] = request_id
        for name, value in self.headers.items():
            # A page may bring a policy of its own: a nonce for its styles, a map's tiles, no script at all.
            headers.setdefault(name, value)
        message["headers"] = headers.raw


def _unreadable(request: Request) -> Any:
    """A refusal before anything is read: too large, or with characters that no text of ours holds."""
    length = request.headers.get("Content-Length", "0")
    most = _most(request.scope)
    if not length.isdecimal() or int(length) > most:
        issue = Issue("A307", "Content-Length", "body_too_big", {"length": length, "most": _said(most)})
        return problem(request, 413, [issue])
    raw = request.scope.get("raw_path", b"") + b"?" + request.scope.get("query_string", b"")
    # As they were sent: decoded by then, a control character would look like any other.
    if re.search(rb"%00|%0[0-9a-f]|%1[0-9a-f]|%7f", raw, re.IGNORECASE):
        return problem(
            request,
            400,
            [Issue("A304", "request_target", "control_character_in_address")],
        )
    return None


def _said(octets: int) -> Clause:
    if octets >= 1_000_000:
        return Clause("megabytes", {"count": octets // 1_000_000})
    return Clause("kilobytes", {"count": octets // 1000})


def _is_open(path: str) -> bool:
    return path in OPEN_TO_ALL or path.startswith(OPEN_BELOW)


async def _unknown(request: Request) -> Any:
    """A refusal of whoever is not known, before anything of the body is read; None: somebody is.

    By few threads of their own, in a transaction that only reads: a crowd of strangers holds up neither those
    who are known nor, on SQLite, whoever waits to write.
    """
    try:
        await to_thread.run_sync(_know, await credentials_met(request), limiter=DOOR.get())
    except BrigadeError as fault:
        return on_purpose(request, fault)
    except (DBAPIError, PoolTimeout) as fault:
        return silent_database(request, fault)
    return None


def _know(asking: Credentials) -> None:
    """Raises: Unauthenticated, Forbidden."""
    service, is_read = service_of(asking.request), asking.request.url.path.startswith(API)
    with service.database.reading() as session:
        asking.request.state.principal = authenticate(session, asking, service, is_read=is_read)


def _most(scope: Scope) -> int:
    """Bytes that a request may bring."""
    path = scope["path"]
    if _is_open(path):
        return LARGEST_OF_STRANGERS
    if path.endswith("/imports"):
        return LARGEST_BODY
    return LARGEST_ROTA if "/rota-feeds/" in path else LARGEST_DOCUMENT


def _most_values(scope: Scope) -> int | None:
    """Of a document read here; what is brought in is read in a process of its own, which has bounds of its
    own."""
    if scope["path"].endswith("/imports"):
        return None
    return MOST_IN_ROTA if "/rota-feeds/" in scope["path"] else MOST_VALUES


def _bounded(receive: Receive, most: int, most_values: int | None) -> Receive:
    """A body that comes in pieces announces no length: it is cut off where it grows too large, not read to
    its end first."""
    taken, brackets, values, is_whole = 0, 0, 0, False

    async def take() -> Message:
        nonlocal taken, brackets, values, is_whole
        if is_whole:
            return await receive()  # until its reader leaves: a stream's
        try:
            with fail_after(PATIENCE_S):
                message = await receive()
        except TimeoutError:
            stalled = Issue("A304", "document", "body_stalled", {"seconds": PATIENCE_S})
            raise BodyRefused(408, stalled) from None
        is_whole = not message.get("more_body", False)
        piece = message.get("body", b"")
        taken += len(piece)
        if taken > most:
            large = {"length": taken, "most": _said(most)}
            raise BodyRefused(413, Issue("A307", "document", "body_too_big", large))
        if most_values is not None:
            brackets += piece.count(b"[") + piece.count(b"{")
            values += piece.count(b",")
            if brackets > MOST_BRACKETS:
                nested = {"count": brackets, "most": MOST_BRACKETS}
                raise BodyRefused(413, Issue("A307", "document", "body_too_nested", nested))
            if values > most_values:
                long = {"count": values, "most": most_values}
                raise BodyRefused(413, Issue("A307", "document", "body_too_long", long))
        return message

    return take


def _record(scope: Scope, status: int, seconds: float, request_id: str) -> None:
    """The route's template, never its path: identifiers stay out of logs and metrics."""
    route = getattr(scope.get("route"), "path", "?")
    method = scope["method"] if scope["method"] in METHODS else "?"
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)
    log.info(
        "request", method=method, route=route, status=status, ms=round(seconds * 1000, 1), request=request_id
    )
