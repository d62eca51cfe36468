"""Messages over HTTP: what was told to whom by which way, what did not arrive, and once more."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from fastapi.responses import Response

from api.http.paging import Page, PageParams, narrowed
from api.http.unit import Answer, Reader, TheService, Writer
from api.letters import post
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, Decision, Filter, MadeId, exact
from api.shapes.message_views import MessageView, ParcelState
from api.store.message_tables import Message

router = APIRouter(prefix="/basins/{basin_id}/messages", tags=["messages"], route_class=DocumentRoute)


@router.get("", response_model=Page[MessageView])
def list_messages(
    basin_id: BasinId,
    scoped: Reader,
    service: TheService,
    turn: Annotated[PageParams, Depends()],
    state: ParcelState | None = None,
    kind: Filter = None,
) -> Response:
    """Newest first; `state=failed` is what somebody has to be told otherwise."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Message, basin_id), Message, {"state": state, "kind": kind})
    show = lambda row: post.shown(service, row)  # noqa: E731
    return Answer(turn.page(scoped, asked, Message.id, show, newest_first=True)).response()


@router.get("/{id}", response_model=MessageView)
def read_message(basin_id: BasinId, id: MadeId, scoped: Reader, service: TheService) -> Response:
    row = scoped.one(Message, basin_id, id)
    return Answer(post.shown(service, row), version=row.version).response()


@router.post("/{id}/resend", response_model=MessageView)
def resend_message(basin_id: BasinId, id: MadeId, unit: Writer, service: TheService) -> Response:
    """A message that failed, to the contact as it is now: coordinators."""

    def act() -> Answer:
        row = post.resend(unit.scoped, basin_id, id)
        return Answer(post.shown(service, row), version=row.version)

    return unit.answer(act)


@router.post("/{id}/settle", response_model=MessageView)
def settle_message(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[Decision, exact(Decision), Body()],
    unit: Writer,
    service: TheService,
) -> Response:
    """Told otherwise: what failed to arrive waits for nobody any more. Coordinators."""

    def act() -> Answer:
        row = post.settle(unit.scoped, basin_id, id, given.reason)
        return Answer(post.shown(service, row), version=row.version)

    return unit.answer(act)
