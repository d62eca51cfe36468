"""What the answers to a coordinator's questions and edits look like, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from brigade.errors import Issue
from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.demand_shapes import WindowShape
from brigade.exchange.shapes.event_shapes import EditShape, VisitMovedShape
from brigade.exchange.shapes.field_kinds import Whose
from brigade.exchange.shapes.plan_shapes import UncoveredShape, UnwantedShape
from brigade.values.plan import RefusalKind
from brigade.words import say_issue

Worker: TypeAlias = Annotated[str, Whose.WORKER]
Sentence: TypeAlias = Annotated[str, Whose.ANYBODY]


class ReasonView(BaseModel):
    """A stable code (docs/reasons.md) and the values that make its sentence."""

    code: str = Field(examples=["limit_passed"])
    values: Annotated[JsonObject, Whose.ANYBODY]


class SaidView(BaseModel):
    reason: ReasonView
    sentence: Sentence


class GroundView(SaidView):
    """One reason with its article."""

    article: str


class MarkingView(SaidView):
    """Whether the stop may be imposed or is to be offered, by which article. `also`: the other grounds;
    `counts_as`: which count of the year a refusal uses up, null: none."""

    kind: Literal["firm", "to_offer"]
    article: str
    also: list[GroundView]
    counts_as: RefusalKind | None


class ViolationView(BaseModel):
    """A rule broken, and who answered for it."""

    rule: str
    worker_id: Worker | None
    where: Annotated[str, Whose.ANYBODY]
    reason: ReasonView
    article: str
    waived_by: str | None


class BreachView(ViolationView):
    """With its sentence."""

    sentence: Sentence


class WaivableView(BreachView):
    """`waivable_by`: who may answer for it; null: nobody, the mandatory code among others."""

    waivable_by: Literal["coordinator"] | None


class SpotView(BaseModel):
    worker_id: Worker
    tour: int
    start: datetime


class WhyChangeView(BaseModel):
    kind: Literal["kept", "moved", "reassigned", "added", "removed", "uncovered"]
    visit_id: str
    before: SpotView | None
    after: SpotView | None
    reasons: list[ReasonView]
    sentences: list[Sentence]


# -- hand edits --------------------------------------------------------------------------------------------
class IssueView(BaseModel):
    code: str
    where: str
    what: str
    hint: str

    @classmethod
    def of(cls, issue: Issue, lang: str) -> Self:
        return cls(**say_issue(issue, lang)._asdict())


class HintView(SaidView):
    """One more edit, lawful by itself, and the change of the plan's cost it would bring."""

    edit: EditShape
    cost: int


class JudgementView(BaseModel):
    """One edit: change of cost in all and by term, of priority points and visits left out; what it breaks and
    mends; every visit whose worker or hour it changes. `sentences`: all of it in words, the most important
    first."""

    edit: EditShape
    lawful: bool
    cost: int
    points: int
    uncovered_by_level: list[int]
    terms: dict[str, int]
    broken: list[WaivableView]
    mended: list[BreachView]
    issues: list[IssueView]
    hints: list[HintView]
    changes: list[WhyChangeView]
    sentences: list[Sentence]


Difference = Literal["new", "changed", "gone"]


class DifferenceView(BaseModel):
    """A thing of the basin that is not as in the problem kept with the plan; `fields`: what of it."""

    section: str
    id: str
    change: Difference
    fields: list[str]


class TodayView(BaseModel):
    """A plan by the rows of now. `lost`: visits ahead that nobody needs any more, or that their worker does
    no more. `issues`: why the rows make no problem."""

    violations: list[ViolationView]
    lost: list[str]
    differences: list[DifferenceView]
    issues: list[str]


class JudgedView(BaseModel):
    """All edits, and what the plan then breaks that nobody waived, on the problem kept with it. `too_late`:
    visits that have begun, or would in the past. `today`: the edited plan by the rows of now, where it is
    asked for."""

    plan_id: str
    edits: list[JudgementView]
    lawful: bool
    broken: list[WaivableView]
    too_late: list[str]
    cost: int
    points: int
    plan: JsonObject | None
    today: TodayView | None = None


