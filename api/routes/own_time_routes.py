"""A worker's own time: when she can come, what she has worked, what changed since she last looked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.access.scope import Scoped
from api.http.contract import PROBLEM, refuses
from api.http.credentials import TheService
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.persons import availability_weeks, own_changes
from api.rostering import called_out
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, Id, exact
from api.shapes.person_shapes import AvailabilityIn, OwnChangesView, WorkerHoursView
from api.shapes.planning.rota_views import CallGoneIn, CallIn, CallsView
from api.store.basin_tables import Worker
from api.worked import own_hours
from brigade.exchange.shapes.field_kinds import Day, Moment
from brigade.units import PARIS

router = APIRouter(prefix="/basins/{basin_id}/workers/{id}", tags=["workers"], route_class=DocumentRoute)
Given = Annotated[AvailabilityIn, exact(AvailabilityIn), Body()]
First = Annotated[Day | None, Query(examples=["2026-03-09"], description="By default today.")]
Last = Annotated[Day | None, Query(examples=["2026-03-15"], description="Included; by default in two weeks.")]
Since = Annotated[Moment, Query(examples=["2026-03-09T06:00:00+01:00"])]
# Two weeks with the first day, as plans are long.
AHEAD = timedelta(days=13)


@router.get("/availability", openapi_extra=refuses("A305"))
def read_availability(
    basin_id: BasinId, id: Id, scoped: Reader, first_day: First = None, last_day: Last = None
) -> ModelResponse[AvailabilityIn]:
    """When worker `id` can come; of employers, their own staff."""
    row, (first, last) = scoped.one(Worker, basin_id, id), _days(scoped, first_day, last_day)
    return Answer(availability_weeks.shown(row, first, last), version=row.version).response()


@router.put("/availability", openapi_extra=refuses("A305", "A409", *PROBLEM))
def put_availability(
    basin_id: BasinId, id: Id, given: Given, unit: Writer, service: TheService, version: IfMatch
) -> ModelResponse[AvailabilityIn]:
    """The worker herself, or a coordinator. What stood on these days goes; what she has agreed to stays hers.
    The ETag is the worker's."""

    def act() -> Answer[AvailabilityIn]:
        row = availability_weeks.put(unit.scoped, service, basin_id, id, given, version)
        shown = availability_weeks.shown(row, given.first_day, given.last_day)
        return Answer(shown, version=row.version)

    return unit.answer(act)


@router.get("/calls")
def read_calls(basin_id: BasinId, id: Id, scoped: Reader) -> ModelResponse[CallsView]:
    """Calls to work of worker `id` while on call, of three months; the rest after each, and what stands in
    it."""
    return Answer(called_out.shown(scoped, scoped.one(Worker, basin_id, id))).response()


@router.post("/calls", openapi_extra=refuses(*PROBLEM))
def note_call(
    basin_id: BasinId,
    id: Id,
    given: Annotated[CallIn, exact(CallIn), Body()],
    unit: Writer,
    service: TheService,
) -> ModelResponse[CallsView]:
    """The worker herself, or a coordinator, once it is over. It is work with both its ways, and her rest
    begins anew: searches follow where the basin wishes it, and `attention` says what of the plan in force
    holds no more."""

    def act() -> Answer[CallsView]:
        return Answer(called_out.note(unit.scoped, service, basin_id, id, given))

    return unit.answer(act)


@router.post("/calls/withdraw", openapi_extra=refuses(*PROBLEM))
def withdraw_call(
    basin_id: BasinId,
    id: Id,
    given: Annotated[CallGoneIn, exact(CallGoneIn), Body()],
    unit: Writer,
    service: TheService,
) -> ModelResponse[CallsView]:
    """A call that was noted in error."""

    def act() -> Answer[CallsView]:
        return Answer(called_out.withdraw(unit.scoped, service, basin_id, id, given.start, given.reason))

    return unit.answer(act)


@router.get("/hours", openapi_extra=refuses("A305"))
def read_hours(
    basin_id: BasinId, id: Id, scoped: Reader, first_day: First = None, last_day: Last = None
) -> ModelResponse[WorkerHoursView]:
    """Work of whole weeks, done and planned, against the contract and the texts; of employers, their own
    staff."""
    return Answer(own_hours.hours(scoped, basin_id, id, *_days(scoped, first_day, last_day))).response()


@router.get("/changes")
def read_changes(basin_id: BasinId, id: Id, scoped: Reader, since: Since) -> ModelResponse[OwnChangesView]:
    """What became of the visits of worker `id` since then: new ones, others at another hour, or no longer
    hers."""
    return Answer(own_changes.changes(scoped, basin_id, id, since)).response()


def _days(scoped: Scoped, first_day: date | None, last_day: date | None) -> tuple[date, date]:
    first = first_day or scoped.clock.now().astimezone(PARIS).date()
    return first, last_day or first + AHEAD
