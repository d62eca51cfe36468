"""What the answers about releases, funding and exports look like, for the OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from brigade.exchange.shapes.demand_shapes import CourseShape
from brigade.values.plan import RefusalKind
from brigade.values.workforce import EmployerKind


class ReleaseDayView(BaseModel):
    """`reserved_min`: hours kept on the line. Who is kept free for it is told to those who plan."""

    absence_id: str = Field(examples=["REL-1-1"])
    starts_at: datetime
    ends_at: datetime
    reserved_min: int
    is_somebody_kept: bool
    worker_id: str | None
    held_from: datetime | None
    held_until: datetime | None


NoticeCode = Literal["others_away", "no_rota", "not_in_plan", "kept_but_planned"]


class ReleaseNotice(BaseModel):
    """What whoever declares or confirms should know of one day, in a sentence."""

    code: NoticeCode
    absence_id: str = Field(description="The day it speaks of.", examples=["REL-1-1"])
    text: str = Field(examples=["jeu. 12 mars : le plan publié ne prévoit encore personne pour V1 08:00."])


class ReleaseView(BaseModel):
    id: str = Field(examples=["REL-1"])
    version: int
    state: Literal["declared", "confirmed", "cancelled"]
    provider_id: str
    employee_id: str
    funding_line_id: str | None
    changed_at: datetime
    kind: Literal["training_release", "tutor_release"]
    course: CourseShape
    days: list[ReleaseDayView]
    notices: list[ReleaseNotice]
    jobs: list[str] = Field(
        default_factory=list, description="Searches it started, for days with a plan in force."
    )


class LedgerView(BaseModel):
    """`cap_cents`: the line's own, less what it gave, more what it received. Minutes at the line's hourly
    rate. An hour is consumed (done), or reserved (planned, or kept for a release ahead), once."""

    line_id: str
    own_cap_cents: int
    given_cents: int
    received_cents: int
    cap_cents: int
    consumed_cents: int
    reserved_cents: int
    remaining_cents: int
    over_cap_cents: int
    cap_min: int
    consumed_min: int
    reserved_min: int
    remaining_min: int


class TransferView(BaseModel):
    """`given_cents`: all the giver had given by then. `passes_limit`: more than it may without a reason."""

    id: str
    from_line_id: str
    to_line_id: str
    cents: int
    given_cents: int
    passes_limit: bool
    reason: str | None
    author: str
    created_at: datetime


# -- exports -----------------------------------------------------------------------------------------------
class ReplacementView(BaseModel):
    """One visit done in place of somebody absent, by pseudonyms; or somebody's time in work that is no visit,
    where a line pays it: then nobody is absent, and there is neither provider nor client. `kind`: of the
    absence or the work. `worker_name`: for coordinators. `rate_cents`: an hour's."""

    day: date
    starts_at: datetime
    ends_at: datetime
    minutes: int
    provider_id: str
    provider_name: str | None
    absent_id: str | None
    worker_id: str | None
    worker_name: str | None
    employer_id: str | None
    employer_name: str | None
    visit_id: str
    work_block_id: str | None
    kind: str | None
    course: str | None
    training_body: str | None
    release_id: str | None
    absence_id: str | None
    funding_line_id: str | None
    rate_cents: int | None
    cents: int


class EvidenceTotalView(BaseModel):
    """What one line paid (null: what none did). `people`: employees replaced, and workers whose own
    time it was. `rate_cents`: null where there
    were several."""

    funding_line_id: str | None
    line_name: str | None
    people: int
    visits: int
    minutes: int
    rate_cents: int | None
    cents: int


class EvidenceReleaseView(BaseModel):
    """What was replaced of one release, or absence. Funders do not read `absent_id`, `release_id`,
    `absence_id`."""

    funding_line_id: str | None
    provider_id: str
    provider_name: str | None
    absent_id: str | None
    kind: str | None
    course: str | None
    training_body: str | None
    release_id: str | None
    absence_id: str | None
    first_day: date
    last_day: date
    days: int
    visits: int
    minutes: int
    rate_cents: int | None
    cents: int


class EvidenceView(BaseModel):
    """`minutes`, `cents`: sums of all. `replacements`: not for funders. `ledger`: as it stands when this was
    made."""

    first_day: date
    last_day: date
    funding_line_id: str | None
    made_at: datetime
    minutes: int
    cents: int
    totals: list[EvidenceTotalView]
    releases: list[EvidenceReleaseView]
    replacements: list[ReplacementView]
    transfers: list[TransferView]
    ledger: list[LedgerView]