# -- why ---------------------------------------------------------------------------------------------------
class ObstacleView(SaidView):
    """One thing in one worker's way. `pushed_out`: visits that would have to go; `priority`: the gravest
    level of them."""

    kind: Literal["away", "rule", "hours", "tied", "busy", "partner", "none"]
    rule: str | None
    pushed_out: list[str]
    priority: int | None


class InTheWayView(BaseModel):
    worker_id: Worker
    tour: int | None
    obstacles: list[ObstacleView]


class LawfulPlaceView(BaseModel):
    """After `position` stops of the tour, which the visit is not one of. `cost`: change of the plan's whole
    cost."""

    tour: int
    position: int
    cost: int


class WorkerPlacesView(BaseModel):
    """One worker's lawful places, the cheapest first; else what stands in the way, where it was asked for and
    there was time to find out."""

    worker_id: Worker
    places: list[LawfulPlaceView]
    in_the_way: InTheWayView | None


class HereView(BaseModel):
    worker_id: Worker
    tour: int
    position: int


class PlacesView(BaseModel):
    """`here`: where the visit stands; null: nobody does it."""

    plan_id: str
    visit_id: str
    here: HereView | None
    workers: list[WorkerPlacesView]


class PlacementView(BaseModel):
    """After `position` stops of the worker's tour."""

    visit_id: str
    worker_id: Worker
    tour: int
    position: int


class SuggestionView(SaidView):
    """A change that covers the visit, or two (`parts`), tried out. `people_cost`: what it asks of people, in
    minutes' worth."""

    kind: str = Field(examples=["shift_window"])
    visit_id: str
    people_cost: int
    worker_id: str | None
    tour: int | None
    shift_min: float
    earlier_min: float
    later_min: float
    competency: str | None
    provider_id: str | None
    other: str | None
    changed_visits: list[str]
    placements: list[PlacementView]
    parts: list[SuggestionView] = Field(default_factory=list)


class AlternativeView(BaseModel):
    """`more`: what the plan would cost beyond today's, in cost units; `terms` splits it."""

    worker_id: Worker
    tour: int
    more: int
    terms: dict[str, int]


