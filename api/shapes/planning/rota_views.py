"""On-call rotas: what is asked, and what is told of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.shapes.cycle_requests import STRICT, SearchWish
from api.shapes.kept.rota_shapes import RotaAsked, RotaDuty, RotaHours
from brigade.exchange.shapes.field_kinds import Day, Moment, WorkerCode

RotaState = Literal["proposed", "published", "withdrawn"]


class RotaIn(BaseModel):
    """A rota to propose: an evening on call on each day from `first_day`, for `weeks`; `weekend` instead of
    it on Saturdays, Sundays and public holidays."""

    model_config = STRICT
    first_day: Day
    weeks: int = Field(13, ge=1, le=26)
    evening: RotaHours = Field(default_factory=lambda: RotaHours(start="19:00", end="07:00"))
    weekend: RotaHours | None = Field(None, description="Absent: as on other days.")
    people: int = Field(1, ge=1, le=20, description="On call at once.")
    worker_ids: list[WorkerCode] = Field(default_factory=list, description="Who takes part; none: everybody.")
    search: SearchWish | None = None


class DutyIn(BaseModel):
    """Who has the duty of a day, instead of who had it. No names in `reason`."""

    model_config = STRICT
    worker_ids: list[WorkerCode]
    reason: str | None = Field(None, max_length=500)


class RotaShareView(BaseModel):
    """What somebody has of a rota: evenings, weekends and holidays, hours."""

    worker_id: str
    evenings: int
    weekends: int
    hours: float


class RotaView(BaseModel):
    """`uncovered`: days on which somebody is missing. `gap`: by how much the proposal might be better at the
    most, as a share of its cost; 0: proven the best; null: not known, or changed since."""

    id: str
    version: int
    state: RotaState
    first_day: date
    last_day: date
    created_at: datetime
    published_at: datetime | None
    job_id: str | None
    asked: RotaAsked
    duties: list[RotaDuty]
    shares: list[RotaShareView]
    uncovered: list[date]
    gap: float | None


class CallIn(BaseModel):
    """A call to work, from leaving home to being back: both ways are work. No names in `reason`, and nothing
    about health."""

    model_config = STRICT
    start: Moment
    end: Moment
    reason: str | None = Field(None, max_length=500)


class CallGoneIn(BaseModel):
    """The call that began then, noted in error."""

    model_config = STRICT
    start: Moment
    reason: str | None = Field(None, max_length=500)


class StopInRestView(BaseModel):
    visit_id: str
    starts_at: datetime


class CallView(BaseModel):
    """`rest_until`: the daily rest that begins anew when it is over; null: the texts say nothing.
    `stops_in_rest`: what she is still told to do, or asked about, before that."""

    start: datetime
    end: datetime
    rest_until: datetime | None
    stops_in_rest: list[StopInRestView]


class CallsView(BaseModel):
    """Of the last three months, the newest first."""

    worker_id: str
    calls: list[CallView]


OnCallEntryKind = Literal["duty", "call"]


class OnCallHoursView(BaseModel):
    """A period on call, or a call. `minutes`: on call, or of work with both ways. Of a duty, what the
    employer's text owes for it: `points`, or `rest_min` of compensating rest; null: it owes none. `article`:
    that text."""

    employer_id: str
    worker_id: str
    day: date
    kind: OnCallEntryKind
    starts_at: datetime
    ends_at: datetime
    minutes: int
    points: float | None = None
    rest_min: int | None = None
    article: str | None = None


class OnCallExportView(BaseModel):
    first_day: date
    last_day: date
    employer_id: str | None
    rows: list[OnCallHoursView]
