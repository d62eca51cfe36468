"""Between a request and the store: who asks, one transaction, preconditions, and answers that a retry gets
again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any, Generic, TypeVar, get_args
from urllib.parse import quote

from anyio import from_thread
from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema
from sqlalchemy.exc import IntegrityError

from api.access.scope import AuditedRead, Row, Scoped, expect
from api.http.credentials import Credentials, TheCredentials, TheService, authenticate
from api.runtime.clock import wall
from api.runtime.faults import BadRequest, KeyReused, Outdated
from api.service.service import Service
from api.store.account_tables import RememberedRequest
from api.store.person_tables import last_forgotten

Prepared = TypeVar("Prepared")
View = TypeVar("View")
TRIES = 5
"""As often a write is thought about that finds everything changed each time."""
ETAG = re.compile(r'"(\d{1,9})"')
UTC_INSTANT = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?:Z|\+00:00)"')


class ModelResponse(Response, Generic[View]):
    """A response whose body is a `View`. A route that is annotated with it is described by that model, once;
    FastAPI sends what it gets as it is, for the view was checked where it was made."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        (view,) = get_args(source)
        return handler.generate_schema(view)


@dataclass(frozen=True)
class Answer(Generic[View]):
    """What a route says. `version` becomes the ETag. `told_once`: fields of the body that are never kept,
    secrets."""

    body: View | None = None
    status: int = 200
    version: int | None = None
    location: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    told_once: frozenset[str] = frozenset()

    def response(self) -> ModelResponse[View]:
        return _response(self.status, self.all_headers(), self.text())

    def all_headers(self) -> dict[str, str]:
        etag = {} if self.version is None else {"ETag": f'"{self.version}"'}
        # Ids may hold what no header does: an "œ" would fail the answer to what has been committed.
        place = {} if self.location is None else {"Location": quote(self.location)}
        return {**etag, **place, **self.headers}

    def text(self, *, kept: bool = False) -> str:
        """The body; `kept`: as a retry gets it."""
        if self.body is None:
            return ""
        if not (kept and self.told_once):
            return json_text(self.body)
        # A secret is told once: the memory of answers is not the place to keep it.
        told = plain_json(self.body)
        return json_text({name: value for name, value in told.items() if name not in self.told_once})


def json_text(body: Any, *, indent: int | None = None) -> str:
    """A body as an answer tells it. Documents stored in UTC, by an earlier version or a client, are told in
    local hours too."""
    return UTC_INSTANT.sub(
        _told_locally, json.dumps(body, ensure_ascii=False, indent=indent, default=plain_json)
    )


def _told_locally(found: re.Match[str]) -> str:
    """The same instant; an edge of the calendar, or what is no date, as it was."""
    try:
        return f'"{plain_json(datetime.fromisoformat(found[1]).replace(tzinfo=UTC))}"'
    except (ValueError, OverflowError):
        return found[0]


def plain_json(value: Any) -> Any:
    """Instants with the clients' local offset (RFC 3339), as documents have them: the hour that a wall
    shows. Of a model what was said of it: what a role does not see was left out."""
    if isinstance(value, datetime):
        return wall(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True, exclude_unset=True)
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def _response(status: int, headers: dict[str, str], body: str) -> ModelResponse[Any]:
    return ModelResponse(body, status, headers, media_type="application/json" if body else None)


def reading(asking: TheCredentials, service: TheService) -> Iterator[Scoped]:
    with service.database.reading() as session:
        scoped = Scoped(session, authenticate(session, asking, service), service.clock)
        scoped.is_awaited = partial(is_awaited, asking.request)
        yield scoped


def is_awaited(request: Request) -> bool:
    """Whether whoever asked is still there. From a thread of the event loop."""
    return not from_thread.run(request.is_disconnected)


def witnessing(asking: TheCredentials, service: TheService) -> Iterator[Scoped]:
    """A reading that leaves its notes in the trail: the route commits them before the answer goes out."""
    with service.database.reading() as session:
        yield AuditedRead(session, authenticate(session, asking, service), service.clock, service.database)


async def whole_body(request: Request) -> bytes:
    """Raises: BadRequest for the one character no database keeps. How much comes is bounded by
    `api.http.middleware`."""
    body = await request.body()
    if b"\\u0000" in body:
        raise BadRequest("A304", "document", "null_character")
    return body


