"""What an incident changed, so that this can be undone, and what it concerns: kept with its row."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.shapes.incident_views import TouchedView
from api.shapes.kept.kept_shapes import Kept
from brigade.exchange.shapes.workforce_shapes import AvailabilityShape, EngagementShape


class IncidentDetails(Kept):
    """`cut`: hours taken away. `under_way`: the visit that is ended first. `visits`: those it concerns.
    `minutes`: how much longer the visit under way takes, told to end at `end`. `before`: places as they were.
    `engagements`: those that ended."""

    cut: list[AvailabilityShape] | None = None
    under_way: str | None = None
    visits: list[TouchedView] = Field(default_factory=list)
    minutes: int | None = None
    end: datetime | None = None
    before: dict[str, str | None] | None = None
    site_id: str | None = None
    engagements: list[EngagementShape] | None = None
