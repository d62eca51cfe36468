"""Whether the service lives, is ready, and how it fares."""

from __future__ import annotations

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.http.credentials import TheService
from api.http.unit import Answer, ModelResponse
from api.operations import metrics
from api.runtime.gate import ThreadLane
from api.service.service import Service
from api.shapes.record_views import HealthView
from api.store.migrate import newest

router = APIRouter(tags=["health"])
# Threads of its own: who watches must hear an answer while every other thread waits for the database.
LANE = ThreadLane("health", 2)


@router.get("/healthz")
async def healthz() -> ModelResponse[HealthView]:
    """The process answers: by the event loop itself, whatever the threads are busy with."""
    return Answer(HealthView(status="ok")).response()


@router.get("/readyz", responses={503: {"model": HealthView}})
async def readyz(service: TheService) -> ModelResponse[HealthView]:
    """The database answers, with the tables of this version."""
    is_ready = await to_thread.run_sync(_revision, service, limiter=LANE.get()) == newest()
    return Answer(HealthView(status="ok" if is_ready else "unavailable"), 200 if is_ready else 503).response()


def _revision(service: Service) -> str | None:
    try:
        with service.database.reading() as session:
            found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    except (DBAPIError, PoolTimeout):
        return None
    return found


@router.get("/metrics", include_in_schema=False)
def read_metrics(service: TheService) -> Response:
    """Counts of requests, searches, offers and messages: for the inside only, the proxy does not pass it
    on."""
    return Response(metrics.exposed(service), media_type=CONTENT_TYPE_LATEST)
