"""The plan document: every stop timed, whatever is not covered with its reasons, what is known of the plan's
quality."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from brigade.changes.answers import Disturbed
from brigade.exchange.shapes.field_kinds import (
    LARGEST,
    Code,
    Codes,
    Count,
    Day,
    FieldKind,
    GivenReason,
    Minutes,
    Moment,
    Text,
    Whose,
    WorkerCode,
)
from brigade.exchange.shapes.policy_shapes import PolicyShape
from brigade.exchange.shapes.problem_shapes import STRICT
from brigade.values.places import TravelMode
from brigade.values.plan import MarkingKind, RefusalKind, Status

PLAN_FORMAT: Literal["brigade-plan"] = "brigade-plan"
PLAN_VERSION: Literal[1] = 1
Metres = Annotated[int, Field(ge=0, le=LARGEST), FieldKind.COUNT]


class ReasonShape(BaseModel):
    """A stable reason code and the values that make its sentence, in any language."""

    model_config = STRICT
    code: Code = Field(examples=["no_competency"])
    values: Annotated[dict[str, Any], Whose.ANYBODY] = Field(
        default_factory=dict,
        description='Numbers, texts and lists of them; {"instant": ...} '
        'and {"date": ...} for times; reasons inside a reason.',
    )


class GroundShape(BaseModel):
    """A reason and the article it stands on."""

    model_config = STRICT
    reason: ReasonShape
    article: Text


class MarkingShape(BaseModel):
    """`firm`: may be imposed. `to_offer`: the worker may say no. Both by an article."""

    model_config = STRICT
    kind: MarkingKind
    reason: ReasonShape
    article: Text
    also: list[GroundShape] = Field(
        default_factory=list, description="The other grounds, the most protective first."
    )
    counts_as: RefusalKind | None = Field(
        None, description="Which count of the year a refusal uses up; absent: none."
    )


class StopShape(BaseModel):
    """One visit in a tour. Travel ends at `arrival`; then a pause, then waiting until `start`; service until
    `end`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)
    visit_id: Code
    site_id: Code | None = Field(None, description="Repeats the problem, for readers of the plan alone.")
    mode: TravelMode | None = Field(None, description="Repeats the problem.")
    travel_min: Minutes = Field(description="From the previous place (or the start place).")
    traffic_percent: Count | None = Field(
        None, description="Per cent of the matrix's time that it takes; absent: as the matrix says."
    )
    metres: Metres
    arrival: Moment
    pause_min: Minutes = Field(0, description="A break before the visit, counted as no work.")
    wait_min: Minutes | None = Field(None, description="start - arrival - pause.")
    start: Moment
    end: Moment
    late_min: Minutes | None = Field(None, description="After the window's soft end.")
    marking: MarkingShape | None = None
    paper_to_sign: Text | None = None
    told_at: Moment | None = Field(
        None, description="From when its worker knows of these hours: notice counts from then."
    )


class RouteVehicleShape(BaseModel):
    """The shared vehicle of a tour: taken on the way out, brought back on the way home."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)
    id: Code
    name: Text | None = Field(None, description="Repeats the problem, for readers of the plan alone.")
    site_id: Code | None = Field(None, description="Where it stands; repeats the problem.")
    metres_to: Metres | None = Field(
        None, description="Of the way to the first visit, what leads to the vehicle by her own mode."
    )
    metres_from: Metres | None = Field(None, description="The same of the way home from it.")


class RouteShape(BaseModel):
    """One worker's tour: leaves the start place at `departure`, reaches the end place at `back`."""

    model_config = STRICT
    worker_id: WorkerCode
    tour: Annotated[int, Field(ge=0, le=1000)] = Field(description="Position of its availability, from 0.")
    day: Day = Field(description="Duty day: the local date on which the availability begins.")
    departure: Moment
    stops: list[StopShape] = Field(min_length=1)
    back: Moment
    travel_back_min: Minutes = 0
    metres_back: Metres = 0
    traffic_percent_back: Count | None = Field(None, description="Of the way back; as of a stop.")
    vehicle: RouteVehicleShape | None = Field(None, description="Absent: her own mode alone.")


class UncoveredShape(BaseModel):
    """A visit nobody does: why, and what could be tried."""

    model_config = STRICT
    visit_id: Code
    reasons: list[ReasonShape]
    action: ReasonShape | None = None


class GivenVisitShape(BaseModel):
    """What the employee would give: to whom of the brigade, where in the tour, and when it stays."""

    model_config = STRICT
    visit_id: Code
    worker_id: WorkerCode
    tour: Annotated[int, Field(ge=0, le=1000)]
    position: Annotated[int, Field(ge=0, le=1000)]
    start: Moment


