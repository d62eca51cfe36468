"""Messages over HTTP: what was told to whom by which way, what did not arrive, and once more."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.paging import Page, PageParams, narrowed
from api.http.unit import Answer, ModelResponse, Reader, Writer
from api.letters import post
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, Decision, Filter, MadeId, exact
from api.shapes.message_views import MessageView, ParcelState
from api.store.message_tables import Message

router = APIRouter(prefix="/basins/{basin_id}/messages", tags=["messages"], route_class=DocumentRoute)


@router.get("")
def list_messages(
    basin_id: BasinId,
    scoped: Reader,
    service: TheService,
    turn: Annotated[PageParams, Depends()],
    state: ParcelState | None = None,
    kind: Filter = None,
) -> ModelResponse[Page[MessageView]]:
    """Newest first; `state=failed` is what somebody has to be told otherwise."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Message, basin_id), Message, {"state": state, "kind": kind})
    show = lambda row: post.shown(service, row)  # noqa: E731
    return Answer(turn.page(scoped, asked, Message.id, show, newest_first=True)).response()


@router.get("/{id}")
def read_message(
    basin_id: BasinId, id: MadeId, scoped: Reader, service: TheService
) -> ModelResponse[MessageView]:
    """One letter or SMS: to whom, in which state, and why it failed."""
    row = scoped.one(Message, basin_id, id)
    return Answer(post.shown(service, row), version=row.version).response()


@router.post("/{id}/resend", openapi_extra=refuses("A431", "A432"))
def resend_message(
    basin_id: BasinId, id: MadeId, unit: Writer, service: TheService
) -> ModelResponse[MessageView]:
    """A message that failed, to the contact as it is now: coordinators."""

    def act() -> Answer[MessageView]:
        row = post.resend(unit.scoped, basin_id, id)
        return Answer(post.shown(service, row), version=row.version)

    return unit.answer(act)


@router.post("/{id}/settle", openapi_extra=refuses("A431"))
def settle_message(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[Decision, exact(Decision), Body()],
    unit: Writer,
    service: TheService,
) -> ModelResponse[MessageView]:
    """Told otherwise: what failed to arrive waits for nobody any more. Coordinators."""

    def act() -> Answer[MessageView]:
        row = post.settle(unit.scoped, basin_id, id, given.reason)
        return Answer(post.shown(service, row), version=row.version)

    return unit.answer(act)
