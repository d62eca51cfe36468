"""Releases, the ledger of the funding lines, transfers between them, over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends

from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams, narrowed, whole
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.money import ledger, releases, transfers
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, Decision, Filter, Id, exact
from api.shapes.money_requests import ConfirmIn, ReleaseIn, TransferIn
from api.shapes.money_views import LedgerView, ReleaseView, TransferView
from api.store.basin_tables import FundingLine
from api.store.cycle_tables import Job
from api.store.release_tables import FundingTransfer, Release

router = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute)
REFUSED = refuses("A202", "A421", "422 A421", "A422", "A424", "A425")
"""Of what changes a release: each step may meet what another one changed."""


# -- releases ----------------------------------------------------------------------------------------------
@router.get("/releases", tags=["releases"])
def list_releases(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    lang: AskedLanguage,
    state: Literal["declared", "confirmed", "cancelled"] | None = None,
    provider_id: Filter = None,
    funding_line_id: Filter = None,
) -> ModelResponse[Page[ReleaseView]]:
    """Managers see those of their own providers."""
    scoped.basin(basin_id)
    given = {"state": state, "provider_id": provider_id, "funding_line_id": funding_line_id}
    asked = narrowed(scoped.select(Release, basin_id), Release, given)
    return Answer(
        turn.page(scoped, asked, Release.id, lambda row: releases.shown(scoped, row, lang))
    ).response()


@router.post(
    "/releases",
    status_code=201,
    tags=["releases"],
    openapi_extra=REFUSED,
)
def declare_release(
    basin_id: BasinId,
    given: Annotated[ReleaseIn, exact(ReleaseIn), Body()],
    unit: Writer,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[ReleaseView]:
    """A course or a tutor's time: each day opens an absence, and its hours are kept on the one line that pays
    them."""

    def act() -> Answer[ReleaseView]:
        row, asked = releases.declare(unit.scoped, service, basin_id, given)
        return Answer(
            _started(releases.shown(unit.scoped, row, lang), asked),
            201,
            row.version,
            f"/v1/basins/{basin_id}/releases/{row.id}",
        )

    return unit.answer(act)


@router.get("/releases/{id}", tags=["releases"])
def read_release(
    basin_id: BasinId,
    id: Id,
    scoped: Reader,
    lang: AskedLanguage,
) -> ModelResponse[ReleaseView]:
    """One release with its hours, its replacement and its funding."""
    row = scoped.one(Release, basin_id, id)
    return Answer(releases.shown(scoped, row, lang), version=row.version).response()


@router.post(
    "/releases/{id}/confirm",
    tags=["releases"],
    openapi_extra=REFUSED,
)
def confirm_release(
    basin_id: BasinId,
    id: Id,
    given: Annotated[ConfirmIn, exact(ConfirmIn), Body()],
    unit: Writer,
    version: IfMatch,
    lang: AskedLanguage,
) -> ModelResponse[ReleaseView]:
    """Coordinators: the cover is promised. Whoever is named is given nothing else meanwhile by the searches
    of that day."""

    def act() -> Answer[ReleaseView]:
        row = releases.confirm(unit.scoped, basin_id, id, version, given)
        return Answer(releases.shown(unit.scoped, row, lang), version=row.version)

    return unit.answer(act)


@router.post(
    "/releases/{id}/cancel",
    tags=["releases"],
    openapi_extra=REFUSED,
)
def cancel_release(
    basin_id: BasinId,
    id: Id,
    given: Annotated[Decision, exact(Decision), Body()],
    unit: Writer,
    service: TheService,
    version: IfMatch,
    lang: AskedLanguage,
) -> ModelResponse[ReleaseView]:
    """The days ahead come about no more: their absences, hours and people are free again."""

    def act() -> Answer[ReleaseView]:
        row, asked = releases.cancel(unit.scoped, service, basin_id, id, version, given.reason)
        return Answer(_started(releases.shown(unit.scoped, row, lang), asked), version=row.version)

    return unit.answer(act)


def _started(shown: ReleaseView, asked: list[Job]) -> ReleaseView:
    """With the searches that it started."""
    return shown.model_copy(update={"jobs": [job.id for job in asked]})


# -- money -------------------------------------------------------------------------------------------------
@router.get("/ledger", tags=["funding-lines"])
def read_ledgers(basin_id: BasinId, scoped: Reader) -> ModelResponse[Page[LedgerView]]:
    """Every funding line: cap, reserved, consumed, remaining, in hours and euros."""
    scoped.basin(basin_id)
    lines = scoped.all(scoped.select(FundingLine, basin_id))
    found = ledger.accounts(scoped, basin_id, lines).values()
    return Answer(whole([ledger.shown(one) for one in found])).response()


@router.get("/funding-lines/{id}/ledger", tags=["funding-lines"])
def read_ledger(basin_id: BasinId, id: Id, scoped: Reader) -> ModelResponse[LedgerView]:
    """Money and minutes of one line: cap, reserved, consumed, left."""
    line = scoped.one(FundingLine, basin_id, id)
    return Answer(ledger.shown(ledger.account(scoped, basin_id, line))).response()


@router.get("/funding-transfers", tags=["funding-lines"])
def list_transfers(
    basin_id: BasinId, scoped: Reader, turn: Annotated[PageParams, Depends()]
) -> ModelResponse[Page[TransferView]]:
    """Money moved from one line to another, with who moved it and why."""
    scoped.basin(basin_id)
    asked = scoped.select(FundingTransfer, basin_id)
    return Answer(turn.page(scoped, asked, FundingTransfer.id, transfers.shown, newest_first=True)).response()


@router.post(
    "/funding-transfers", status_code=201, tags=["funding-lines"], openapi_extra=refuses("A422", "A423")
)
def transfer_money(
    basin_id: BasinId, given: Annotated[TransferIn, exact(TransferIn), Body()], unit: Writer
) -> ModelResponse[TransferView]:
    """Up to a fifth of the giving line's cap, all its transfers added up; beyond it with a reason, which the
    evidence shows."""

    def act() -> Answer[TransferView]:
        return Answer(transfers.shown(transfers.transfer(unit.scoped, basin_id, given)), 201)

    return unit.answer(act)
