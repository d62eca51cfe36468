"""What the answers of the day's cycle look like, for the OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import BaseModel, Field, TypeAdapter

from api.shapes.cycle_requests import Envelope, NotDone
from api.shapes.kept.job_shapes import JobProgress, SearchEffort, SearchKind, SetAsideView
from api.shapes.kept.kept_shapes import Failure
from api.shapes.kept.story_shapes import OffDutyDecision
from api.shapes.own_views import OwnHoursView, OwnToursView, OwnVisitsView
from api.shapes.planning.plan_views import (
    IssueView,
    JudgedView,
    LeastChangeView,
    PlacementsView,
    TodayView,
    ViolationView,
)
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.demand_shapes import AbsenceShape
from brigade.exchange.shapes.event_shapes import EditShape, EventShape
from brigade.exchange.shapes.field_kinds import PriorityName
from brigade.values.demand import WorkBlockKind
from brigade.values.plan import MarkingKind


class RiskView(BaseModel):
    """A visit that an absence leaves without its carer."""

    visit_id: str
    client_id: str
    priority: PriorityName
    mandatory: bool
    act_class: str
    planned_start: datetime
    duration_min: float
    wants_replacement: bool


class ForeseenGroundView(BaseModel):
    """Why, and for how many people."""

    kind: MarkingKind
    code: str = Field(examples=["marking_refusable"])
    article: str
    people: int
    sentence: str


class ForeseenView(BaseModel):
    """What the cause of an absence decides for one visit, before any search: on how many people engaged with
    the service it may be imposed (`firm`; `firm_without_cause`, had no cause been said), and how many may
    refuse it."""

    visit_id: str
    firm: int
    to_offer: int
    firm_without_cause: int
    grounds: list[ForeseenGroundView]
    sentence: str


class AbsenceView(BaseModel):
    """`markings`: what its cause decides. `notices`: days of it whose rota is not known, or is old. `jobs`:
    the searches it
    started, where the basin wishes so."""

    absence: Envelope[AbsenceShape]
    at_risk: list[RiskView]
    markings: list[ForeseenView]
    notices: list[str]
    jobs: list[str]


class StandingView(SetAsideView):
    """As its newest search said it; it leaves when the row is changed."""

    job_id: str


class FailureView(BaseModel):
    """Why something ended without what it was for. `issues`: of rows that make no problem."""

    code: str = Field(examples=["search_lost"])
    detail: str | None = None
    issues: list[IssueView] | None = None

    @classmethod
    def of(cls, why: Failure, lang: str) -> Self:
        issues = None if why.issues is None else [IssueView.of(one.issue(), lang) for one in why.issues]
        return cls(code=why.code, detail=why.detail, issues=issues)


JobState = Literal["queued", "running", "done", "failed", "cancelled"]


class JobView(BaseModel):
    """`kind`: least_change of the plan in force, from_scratch, what_if, again: a kept plan once more, and
    whether it is the `same_plan`; or on_call_rota, which makes a rota and no plan. `problem_digest`: none
    until it starts, for a search that follows from something else: it plans the basin as it is then.
    `progress`: the best so far (cost, bound, visits covered). `failure`: a code, once it failed or was
    cancelled; with all `issues`, when the basin's rows make no problem. `set_aside`: rows that could not be
    planned."""

    id: str
    version: int
    kind: SearchKind
    state: JobState
    created_at: datetime
    changed_at: datetime
    heartbeat_at: datetime | None
    deadline_at: datetime | None
    attempt: int
    problem_digest: str | None
    base_plan_id: str | None
    search: SearchEffort
    progress: JobProgress
    plan_id: str | None
    same_plan: bool | None = None
    failure: FailureView | None
    set_aside: list[SetAsideView] = Field(default_factory=list)


class PlanView(BaseModel):
    """`from_plan_id`, `edits`: what it was made from by hand, and how. `supposed`: the events it was made
    for; such a draft is not published. `off_duty`: what was decided with no coordinator there. `document`:
    the plan document for coordinators;
    for the others their own part, in its words."""

    id: str
    version: int
    state: Literal["draft", "proposed", "published", "superseded", "rejected"]
    first_day: date
    days: int
    created_at: datetime
    published_at: datetime | None
    base_plan_id: str | None
    job_id: str | None = None
    digest: str | None = None
    solver: str | None = None
    seed: int | None = None
    iterations: int | None = None
    objective: int | None = None
    bound: int | None = None
    from_plan_id: str | None = None
    supposed: list[EventShape] | None = None
    edits: list[EditShape] | None = None
    off_duty: OffDutyDecision | None = None
    document: JsonObject | OwnVisitsView | OwnToursView | OwnHoursView | None = None


class SavedEditsView(BaseModel):
    plan: PlanView
    judged: JudgedView


class DiffView(PlacementsView):
    plan_id: str
    from_plan_id: str | None
    least_change: LeastChangeView | None = None


class RecheckView(BaseModel):
    """`violations`: on the problem kept with the plan; `today`: by the rows of now, as publication judges."""

    plan_id: str
    digest_holds: bool
    violations: list[ViolationView]
    today: TodayView


OfferState = Literal[
    "offered", "ordered", "accepted", "acknowledged", "refused", "expired", "withdrawn", "done"
]
OFFER_STATES: TypeAdapter[OfferState] = TypeAdapter(OfferState)
"""Of what a row says."""


class OfferView(BaseModel):
    """A commitment (docs/commitments.md). `kind`: firm (to acknowledge) or to_offer (to accept or decline),
    by `article`. `wave`: how often it was offered. `before_…`: the hours told before these. `call_from`: from
    then on nobody else can be asked in writing in time. `work_block_id`: `visit_id` is a seat in this work
    that is no visit. `because`: why it was withdrawn. `said_…`: an answer by telephone."""

    id: str
    version: int
    plan_id: str
    visit_id: str
    work_block_id: str | None
    worker_id: str
    kind: MarkingKind
    state: OfferState
    wave: int
    starts_at: datetime
    ends_at: datetime
    before_starts_at: datetime | None
    before_ends_at: datetime | None
    reply_by: datetime
    call_from: datetime | None
    because: str | None
    said_by: str | None
    said_at: datetime | None
    said_reason: str | None
    short_notice: bool
    article: str
    answered_at: datetime | None
    escalated: bool
    link: str | None = None


class AskedView(OfferView):
    """A commitment that waits."""

    sentence: str


class ProposalView(PlanView):
    """`summary`: in words: whom it covers, what it leaves, what it changes."""

    summary: list[str]


class VisitedView(BaseModel):
    """`entry`: how to get in, from the day before to the day after."""

    name: str
    address_lines: list[str]
    entry: str | None


class BlockView(BaseModel):
    """Work that is no visit, as who attends is told of it. `label`: what it is called, null: its kind says
    enough."""

    id: str
    kind: WorkBlockKind
    label: str | None


class AnswerView(BaseModel):
    """What the link's page shows. `client`: in the answer to a POST only, once settled, from the day before
    to the end."""

    kind: MarkingKind
    state: str
    starts_at: datetime
    ends_at: datetime
    reply_by: datetime
    article: str
    replies: list[Literal["accept", "decline", "acknowledge"]]
    client: VisitedView | None


class TourStopView(BaseModel):
    """One stop of a worker's link. `before_*`: the hours told before, of the same visit. `place`: its commune
    as on an envelope; `act`: what is to be done, coarsely. `block`: it is no visit, but this. `client`: as of
    a single answer, for the stops just answered."""

    offer_id: str
    kind: MarkingKind
    state: str
    starts_at: datetime
    ends_at: datetime
    before_starts_at: datetime | None
    before_ends_at: datetime | None
    reply_by: datetime
    article: str
    place: str | None
    provider: str | None
    act: Literal["essential", "ordinary"] | None
    block: BlockView | None
    replies: list[Literal["accept", "decline", "acknowledge"]]
    client: VisitedView | None


class TourView(BaseModel):
    """All that a worker is told by one link, in order of time. `telephone`: the coordinators' number."""

    telephone: str | None
    stops: list[TourStopView]