class PayView(BaseModel):
    """One worker and day. `work_min`: services, work blocks attended, dead time, travel where it is work,
    short waits, rebuilt travel, calls with both their ways; of a night at a client's that counts in part,
    that part (`night_presence_min`: all of it). `dead_time_min`: slots of clients who were not there, until
    she went on.
    `travel_metres`: between visits; `commute_metres`: from and to home; `metres`: both. `mileage_cents`: None
    of who was erased. `unplanned_visits`: done in another’s place, whose ways are not known. Of
    `service_min`, `shared_min`: visits that she shared as a learner; `tutor_min`: that a learner shared with
    her."""

    employer_id: str
    worker_id: str
    day: date
    visits: int
    first_start: datetime
    last_end: datetime
    service_min: int
    work_block_min: int
    shared_min: int
    tutor_min: int
    dead_time_min: int
    travel_min: int
    short_wait_min: int
    rebuilt_travel_min: int
    call_min: int
    night_presence_min: int
    night_presence_work_min: int
    work_min: int
    travel_metres: int
    commute_metres: int
    metres: int
    mileage_cents: int | None
    sunday_min: int
    holiday_min: int
    night_min: int
    short_notice_visits: int
    unplanned_visits: int


class PayrollView(BaseModel):
    first_day: date
    last_day: date
    employer_id: str | None
    rows: list[PayView]


class FigureView(BaseModel):
    """A figure of docs/figures.md. `of`: the part it speaks of; null: the whole. `label`, `part`: their
    French words. `suppressed`: too few to be told to whoever asks; `at_least`, `at_most`: what is told
    instead."""

    period: str = Field(examples=["2026-03"])
    first_day: date
    last_day: date
    name: str = Field(examples=["requests"])
    label: str = Field(examples=["Interventions à couvrir"])
    of: str | None
    part: str | None
    value: float | None
    unit: str = Field(examples=["count"])
    suppressed: bool
    at_least: float | None = None
    at_most: float | None = None
    issued_on: date | None = Field(None, description="The report it is told by; null: as computed today.")
    has_changed: bool = Field(False, description="Whether today's computing tells otherwise.")
    today: float | None = Field(None, description="What it tells; not for funders.")


class IssuedReportView(BaseModel):
    """A report of a period that is over. `edition`: 1, or more where the period was issued again, for
    `reason`."""

    id: str = Field(examples=["report-0198c1f2a3b4-5c6d7e8f90a1b2c3"])
    period: str = Field(examples=["2026-T1"])
    first_day: date
    last_day: date
    edition: int
    author: str
    created_at: datetime
    reason: str | None


class IssuedPeriodView(IssuedReportView):
    """`changed`: how many figures today's computing tells otherwise, after late corrections."""

    changed: int


class PeriodsView(BaseModel):
    """`issued`: the reports by which periods are told."""

    every: Literal["month", "quarter", "year"]
    rows: list[FigureView]
    issued: list[IssuedPeriodView] = Field(default_factory=list)


class ReportView(IssuedPeriodView):
    """As it was issued. `minutes`, `cents`: of all replaced hours; `ledger`: the lines as they stood then."""

    rows: list[FigureView]
    minutes: int
    cents: int
    totals: list[EvidenceTotalView]
    ledger: list[LedgerView]


class CountedRefusalsView(BaseModel):
    """Refusals of one kind in its year; `limit` None: no text counts them."""

    kind: RefusalKind
    first_day: date
    last_day: date
    refusals: int
    limit: int | None
    left: int | None
    article: str | None


class RefusalsView(BaseModel):
    """Changes told late and declined in the reference year of the worker's texts, and of each kind in
    `kinds`; `limit` None: no text counts them."""

    worker_id: str
    kinds: list[CountedRefusalsView]
    first_day: date
    last_day: date
    refusals: int
    limit: int | None
    left: int | None
    article: str | None


class GeometryView(BaseModel):
    """Of a stop one pair of coordinates, of a tour several."""

    type: Literal["Point", "LineString"]
    coordinates: list[float] | list[list[float]]


class PropertiesView(BaseModel):
    """Of a stop `visit_id`, its `number` in the tour, `start` and `end`; of a tour `day`, `departure`,
    `back`."""

    kind: Literal["tour", "stop"]
    worker_id: str
    number: int | None = None
    visit_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    departure: datetime | None = None
    back: datetime | None = None


class FeatureView(BaseModel):
    type: Literal["Feature"]
    geometry: GeometryView | None
    properties: PropertiesView


class MapView(BaseModel):
    """GeoJSON (RFC 7946), longitude first."""

    type: Literal["FeatureCollection"]
    features: list[FeatureView]


# -- basins side by side -----------------------------------------------------------------------------------
class TerritoryKindView(BaseModel):
    """The people of one kind of employer; `workers` None: too few to be told to whoever asks."""

    kind: EmployerKind
    workers: int | None


class TerritoryBasinView(BaseModel):
    """One basin. `requests`, `coverage`: of the quarter; None where nothing was asked, or, with
    `is_suppressed`, too little to be told. `requests_per_worker`: how short people are."""

    basin_id: str
    name: str
    department: str
    has_brigade: bool
    providers: int
    workers: int | None
    kinds: list[TerritoryKindView]
    requests: int | None
    is_suppressed: bool
    coverage: float | None
    requests_per_worker: float | None


class TerritoryView(BaseModel):
    """`without_brigade`: basins in which nobody could come."""

    period: str = Field(examples=["2026-T1"])
    first_day: date
    last_day: date
    without_brigade: int
    basins: list[TerritoryBasinView]
