"""Swaps with present staff over HTTP: put to their service, answered, carried out; who is asked at all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from api.access.scope import Scoped
from api.http.contract import COMPUTED, PROBLEM, refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams, narrowed
from api.http.unit import Answer, IfMatch, ModelResponse, Optimistic, Reader, Writer
from api.plans.swaps import carrying_out, swap_questions
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, Decision, Filter, Id, MadeId, exact
from api.shapes.planning.swap_shapes import SwapAnswerIn, SwapIn, SwapNoticeIn, SwapState, SwapView
from api.store.basin_tables import Provider
from api.store.cycle_tables import SwapQuestion

router = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute, tags=["swaps"])
Why = Annotated[Decision, exact(Decision), Body()]


@router.get("/swaps")
def list_swaps(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    lang: AskedLanguage,
    state: SwapState | None = None,
    provider_id: Filter = None,
    visit_id: Filter = None,
) -> ModelResponse[Page[SwapView]]:
    """What services were asked, the newest first. Managers see what their own was."""
    scoped.basin(basin_id)
    given = {"state": state, "provider_id": provider_id, "visit_id": visit_id}
    asked = narrowed(scoped.select(SwapQuestion, basin_id), SwapQuestion, given)
    show = lambda row: swap_questions.shown(row, lang)  # noqa: E731
    return Answer(turn.page(scoped, asked, SwapQuestion.id, show, newest_first=True)).response()


@router.get("/swaps/{id}")
def read_swap(basin_id: BasinId, id: MadeId, scoped: Reader, lang: AskedLanguage) -> ModelResponse[SwapView]:
    """One of them, with its state and until when it can be answered."""
    row = scoped.one(SwapQuestion, basin_id, id)
    return Answer(swap_questions.shown(row, lang), version=row.version).response()


@router.post("/plans/{id}/swaps", status_code=201, openapi_extra=refuses("A415"))
def ask_swap(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[SwapIn, exact(SwapIn), Body()],
    unit: Writer,
    lang: AskedLanguage,
) -> ModelResponse[SwapView]:
    """Put a swap that this plan proposes to the service: it hears of it, and may answer until its notice
    begins. Coordinators."""

    def act() -> Answer[SwapView]:
        row = swap_questions.ask(unit.scoped, basin_id, id, given)
        where = f"/v1/basins/{basin_id}/swaps/{row.id}"
        return Answer(swap_questions.shown(row, lang), 201, row.version, where)

    return unit.answer(act)


@router.post("/swaps/{id}/answer", openapi_extra=refuses("A415"))
def answer_swap(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[SwapAnswerIn, exact(SwapAnswerIn), Body()],
    unit: Writer,
    version: IfMatch,
    lang: AskedLanguage,
) -> ModelResponse[SwapView]:
    """Yes or no, by the service's manager; or by a coordinator who has called. A yes changes nothing before
    it is carried out; after a no, she is not proposed for this visit again."""

    def act() -> Answer[SwapView]:
        row = swap_questions.answer(unit.scoped, basin_id, id, version, given)
        return Answer(swap_questions.shown(row, lang), version=row.version)

    return unit.answer(act)


@router.post("/swaps/{id}/withdraw", openapi_extra=refuses("A415"))
def withdraw_swap(
    basin_id: BasinId, id: MadeId, given: Why, unit: Writer, version: IfMatch, lang: AskedLanguage
) -> ModelResponse[SwapView]:
    """The question (coordinators), or the yes (the service), as long as it is not carried out."""

    def act() -> Answer[SwapView]:
        row = swap_questions.withdraw(unit.scoped, basin_id, id, version, given.reason)
        return Answer(swap_questions.shown(row, lang), version=row.version)

    return unit.answer(act)


@router.post("/swaps/{id}/carry-out", openapi_extra=refuses("A401", "A415", *PROBLEM, *COMPUTED))
def carry_out_swap(
    basin_id: BasinId,
    id: MadeId,
    unit: Optimistic,
    service: TheService,
    version: IfMatch,
    lang: AskedLanguage,
) -> ModelResponse[SwapView]:
    """What was agreed, done: the service's rota changes, and the brigade's plan as edited to match is a
    proposal (`made_plan_id`). Judged by the rows of now: where the day has become another, A415 says so and
    nothing is changed. Coordinators."""

    def think(scoped: Scoped) -> carrying_out.CarriedSwap:
        return service.computed(scoped, basin_id, carrying_out.weigh, basin_id, id, version)

    def act(scoped: Scoped, found: carrying_out.CarriedSwap) -> Answer[SwapView]:
        row = carrying_out.carry_out(scoped, basin_id, id, found)
        return Answer(swap_questions.shown(row, lang), version=row.version)

    return unit.answer(think, act)


@router.get("/providers/{id}/swap-notice", summary="Read whether a provider lets its staff be asked")
def read_notice(basin_id: BasinId, id: Id, scoped: Reader) -> ModelResponse[SwapNoticeIn]:
    """The version (`ETag`) is the provider's."""
    row = scoped.one(Provider, basin_id, id)
    return Answer(_notice(row), version=row.version).response()


@router.put(
    "/providers/{id}/swap-notice",
    summary="Say whether a provider lets its staff be asked",
    openapi_extra=refuses(*PROBLEM),
)
def put_notice(
    basin_id: BasinId,
    id: Id,
    value: Annotated[SwapNoticeIn, exact(SwapNoticeIn), Body()],
    unit: Writer,
    version: IfMatch,
) -> ModelResponse[SwapNoticeIn]:
    """Coordinators, and the provider's own managers. If-Match names the provider's version."""

    def act() -> Answer[SwapNoticeIn]:
        row = swap_questions.put_notice(unit.scoped, basin_id, id, version, value.swap_notice_min)
        return Answer(_notice(row), version=row.version)

    return unit.answer(act)


def _notice(row: Provider) -> SwapNoticeIn:
    told = row.body.get("swap_notice_min")
    return SwapNoticeIn() if told is None else SwapNoticeIn(swap_notice_min=told)