class UnitOfWork:
    """One write: its scoped session, and the memory of its answer under the request's Idempotency-Key."""

    def __init__(self, scoped: Scoped, key: str | None, fingerprint: str) -> None:
        self.scoped, self.key, self.fingerprint = scoped, key, fingerprint

    def answer(self, act: Callable[[], Answer[View]]) -> ModelResponse[View]:
        """Run `act` once for all and commit; a repeated key gets the first answer, word for word.

        Raises: KeyReused, when the key came with another request. Refusals are not remembered: they changed
        nothing.
        """
        if self.key is None:
            answer = act()
            self.scoped.commit()
            return answer.response()
        # Claimed before acting: of two requests at once with one key the second waits here, and acts no more.
        # Nor is the key looked up before: most are new.
        memory = self._claim()
        if memory is None:
            # Another request had this key; it has committed by now, or this one would still be waiting.
            return self.known() or self.answer(act)
        answer = act()
        memory.status, memory.headers = answer.status, dict(answer.all_headers())
        body = answer.text()
        memory.body = answer.text(kept=True) if answer.told_once else body
        self.scoped.commit()
        return _response(answer.status, answer.all_headers(), body)

    def remove(self, table: type[Row], basin_id: str, id: str, version: int | None) -> Response:
        """Drop one row, if it stands at that version."""

        def act() -> Answer[None]:
            row = self.scoped.one(table, basin_id, id, write=True)
            expect(row, version)
            self.scoped.drop(row)
            return Answer(status=204)

        return self.answer(act)

    def known(self) -> ModelResponse[Any] | None:
        """The answer that was given under this key; None without a key, or when there is none yet."""
        if self.key is None:
            return None
        found = self.scoped.session.get(RememberedRequest, (self.scoped.principal.actor, self.key))
        if found is None:
            return None
        if found.fingerprint != self.fingerprint:
            raise KeyReused("A303", "Idempotency-Key", "key_reused")
        return _response(found.status, {**found.headers, "Idempotency-Replayed": "true"}, found.body)

    def _claim(self) -> RememberedRequest | None:
        """The key, taken before anything else is done; None when another transaction took it first."""
        now = self.scoped.clock.now()
        memory = RememberedRequest(
            actor=self.scoped.principal.actor,
            key=self.key or "",
            fingerprint=self.fingerprint,
            status=0,
            headers={},
            body="",
            created_at=now,
        )
        self.scoped.session.add(memory)
        try:
            self.scoped.session.flush()
        # Rolled back: PostgreSQL takes nothing more in a transaction after a statement has failed.
        except IntegrityError:
            self.scoped.session.rollback()
            return None
        return memory


class OptimisticWrite:
    """A write that thinks before its transaction begins, in one that only reads: on SQLite nobody else could
    write meanwhile.

    `think` sees one state of the database; what it found is only kept if `act` finds that it still holds.
    """

    def __init__(
        self, scoped: Scoped, asking: Credentials, service: Service, key: str | None, fingerprint: str
    ) -> None:
        self.scoped, self.asking, self.service = scoped, asking, service
        self.key, self.fingerprint = key, fingerprint

    def answer(
        self, think: Callable[[Scoped], Prepared], act: Callable[[Scoped, Prepared], Answer[View]]
    ) -> ModelResponse[View]:
        """As `Unit.answer`; a key that has its answer already is not thought about again.

        Raises: Outdated, where what was found did not stand for once in a few tries.
        """
        turn = 0
        while True:
            turn += 1
            try:
                answer = self._once(think, act)
            except Outdated:
                if turn >= TRIES:
                    raise
                continue
            if answer is not None:
                return answer

    def _once(
        self, think: Callable[[Scoped], Prepared], act: Callable[[Scoped, Prepared], Answer[View]]
    ) -> ModelResponse[View] | None:
        """None: somebody was forgotten meanwhile, and would be kept anew."""
        known = UnitOfWork(self.scoped, self.key, self.fingerprint).known()
        if known is not None:
            authenticate(self.scoped.session, self.asking, self.service)
            return known
        # Asked before the thinking begins: an erasure in the middle of it is noticed.
        seen, thought = last_forgotten(self.scoped.session), think(self.scoped)
        # The connection goes back first: a request holds one at most, however many steps it takes.
        self.scoped.session.close()
        with self.service.database.writing() as session:
            scoped = Scoped(session, authenticate(session, self.asking, self.service), self.service.clock)
            if last_forgotten(session) != seen:
                return None
            return UnitOfWork(scoped, self.key, self.fingerprint).answer(partial(act, scoped, thought))


Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="A retry with the same key gets the first answer.",
    ),
]


def writing(
    asking: TheCredentials,
    service: TheService,
    body: Annotated[bytes, Depends(whole_body)],
    idempotency_key: Key = None,
) -> Iterator[UnitOfWork]:
    with service.database.writing() as session:
        scoped = Scoped(session, authenticate(session, asking, service), service.clock)
        yield UnitOfWork(scoped, idempotency_key, _fingerprint(asking.request, body))


def considering(
    asking: TheCredentials,
    service: TheService,
    body: Annotated[bytes, Depends(whole_body)],
    idempotency_key: Key = None,
) -> Iterator[OptimisticWrite]:
    with service.database.snapshot() as session:
        # Whom the door let in: nothing is told or kept before who asks is looked up once more.
        scoped = Scoped(session, asking.request.state.principal, service.clock)
        yield OptimisticWrite(scoped, asking, service, idempotency_key, _fingerprint(asking.request, body))


def _fingerprint(request: Request, body: bytes) -> str:
    said = (
        f"{request.method} {request.url.path}?{request.url.query} {request.headers.get('If-Match')}".encode()
    )
    return hashlib.sha256(said + b"\0" + body).hexdigest()


async def if_match(
    value: Annotated[str | None, Header(alias="If-Match", examples=['"3"'])] = None,
) -> int | None:
    """The version a change is made on. Raises: BadRequest when it is no ETag of ours."""
    if value is None:
        return None
    found = ETAG.fullmatch(value.strip())
    if found is None:
        raise BadRequest("A304", "If-Match", "not_an_etag")
    return int(found[1])


Reader = Annotated[Scoped, Depends(reading)]
Witness = Annotated[Scoped, Depends(witnessing)]
Writer = Annotated[UnitOfWork, Depends(writing)]
Optimistic = Annotated[OptimisticWrite, Depends(considering)]
IfMatch = Annotated[int | None, Depends(if_match)]
