"""Questions about a plan over HTTP: coordinators; managers, why of their own visits. Nothing here changes
anything; searches are in `routes.edits`."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from fastapi import APIRouter, Query

from api.http.contract import COMPUTED, UNKNOWN, refuses
from api.http.credentials import TheService
from api.http.language import AskedLanguage
from api.http.unit import Answer, ModelResponse, Reader
from api.plans import questions
from api.runtime.roles import Role
from api.service.compute_pool import WITHIN_S
from api.shapes.cycle_requests import ID, MADE, BasinId, Filter, MadeId
from api.shapes.planning.plan_views import CandidatesView, ComparisonView, HoursView, OwnWhyView, WhyView
from api.store.cycle_tables import Plan
from brigade.changes.answers import FAMILIES_FROM, FAMILIES_UNTIL

router = APIRouter(prefix="/basins/{basin_id}/plans/{id}", tags=["questions"])
Visit = Annotated[str, Query(pattern=ID, max_length=120, examples=["V1"])]
Visits = Annotated[
    list[Annotated[str, Query(pattern=ID, max_length=120)]],
    Query(
        alias="visit_id",
        min_length=1,
        max_length=20,
        examples=[["V1", "V2"]],
        description="Several: one person for all.",
    ),
]
Hour = Annotated[
    str,
    Query(
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        examples=["07:30"],
        description="Local time in whole minutes; the visit begins and ends within the two.",
    ),
]
MadeFilter = Annotated[str, Query(pattern=MADE, examples=["plan-0199a7c1f3e2-9f2c4e1ab7d03355"])]


@router.get("/why", openapi_extra=refuses("A305", *UNKNOWN, *COMPUTED))
def why(
    basin_id: BasinId,
    id: MadeId,
    visit_id: Visit,
    scoped: Reader,
    service: TheService,
    lang: AskedLanguage,
    worker_id: Filter = None,
    with_today: bool = True,
) -> ModelResponse[WhyView | OwnWhyView]:
    """Why nobody comes and what would cover the visit, each change tried out; or why this worker, and who
    else. Both of the problem kept with the plan; `today` says what of the plan holds no more by the rows of
    now. Managers ask it of the own service's visits in plans that are or were in force, and read no other
    service's visits."""
    asked = (basin_id, id, visit_id, worker_id, lang)
    told: WhyView | OwnWhyView
    if scoped.principal.role is Role.MANAGER:
        scoped.one(Plan, basin_id, id)  # before it takes a turn
        told = service.computed_for_anybody(scoped, basin_id, WITHIN_S, questions.why, *asked)
    else:
        told = service.computed(scoped, basin_id, questions.why, *asked, with_today=with_today)
    return Answer[WhyView | OwnWhyView](told).response()


@router.get("/candidates", openapi_extra=refuses("A305", *UNKNOWN, *COMPUTED))
def candidates(
    basin_id: BasinId,
    id: MadeId,
    visit_ids: Visits,
    scoped: Reader,
    service: TheService,
    lang: AskedLanguage,
    moves: bool = False,
) -> ModelResponse[CandidatesView]:
    """Who could take a visit, or several together, ranked by what it costs the plan; and what stands in the
    others' way. With `moves`, other visits may change hands, or be given up for a more important one."""
    told = service.computed(scoped, basin_id, questions.who_could, basin_id, id, visit_ids, moves, lang)
    return Answer(told).response()


@router.get("/hours", openapi_extra=refuses("A305", "E103", *UNKNOWN, *COMPUTED))
def hours(
    basin_id: BasinId,
    id: MadeId,
    visit_id: Visit,
    scoped: Reader,
    service: TheService,
    lang: AskedLanguage,
    opens: Hour = f"{FAMILIES_FROM:%H:%M}",
    closes: Hour = f"{FAMILIES_UNTIL:%H:%M}",
) -> ModelResponse[HoursView]:
    """At which other hours of its day a visit could take place, were its family to agree: half hours with who
    would come, the least costly first, each checked by every rule. Nothing is moved: `events` of a proposal
    are for `what-if`, or for the visit itself once the family has said yes."""
    within = time.fromisoformat(opens), time.fromisoformat(closes)
    told = service.computed(scoped, basin_id, questions.other_hours, basin_id, id, visit_id, *within, lang)
    return Answer(told).response()


@router.get("/compare", openapi_extra=refuses("A305", *UNKNOWN, *COMPUTED))
def compare(
    basin_id: BasinId,
    id: MadeId,
    to: MadeFilter,
    scoped: Reader,
    service: TheService,
    lang: AskedLanguage,
) -> ModelResponse[ComparisonView]:
    """This plan and plan `to`, side by side: who does what instead, for whom it changes, every indicator of
    both."""
    return Answer(
        service.computed(scoped, basin_id, questions.side_by_side, basin_id, id, to, lang)
    ).response()
