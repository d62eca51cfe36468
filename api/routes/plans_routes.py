"""Plans over HTTP: read, compared, judged again, published, rejected, pinned."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends

from api.access.scope import Scoped
from api.http.contract import COMPUTED, refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.paging import Page, PageParams, narrowed
from api.http.unit import Answer, IfMatch, ModelResponse, Optimistic, Reader, Writer
from api.plans import plans, publication
from api.runtime.body_documents import DocumentRoute
from api.runtime.roles import Role
from api.shapes.cycle_requests import (
    BasinId,
    Decision,
    Filter,
    MadeId,
    PinIn,
    exact,
)
from api.shapes.cycle_views import (
    DiffView,
    PlanView,
    RecheckView,
)
from api.store.cycle_tables import Plan
from brigade.exchange.shapes.field_kinds import Day

router = APIRouter(prefix="/basins/{basin_id}", route_class=DocumentRoute)
Why = Annotated[Decision, exact(Decision), Body()]


@router.get("/plans", tags=["plans"])
def list_plans(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    state: Literal["draft", "proposed", "published", "superseded", "rejected"] | None = None,
    first_day: Day | None = None,
) -> ModelResponse[Page[PlanView]]:
    """Without their documents."""
    scoped.basin(basin_id)
    asked = narrowed(scoped.select(Plan, basin_id), Plan, {"state": state, "first_day": first_day})
    show = lambda plan: plans.shown(scoped, plan, whole=False)  # noqa: E731
    return Answer(turn.page(scoped, asked, Plan.id, show, newest_first=True)).response()


@router.get("/plans/{id}", tags=["plans"], openapi_extra=refuses("A103"))
def read_plan(
    basin_id: BasinId,
    id: MadeId,
    scoped: Reader,
    lang: AskedLanguage,
) -> ModelResponse[PlanView]:
    """Whole for coordinators; the others see their own part of it, managers with the reasons of their
    uncovered visits in sentences."""
    plan = scoped.one(Plan, basin_id, id)
    return Answer(plans.shown(scoped, plan, whole=True, lang=lang), version=plan.version).response()


@router.get("/plans/{id}/diff", tags=["plans"])
def compare_plan(basin_id: BasinId, id: MadeId, scoped: Reader, to: Filter = None) -> ModelResponse[DiffView]:
    """What changes from the plan it was made from (or from plan `to`): coordinators."""
    scoped.only("plans", Role.COORDINATOR)
    return Answer(plans.compared(scoped, basin_id, id, to)).response()


@router.get("/plans/{id}/check", tags=["plans"], openapi_extra=refuses(*COMPUTED))
def recheck_plan(
    basin_id: BasinId, id: MadeId, scoped: Reader, service: TheService, lang: AskedLanguage
) -> ModelResponse[RecheckView]:
    """Judge the plan again from what was kept with it: coordinators."""
    scoped.only("plans", Role.COORDINATOR)
    return Answer(service.computed(scoped, basin_id, plans.rechecked, basin_id, id, lang)).response()


@router.post("/plans/{id}/publish", tags=["plans"], openapi_extra=refuses("A407", *COMPUTED))
def publish_plan(
    basin_id: BasinId, id: MadeId, given: Why, unit: Optimistic, service: TheService, version: IfMatch
) -> ModelResponse[PlanView]:
    """Firm stops are to acknowledge, the others become offers; the plan in force until now is superseded.

    What people answered since it was made, and the rows of now, are part of it: where stops would differ,
    A407 says who said what and what no longer holds, and names the mended proposal."""

    def act(scoped: Scoped, considered: publication.PublicationCheck) -> Answer[PlanView]:
        plan = plans.publish(scoped, service, basin_id, id, version, given.reason, considered)
        return Answer(plans.shown(scoped, plan, whole=False), version=plan.version)

    try:
        return unit.answer(
            lambda scoped: service.computed(scoped, basin_id, publication.consider, basin_id, id), act
        )
    except publication.OvertakenProposal as overtaken:
        # A transaction of its own: the refusal undoes the first one, and the mended proposal is to stay.
        with service.database.writing() as session:
            scoped = Scoped(session, unit.scoped.principal, service.clock)
            mended = publication.keep_mended(scoped, id, basin_id, overtaken.considered)
            scoped.commit()
        overtaken.more = {"mended_plan_id": mended.id if mended else None}
        raise


@router.post("/plans/{id}/reject", tags=["plans"])
def reject_plan(
    basin_id: BasinId, id: MadeId, given: Why, unit: Writer, version: IfMatch
) -> ModelResponse[PlanView]:
    """A proposal that nobody will publish."""

    def act() -> Answer[PlanView]:
        plan = plans.reject(unit.scoped, basin_id, id, version, given.reason)
        return Answer(plans.shown(unit.scoped, plan, whole=False), version=plan.version)

    return unit.answer(act)


@router.post("/plans/{id}/pins", tags=["plans"])
def pin_visits(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[PinIn, exact(PinIn), Body()],
    unit: Writer,
    version: IfMatch,
) -> ModelResponse[PlanView]:
    """Pinned visits keep their worker and start in the searches that start from this plan."""

    def act() -> Answer[PlanView]:
        plan = plans.pin(unit.scoped, basin_id, id, version, given)
        return Answer(plans.shown(unit.scoped, plan, whole=True), version=plan.version)

    return unit.answer(act)
