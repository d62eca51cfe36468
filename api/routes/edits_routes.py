"""Hand edits, supposed events and the search that finds a kept plan again, over HTTP: coordinators."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from api.access.scope import Scoped
from api.board import visit_places
from api.http.contract import COMPUTED, EDITS, EVENTS, PROBLEM, UNKNOWN, refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.unit import Answer, IfMatch, ModelResponse, Optimistic, Reader, Writer
from api.plans import attention, draft_edits, duty, plans, what_if
from api.runtime.body_documents import DocumentRoute
from api.searches import jobs, search_request
from api.searches.search_request import SearchRequest
from api.shapes.cycle_requests import BasinId, EditsIn, MadeId, PlacesIn, SaveEditsIn, SupposeIn, exact
from api.shapes.cycle_views import JobView, PlanView, SavedEditsView
from api.shapes.planning.attention_views import AttentionView
from api.shapes.planning.plan_views import JudgedView, PlacesView
from api.store.cycle_tables import Job

router = APIRouter(prefix="/basins/{basin_id}/plans/{id}", route_class=DocumentRoute)
of_basin = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute)


@router.post("/judge", tags=["edits"], openapi_extra=refuses(*EDITS, *COMPUTED))
def judge_edits(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[EditsIn, exact(EditsIn), Body()],
    scoped: Reader,
    service: TheService,
    lang: AskedLanguage,
    with_today: bool = True,
) -> ModelResponse[JudgedView]:
    """Try edits, one after the other: what each costs, breaks and mends, who may waive it, what could be done
    next; and what the edited plan breaks by the rows of now (`today`). Nothing is kept."""
    asked = (basin_id, id, given, lang)
    told = service.computed(scoped, basin_id, draft_edits.judge, *asked, with_today=with_today)
    return Answer(told).response()


@router.post("/places", tags=["edits"], openapi_extra=refuses(*EDITS, *UNKNOWN, *COMPUTED))
def find_places(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[PlacesIn, exact(PlacesIn), Body()],
    scoped: Reader,
    service: TheService,
    lang: AskedLanguage,
    with_obstacles: bool = True,
) -> ModelResponse[PlacesView]:
    """Where one visit may go, after these edits: of everybody the lawful places, or what stands in the way.
    One call for all lanes of a board; without obstacles it takes a tenth of the time. Nothing is kept."""
    asked = (basin_id, id, given, lang)
    told = service.computed(scoped, basin_id, visit_places.places, *asked, with_obstacles=with_obstacles)
    return Answer(told).response()


@router.post(
    "/edits", status_code=201, tags=["edits"], openapi_extra=refuses("A412", "A413", *EDITS, *COMPUTED)
)
def save_edits(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[SaveEditsIn, exact(SaveEditsIn), Body()],
    unit: Optimistic,
    service: TheService,
    version: IfMatch,
    lang: AskedLanguage,
) -> ModelResponse[SavedEditsView]:
    """The edited plan as a new draft, or as a proposal that breaks nothing beyond what is waived. Waivers are
    signed by the asking account. What has begun is not edited."""

    def think(scoped: Scoped) -> draft_edits.EditedPlan:
        return service.computed(scoped, basin_id, draft_edits.weigh, basin_id, id, version, given, lang)

    def act(scoped: Scoped, edited: draft_edits.EditedPlan) -> Answer[SavedEditsView]:
        made = draft_edits.save(scoped, edited, given.reason)
        where = f"/v1/basins/{basin_id}/plans/{made.id}"
        shown = SavedEditsView(plan=plans.shown(scoped, made, whole=False), judged=edited.told)
        return Answer(shown, 201, made.version, where)

    return unit.answer(think, act)


@router.post(
    "/what-if",
    status_code=202,
    tags=["questions"],
    openapi_extra=refuses("A411", *EVENTS, *PROBLEM, *COMPUTED),
)
def suppose(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[SupposeIn, exact(SupposeIn), Body()],
    unit: Optimistic,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[JobView]:
    """What the plan would become after these events, with the least change: a search, whose draft has its
    diff with reasons at `…/diff`. Follow it at `Location`."""

    def think(scoped: Scoped) -> SearchRequest:
        limits = search_request.limits_of(service.settings)
        return service.computed(scoped, basin_id, what_if.suppose, limits, basin_id, id, given)

    return unit.answer(
        think, lambda scoped, asked: _queued(basin_id, jobs.queue(scoped, service, basin_id, asked), lang)
    )


@router.post("/again", status_code=202, tags=["plans"], openapi_extra=refuses("A411"))
def seek_again(
    basin_id: BasinId, id: MadeId, unit: Writer, service: TheService, lang: AskedLanguage
) -> ModelResponse[JobView]:
    """Find the kept plan once more, from the same problem, seed, work limit and version (or by the same
    edits): the job says whether it is the same, and keeps nothing else."""
    return unit.answer(
        lambda: _queued(basin_id, what_if.seek_again(unit.scoped, service, basin_id, id), lang)
    )


@router.post("/seen", tags=["plans"])
def take_note(basin_id: BasinId, id: MadeId, unit: Writer) -> ModelResponse[PlanView]:
    """A coordinator has seen what was published without one: it leaves their list."""

    def act() -> Answer[PlanView]:
        plan = duty.seen(unit.scoped, basin_id, id)
        return Answer(plans.shown(unit.scoped, plan, whole=False), version=plan.version)

    return unit.answer(act)


@of_basin.get("/attention", tags=["events"], openapi_extra=refuses("A103", *COMPUTED))
def read_attention(
    basin_id: BasinId,
    scoped: Reader,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[AttentionView]:
    """What waits for a coordinator, the most pressing kinds first, the same for everybody on duty; each entry
    says itself in a sentence and leaves when it is settled (docs/attention.md)."""
    return Answer(service.computed(scoped, basin_id, attention.attention, basin_id, lang)).response()


def _queued(basin_id: str, job: Job, lang: str) -> Answer[JobView]:
    return Answer(jobs.shown(job, lang), 202, job.version, f"/v1/basins/{basin_id}/jobs/{job.id}")
