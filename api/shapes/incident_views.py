"""What the answers about incidents look like, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from api.shapes.incident_requests import Cause, Kind


class TouchedView(BaseModel):
    """A visit that it concerns, and its hour as told, else as wanted."""

    visit_id: str
    starts_at: datetime


class IncidentView(BaseModel):
    """`under_way`: the visit she ends before going home. `visit_id`, `minutes`: the visit that takes so much
    longer. `visits`: what she does no more, what is late from now on, what nobody is wanted for. `ended_at`:
    since when it is over."""

    id: str
    version: int
    kind: Kind
    client_id: str | None
    worker_id: str | None
    visit_id: str | None
    cause: Cause | None
    reason: str | None
    created_at: datetime
    told_by: str
    starts_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    under_way: str | None
    minutes: int | None
    site_id: str | None
    visits: list[TouchedView]


class RecordedView(BaseModel):
    """`jobs`: the searches that follow, where the basin wishes so."""

    incident: IncidentView
    jobs: list[str] = Field(default_factory=list)
