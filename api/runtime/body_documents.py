"""Bodies as documents. Large ones are read in a process of their own, one at a time: to read one, and to find
what is wrong with each of its values, holds the interpreter for tenths of a second and takes hundreds of
megabytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from anyio import to_thread
from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, WrapValidator

from api.runtime.faults import BadRequest
from api.runtime.gate import ThreadLane
from brigade.errors import BrigadeError, Issue, UnreadableInput
from brigade.exchange.documents.json_text import keys_once

LARGE = 16_000
"""Octets: less is read sooner than a process is found."""
# One at a time: a large document takes a core to read, and the other one is for whoever waits for a page.
READING = ThreadLane("documents", 1)
Read = Callable[[Any], BaseModel]


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    """A document that was read before its route was reached, and why it was refused."""

    fault: BrigadeError


@dataclass(frozen=True)
class BodyReader:
    """The validator of a route's body: `read` makes a `model` of plain JSON values, and refuses in the
    project's words."""

    model: type[BaseModel]
    read: Read

    def __call__(self, value: Any, handler: Any) -> BaseModel:
        if isinstance(value, RefusedDocument):
            raise value.fault
        if isinstance(value, bytes):
            raise not_json()
        return value if isinstance(value, self.model) else self.read(value)


def reading(model: type[BaseModel], read: Read) -> WrapValidator:
    """Args: read: of this module or another, so that another process finds it."""
    return WrapValidator(BodyReader(model, read))


def not_json() -> BadRequest:
    """The framework leaves a body in bytes that its sender does not announce as JSON, as curl's `-d` alone
    does."""
    return BadRequest("A304", "Content-Type", "not_announced_json")


class DocumentRoute(APIRoute):
    """A route whose large bodies are read before the framework would, which does so while nobody else is
    answered."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, reader = super().get_route_handler(), self._reader()
        if reader is None:
            return handle

        async def handle_read(request: Request) -> Response:
            return await handle(_Large(request, reader))

        return handle_read

    def _reader(self) -> BodyReader | None:
        told = self.body_field.field_info.metadata if self.body_field is not None else ()
        found = (one.func for one in told if isinstance(one, WrapValidator))
        return next((one for one in found if isinstance(one, BodyReader)), None)


class _Large(Request):
    def __init__(self, request: Request, reader: BodyReader) -> None:
        super().__init__(request.scope, request.receive)
        self._reader = reader

    async def json(self) -> Any:
        body = await self.body()
        if len(body) <= LARGE:
            try:
                return _plain(body)
            except BrigadeError as fault:
                return RefusedDocument(fault)
        return await to_thread.run_sync(self._read_apart, body, limiter=READING.get())

    def _read_apart(self, body: bytes) -> Any:
        try:
            return self.app.state.service.read_document(document, body, self._reader.read)
        except BrigadeError as fault:
            return RefusedDocument(fault)


def _plain(body: bytes) -> Any:
    """Raises: UnreadableInput, for a key that an object has twice: of two values nobody knows which was
    meant."""
    issues: list[Issue] = []
    value = json.loads(body, object_pairs_hook=partial(keys_once, "document", issues))
    if issues:
        raise UnreadableInput(issues)
    return value


def document(body: bytes, read: Read) -> BaseModel:
    """Raises: BadRequest, and what `read` refuses."""
    return read(json_of(body))


def json_of(body: bytes, example: str | None = None) -> Any:
    """Args: example: of what to send instead. Raises: BadRequest, UnreadableInput."""
    try:
        return _plain(body)
    except (ValueError, RecursionError):
        words = "json_or_nested" if example is None else "json_like_example"
        raise BadRequest("A304", "document", words, {"example": example}) from None
