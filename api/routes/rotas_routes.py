"""On-call rotas over HTTP: asked for, looked at, changed by hand, published."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from api.http.contract import refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams, narrowed
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.rostering import rotas
from api.runtime.body_documents import DocumentRoute
from api.searches import jobs
from api.shapes.cycle_requests import BasinId, MadeId, exact
from api.shapes.cycle_views import JobView
from api.shapes.planning.rota_views import DutyIn, RotaIn, RotaState, RotaView
from api.store.cycle_tables import DutyRota
from brigade.exchange.shapes.field_kinds import Day

router = APIRouter(prefix="/basins/{basin_id}/on-call-rotas", tags=["on-call"], route_class=DocumentRoute)


@router.get("")
def list_rotas(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    state: RotaState | None = None,
) -> ModelResponse[Page[RotaView]]:
    """On-call rotas of the basin, the newest first."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(DutyRota, basin_id), DutyRota, {"state": state})
    return Answer(turn.page(scoped, asked, DutyRota.id, rotas.shown, newest_first=True)).response()


@router.post("", status_code=202)
def ask_rota(
    basin_id: BasinId,
    given: Annotated[RotaIn, exact(RotaIn), Body()],
    unit: Writer,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[JobView]:
    """Queue a search for a rota: within what the texts let, weekends and evenings shared out fairly. Its
    proposal appears among the rotas, with the job's id."""

    def act() -> Answer[JobView]:
        job = rotas.ask(unit.scoped, service, basin_id, given)
        return Answer(jobs.shown(job, lang), 202, job.version, f"/v1/basins/{basin_id}/jobs/{job.id}")

    return unit.answer(act)


@router.get("/{id}")
def read_rota(basin_id: BasinId, id: MadeId, scoped: Reader) -> ModelResponse[RotaView]:
    """Who is on call on each day, and what everybody has of it."""
    row = scoped.one(DutyRota, basin_id, id)
    return Answer(rotas.shown(row), version=row.version).response()


@router.put("/{id}/duties/{day}", openapi_extra=refuses("A401", "O110"))
def give_duty(
    basin_id: BasinId,
    id: MadeId,
    day: Day,
    given: Annotated[DutyIn, exact(DutyIn), Body()],
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[RotaView]:
    """Who has the duty of a day. Refused with every reason for which somebody may not. Of a published rota it
    holds at once, and whoever gets or loses it is told."""

    def act() -> Answer[RotaView]:
        row = rotas.give(unit.scoped, service, basin_id, id, day, given, version)
        return Answer(rotas.shown(row), version=row.version)

    return unit.answer(act)


@router.post("/{id}/publish", openapi_extra=refuses("A401", "O110"))
def publish_rota(
    basin_id: BasinId, id: MadeId, unit: Writer, service: TheService, version: IfMatch
) -> ModelResponse[RotaView]:
    """Its workers have these duties from now on, instead of what they had on its days; each of them is
    told."""

    def act() -> Answer[RotaView]:
        row = rotas.publish(unit.scoped, service, basin_id, id, version)
        return Answer(rotas.shown(row), version=row.version)

    return unit.answer(act)


@router.post("/{id}/withdraw", openapi_extra=refuses("A401"))
def withdraw_rota(basin_id: BasinId, id: MadeId, unit: Writer, version: IfMatch) -> ModelResponse[RotaView]:
    """A proposal that nobody wants."""

    def act() -> Answer[RotaView]:
        row = rotas.withdraw(unit.scoped, basin_id, id, version)
        return Answer(rotas.shown(row), version=row.version)

    return unit.answer(act)
