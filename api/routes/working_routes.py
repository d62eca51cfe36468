"""Edits in the making, a part of a plan, the way back, over HTTP: coordinators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from api.access.scope import Scoped
from api.board import undone_changes, working
from api.http.contract import COMPUTED, EDITS, refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.unit import Answer, IfMatch, ModelResponse, Optimistic, Reader, Writer
from api.plans import draft_edits, plans
from api.plans.draft_edits import EditedPlan
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, MadeId, PartIn, RestoreIn, WorkingIn, exact
from api.shapes.cycle_views import SavedEditsView
from api.shapes.planning.board_views import WorkingView

router = APIRouter(prefix="/basins/{basin_id}/plans/{id}", route_class=DocumentRoute, tags=["edits"])


@router.get("/working")
def read_working(basin_id: BasinId, id: MadeId, scoped: Reader) -> ModelResponse[WorkingView]:
    """What coordinators are changing by hand and have not made a plan of: so that two of them see each
    other."""
    return Answer(working.of_plan(scoped, basin_id, id)).response()


@router.post("/working", openapi_extra=refuses("H101"))
def keep_working(
    basin_id: BasinId, id: MadeId, given: Annotated[WorkingIn, exact(WorkingIn), Body()], unit: Writer
) -> ModelResponse[WorkingView]:
    """One's own from now on, in place of what stood there. Nothing is judged, and nobody told."""

    def act() -> Answer[WorkingView]:
        working.keep(unit.scoped, basin_id, id, given.edits)
        return Answer(working.of_plan(unit.scoped, basin_id, id))

    return unit.answer(act)


@router.post("/part", status_code=201, openapi_extra=refuses("A305", "A412", "A413", *EDITS, *COMPUTED))
def undo_part(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[PartIn, exact(PartIn), Body()],
    unit: Optimistic,
    service: TheService,
    version: IfMatch,
    lang: AskedLanguage,
) -> ModelResponse[SavedEditsView]:
    """A proposal without some of its changes to what people had been told: they are undone, which is judged.
    What has begun stays."""

    def think(scoped: Scoped) -> EditedPlan:
        return service.computed(scoped, basin_id, undone_changes.part, basin_id, id, version, given, lang)

    return unit.answer(think, lambda scoped, edited: _saved(scoped, edited, given.reason))


@router.post("/restore", status_code=201, openapi_extra=refuses("A305", "A412", "A413", *EDITS, *COMPUTED))
def restore_plan(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[RestoreIn, exact(RestoreIn), Body()],
    unit: Optimistic,
    service: TheService,
    version: IfMatch,
    lang: AskedLanguage,
) -> ModelResponse[SavedEditsView]:
    """Of the published plan: a proposal that takes its changes back, as far as the day still allows. People
    were told of them, so they are told again once it is published."""

    def think(scoped: Scoped) -> EditedPlan:
        return service.computed(scoped, basin_id, undone_changes.restored, basin_id, id, version, given, lang)

    return unit.answer(think, lambda scoped, edited: _saved(scoped, edited, given.reason))


def _saved(scoped: Scoped, edited: EditedPlan, why: str | None) -> Answer[SavedEditsView]:
    made = draft_edits.save(scoped, edited, why)
    told = SavedEditsView(plan=plans.shown(scoped, made, whole=False), judged=edited.told)
    return Answer(told, 201, made.version, f"/v1/basins/{made.basin_id}/plans/{made.id}")
