"""What goes over the wire beyond `brigade.exchange`: envelopes, the basin's wishes, requests of the day's
cycle."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, WrapValidator

from api.runtime.body_documents import reading
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.demand_shapes import IntervalShape
from brigade.exchange.shapes.event_shapes import (
    EventShape,
    MoveShape,
    PinShape,
    SwapShape,
    TakeVehicleShape,
    UnassignShape,
    UnpinShape,
)
from brigade.exchange.shapes.field_kinds import (
    Code,
    Day,
    GivenReason,
    Moment,
    PossibleReason,
    PriorityName,
    Shape,
    Text,
    WorkerCode,
)
from brigade.exchange.shapes.place_shapes import SectorShape, TrafficShape, VehicleShape
from brigade.exchange.shapes.policy_shapes import PolicyShape
from brigade.exchange.shapes.visible_text import refuse_unseen
from brigade.values.demand import AbsenceKind, UrgentCause

Value = TypeVar("Value")
Request = TypeVar("Request", bound=BaseModel)
STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)
# Printable, no edge space, none of the marks that separate cells of tables (P004).
ID = r"^[^\s,;|/\x00-\x1f\x7f](?:[^,;|/\x00-\x1f\x7f]{0,118}[^\s,;|/\x00-\x1f\x7f])?$"
WALL = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"
EVENT = r"^(\*|[a-z][a-z-]*\.(\*|[a-z_]+))$"
MADE = r"^[a-z]{3,10}-[0-9a-f]{12}-[0-9a-f]{16}$"
SECRET = r"^[A-Za-z0-9_.\-]+$"
LOGIN = r"^[^\s\x00-\x1f]+$"
# Up to 64 characters before the @ (RFC 5321, 4.5.3.1.1), and no line break: the next header would begin.
MAILBOX = r"^[!-?A-\[\]-~]{1,64}@[A-Za-z0-9.\-]{1,189}$"
# E.164: fifteen digits at most.
PHONE = r"^\+[1-9][0-9]{6,14}$"
CONTACT = r"^(worker|provider|account):[^\s,;|/\x00-\x1f\x7f]+$"
FILE = r"^[^/\\\x00-\x1f\x7f]+$"
FORMS = {
    ID: "id_form",
    WALL: "wall_clock_form",
    EVENT: "event_form",
    FILE: "file_name_form",
    MADE: "made_id_form",
    SECRET: "secret_form",
    LOGIN: "login_form",
    MAILBOX: "mailbox_form",
    PHONE: "phone_form",
    CONTACT: "contact_form",
}
"""The words of what a pattern refuses."""
BasinId = Annotated[str, Path(pattern=ID, max_length=120, examples=["ZE-3207"])]
Id = Annotated[str, Path(pattern=ID, max_length=120, examples=["V-204"])]
MadeId = Annotated[str, Path(pattern=MADE, examples=["plan-0199a7c1f3e2-9f2c4e1ab7d03355"])]
"""An id the service made."""
Filter = Annotated[str | None, Query(pattern=ID, max_length=120)]


MOST_TOLD = 100
"""Faults of one document that an answer tells: whoever sends more has misread the form, or means harm."""
ENVELOPE = frozenset({"id", "version", "changed_at", "warnings", "value"})


def split(model: type[BaseModel], view: type[BaseModel] | None, body: Any) -> tuple[Any, JsonObject]:
    """What of a body is to be written by `model`, and what repeats an answer of the form `view` (or its
    envelope)."""
    if view is None or not isinstance(body, dict):
        return body, {}
    repeated: JsonObject = {}
    # A thing that has a `value` of its own means that one.
    if "value" in body and "value" not in model.model_fields and body.keys() <= ENVELOPE:
        repeated = {name: value for name, value in body.items() if name != "value"}
        body = body["value"]
    derived = view.model_fields.keys() - model.model_fields.keys()
    if not isinstance(body, dict) or not derived & body.keys():
        return body, repeated
    repeated |= {name: body[name] for name in derived & body.keys()}
    return {name: value for name, value in body.items() if name not in derived}, repeated


def exact(model: type[BaseModel], view: type[BaseModel] | None = None) -> WrapValidator:
    """Makes a body be read by the project's own reader: strict, and refused with its issues in its words.

    Args: view: what GET answers of it, where that may be sent back (`api.http.put_back` looks at what it
    repeats).
    """
    return reading(model, partial(as_written, model, view))


def as_written(model: type[BaseModel], view: type[BaseModel] | None, value: Any) -> BaseModel:
    """Raises: UnreadableInput, with the first `MOST_TOLD` issues."""
    return read_request(model, split(model, view, value)[0])


def read_request(model: type[Request], value: Any) -> Request:
    """What an account or a link sends, by a program or by the form of a page.

    Raises: UnreadableInput, with the first `MOST_TOLD` issues.
    """
    found = read_model(model, value, FORMS, MOST_TOLD)
    # Rows have rules of their own for their texts, which tell where in the basin they stand.
    if not issubclass(model, JUDGED_AS_ROWS):
        refuse_unseen(value)
    return found


def plain(model: BaseModel) -> JsonObject:
    """A shape as it was written: JSON values, what was left out stays out."""
    return model.model_dump(mode="json", exclude_unset=True)


class Envelope(BaseModel, Generic[Value]):
    """A thing, its version (also its ETag) and what to beware of."""

    id: str
    version: int
    changed_at: datetime
    warnings: list[Literal["stale_feed"]] = Field(default_factory=list)
    value: Value


# -- basins ------------------------------------------------------------------------------------------------
class ReplanMode(StrEnum):
    """Whether a new absence starts a search at once, or waits to be asked."""

    AT_ONCE = "at_once"
    ON_REQUEST = "on_request"


class SearchWish(BaseModel):
    """How much effort a search takes. With `iterations`, the same problem and seed give the same plan
    again."""

    model_config = STRICT
    time_limit_s: float | None = Field(None, gt=0, le=3600)
    iterations: int | None = Field(None, ge=1, le=10**7)
    # A column of the database holds it: a signed number of 32 bits.
    seed: int = Field(1, ge=0, le=2**31 - 1)
    deadline_s: float | None = Field(
        None, gt=0, le=86_400, description="Give up unless done by then, queueing included."
    )


class OfferWish(BaseModel):
    """How long workers have to answer, and what silence means: the next wave for an offer, a call for a firm
    stop.

    Minutes are counted while people are expected to answer: not in quiet hours, on Sundays, holidays and the
    rest day of a contract (docs/commitments.md)."""

    model_config = STRICT
    reply_min: int = Field(30, ge=1, le=10_080, description="Time to answer an offer of the same day.")
    reply_ahead_min: int = Field(240, ge=1, le=10_080, description="Time to answer an offer of a later day.")
    wave_min: int = Field(
        30, ge=0, le=1440, description="Time that finding, asking and hearing somebody else takes."
    )
    tolerance_min: int = Field(
        10, ge=0, le=240, description="By how much a start may move before its worker is asked again."
    )
    quiet_from: str = Field("21:00", pattern=WALL, description="From then on nobody is expected to answer.")
    quiet_to: str = Field("07:00", pattern=WALL, description="Until then nobody is expected to answer.")
    acknowledge_min: int = Field(
        120, ge=1, le=10_080, description="Time to acknowledge a firm stop before it is escalated."
    )
    next_wave: ReplanMode = Field(
        ReplanMode.AT_ONCE, description="Search again when an offer is declined or expires."
    )


LONGEST_FREEZE_MIN = 1440


class LeastChangeWish(BaseModel):
    """What a search may do to a plan that was told (docs/replanning.md)."""

    model_config = STRICT
    freeze_min: int = Field(
        15,
        ge=0,
        le=LONGEST_FREEZE_MIN,
        description="Stops that begin within so long stay; nothing new begins before.",
    )
    tolerance_min: int = Field(
        0, ge=0, le=240, description="By how much an hour may move before a client minds."
    )
    people: int | None = Field(
        None, ge=0, le=10_000, description="At most so many people may be told otherwise."
    )


class OffDuty(StrEnum):
    """What becomes of a proposal that nobody asked for while no coordinator is there. `urgent_only`:
    published only if it
    changes nothing that was told, but where an event forces it, and covers urgent visits."""

    WAIT = "wait"
    URGENT_ONLY = "urgent_only"
    PUBLISH = "publish"


class DutySpell(BaseModel):
    """Hours on some days of the week, 1 = Monday; the end is excluded. A night is two spells."""

    model_config = STRICT
    days: list[Annotated[int, Field(ge=1, le=7)]] = Field(
        min_length=1, max_length=7, examples=[[1, 2, 3, 4, 5]]
    )
    start: str = Field(pattern=WALL, examples=["07:00"])
    end: str = Field(pattern=WALL, examples=["19:00"])


class DutyWish(BaseModel):
    """When a coordinator is there (no hours: always), and what happens otherwise."""

    model_config = STRICT
    hours: list[DutySpell] = Field(default_factory=list, max_length=30)
    on_holidays: bool = Field(False, description="Whether these hours also hold on public holidays.")
    outside: OffDuty = OffDuty.WAIT
    urgent: list[PriorityName] = Field(default=[PriorityName.P1, PriorityName.P2], max_length=4)


class BasinWishes(BaseModel):
    """A basin and how it wants to be planned."""

    model_config = STRICT
    name: Text = Field(min_length=1, examples=["Lens - Hénin"])
    department: Text = Field(min_length=1, examples=["62"])
    zone: Literal["Europe/Paris"] = "Europe/Paris"
    telephone: str | None = Field(
        None,
        pattern=PHONE,
        description="The coordinators' number, in every letter.",
        examples=["+33321000000"],
    )
    plan_days: int = Field(1, ge=1, le=14, description="Days a plan spans unless asked otherwise.")
    replan: ReplanMode = ReplanMode.AT_ONCE
    search: SearchWish = Field(default_factory=SearchWish)
    least_change: LeastChangeWish = Field(default_factory=LeastChangeWish)
    duty: DutyWish = Field(default_factory=DutyWish)
    offers: OfferWish = Field(default_factory=OfferWish)
    policy: PolicyShape = Field(default_factory=PolicyShape)
    sectors: list[SectorShape] = Field(
        default_factory=list, description="The map of sectors, and those that providers have of their own."
    )
    vehicles: list[VehicleShape] = Field(
        default_factory=list, description="The vehicles that people share, loans with their days included."
    )
    traffic: list[TrafficShape] = Field(
        default_factory=list, description="Hours at which ways take longer than they are computed."
    )


class SectorMapIn(BaseModel):
    """One map of sectors, whole."""

    model_config = STRICT
    sectors: list[SectorShape] = Field(
        description="Its sectors; `provider_id` is the map's, and need not be said."
    )


# -- the day's cycle ---------------------------------------------------------------------------------------
class AbsenceIn(BaseModel):
    """An employee away. `id` lets the provider's software name it; without one the service does."""

    model_config = STRICT
    id: Code | None = Field(None, pattern=ID)
    provider_id: Code
    employee_id: Code
    kind: AbsenceKind
    interval: IntervalShape
    urgent_cause: bool = Field(
        False, description="Urgent, as the agreement means it; of an unplanned absence that says all."
    )
    cause: UrgentCause | None = Field(
        None, description="Which urgent cause, where it is another than a colleague's absence."
    )
    reason: Text | None = Field(None, min_length=1, description="Coarse reason; stays with the provider.")
    funding_line_id: Code | None = None


