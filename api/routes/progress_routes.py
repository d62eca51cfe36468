"""Server-sent events: a search as it goes, a basin as it changes. Read from the database, so any process may
serve them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlalchemy import select

from api.access.scope import Scoped
from api.http.described_responses import Responses
from api.http.language import language_of
from api.http.unit import TheService, authenticate, json_text
from api.routes.records_routes import event
from api.searches import jobs
from api.service.service import Service
from api.service.streams import LANE, Listener, ReleasingBody
from api.shapes.cycle_requests import BasinId, MadeId
from api.store.account_tables import AuditEntry, AuditHead
from api.store.cycle_tables import Job

router = APIRouter(prefix="/basins/{basin_id}")
SSE: Responses = {200: {"description": "Events", "content": {"text/event-stream": {}}}}
OVER = ("done", "failed", "cancelled")
Told = tuple[list[str], bool]
Seq = Annotated[int, Field(ge=0, le=10**12)]


@router.get("/jobs/{id}/progress", response_class=StreamingResponse, responses=SSE, tags=["jobs"])
def follow_job(basin_id: BasinId, id: MadeId, request: Request, service: TheService) -> StreamingResponse:
    """`job` events whenever it changed: state, best so far; ends with the search."""
    seen, lang = {"text": ""}, language_of(request)

    def look() -> Told:
        with service.database.reading() as session:
            job = _scoped(session, request, service).one(Job, basin_id, id)
            text = json_text(jobs.shown(job, lang))
        is_new, seen["text"] = text != seen["text"], text
        return ([_said("job", text)] if is_new else []), job.state in OVER

    return _stream(request, service, Listener(basin_id, id), look)


@router.get("/events/stream", response_class=StreamingResponse, responses=SSE, tags=["events"])
def follow_basin(
    basin_id: BasinId,
    request: Request,
    service: TheService,
    after: Annotated[Seq | Literal["last"] | None, Query()] = None,
    last_event_id: Annotated[str | None, Header(pattern=r"^[0-9]{1,12}$")] = None,
) -> StreamingResponse:
    """Everything of `…/events` after `seq`, as it happens, or from now on (`last`); a browser that lost the
    line goes on where it was."""
    where: dict[str, Any] = {"seq": int(last_event_id) if last_event_id else after or 0}

    def look() -> Told:
        with service.database.reading() as session:
            scoped = _scoped(session, request, service)
            scoped.basin(basin_id)
            if where["seq"] == "last":
                where["seq"] = session.scalar(select(AuditHead.seq)) or 0
            asked = scoped.select(AuditEntry, basin_id).where(AuditEntry.seq > where["seq"])
            rows = scoped.all(asked.order_by(AuditEntry.seq).limit(200))
        where["seq"] = rows[-1].seq if rows else where["seq"]
        return [_said("event", json_text(event(row)), row.seq) for row in rows], False

    return _stream(request, service, Listener(basin_id), look)


def _scoped(session: Any, request: Request, service: Service) -> Scoped:
    # Asked anew each time: a closed account or a revoked token ends its streams too. A tab left open is
    # nobody at work.
    return Scoped(session, authenticate(session, request, service, is_use=False), service.clock)


def _said(name: str, data: str, id: int | None = None) -> str:
    return (f"id: {id}\n" if id is not None else "") + f"event: {name}\ndata: {data}\n\n"


def _stream(
    request: Request, service: Service, listener: Listener, look: Callable[[], Told]
) -> StreamingResponse:
    """Raises: TooManyAttempts, when there are too many already; whatever `look` refuses, before anything is
    sent."""
    hub = service.hub
    with service.database.reading() as session:
        holder = authenticate(session, request, service).actor
    hub.seats.take(holder)
    try:
        first = look()
    except BaseException:
        hub.seats.give_back(holder)
        raise

    async def told() -> AsyncIterator[str]:
        with hub.listening(listener):
            lines, is_over = first
            for line in lines:
                yield line
            rounds = hub.rounds(listener)
            while not is_over and not hub.is_over:
                is_time = await anext(rounds, None)
                if is_time is None or await request.is_disconnected():
                    return
                if is_time:
                    lines, is_over = await to_thread.run_sync(look, limiter=LANE.get())
                    for line in lines or [": \n\n"]:
                        yield line

    return ReleasingBody(
        told(), lambda: hub.seats.give_back(holder), "text/event-stream", {"Cache-Control": "no-store"}
    )
