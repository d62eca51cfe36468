"""What waits for a coordinator, as answers tell it (docs/attention.md)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.shapes.cycle_views import AskedView, OfferState, ProposalView, StandingView
from api.shapes.incident_views import IncidentView
from api.shapes.planning.plan_views import TodayView
from api.shapes.planning.swap_shapes import SwapView
from brigade.exchange.shapes.field_kinds import PriorityName


class UncoveredView(BaseModel):
    """`plan_id`: the plan in force; null, where there is none for that day. `state`: what was last said to
    somebody of it."""

    visit_id: str
    client_id: str
    provider_id: str
    plan_id: str | None
    priority: PriorityName
    starts_at: datetime
    state: OfferState | None = None
    sentence: str


class BlockNotHeldView(BaseModel):
    """Work that is no visit, for which fewer stand told (`attending`) than it needs."""

    work_block_id: str
    plan_id: str
    priority: PriorityName
    starts_at: datetime
    attending: list[str]
    needed: int
    sentence: str


class UnlawfulView(BaseModel):
    """A plan in force that does not hold by the rows of now. `since`: the last change of what differs; null:
    by time alone."""

    plan_id: str
    first_day: date
    since: datetime | None
    today: TodayView
    sentence: str


class UnknownHistoryView(BaseModel):
    """What of somebody's past nobody told and a plan in force was judged without, as if it were nothing."""

    plan_id: str
    worker_id: str
    code: str = Field(examples=["untraced_weeks"])
    rules: list[str]
    sentence: str


class FailedSearchView(BaseModel):
    """Until a later search of the same days succeeds, or a day has passed."""

    job_id: str
    at: datetime
    code: str = Field(examples=["search_lost"])
    first_day: date | None
    sentence: str


class UndeliveredMessageView(BaseModel):
    id: str
    kind: str = Field(examples=["tour_changed"])
    channel: Literal["email", "sms", "none"]
    at: datetime


class UndeliveredView(BaseModel):
    """Somebody whom mail or SMS did not reach, and what could not be told."""

    contact_id: str = Field(examples=["worker:W1"])
    codes: list[str] = Field(examples=[["no_contact"]])
    messages: list[UndeliveredMessageView]
    sentence: str


class StaleFeedView(BaseModel):
    """A rota received too long ago, or (null) never, though somebody of the service is away."""

    provider_id: str
    received_at: datetime | None
    sentence: str


class DayWithoutRotaView(BaseModel):
    provider_id: str
    day: date
    employees: list[str]
    sentence: str


class LateView(IncidentView):
    """A worker who told of a delay, with visits of hers still to come."""

    sentence: str


class SuspendedView(IncidentView):
    """A client whose visits are suspended."""

    sentence: str


class AskedLendingView(BaseModel):
    """What a neighbour basin waits for. `id`: of the request or the agreement; `basin`: what the neighbour is
    called; `worker_id`: whom it asks for."""

    kind: Literal["request", "agreement"]
    id: str
    basin: str
    worker_id: str | None = None
    reply_by: datetime | None = None
    sentence: str


EndingKind = Literal["certificate", "engagement", "accord", "suspension"]


class LearntView(BaseModel):
    """Somebody who has shared as many visits as it takes. `subject`: of a client, a competency or a class of
    acts."""

    worker_id: str
    subject: str
    shared_done: int
    sentence: str


class EndingView(BaseModel):
    """`id`: of the worker, provider, employer or client. `what`: the certificate's code, the provider, the
    rule, the cause. `last_day`: the last one on which it holds. `visits`: stops in force after it that lean
    on it."""

    kind: EndingKind
    id: str
    what: str
    last_day: date
    visits: list[str]
    sentence: str


class AttentionView(BaseModel):
    """`to_call`: nobody answered, and no time is left to ask somebody else in writing. `uncovered`: every
    visit still to come that somebody is wanted for and that stands with nobody. `published_off_duty` stays
    until a coordinator has seen it; each says in `off_duty` by which rule and what it covers.
    docs/attention.md: when each kind comes and leaves."""

    to_call: list[AskedView]
    silent_firm_stops: list[AskedView]
    uncovered: list[UncoveredView]
    blocks_not_held: list[BlockNotHeldView] = Field(default_factory=list)
    unlawful: list[UnlawfulView]
    late: list[LateView] = Field(default_factory=list)
    next_door: list[AskedLendingView] = Field(default_factory=list)
    unanswered: list[AskedView]
    swaps: list[SwapView] = Field(default_factory=list)
    published_off_duty: list[ProposalView]
    proposals: list[ProposalView]
    undelivered: list[UndeliveredView]
    failed_searches: list[FailedSearchView]
    set_aside: list[StandingView] = Field(default_factory=list)
    unknown_history: list[UnknownHistoryView] = Field(default_factory=list)
    stale_feeds: list[StaleFeedView]
    days_without_rota: list[DayWithoutRotaView]
    suspended: list[SuspendedView]
    learnt: list[LearntView] = Field(default_factory=list)
    ending: list[EndingView]


AlertKind = Literal[
    "capped_hours",
    "certificate",
    "paper_to_sign",
    "engagement",
    "inclusion_pass",
    "no_availability",
    "stale_feed",
]
"""The gravest first."""


class AlertView(BaseModel):
    """What runs out. `id`: of whom, a worker or, of `stale_feed`, a provider. `what`: a certificate's code,
    or what a provider is called. `day`: the last one on which it holds; of a paper to sign, the first on
    which it is needed; of what is missing, when it was there last."""

    kind: AlertKind
    id: str
    what: str | None = None
    day: date | None = None
    used_min: int | None = None
    limit_min: int | None = None
    sentence: str = ""


class AlertsView(BaseModel):
    """The gravest kinds first, of each kind what ends first."""

    alerts: list[AlertView]