class JobIn(BaseModel):
    """A search over `days` from `first_day`: the least change of the published plan if there is one."""

    model_config = STRICT
    first_day: Day
    days: int | None = Field(None, ge=1, le=14)
    search: SearchWish | None = None
    least_change: LeastChangeWish | None = Field(None, description="By default as the basin wishes.")
    from_scratch: bool = Field(False, description="Anything but pinned, agreed and begun stops may change.")


class WaiveIn(BaseModel):
    """A rule set aside, for one worker (and visit): by the asking account, now. No names in `reason`."""

    model_config = STRICT
    kind: Literal["waive"]
    rule: Code
    worker_id: WorkerCode
    visit_id: Code | None = None
    reason: GivenReason = Field(min_length=1)


EditIn = Annotated[
    MoveShape | SwapShape | UnassignShape | PinShape | UnpinShape | TakeVehicleShape | WaiveIn,
    Field(discriminator="kind"),
]
EDITS_EXAMPLE: list[Any] = [
    {"kind": "move", "visit_id": "V1", "worker_id": "W2"},
    {"kind": "pin", "visit_id": "V1"},
]


class EditsIn(BaseModel):
    """Hand edits, one after the other (docs/replanning.md). `with_plan`: the edited plan's document in the
    answer."""

    model_config = ConfigDict(**STRICT, json_schema_extra={"examples": [{"edits": EDITS_EXAMPLE}]})
    edits: list[EditIn] = Field(min_length=1, max_length=200)
    with_plan: bool = False


