"""Whether the service lives, is ready, and how it fares."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api import metrics
from api.http import Answer, TheService
from api.store.migrate import newest
from api.views_records import HealthView

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=HealthView)
def healthz() -> Response:
    """The process answers."""
    return Answer({"status": "ok"}).response()


@router.get("/readyz", response_model=HealthView, responses={503: {"model": HealthView}})
def readyz(service: TheService) -> Response:
    """The database answers, with the tables of this version."""
    try:
        with service.database.reading() as session:
            revision = session.scalar(text("SELECT version_num FROM alembic_version"))
    except (DBAPIError, PoolTimeout):
        revision = None
    is_ready = revision == newest()
    return Answer({"status": "ok" if is_ready else "unavailable"}, 200 if is_ready else 503).response()


@router.get("/metrics", include_in_schema=False)
def read_metrics(service: TheService) -> Response:
    """Counts of requests, searches, offers and messages: for the inside only, the proxy does not pass it on."""
    return Response(metrics.exposed(service), media_type=CONTENT_TYPE_LATEST)
