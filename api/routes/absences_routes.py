"""Absences over HTTP: declared, changed, withdrawn; where each visit at risk stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import Response

from api.access.scope import Scoped
from api.basin.identities import written
from api.basin.resource_kinds import shown as show_kind
from api.cycle import absence_words, absences, imposing
from api.http.contract import PROBLEM, refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.put_back import ReadOnly, repeated_in
from api.http.unit import Answer, IfMatch, ModelResponse, Optimistic, Witness, Writer
from api.persons import situation
from api.runtime.body_documents import DocumentRoute
from api.runtime.faults import TooManyAttempts, Unavailable
from api.service.service import Service
from api.shapes.cycle_requests import (
    AbsenceIn,
    BasinId,
    Id,
    exact,
)
from api.shapes.cycle_views import (
    AbsenceView,
    ForeseenView,
)
from api.shapes.row_views import enveloped, said
from api.shapes.situation_views import SituationView, WishesIn
from api.store.basin_tables import Absence
from brigade.errors import BrigadeError
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.demand_shapes import AbsenceShape
from brigade.words import word

router = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute)
Markings = list[ForeseenView] | None
DECLARED_S = 5.0
"""So long a declared absence waits, in all, for what its cause decides."""


@router.post(
    "/absences", status_code=201, tags=["absences"], openapi_extra=refuses("A202", "A203", "A424", *PROBLEM)
)
def declare_absence(
    basin_id: BasinId,
    given: Annotated[AbsenceIn, exact(AbsenceIn), Body()],
    unit: Optimistic,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[AbsenceView]:
    """The visits at risk come back at once, the gravest first, and what its cause decides: which of them may
    be imposed on whom (`markings`). Where the basin wishes so, a search has begun."""

    def think(scoped: Scoped) -> Markings:
        scoped.must_write(Absence, basin_id)
        return _foreseen(scoped, service, basin_id, absences.declared_body(scoped, given), lang)

    def act(scoped: Scoped, markings: Markings) -> Answer[AbsenceView]:
        done = absences.declare(scoped, service, basin_id, given)
        where = f"/v1/basins/{basin_id}/absences/{done.row.id}"
        return Answer(_absence(scoped, done, markings, lang), 201, done.row.version, where)

    return unit.answer(think, act)


@router.put("/absences/{id}", tags=["absences"], openapi_extra=refuses("A421", "A424", *PROBLEM))
def change_absence(
    basin_id: BasinId,
    id: Id,
    given: Annotated[AbsenceIn, exact(AbsenceIn, AbsenceShape), Body()],
    echo: Annotated[ReadOnly, repeated_in(AbsenceIn, AbsenceShape)],
    unit: Optimistic,
    service: TheService,
    version: IfMatch,
    lang: AskedLanguage,
) -> ModelResponse[AbsenceView]:
    """As it was declared, longer, shorter, of another kind or cause; answered likewise. What GET answers may
    be sent back whole; what an import alone says of it stays."""

    def think(scoped: Scoped) -> Markings:
        scoped.must_write(Absence, basin_id)
        stood = scoped.one(Absence, basin_id, id)
        return _foreseen(scoped, service, basin_id, absences.changed_body(scoped, stood, given), lang)

    def act(scoped: Scoped, markings: Markings) -> Answer[AbsenceView]:
        stood = scoped.one(Absence, basin_id, id)
        echo.refuse_changed(f"absences.{id}", {**stood.body, **said(written(stood))})
        done = absences.change(scoped, service, basin_id, id, version, given)
        return Answer(_absence(scoped, done, markings, lang), version=done.row.version)

    return unit.answer(think, act)


@router.delete(
    "/absences/{id}",
    status_code=204,
    response_class=Response,
    tags=["absences"],
    openapi_extra=refuses("A421"),
)
def withdraw_absence(
    basin_id: BasinId, id: Id, unit: Writer, service: TheService, version: IfMatch
) -> Response:
    """Somebody is back, or was never away: what nobody needs any more is withdrawn, and those concerned are
    told."""

    def act() -> Answer[None]:
        absences.withdraw(unit.scoped, service, basin_id, id, version)
        return Answer(status=204)

    return unit.answer(act)


@router.get("/absences/{id}/situation", tags=["absences"], openapi_extra=refuses("A502"))
def read_situation(
    basin_id: BasinId,
    id: Id,
    scoped: Witness,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[SituationView]:
    """The visits at risk, the gravest first, each with where it stands: searched for, proposed to the
    coordinator, offered, accepted, firm, without anybody and why. Names that are shown are noted as read."""
    told = situation.situation(scoped, service, scoped.one(Absence, basin_id, id), lang)
    scoped.commit()
    return Answer(told).response()


@router.post("/absences/{id}/wishes", tags=["absences"], openapi_extra=refuses("A502"))
def wish_replacements(
    basin_id: BasinId,
    id: Id,
    given: Annotated[WishesIn, exact(WishesIn), Body()],
    unit: Writer,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[SituationView]:
    """For which of the visits at risk somebody is wanted: those named, all of them or none. The searches
    follow once."""

    def act() -> Answer[SituationView]:
        row = absences.wish(unit.scoped, service, basin_id, id, given.visits)
        return Answer(situation.situation(unit.scoped, service, row, lang))

    return unit.answer(act)


def _foreseen(scoped: Scoped, service: Service, basin_id: str, body: JsonObject, lang: str) -> Markings:
    """What the cause of an absence decides, of its document and the rows as they are before it is written.
    None: nobody could say it just now, which keeps no absence from being declared."""
    try:
        risks = absences.visits_at_risk(scoped, absences.drawn(scoped, basin_id, body))
    except BrigadeError:
        return []  # whatever is wrong with it is told when it is written
    if not any(risk.wants_replacement for risk in risks):
        return []
    asked = (basin_id, body, risks, lang)
    try:
        return service.computed_for_anybody(scoped, basin_id, DECLARED_S, imposing.foreseen, *asked)
    except (TooManyAttempts, Unavailable):
        return None


def _absence(scoped: Scoped, done: absences.Declared, markings: Markings, lang: str) -> AbsenceView:
    row, risks = done.row, done.risks
    shown = show_kind(absences.KIND, row, scoped.principal, scoped.clock.now())
    absence = enveloped(row, AbsenceShape.model_validate(shown.value, strict=False))
    wanted = {risk.visit_id for risk in risks if risk.wants_replacement}
    notices = absence_words.notices(scoped, row, done.others, done.feed, lang)
    if markings is None and wanted:
        notices.append(word("absence.not_foreseen", lang))
    told = [one for one in markings or () if one.visit_id in wanted]
    jobs = [job.id for job in done.jobs]
    return AbsenceView(absence=absence, at_risk=risks, markings=told, notices=notices, jobs=jobs)