class PlacesIn(BaseModel):
    """A visit that somebody picked up. `edits`: hand edits that the plan is looked at after."""

    model_config = STRICT
    visit_id: Code
    edits: list[EditIn] = Field(default_factory=list, max_length=200)


class PartIn(BaseModel):
    """Which changes to what had been told are not wanted, by visit; all others stand."""

    model_config = STRICT
    undo: list[Code] = Field(min_length=1, max_length=2000)
    reason: PossibleReason = None


class RestoreIn(BaseModel):
    """Back to what was in force before."""

    model_config = STRICT
    reason: PossibleReason = None


class WorkingIn(BaseModel):
    """One's own edits in the making; an empty list: none."""

    model_config = STRICT
    edits: list[EditIn] = Field(max_length=200)


class BoardIn(BaseModel):
    """A day of a plan after hand edits."""

    model_config = STRICT
    edits: list[EditIn] = Field(default_factory=list, max_length=200)
    day: Day | None = None


class SaveEditsIn(EditsIn):
    """`state`: a draft may still break rules; a proposal breaks nothing beyond what is waived."""

    model_config = ConfigDict(
        **STRICT, json_schema_extra={"examples": [{"edits": EDITS_EXAMPLE, "state": "proposed"}]}
    )
    state: Literal["draft", "proposed"] = "draft"
    reason: PossibleReason = Field(None, examples=["à la demande de la famille"])


