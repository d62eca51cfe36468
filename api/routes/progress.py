"""Server-sent events: a search as it goes, a basin as it changes. Read from the database, so any process may serve them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse

from api import jobs
from api.http import TheService, authenticate, plain_json
from api.routes.records import event
from api.scope import Scoped
from api.service import Service
from api.shapes import BasinId, MadeId
from api.store.cycle import Job
from api.store.people import AuditEntry

router = APIRouter(prefix="/basins/{basin_id}")
EVERY_S = 0.5
KEEP_ALIVE_ROUNDS = 30
SSE: dict[int | str, dict[str, Any]] = {200: {"description": "Events", "content": {"text/event-stream": {}}}}
OVER = ("done", "failed", "cancelled")
Told = tuple[list[str], bool]


@router.get("/jobs/{id}/progress", response_class=StreamingResponse, responses=SSE, tags=["jobs"])
def follow_job(basin_id: BasinId, id: MadeId, request: Request, service: TheService) -> StreamingResponse:
    """`job` events whenever it changed: state, best so far; ends with the search."""
    seen = {"text": ""}

    def look() -> Told:
        with service.database.reading() as session:
            job = _scoped(session, request, service).one(Job, basin_id, id)
            text = json.dumps(jobs.shown(job), ensure_ascii=False, default=plain_json)
        is_new, seen["text"] = text != seen["text"], text
        return ([_said("job", text)] if is_new else []), job.state in OVER

    look_once = look()  # refusals are answers of their own, not events
    return _stream(request, look, look_once)


@router.get("/events/stream", response_class=StreamingResponse, responses=SSE, tags=["events"])
def follow_basin(
    basin_id: BasinId,
    request: Request,
    service: TheService,
    after: Annotated[int | None, Query(ge=0, le=10**12)] = None,
    last_event_id: Annotated[str | None, Header(pattern=r"^[0-9]{1,12}$")] = None,
) -> StreamingResponse:
    """Everything of `…/events` after `seq`, as it happens; a browser that lost the line goes on where it was."""
    where = {"seq": int(last_event_id) if last_event_id else after or 0}

    def look() -> Told:
        with service.database.reading() as session:
            scoped = _scoped(session, request, service)
            scoped.basin(basin_id)
            asked = scoped.select(AuditEntry, basin_id).where(AuditEntry.seq > where["seq"])
            rows = scoped.all(asked.order_by(AuditEntry.seq).limit(200))
        where["seq"] = rows[-1].seq if rows else where["seq"]
        return [_said("event", json.dumps(event(row), ensure_ascii=False, default=plain_json), row.seq) for row in rows], False

    return _stream(request, look, look())


def _scoped(session: Any, request: Request, service: Service) -> Scoped:
    # Asked anew each time: a closed account or a revoked token ends its streams too.
    return Scoped(session, authenticate(session, request, service), service.clock)


def _said(name: str, data: str, id: int | None = None) -> str:
    return (f"id: {id}\n" if id is not None else "") + f"event: {name}\ndata: {data}\n\n"


def _stream(request: Request, look: Callable[[], Told], first: Told) -> StreamingResponse:
    async def told() -> AsyncIterator[str]:
        (lines, is_over), quiet = first, 0
        while True:
            for line in lines:
                yield line
            if is_over or await request.is_disconnected():
                return
            quiet = 0 if lines else quiet + 1
            if quiet and quiet % KEEP_ALIVE_ROUNDS == 0:
                yield ": \n\n"  # proxies close lines that say nothing
            await asyncio.sleep(EVERY_S)
            lines, is_over = await to_thread.run_sync(look)

    return StreamingResponse(told(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