class DisturbedShape(BaseModel):
    """Somebody whom a swap disturbs."""

    model_config = STRICT
    kind: Disturbed
    id: Annotated[Text, Whose.ANYBODY]


class ProposedSwapShape(BaseModel):
    """What a SAAD could be asked: a present employee takes an uncovered visit, and gives one of hers to the
    brigade, or none. No part of the plan."""

    model_config = STRICT
    visit_id: Code
    provider_id: Code
    employee_id: Code
    tour: Annotated[int, Field(ge=0, le=1000)] = Field(description="Which of her hours, from 0.")
    position: Annotated[int, Field(ge=0, le=1000)]
    start: Moment
    given: GivenVisitShape | None = None
    disturbs: list[DisturbedShape]
    travel_min: Minutes = Field(description="Travel more than without it, hers included.")
    marking: MarkingShape | None = Field(None, description="Of the visit she would take.")
    reason: ReasonShape = Field(description="The question, as a sentence.")


class UnwantedShape(BaseModel):
    """A visit that is not to be covered: its client wants no replacement."""

    model_config = STRICT
    visit_id: Code
    reasons: list[ReasonShape] = Field(default_factory=list)


class WaiverShape(BaseModel):
    """A coordinator's override of one rule: who, when, why."""

    model_config = STRICT
    rule: Code
    worker_id: WorkerCode
    visit_id: Code | None = None
    by: Text
    at: Moment
    reason: GivenReason


class ProofShape(BaseModel):
    """No plan of the problem costs less than `bound`; what that says of each level of coverage, and of soft
    costs apart."""

    objective: int
    bound: int
    coverage_points: int
    coverage_bound: int
    relaxed: list[str] = Field(default_factory=list, description="Rules the bound leaves out.")
    gap: float | None = Field(
        default=None,
        description="Share of the soft costs that a better plan of the "
        "same coverage could save at the most; of points and"
        " costs together where they compete.",
    )
    uncovered: list[int] = Field(
        default_factory=list, description="Visits left out, by level 0 (mandatory) to 4."
    )
    least_uncovered: list[int] = Field(
        default_factory=list,
        description="No plan leaves fewer of a level, among those that "
        "leave no more of the levels above; empty where points"
        " compete with costs.",
    )
    soft: int = Field(default=0, description="What the plan costs beyond its coverage.")
    soft_bound: int = Field(
        default=0, description="The least that plans of the same coverage cost beyond it."
    )


class CostShape(BaseModel):
    """One term of the objective, in its cost units."""

    model_config = STRICT
    term: Code
    cost: int


class IndicatorShape(BaseModel):
    """One figure of the plan; with `of`, that of one provider, worker or other part."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)
    name: Code
    of: Annotated[Text, Whose.ANYBODY] | None = None
    value: int | float
    unit: Text


class FundingShape(BaseModel):
    """What the plan books on one funding line."""

    model_config = STRICT
    line_id: Code
    hours_min: Minutes
    cents: Count
    consumed_cents: Count
    cap_cents: Count


class RunShape(BaseModel):
    """How the plan was found, so that it can be found again."""

    model_config = STRICT
    solver: Text | None = Field(None, description="Name and version of the solver.")
    seed: int | None = None
    work_limit: int | None = Field(None, description="Search effort, in the solver's own steps.")
    time_limit_s: float | None = None


class PlanDocument(BaseModel):
    """A plan of a replacement brigade. With its problem document, anybody can check it again."""

    model_config = STRICT
    format: Literal["brigade-plan"]
    version: Literal[1]
    problem_digest: str | None = Field(
        None,
        pattern=r"^sha256:[0-9a-f]{64}$",
        description="Of the canonical problem document (keys sorted, no spaces, UTF-8, matrices embedded).",
    )
    run: RunShape = Field(default_factory=RunShape)
    status: Status | None = None
    policy: PolicyShape | None = Field(None, description="Repeats the problem.")
    rule_sets: dict[str, str] = Field(default_factory=dict, description="Version of each labour text used.")
    routes: list[RouteShape]
    uncovered: list[UncoveredShape] = Field(default_factory=list)
    unwanted: list[UnwantedShape] = Field(
        default_factory=list,
        description="Repeats the problem: visits left without a carer whose clients want nobody else.",
    )
    proposed_swaps: list[ProposedSwapShape] = Field(
        default_factory=list, description="What SAAD could be asked for visits that are left; no part of it."
    )
    pinned: Codes = Field(
        default_factory=list, description="Visits whose worker and start a coordinator fixed."
    )
    waivers: list[WaiverShape] = Field(default_factory=list)
    proof: ProofShape | None = None
    costs: list[CostShape] = Field(default_factory=list)
    indicators: list[IndicatorShape] = Field(default_factory=list)
    funding: list[FundingShape] = Field(default_factory=list)
    notes: list[ReasonShape] = Field(default_factory=list)