class SupposeIn(BaseModel):
    """Events that have not happened, or not yet, and what their replan must respect."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "examples": [
                {"events": [{"kind": "worker_away", "worker_id": "W1", "at": "2026-03-09T07:10:00+01:00"}]}
            ]
        },
    )
    events: list[EventShape] = Field(min_length=1, max_length=200)
    pinned: list[Code] = Field(
        default_factory=list, max_length=2000, description="Visits that keep worker and start."
    )
    pinned_workers: list[Code] = Field(
        default_factory=list, max_length=500, description="Nothing of their tours changes."
    )
    least_change: LeastChangeWish | None = None
    search: SearchWish | None = None


class Decision(BaseModel):
    """Why, in the coordinator's words; kept in the audit trail. No names."""

    model_config = STRICT
    reason: PossibleReason = Field(None, examples=["validé par téléphone"])


class PinIn(BaseModel):
    """Visits whose worker and start are to stay, or no longer."""

    model_config = STRICT
    pin: list[Code] = Field(default_factory=list, max_length=2000)
    unpin: list[Code] = Field(default_factory=list, max_length=2000)
    reason: PossibleReason = None


class Reply(StrEnum):
    """`unable`: she is prevented, by illness or otherwise: no refusal, and possible for a firm stop as
    well."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ACKNOWLEDGE = "acknowledge"
    UNABLE = "unable"


class AnswerIn(BaseModel):
    """A worker's answer. Who records one given by telephone may say who said it, when, and why; `unable` only
    they may say."""

    model_config = STRICT
    reply: Reply
    said_by: Text | None = Field(
        None, min_length=1, description="Who called, when not the worker. No names.", examples=["conjoint"]
    )
    said_at: Moment | None = Field(None, description="When; left out: now.")
    reason: PossibleReason = Field(
        None,
        min_length=1,
        description="Coarse reason. No names.",
        examples=["malade"],
    )
    until: Moment | None = Field(
        None, description="Of `unable`: until when she cannot come; left out: the end of that day."
    )


class TourAnswerIn(BaseModel):
    """A worker's answer to several stops of one link. `offers`: which; left out: all that wait for such an
    answer."""

    model_config = STRICT
    reply: Literal["accept", "decline", "acknowledge"]
    offers: list[Annotated[str, Field(pattern=MADE)]] | None = Field(None, min_length=1, max_length=200)


class WebhookIn(BaseModel):
    """Who is called with what: `*`, a kind's all (`plans.*`) or single actions (`plans.published`)."""

    model_config = STRICT
    url: str = Field(min_length=1, max_length=2000, examples=["https://saad.example.org/brigade"])
    events: list[Annotated[str, Field(pattern=EVENT, max_length=80)]] = Field(
        min_length=1, max_length=50, examples=[["plans.published", "offers.*"]]
    )
    active: bool = Field(
        True, description="False: not called until it is true again; what is missed stays in …/events."
    )


