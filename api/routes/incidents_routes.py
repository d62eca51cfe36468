"""What happens to a day over HTTP: one call for each thing, and one when it is over."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends

from api.commitments.open_incidents import open_now
from api.http.contract import PROBLEM, refuses
from api.http.credentials import TheService
from api.http.paging import Page, PageParams, narrowed
from api.http.unit import Answer, IfMatch, ModelResponse, Reader, Writer
from api.incidents import incidents
from api.runtime.body_documents import DocumentRoute
from api.shapes.cycle_requests import BasinId, Filter, MadeId, exact
from api.shapes.incident_requests import IncidentEndIn, IncidentIn, Kind
from api.shapes.incident_views import IncidentView, RecordedView
from api.store.cycle_tables import Job
from api.store.incident_tables import Incident

router = APIRouter(prefix="/basins/{basin_id}/incidents", tags=["incidents"], route_class=DocumentRoute)


@router.get("")
def list_incidents(
    basin_id: BasinId,
    scoped: Reader,
    turn: Annotated[PageParams, Depends()],
    kind: Kind | None = None,
    client_id: Filter = None,
    worker_id: Filter = None,
    is_open: bool = False,
) -> ModelResponse[Page[IncidentView]]:
    """Newest first; `is_open`: those that are not over."""
    scoped.basin(basin_id)
    asked = narrowed(
        scoped.select(Incident, basin_id),
        Incident,
        {"kind": kind, "client_id": client_id, "worker_id": worker_id},
    )
    if is_open:
        asked = asked.where(*open_now(scoped.clock.now()))
    return Answer(turn.page(scoped, asked, Incident.id, incidents.shown, newest_first=True)).response()


@router.post("", status_code=201, openapi_extra=refuses("A408", "A502", "422 A202", "422 A405", *PROBLEM))
def tell_incident(
    basin_id: BasinId,
    given: Annotated[IncidentIn, exact(IncidentIn), Body()],
    unit: Writer,
    service: TheService,
) -> ModelResponse[RecordedView]:
    """What happened, by its `kind`: somebody is away in mid-tour or late, nobody opens, a client is not there
    or in hospital, people move, come or go. What is under way is kept; a search follows where the basin
    wishes so. Coordinators; managers of their own clients; workers of their own day (away, late, nobody
    opens)."""

    def act() -> Answer[RecordedView]:
        row, asked = incidents.record(unit.scoped, service, basin_id, given.root)
        return Answer(_recorded(row, asked), 201, row.version, f"/v1/basins/{basin_id}/incidents/{row.id}")

    return unit.answer(act)


@router.get("/{id}")
def read_incident(basin_id: BasinId, id: MadeId, scoped: Reader) -> ModelResponse[IncidentView]:
    """One incident, with the visits it touches."""
    row = scoped.one(Incident, basin_id, id)
    return Answer(incidents.shown(row), version=row.version).response()


@router.post("/{id}/end", openapi_extra=refuses("A408", *PROBLEM))
def end_incident(
    basin_id: BasinId,
    id: MadeId,
    given: Annotated[IncidentEndIn, exact(IncidentEndIn), Body()],
    unit: Writer,
    service: TheService,
    version: IfMatch,
) -> ModelResponse[RecordedView]:
    """She is back, or it was told in error: her hours, or her visits, come back from then on, and a search
    follows."""

    def act() -> Answer[RecordedView]:
        row, asked = incidents.end(unit.scoped, service, basin_id, id, version, given)
        return Answer(_recorded(row, asked), version=row.version)

    return unit.answer(act)


def _recorded(row: Incident, asked: list[Job]) -> RecordedView:
    return RecordedView(incident=incidents.shown(row), jobs=[job.id for job in asked])
