"""What those who do not plan a basin see of its plans: a manager the own visits, a worker the own tours, a
lending employer the hours of the own staff."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.field_kinds import PriorityName


class OwnStopView(BaseModel):
    """Who comes to one of the manager's clients."""

    worker_id: str
    visit_id: str
    start: datetime
    end: datetime


class OwnReasonView(BaseModel):
    """A reason without other providers' visits, and without the brigade's people, who are counted."""

    code: str
    values: JsonObject
    sentence: str


class OwnUncoveredView(BaseModel):
    """A visit that nobody does: why. `action`: what could be tried."""

    visit_id: str
    reasons: list[OwnReasonView]
    action: JsonObject | None = None
    starts_at: datetime
    priority: PriorityName
    mandatory: bool


class OwnVisitsView(BaseModel):
    """`unwanted`: visits for which their clients want nobody, as the plan document has them."""

    stops: list[OwnStopView]
    uncovered: list[OwnUncoveredView]
    unwanted: list[JsonObject]


class OwnToursView(BaseModel):
    """As the plan document has them."""

    routes: list[JsonObject]


class SpellView(BaseModel):
    start: datetime
    end: datetime


class DutyHoursView(BaseModel):
    """One tour, without its clients."""

    worker_id: str
    day: date
    departure: datetime
    back: datetime
    services: list[SpellView]
    metres: int


class OwnHoursView(BaseModel):
    hours: list[DutyHoursView]