class NotDone(StrEnum):
    """Why a visit was not done. `worker_absent`: nobody came; `no_entry`: nobody opened, or no key."""

    CLIENT_ABSENT = "client_absent"
    CLIENT_HOSPITAL = "client_hospital"
    CLIENT_REFUSED = "client_refused"
    NO_ENTRY = "no_entry"
    WORKER_ABSENT = "worker_absent"
    NOT_NEEDED = "not_needed"
    OTHER = "other"


class OutcomeIn(BaseModel):
    """What became of one visit. Not done, its hours are those that were planned, and count as work where
    somebody stood `at_door`."""

    model_config = STRICT
    done: bool
    cause: NotDone | None = Field(None, description="Why it was not done.")
    worker_id: Code | None = Field(None, description="Who came; by default whom the plan says.")
    starts_at: Moment | None = Field(None, description="By default as planned.")
    ends_at: Moment | None = None
    at_door: bool | None = Field(
        None,
        description="Not done, though somebody stood at the door. By default whoever was told to come did, "
        "once the visit was to begin: `client_absent`, `client_hospital`, `client_refused`, `no_entry`.",
    )
    free_at: Moment | None = Field(
        None, description="From when on whoever stood at the door could go elsewhere; by default now."
    )


class OutcomeLine(OutcomeIn):
    visit_id: Code


class OutcomesIn(BaseModel):
    """What became of many visits: all of them are kept, or none. `corrects`: what stands otherwise is written
    over."""

    model_config = ConfigDict(
        **STRICT,
        json_schema_extra={
            "examples": [
                {
                    "outcomes": [
                        {"visit_id": "V1", "done": True},
                        {"visit_id": "V2", "done": False, "cause": "no_entry"},
                    ]
                }
            ]
        },
    )
    outcomes: list[OutcomeLine] = Field(min_length=1, max_length=5000)
    corrects: bool = False


# -- people's rights ---------------------------------------------------------------------------------------
class ErasureIn(BaseModel):
    """To forget somebody for good. `confirm`: her id again, since nothing brings her back."""

    model_config = STRICT
    confirm: Code = Field(examples=["C-17"])
    reason: PossibleReason = Field(None, examples=["demande reçue par courrier"])


JUDGED_AS_ROWS = (Shape, AbsenceIn, BasinWishes)
"""Texts of these are judged with the row they make (P004, P005)."""
