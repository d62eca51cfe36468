"""A plan's day as one answer, for a board: coordinators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Header
from starlette.background import BackgroundTask

from api.board import board
from api.board.opened_ahead import open_for_hands
from api.http.contract import COMPUTED, EDITS, refuses
from api.http.credentials import TheService
from api.http.described_responses import Responses
from api.http.language import AskedLanguage
from api.http.unit import Answer, ModelResponse, Reader, Witness
from api.plans.warm_plans import head
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, BoardIn, MadeId, exact
from api.shapes.planning.board_views import BoardView
from brigade.exchange.shapes.field_kinds import Day

router = APIRouter(prefix="/basins/{basin_id}/plans/{id}/board", route_class=DocumentRoute, tags=["plans"])
SAME: Responses = {304: {"description": "As it was at this ETag"}}


@router.get("", responses=SAME, openapi_extra=refuses("A305", "A502", *COMPUTED))
def read_board(
    basin_id: BasinId,
    id: MadeId,
    scoped: Witness,
    service: TheService,
    lang: AskedLanguage,
    day: Day | None = None,
    names: bool = False,
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> ModelResponse[BoardView]:
    """Lanes with all that fills them, visits nobody does, absences, counts: one day, one state of the
    database. With `names`, who people are: one note in the trail for all of them."""
    row = head(scoped, basin_id, id)
    tag = f'W/"{row.version}-{board.last_change(scoped, basin_id)}"'
    if if_none_match == tag:
        return ModelResponse(status_code=304, headers={"ETag": tag})
    told = service.computed(scoped, basin_id, board.board, basin_id, id, day, [], lang)
    if names:
        known = board.names(scoped, service.vault, basin_id, id, told)
        told = told.model_copy(update={"names": known})
        scoped.commit()
    response = Answer(told, headers={"ETag": f'W/"{told.plan.version}-{told.seq}"'}).response()
    response.background = BackgroundTask(open_for_hands, service, scoped.principal, basin_id, id)
    return response


@router.post("", openapi_extra=refuses("A305", *EDITS, *COMPUTED))
def edited_board(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[BoardIn, exact(BoardIn), Body()],
    scoped: Reader,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[BoardView]:
    """The same after hand edits. Nothing is kept."""
    told = service.computed(scoped, basin_id, board.board, basin_id, id, given.day, given.edits, lang)
    return Answer(told).response()
