"""How a plan came about, where a search does not say it all: kept with its row."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AliasChoices, ConfigDict, Field

from api.shapes.cycle_requests import OffDuty
from api.shapes.kept.kept_shapes import Kept
from api.shapes.planning.plan_views import LeastChangeView
from brigade.exchange.shapes.event_shapes import EditShape, EventShape
from brigade.exchange.shapes.field_kinds import Whose


class OffDutyDecision(Kept):
    """What was decided with no coordinator there, by which rule of the basin. `covers`: urgent visits;
    `because`: why it was held. `seen_…`: the coordinator who took note of it."""

    decision: Literal["published", "held"]
    rule: OffDuty
    at: datetime
    covers: list[str]
    because: Annotated[str, Whose.ANYBODY] | None
    seen_by: str | None = None
    seen_at: datetime | None = None


class PlanStory(Kept):
    """`made_from`: the plan it was edited or mended from, or supposed of; `from_pinned`: what was pinned
    there. `mended`: why the one before could not be published. `commitments`: the offers it reckons with, by
    id: their states."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    # Rows say `from`, which Python keeps for itself.
    made_from: str | None = Field(
        None, validation_alias=AliasChoices("from", "made_from"), serialization_alias="from"
    )
    from_pinned: list[str] = Field(default_factory=list)
    edits: list[EditShape] | None = None
    supposed: list[EventShape] | None = None
    changes: LeastChangeView | None = None
    mended: list[Annotated[str, Whose.ANYBODY]] | None = None
    off_duty: OffDutyDecision | None = None
    commitments: dict[str, str] = Field(default_factory=dict)
