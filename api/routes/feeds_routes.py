"""Calendars of workers: made, changed and taken back by the worker or a coordinator; read by whoever has the
secret."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api.http.credentials import TheService
from api.http.described_responses import content
from api.http.language import AskedLanguage
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.persons import feeds
from api.shapes.cycle_requests import BasinId, Id
from api.shapes.dossier_views import FeedView
from api.shapes.row_views import view_of
from api.store.person_tables import Feed

router = APIRouter(prefix="/basins/{basin_id}/feeds", tags=["feeds"])
public = APIRouter(tags=["feeds"])


@public.get("/feeds/{secret}.ics", response_class=Response, responses=content("text/calendar"))
def read_calendar(
    secret: Annotated[str, Path(pattern=r"^[A-Za-z0-9_\-]{43}$", examples=["x" * 43])],
    service: TheService,
    lang: AskedLanguage,
) -> Response:
    """A worker's time of the last month and the next two: when, in which commune, settled or not; nothing of
    the clients."""
    with service.database.reading() as session:
        told = feeds.calendar(session, service, secret, lang)
        return Response(told, media_type="text/calendar; charset=utf-8")


@router.get("/{id}")
def read_feed(basin_id: BasinId, id: Id, scoped: Reader) -> ModelResponse[FeedView]:
    """Whether worker `id` has a calendar, and since when; its address was told when it was made."""
    row = scoped.one(Feed, basin_id, id)
    return Answer(_shown(row), version=row.version).response()


@router.post("/{id}")
def make_feed(basin_id: BasinId, id: Id, unit: Writer, service: TheService) -> ModelResponse[FeedView]:
    """Make the calendar of worker `id`, or give it a new address: the former one opens nothing any more."""

    def act() -> Answer[FeedView]:
        row, secret = feeds.make(unit.scoped, basin_id, id)
        url = f"{service.settings.public_url}/v1/feeds/{secret}.ics"
        shown = _shown(row).model_copy(update={"url": url})
        return Answer(shown, version=row.version, told_once=frozenset({"url"}))

    return unit.answer(act)


@router.delete("/{id}", status_code=204, response_class=Response)
def revoke_feed(basin_id: BasinId, id: Id, unit: Writer, version: IfMatch) -> Response:
    """Its address opens nothing any more."""
    return unit.remove(Feed, basin_id, id, version)


def _shown(row: Feed) -> FeedView:
    return view_of(FeedView, row, worker_id=row.id)
