"""Server-sent events: a search as it goes, a basin as it changes. Read from the database, so any process may
serve them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.scope import Scoped
from api.http.contract import refuses
from api.http.credentials import Credentials, TheCredentials, TheService, authenticate
from api.http.language import language_of
from api.http.unit import json_text
from api.routes.records_routes import event
from api.searches import jobs
from api.service.service import Service
from api.service.streams import LANE, Listener
from api.shapes.cycle_requests import BasinId, MadeId
from api.store.account_tables import AuditEntry, AuditHead
from api.store.cycle_tables import Job
from brigade.errors import BrigadeError

router = APIRouter(prefix="/basins/{basin_id}")
OVER = ("done", "failed", "cancelled")
News = tuple[list[ServerSentEvent], bool]
"""What is to be told, and whether that is the end."""
Seq = Annotated[int, Field(ge=0, le=10**12)]


def seated(asking: TheCredentials, service: TheService, answer: Response) -> Iterator[None]:
    """One of the limited places for streams, given back however the stream ends. Raises: TooManyAttempts."""
    with service.database.reading() as session:
        holder = authenticate(session, asking, service).actor
    # Beside FastAPI's own `no-cache`, which lets a copy be kept: people are spoken of.
    answer.headers["Cache-Control"] = "no-store"
    # The session is closed by now: a stream of hours must not hold a connection of the database.
    with service.hub.seats.held(holder):
        yield


class Follower:
    """One stream. It has looked once already: what refuses it is an answer of its own, not a stream cut
    short."""

    def __init__(self, service: Service, listener: Listener, look: Callable[[], News]) -> None:
        self.service, self.listener, self.look = service, listener, look
        self.first = look()

    async def events(self, request: Request) -> AsyncIterator[ServerSentEvent]:
        hub = self.service.hub
        with hub.listening(self.listener):
            told, is_over = self.first
            for one in told:
                yield one
            async with aclosing(hub.rounds(self.listener)) as rounds:
                while not is_over and not hub.is_over:
                    is_time = await anext(rounds, None)
                    if is_time is None or await request.is_disconnected():
                        return
                    if is_time:
                        told, is_over = await to_thread.run_sync(self._look_again, limiter=LANE.get())
                        for one in told:
                            yield one

    def _look_again(self) -> News:
        try:
            return self.look()
        except BrigadeError:
            # Whoever may no longer look hears nothing more; why is told to the next request.
            return [], True


def job_follower(
    basin_id: BasinId,
    id: MadeId,
    asking: TheCredentials,
    service: TheService,
    seat: Annotated[None, Depends(seated)],
) -> Follower:
    seen, lang = "", language_of(asking.request)

    def look() -> News:
        nonlocal seen
        with service.database.reading() as session:
            job = _scoped(session, asking, service).one(Job, basin_id, id)
            text = json_text(jobs.shown(job, lang))
        is_new, seen = text != seen, text
        told = [ServerSentEvent(event="job", raw_data=text)] if is_new else []
        return told, job.state in OVER

    return Follower(service, Listener(basin_id, id), look)


@router.get(
    "/jobs/{id}/progress", response_class=EventSourceResponse, tags=["jobs"], openapi_extra=refuses("A107")
)
async def follow_job(
    request: Request, follower: Annotated[Follower, Depends(job_follower)]
) -> AsyncIterator[ServerSentEvent]:
    """`job` events whenever it changed: state, best so far; ends with the search."""
    async for one in follower.events(request):
        yield one


def basin_follower(
    basin_id: BasinId,
    asking: TheCredentials,
    service: TheService,
    seat: Annotated[None, Depends(seated)],
    after: Annotated[Seq | Literal["last"] | None, Query()] = None,
    last_event_id: Annotated[str | None, Header(pattern=r"^[0-9]{1,12}$")] = None,
) -> Follower:
    seq: int | Literal["last"] = int(last_event_id) if last_event_id else after or 0

    def look() -> News:
        nonlocal seq
        with service.database.reading() as session:
            scoped = _scoped(session, asking, service)
            scoped.basin(basin_id)
            if seq == "last":
                seq = session.scalar(select(AuditHead.seq)) or 0
            asked = scoped.select(AuditEntry, basin_id).where(AuditEntry.seq > seq)
            rows = scoped.all(asked.order_by(AuditEntry.seq).limit(200))
        seq = rows[-1].seq if rows else seq
        return [_told(row) for row in rows], False

    return Follower(service, Listener(basin_id), look)


@router.get(
    "/events/stream", response_class=EventSourceResponse, tags=["events"], openapi_extra=refuses("A107")
)
async def follow_basin(
    request: Request, follower: Annotated[Follower, Depends(basin_follower)]
) -> AsyncIterator[ServerSentEvent]:
    """Everything of `…/events` after `seq`, as it happens, or from now on (`last`); a browser that lost the
    line goes on where it was."""
    async for one in follower.events(request):
        yield one


def _told(row: AuditEntry) -> ServerSentEvent:
    return ServerSentEvent(id=str(row.seq), event="event", raw_data=json_text(event(row)))


def _scoped(session: Session, asking: Credentials, service: Service) -> Scoped:
    # Asked anew each time: a closed account or a revoked token ends its streams too. A tab left open is
    # nobody at work.
    return Scoped(session, authenticate(session, asking, service, is_use=False), service.clock)
