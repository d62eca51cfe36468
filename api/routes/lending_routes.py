"""Help from next door over HTTP: agreements between basins, who could come, who is asked for and lent.
Coordinators of both basins."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends

from api.http.contract import COMPUTED, UNKNOWN, refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams, narrowed
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.lending import agreements, lendings, neighbours
from api.routes.questions_routes import Visits
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, MadeId, exact
from api.shapes.planning.lending_views import (
    AgreementAnswerIn,
    AgreementIn,
    AgreementState,
    AgreementView,
    LendingAnswerIn,
    LendingCandidatesView,
    LendingEndIn,
    LendingIn,
    LendingState,
    LendingView,
)
from api.store.lending.lending_tables import BasinAgreement, Lending

router = APIRouter(prefix="/basins/{basin_id}", tags=["lendings"], route_class=DocumentRoute)
Ending = Annotated[LendingEndIn, exact(LendingEndIn), Body()]


# -- agreements --------------------------------------------------------------------------------------------
@router.get("/lending-agreements")
def list_agreements(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    state: AgreementState | None = None,
) -> ModelResponse[Page[AgreementView]]:
    """What the basin lends, and what it may borrow."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(BasinAgreement, basin_id), BasinAgreement, {"state": state})
    page = turn.page(scoped, asked, BasinAgreement.id, lambda row: agreements.shown(scoped, row))
    return Answer(page).response()


@router.post("/lending-agreements", status_code=201, openapi_extra=refuses("A305"))
def propose_agreement(
    basin_id: BasinId, given: Annotated[AgreementIn, exact(AgreementIn), Body()], unit: Writer
) -> ModelResponse[AgreementView]:
    """Signed for this basin; it holds once a coordinator of the other one has signed as well."""

    def act() -> Answer[AgreementView]:
        row = agreements.propose(unit.scoped, basin_id, given)
        where = f"/v1/basins/{basin_id}/lending-agreements/{row.id}"
        return Answer(agreements.shown(unit.scoped, row), 201, row.version, where)

    return unit.answer(act)


@router.get("/lending-agreements/{id}")
def read_agreement(basin_id: BasinId, id: MadeId, scoped: Reader) -> ModelResponse[AgreementView]:
    """One agreement; of the borrower without the names of those who may be lent."""
    row = scoped.one(BasinAgreement, basin_id, id)
    return Answer(agreements.shown(scoped, row), version=row.version).response()


@router.post("/lending-agreements/{id}/sign", openapi_extra=refuses("A305", "A414"))
def sign_agreement(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[AgreementAnswerIn, exact(AgreementAnswerIn), Body()],
    unit: Writer,
    version: IfMatch,
) -> ModelResponse[AgreementView]:
    """For this basin. The lender may say now who may be lent."""

    def act() -> Answer[AgreementView]:
        row = agreements.sign(unit.scoped, basin_id, id, version, given)
        return Answer(agreements.shown(unit.scoped, row), version=row.version)

    return unit.answer(act)


@router.post("/lending-agreements/{id}/end", openapi_extra=refuses("A414"))
def end_agreement(
    basin_id: BasinId, id: MadeId, given: Ending, unit: Writer, version: IfMatch
) -> ModelResponse[AgreementView]:
    """By either basin: nobody is asked for by it any more; whoever is lent stays so."""

    def act() -> Answer[AgreementView]:
        row = agreements.end(unit.scoped, basin_id, id, version, given.reason)
        return Answer(agreements.shown(unit.scoped, row), version=row.version)

    return unit.answer(act)


# -- who could come ----------------------------------------------------------------------------------------
@router.get("/plans/{id}/neighbours", openapi_extra=refuses("A305", *UNKNOWN, *COMPUTED))
def who_next_door(
    basin_id: BasinId, id: MadeId, visit_ids: Visits, scoped: Reader, service: TheService, lang: AskedLanguage
) -> ModelResponse[LendingCandidatesView]:
    """Whom of the neighbours an agreement lends could take a visit, or several together, ranked by what it
    costs the plan; each checked by every rule over both her days. `request` asks for her."""
    asked = (basin_id, id, visit_ids, lang)
    return Answer(service.computed(scoped, basin_id, neighbours.who_next_door, *asked)).response()


# -- who is asked for --------------------------------------------------------------------------------------
@router.get("/lendings")
def list_lendings(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    state: LendingState | None = None,
    side: Literal["lender", "borrower"] | None = None,
) -> ModelResponse[Page[LendingView]]:
    """Whom the basin is asked for and lends, whom it asks for and borrows."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Lending, basin_id), Lending, {"state": state})
    if side is not None:
        column = Lending.basin_id if side == "lender" else Lending.borrower_id
        asked = asked.where(column == basin_id)
    shown = turn.page(scoped, asked, Lending.id, lambda row: lendings.shown(scoped, row), newest_first=True)
    return Answer(shown).response()


@router.post("/lendings", status_code=201, openapi_extra=refuses("A305"))
def ask_for_somebody(
    basin_id: BasinId, given: Annotated[LendingIn, exact(LendingIn), Body()], unit: Writer
) -> ModelResponse[LendingView]:
    """A question to the lender's coordinators, who are told; silence until `reply_by` is a no."""

    def act() -> Answer[LendingView]:
        row = lendings.ask(unit.scoped, basin_id, given)
        where = f"/v1/basins/{basin_id}/lendings/{row.id}"
        return Answer(lendings.shown(unit.scoped, row), 201, row.version, where)

    return unit.answer(act)


@router.get("/lendings/{id}")
def read_lending(basin_id: BasinId, id: MadeId, scoped: Reader) -> ModelResponse[LendingView]:
    """One request and what became of it."""
    row = scoped.one(Lending, basin_id, id)
    return Answer(lendings.shown(scoped, row), version=row.version).response()


@router.post("/lendings/{id}/answer", openapi_extra=refuses("A103", "A414"))
def answer_lending(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[LendingAnswerIn, exact(LendingAnswerIn), Body()],
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[LendingView]:
    """By the lender. Once lent she is a worker of the borrower for these hours and away from her own basin;
    whatever is then planned for her is offered, and she may refuse."""

    def act() -> Answer[LendingView]:
        row = lendings.answer(unit.scoped, service, basin_id, id, version, given)
        return Answer(lendings.shown(unit.scoped, row), version=row.version)

    return unit.answer(act)


@router.post("/lendings/{id}/withdraw", openapi_extra=refuses("A103", "A414"))
def withdraw_lending(
    basin_id: BasinId, id: MadeId, given: Ending, unit: Writer, service: TheService, version: IfMatch
) -> ModelResponse[LendingView]:
    """The borrower takes the request back, or either of them the lending: both basins are as before, and she
    is told of what is hers no more."""

    def act() -> Answer[LendingView]:
        row = lendings.withdraw(unit.scoped, service, basin_id, id, version, given.reason)
        return Answer(lendings.shown(unit.scoped, row), version=row.version)

    return unit.answer(act)