class WhyView(BaseModel):
    """Of an uncovered visit: `summary`, `workers`, `would_cover`. Of a covered one: `worker_id`, what the
    stop costs by term, what it saves in coverage, `alternatives` and what is in the way of the `others`; all
    of the problem kept with the plan. `today`: the plan by the rows of now, where it is asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "plan_id": "plan-0199a7c1f3e2-9f2c4e1ab7d03355",
                    "covered": False,
                    "visit_id": "V1",
                    "summary": [
                        {
                            "reason": {"code": "all_away", "values": {}},
                            "sentence": "Personne n’est disponible.",
                        }
                    ],
                    "workers": [],
                    "would_cover": [],
                }
            ]
        }
    )
    plan_id: str
    covered: bool
    visit_id: str
    summary: list[SaidView] | None = None
    workers: list[InTheWayView] | None = None
    would_cover: list[SuggestionView] | None = None
    worker_id: str | None = None
    terms: dict[str, int] | None = None
    soft: int | None = None
    coverage: int | None = None
    removable: bool | None = None
    marking: MarkingView | None = None
    alternatives: list[AlternativeView] | None = None
    others: list[InTheWayView] | None = None
    today: TodayView | None = None


class MeansView(SaidView):
    """What a service could do by itself that covers its visit, tried out."""

    kind: str = Field(examples=["shift_window"])


class OwnWhyView(BaseModel):
    """What a manager reads of an own visit: who comes (`worker_id`); or the reasons in sentences, without
    other services' visits and with the brigade's people counted, and what the service could change by itself
    (`would_cover`)."""

    plan_id: str
    covered: bool
    visit_id: str
    worker_id: str | None = None
    summary: list[SaidView] | None = None
    would_cover: list[MeansView] | None = None


# -- who ---------------------------------------------------------------------------------------------------
class AllowanceView(BaseModel):
    """Refusals without fault that a text allows in a year, of one kind, and how many are left."""

    kind: RefusalKind
    limit: int
    left: int
    article: str


class CandidateView(BaseModel):
    """`cost`, `points`: change of the plan's cost and of the priority points left out. `known`: visits whose
    client knows the worker. `moved`: other visits that change hands, to whom; `dropped`: given up."""

    worker_id: Worker
    placements: list[PlacementView]
    cost: int
    points: int
    detour_min: float
    known: list[str]
    hours_left_min: float | None
    work_min: float
    fair_min: float
    short_notice_calls: int
    refusals_left: int | None
    refusals: list[AllowanceView]
    marking: MarkingView | None
    moved: dict[str, str]
    dropped: list[str]


class CandidatesView(BaseModel):
    plan_id: str
    visit_ids: list[str]
    ranked: list[CandidateView]
    others: list[InTheWayView]


class MovedVisitView(BaseModel):
    """A visit at another hour. `window`: to be agreed on; null where the visit keeps its own."""

    visit_id: str
    worker_id: Worker
    start: datetime
    window: WindowShape | None


class ProposedHourView(BaseModel):
    """Checked whole by the rules. `soft`: what the plan costs more or less beside coverage; `events`: for a
    what-if, or a replan once the family agrees."""

    sentence: str
    visits: list[MovedVisitView]
    soft: int
    points: int
    travel_min: float
    known: list[str]
    marking: MarkingView | None
    placements: list[PlacementView]
    events: list[VisitMovedShape]


class HoursView(BaseModel):
    """The least costly first. `tried`: half hours that were looked at."""

    plan_id: str
    visit_id: str
    tried: int
    proposals: list[ProposedHourView]


# -- what differs ------------------------------------------------------------------------------------------
class PlaceView(BaseModel):
    """Who does a visit, from when to when."""

    worker_id: Worker
    start: datetime
    end: datetime


class ChangeView(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    visit_id: str
    from_: PlaceView | None = Field(alias="from")
    to: PlaceView | None


class PlacementsView(BaseModel):
    """`added`: covered now; `dropped`: no longer; `moved`: another worker; `retimed`: same worker, other
    start; `asked_again`: both the same, but she was let off, or silent, in between; the rest is only counted.
    `uncovered`, `unwanted`: as the plan document has them."""

    added: list[ChangeView]
    dropped: list[ChangeView]
    moved: list[ChangeView]
    retimed: list[ChangeView]
    asked_again: list[ChangeView] = Field(default_factory=list)
    untouched: int
    uncovered: list[UncoveredShape]
    unwanted: list[UnwantedShape] = Field(default_factory=list)

    @property
    def all(self) -> list[ChangeView]:
        return [*self.added, *self.dropped, *self.moved, *self.retimed]


class ChangesView(BaseModel):
    """Every visit of either plan once: `kept`, or in `changes`. `left`: open visits that neither covers."""

    counts: dict[str, int]
    kept: list[str]
    changes: list[WhyChangeView]
    left: list[str]


class CostsView(BaseModel):
    """`uncovered`: visits left out by level, 0 to 4."""

    terms: dict[str, int]
    uncovered: list[int]
    points: int
    total: int


class LeastChangeView(BaseModel):
    """What a search for the least change says of its plan: every change with its reasons, whom it disturbs
    though no event forced it, and breaches of stops that had to stay."""

    diff: ChangesView
    disturbed: list[Worker]
    within_budget: bool | None
    kept_unlawful: list[BreachView]
    costs: CostsView
    elapsed_s: float
    iterations: int


class BothCostsView(BaseModel):
    before: CostsView
    after: CostsView


class PairView(BaseModel):
    """One figure in both plans; `of`: of which part (a worker, a priority…), null: of the whole plan."""

    name: str = Field(examples=["coverage_rate"])
    of: str | None
    unit: str
    before: float | None
    after: float | None
    change: float | None


class PersonChangeView(BaseModel):
    id: str
    came: list[str]
    went: list[str]
    moved: list[str]
    work_before_min: float
    work_after_min: float


class ComparisonView(BaseModel):
    from_plan_id: str
    to_plan_id: str
    diff: ChangesView
    indicators: list[PairView]
    workers: list[PersonChangeView]
    clients: list[PersonChangeView]
    costs: BothCostsView
