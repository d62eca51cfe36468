"""What becomes of the visits at risk, as it is answered and asked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from api.shapes.cycle_requests import STRICT
from api.shapes.cycle_views import RiskView


class SituationState(StrEnum):
    """`proposed`: to the coordinator, who has not published it yet. `firm`: imposed, as its rules allow."""

    SEARCHING = "searching"
    PROPOSED = "proposed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    FIRM = "firm"
    UNCOVERED = "uncovered"
    NOT_WANTED = "not_wanted"
    DONE = "done"


class VisitSituationView(RiskView):
    """A visit at risk and where it stands. `sentences`: why nobody comes. `reply_by`: of an offer.
    `starts_at`, `ends_at`: the hours told to whoever comes, or is asked. `worker_name`: as `next-visits`
    shows it."""

    client_name: str | None
    state: SituationState
    sentences: list[str]
    reply_by: datetime | None
    worker_id: str | None
    worker_name: str | None
    starts_at: datetime | None
    ends_at: datetime | None


class SituationView(BaseModel):
    """`at`: the time of the service at which it was so."""

    absence_id: str
    at: datetime
    visits: list[VisitSituationView]


class WishesIn(BaseModel):
    """Of visits at risk, whether somebody is wanted."""

    model_config = STRICT
    visits: dict[str, bool] = Field(min_length=1, max_length=500, examples=[{"V1": True, "V2": False}])
