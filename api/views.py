"""What the answers of the day's cycle look like, for the OpenAPI document and whoever generates a client from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from api.identities import IdentityIn
from api.shapes import Envelope
from api.views_plans import BreachView, ChangesView, CostsView, JudgedView
from brigade.exchange.shapes.demand import AbsenceShape

Item = TypeVar("Item")


class Listed(BaseModel, Generic[Item]):
    items: list[Item]
    next: str | None = Field(None, description="Give it as `cursor` for what follows; null at the end.")


class RiskView(BaseModel):
    """A visit that an absence leaves without its carer."""

    visit_id: str
    client_id: str
    priority: Literal["P1", "P2", "P3", "P4"]
    mandatory: bool
    act_class: str
    planned_start: datetime
    duration_min: float
    wants_replacement: bool


class AbsenceView(BaseModel):
    """`jobs`: the searches it started, where the basin wishes so."""

    absence: Envelope[AbsenceShape]
    at_risk: list[RiskView]
    jobs: list[str]


class SearchView(BaseModel):
    seed: int
    iterations: int | None
    time_limit_s: float | None


class JobView(BaseModel):
    """`kind`: least_change of the plan in force, from_scratch, what_if, or again: a kept plan once more, and whether it is
    the `same_plan`. `problem_digest`: none until it starts, for a search that follows from something else: it plans the basin
    as it is then. `progress`: the best so far (cost, bound, visits covered). `failure`: a code, once it failed or was
    cancelled; with all `issues`, when the basin's rows make no problem."""

    id: str
    version: int
    kind: Literal["from_scratch", "least_change", "what_if", "again"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    created_at: datetime
    changed_at: datetime
    heartbeat_at: datetime | None
    deadline_at: datetime | None
    attempt: int
    problem_digest: str | None
    base_plan_id: str | None
    search: SearchView
    progress: dict[str, Any]
    plan_id: str | None
    same_plan: bool | None = None
    failure: dict[str, Any] | None


class PlanView(BaseModel):
    """`from_plan_id`, `edits`: what it was made from by hand, and how. `supposed`: the events it was made for; such a draft is
    not published. `off_duty`: what was decided with no coordinator there. `document`: the plan document for coordinators;
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
    supposed: list[dict[str, Any]] | None = None
    edits: list[dict[str, Any]] | None = None
    off_duty: dict[str, Any] | None = None
    document: dict[str, Any] | None = None


class PlaceView(BaseModel):
    worker_id: str
    start: datetime
    end: datetime


class ChangeView(BaseModel):
    visit_id: str
    from_: PlaceView | None = Field(alias="from")
    to: PlaceView | None


class SavedEditsView(BaseModel):
    plan: PlanView
    judged: JudgedView


class LeastChangeView(BaseModel):
    """What a search for the least change says of its plan: every change with its reasons, whom it disturbs though no event
    forced it, and breaches of stops that had to stay."""

    diff: ChangesView
    disturbed: list[str]
    within_budget: bool | None
    kept_unlawful: list[BreachView]
    costs: CostsView
    elapsed_s: float
    iterations: int


class DiffView(BaseModel):
    plan_id: str
    from_plan_id: str | None
    added: list[ChangeView]
    dropped: list[ChangeView]
    moved: list[ChangeView]
    retimed: list[ChangeView]
    untouched: int
    uncovered: list[dict[str, Any]]
    least_change: LeastChangeView | None = None


class RecheckView(BaseModel):
    plan_id: str
    digest_holds: bool
    violations: list[dict[str, Any]]


class OfferView(BaseModel):
    """`kind`: firm (to acknowledge) or to_offer (to accept or decline), by `article`. `wave`: how often it was offered."""

    id: str
    version: int
    plan_id: str
    visit_id: str
    worker_id: str
    kind: Literal["firm", "to_offer"]
    state: Literal["open", "accepted", "acknowledged", "declined", "expired", "withdrawn"]
    wave: int
    starts_at: datetime
    ends_at: datetime
    reply_by: datetime
    short_notice: bool
    article: str
    answered_at: datetime | None
    escalated: bool
    link: str | None = None


class UncoveredView(BaseModel):
    visit_id: str
    plan_id: str
    priority: Literal["P1", "P2", "P3", "P4"]
    starts_at: datetime


class FailedSearchView(BaseModel):
    job_id: str
    at: datetime
    code: str = Field(examples=["search_lost"])


class AttentionView(BaseModel):
    """`published_off_duty` stays until a coordinator has seen it; each says in `off_duty` by which rule and what it covers."""

    silent_firm_stops: list[OfferView]
    uncovered: list[UncoveredView]
    published_off_duty: list[PlanView]
    proposals: list[PlanView]
    failed_searches: list[FailedSearchView]


class AnswerView(BaseModel):
    """What the link's page shows: no client, no place before the answer."""

    kind: Literal["firm", "to_offer"]
    state: str
    starts_at: datetime
    ends_at: datetime
    reply_by: datetime
    article: str
    replies: list[Literal["accept", "decline", "acknowledge"]]


class OutcomeView(BaseModel):
    id: str
    version: int
    plan_id: str
    visit_id: str
    worker_id: str | None
    done: bool
    starts_at: datetime | None
    ends_at: datetime | None
    funding_line_id: str | None
    cents: int


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


class MessageView(BaseModel):
    """One message by one channel, without its words and address. `doubted`: it may have arrived twice, under this
    `message_id` both times. `failure`: why the last try failed, or why it was given up."""

    id: str
    version: int
    kind: str = Field(examples=["tour_changed"])
    channel: Literal["email", "sms", "none"]
    contact_id: str = Field(examples=["worker:W1"])
    state: Literal["queued", "sending", "sent", "failed", "obsolete"]
    attempts: int
    doubted: bool
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime | None
    failure: dict[str, Any] | None
    message_id: str = Field(examples=["<message-0199a7c1f3e2-9f2c4e1ab7d03355@brigade.example.org>"])


class WebhookView(BaseModel):
    """`secret` is told once, when the webhook is made or its secret renewed."""

    id: str
    version: int
    url: str
    events: list[str]
    state: Literal["active", "disabled"]
    provider_id: str | None
    created_at: datetime
    rotated_at: datetime | None
    failing_since: datetime | None
    secret: str | None = None


class DeliveryView(BaseModel):
    """One event for one webhook. `id` is the `webhook-id` of its calls; `status` what the other side last answered."""

    id: str
    version: int
    webhook_id: str
    seq: int
    state: Literal["queued", "sending", "sent", "failed", "obsolete"]
    attempts: int
    status: int | None
    doubted: bool
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime | None
    failure: dict[str, Any] | None


class EventView(BaseModel):
    """One entry of the audit trail, as its readers may see it."""

    seq: int
    at: datetime
    actor: str
    action: str
    kind: str
    target: str
    details: dict[str, Any]
    why: str | None


class SessionView(BaseModel):
    """`csrf`: send it back as X-CSRF-Token with every write of this session."""

    account_id: str
    role: str
    csrf: str
    expires_at: datetime


class TokenView(BaseModel):
    """`secret` is told once, when the token is made."""

    id: str
    name: str
    scopes: list[Literal["read", "write"]]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    secret: str | None = None


class GrantView(BaseModel):
    basin_id: str
    target_id: str = ""


class AccountView(BaseModel):
    id: str
    login: str
    role: str
    is_active: bool
    version: int
    created_at: datetime
    grants: list[GrantView]


class ImportView(BaseModel):
    """What an import does (or would do, in a dry run), by kind. `jobs`: the searches that followed."""

    dry_run: bool
    created: dict[str, int]
    changed: dict[str, int]
    unchanged: dict[str, int]
    jobs: list[str] = Field(default_factory=list)


class HealthView(BaseModel):
    status: Literal["ok", "unavailable"]


class VerifyView(BaseModel):
    """`first_break`: the entry from which on the trail was tampered with; null: it is whole. `seq`, `hash`: its last link."""

    entries: int
    first_break: int | None
    seq: int
    hash: str


class RuleValueView(BaseModel):
    rule: str
    name: str
    value: int
    unit: str
    article: str
    layer: str


class RuleSetView(BaseModel):
    id: str
    name: str
    version: str
    values: list[RuleValueView] = Field(default_factory=list)


# -- people --------------------------------------------------------------------------------------------------------
class WrittenView(BaseModel):
    """That it was written, and nothing of what was."""

    id: str
    version: int
    changed_at: datetime


class VisitedView(BaseModel):
    """`entry`: how to get in, from the day before to the day after."""

    name: str
    address_lines: list[str]
    entry: str | None


class MeetingView(BaseModel):
    """One visit of the plans in force. `client`: for its worker, from `shown_from` on. `worker_name`: for the manager."""

    offer_id: str
    visit_id: str
    client_id: str
    worker_id: str
    kind: Literal["firm", "to_offer"]
    state: Literal["open", "accepted", "acknowledged"]
    starts_at: datetime
    ends_at: datetime
    commune: str | None
    shown_from: date | None
    client: VisitedView | None
    worker_name: str | None


class OpenSessionView(BaseModel):
    """A browser that is logged in."""

    id: str
    created_at: datetime
    expires_at: datetime
    is_current: bool


class ResetView(BaseModel):
    """`link` is told once; whoever has it chooses the password."""

    account_id: str
    link: str | None = None
    expires_at: datetime


class FeedView(BaseModel):
    """A worker's calendar. `url` is told once, when it is made: whoever has it reads the calendar."""

    worker_id: str
    version: int
    created_at: datetime
    url: str | None = None


class ErasureView(BaseModel):
    """`done_at`: when the last document was rewritten. `pseudonym`: told once, to the asker alone: under it stand the rows that
    the law keeps; null when none was."""

    id: str
    kind: Literal["clients", "workers"]
    created_at: datetime
    done_at: datetime | None
    pseudonym: str | None = None


class DossierView(BaseModel):
    """Everything held about a person. `rows`: by table. `plans`: her part of each. `trail`: who wrote or read what of her."""

    format: Literal["brigade-dossier"]
    version: int
    made_at: datetime
    basin_id: str
    kind: Literal["clients", "workers"]
    id: str
    identity: IdentityIn | None
    record: dict[str, Any]
    rows: dict[str, list[dict[str, Any]]]
    plans: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    trail: list[dict[str, Any]]
