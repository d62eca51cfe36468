"""What a board looks like, for the OpenAPI document. Times are minutes from the day's local midnight."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.shapes.cycle_requests import EditIn
from brigade.exchange.shapes.field_kinds import PriorityName
from brigade.values.places import SectorDistance


class SpanView(BaseModel):
    start: float
    end: float


class HourView(BaseModel):
    """An hour of the wall on the axis."""

    at: float
    label: str


class AxisView(BaseModel):
    start: float
    end: float
    hours: list[HourView]


class BoardPlanView(BaseModel):
    id: str
    version: int
    state: str
    first_day: date
    days: int
    created_at: datetime
    published_at: datetime | None
    base_plan_id: str | None


class VisitNeedsView(BaseModel):
    """A visit, and what is asked of whoever comes. `windows`: when it may begin; `at`: longitude and
    latitude, coarse. `sector`: on the map that counts for it, null: in none. `block`: what work that is no
    visit is called, of which it is a seat: it has neither client nor provider (""). `beside`: of a learner's
    seat, the visit that she shares."""

    visit_id: str
    client_id: str
    provider: str
    priority: PriorityName
    mandatory: bool
    level: str
    act: str
    duration_min: float
    windows: list[SpanView]
    place: str
    at: list[float] | None
    sector: str | None = None
    block: str | None = None
    beside: str | None = None


class ToldView(BaseModel):
    """Who had been told to do a visit, and from when."""

    worker_id: str
    start: float


class BoardVisitView(VisitNeedsView):
    """One that somebody does. `firm`: she may be told; else she is to be asked, and `marking` says why.
    `offer`: what became of telling her; null: nobody was told by now. `frozen`: it has begun. `change`: what
    it is to who was told before. `became`: what is told of it; `not_met`: somebody stood at the door.
    `sector_distance`: how far from her home sector; null: she has none on that map. `learners`: who shares
    it."""

    start: float
    end: float
    late_min: float
    firm: bool
    marking: str | None
    offer: str | None
    reply_by: datetime | None
    pinned: bool
    frozen: bool
    familiar: bool
    change: Literal["kept", "moved", "reassigned", "added"]
    before: ToldView | None
    became: Literal["done", "not_met", "not_done"] | None
    sector_distance: SectorDistance | None = None
    learners: list[str] = Field(default_factory=list)


class MissingVisitView(VisitNeedsView):
    """One that nobody does; `reason`: the first one, in words."""

    reason: str | None
    before: ToldView | None


class BoardVehicleView(BaseModel):
    """A shared vehicle, and the place where it stands."""

    id: str
    name: str
    site_id: str


class BoardTourView(SpanView):
    """`tour`: the number of the worker's availability. `vehicle_id`: of the shared vehicle she has."""

    tour: int
    visits: list[BoardVisitView]
    vehicle_id: str | None = None


class BoardStayView(SpanView):
    """When she is there; `hard_end`: with overtime."""

    tour: int
    hard_end: float


class BoardSegmentView(SpanView):
    """What is between visits."""

    kind: Literal["home", "travel", "pause", "wait", "interruption", "other", "on_call", "call"]
    title: str


class BoardRowView(BaseModel):
    """One worker's day. `channels`: how the service tells her; none: by telephone. `path`: how far the plan
    takes her week towards what her path aims at, in words. `lent`: by or to which
    neighbour basin, in words."""

    worker_id: str
    employer: str
    kind: str
    mode: str
    channels: list[str]
    stays: list[BoardStayView]
    elsewhere: list[SpanView]
    travel_min: float
    tours: list[BoardTourView]
    segments: list[BoardSegmentView]
    path: str | None = None
    lent: str | None = None


class BoardAbsenceView(BaseModel):
    id: str
    provider_id: str
    employee_id: str
    starts_at: datetime
    ends_at: datetime
    kind: str


class BoardCountsView(BaseModel):
    """`uncovered` by priority, `offers` by state, `changes` by what they are to who was told before."""

    covered: int
    asked: int
    uncovered: dict[str, int]
    offers: dict[str, int]
    changes: dict[str, int]


class WorkingEditsView(BaseModel):
    """A coordinator's edits of a plan that are no plan yet."""

    account_id: str
    display_name: str
    is_own: bool
    changed_at: datetime
    edits: list[EditIn]


class WorkingView(BaseModel):
    """The own ones first."""

    items: list[WorkingEditsView]


class OutlinesView(BaseModel):
    """GeoJSON (RFC 7946); properties: `code`, `name`."""

    type: Literal["FeatureCollection"]
    features: list[dict[str, Any]]


class BoardNamesView(BaseModel):
    """By pseudonym, where a name is known; `providers`: what services are called."""

    clients: dict[str, str]
    workers: dict[str, str]
    providers: dict[str, str] = Field(default_factory=dict)


class BoardView(BaseModel):
    """`seq`: the newest event that the board knows; follow `…/events/stream` after it. `now`: of the
    service."""

    plan: BoardPlanView
    day: date
    seq: int
    now: float
    axis: AxisView
    rows: list[BoardRowView]
    uncovered: list[MissingVisitView]
    absences: list[BoardAbsenceView]
    counts: BoardCountsView
    vehicles: list[BoardVehicleView] = Field(
        default_factory=list, description="Shared ones that a tour may be given."
    )
    names: BoardNamesView | None = Field(None, description="With `names`.")