class OutcomeView(BaseModel):
    """`work_block_id`: `visit_id` is a seat in this work that is no visit."""

    id: str
    version: int
    plan_id: str
    visit_id: str
    work_block_id: str | None
    worker_id: str | None
    done: bool
    cause: NotDone | None
    starts_at: datetime | None
    ends_at: datetime | None
    at_door: bool
    free_at: datetime | None
    funding_line_id: str | None
    cents: int


class OutcomesView(BaseModel):
    """`outcomes`: those written now. `remarks`: rows of a file that were passed over on purpose, with their
    place."""

    dry_run: bool
    created: int
    corrected: int
    unchanged: int
    outcomes: list[OutcomeView]
    jobs: list[str]
    remarks: list[IssueView]


class CellView(BaseModel):
    part: str
    requests: int
    covered: int


class IndicatorsView(BaseModel):
    plans: int
    metres: int
    all: list[CellView]
    priority: list[CellView]
    provider: list[CellView]


class RecognizedView(BaseModel):
    """Whose a file is."""

    is_ours: bool = Field(description="Its tables are those of Brigade: no mapping is needed.")
    mappings: list[str] = Field(
        description="Ids of the mappings whose headers it has, the likeliest first; none: nobody has matched "
        "its columns yet.",
        examples=[["S1.tele_3000"]],
    )


class ProposedMappingView(BaseModel):
    """`mapping`: what may be PUT once nothing is `open`: what the example does not decide, or cannot be read
    so."""

    mapping: JsonObject
    open: list[IssueView]
