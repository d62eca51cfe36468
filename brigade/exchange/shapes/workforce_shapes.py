"""Who covers: employers, workers, what they may do and have already done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field, model_validator

from brigade.exchange.shapes.accord_shapes import DECLARATION, DECLARED, Accords, bare_numbers
from brigade.exchange.shapes.demand_shapes import IntervalShape, PastDayShape
from brigade.exchange.shapes.field_kinds import (
    Bands,
    CentsCount,
    ClientCode,
    ClientCodes,
    Code,
    Codes,
    Count,
    Day,
    Days,
    Minutes,
    Moment,
    Shape,
    Spells,
    Text,
    WorkerCode,
)
from brigade.law.limit_presets import of_the_young
from brigade.texts.labour_code import shipped_labour_code
from brigade.values.demand import ActClass
from brigade.values.places import SectorLimit, TravelMode
from brigade.values.workforce import (
    Availability,
    Contract,
    Counters,
    DatedHours,
    Employer,
    EmployerKind,
    Engagement,
    EngagementStatus,
    HeldCertificate,
    HoursKind,
    Learning,
    Leave,
    LeaveKind,
    PathStep,
    PersonalLimits,
    Weekday,
    Worker,
    WorkingTimeMode,
)


class EmployerShape(Shape):
    """Who lends workers."""

    makes: ClassVar[type] = Employer
    id: Code
    name: Text
    kind: EmployerKind
    agreement: Code = Field(description="Rule set it obeys.", examples=["ct"])
    communes: Codes | None = Field(
        None, description="Territory of an AI's State convention; absent: anywhere."
    )
    applies_480h_to_public: bool = Field(
        True, description="Whether the AI's 480 h count hours at public SAAD."
    )
    accords: Accords = Field(default_factory=dict, description=DECLARED, examples=[DECLARATION])

    @classmethod
    def abridge(cls, shown: dict[str, Any]) -> dict[str, Any]:
        return bare_numbers(shown)


class CertificateShape(Shape):
    """A certificate somebody holds."""

    makes: ClassVar[type] = HeldCertificate
    code: Code = Field(examples=["DEAES"])
    obtained: Day | None = None
    expires: Day | None = None


class EngagementShape(Shape):
    """The paper that lets a worker work for a provider, first to last date included."""

    makes: ClassVar[type] = Engagement
    provider_id: Code
    first: Day
    last: Day
    status: EngagementStatus = Field(
        EngagementStatus.SIGNED, description="`promised`: allowed, the paper is to sign."
    )


def latest_end(written: Mapping[str, Any]) -> datetime:
    """`AvailabilityShape.latest_end` of one that is not read yet."""
    return datetime.fromisoformat(written.get("hard_end") or written["end"])


class AvailabilityShape(Shape):
    """One possible tour: from leaving the start place to reaching the end place."""

    makes: ClassVar[type] = Availability
    start: Moment
    end: Moment
    hard_end: Moment | None = Field(
        None,
        description="Overtime up to here, at a price; by default `end`. Where `end` is `start`, all of it has"
        " that price: a last resort.",
    )
    meal_min: Minutes | None = Field(
        None, description="How long the worker eats in it, where the texts know no meal break."
    )
    meal_earliest: Moment | None = Field(None, description="The meal begins from then on.")
    meal_latest: Moment | None = Field(None, description="The meal begins by then.")
    meal_required: bool = Field(False, description="No tour without it; else a tour without it has a price.")
    not_before: Moment | None = Field(
        None, description="Advice asks for no earlier start: a delay or absence is known."
    )
    not_after: Moment | None = Field(None, description="Advice asks for no later end: an absence is known.")

    @property
    def latest_end(self) -> datetime:
        """With overtime, or a last resort, where it has one."""
        return self.hard_end or self.end

    @classmethod
    def complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        return values if values["hard_end"] is not None else {**values, "hard_end": values["end"]}

    @classmethod
    def abridge(cls, shown: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in shown.items() if name != "hard_end" or value != shown["end"]}


class ContractShape(Shape):
    """Contract hours."""

    makes: ClassVar[type] = Contract
    weekly_min: Minutes | None = Field(None, description="Weekly minutes; absent: no fixed hours.")
    full_time: bool = False
    span_limit_min: Minutes | None = Field(
        None, description="Shorter daily span promised in return for interruptions."
    )
    sunday_agreed: bool = Field(
        False, description="Agreed to more Sundays a month than the text lets the employer ask."
    )
    working_time_mode: WorkingTimeMode | None = Field(
        None, description="Over what its hours are counted; absent: the contract does not say, by the week."
    )
    unavailability: Bands = Field(
        default_factory=list,
        description="Stretches of the week in which the contract says the "
        "worker is not asked: a day (or `holiday`), with hours"
        " or whole.",
        examples=[["wednesday 14:00-18:00", "sunday"]],
    )
    rest_day: Weekday | None = Field(None, description="The usual weekly rest day that the contract names.")
    rest_day_may_change: bool = Field(False, description="The contract lets the employer move it.")
    daily_min: Minutes | None = Field(
        None, description="Work of a scheduled day; absent: the week's minutes over five days."
    )
    night_worker: bool = Field(False, description="Nights are the worker's usual work.")
    period_hours_min: Minutes | None = Field(
        None, description="Contract hours of a whole period; absent: the mean week's."
    )
    period_start: Day | None = Field(
        None, description="A day on which a period begins; a Monday where it is made of weeks."
    )
    week_ceiling_min: Minutes | None = Field(None, description="Most hours of a week inside a longer period.")
    weekend_team: bool | None = Field(
        None,
        description="Volunteer of a team for weekends, with the rhythm "
        "of such teams; absent: as `sunday_agreed` says.",
    )
    rebuilt_travel: bool = Field(
        False, description="In return for interruptions, travel between two tours counts as work."
    )


def _young(limits: dict[str, Any]) -> dict[str, Any]:
    return of_the_young(limits, shipped_labour_code().latest().mandatory)


class LimitsShape(Shape):
    """Limits of one person, never the reason behind them."""

    makes: ClassVar[type] = PersonalLimits
    max_daily_work_min: Minutes | None = None
    max_week_work_min: Minutes | None = None
    max_span_min: Minutes | None = None
    max_stretch_min: Minutes | None = Field(
        None, description="Longest work without a break of `stretch_break_min`."
    )
    stretch_break_min: Minutes | None = None
    daily_rest_min: Minutes | None = None
    max_days_per_week: Count | None = None
    no_work_bands: Bands = Field(
        default_factory=list, description="Wall-clock bands without visits, every day."
    )
    no_sundays: bool = Field(
        False, description="No work on Sundays; absent beside all the hours of a minor: none."
    )
    max_commute_min: Minutes | None = Field(None, description="Longest leg from or to home.")
    daily_reduction_min: Minutes | None = Field(
        None, description="By how much a day of work is shorter than the scheduled one."
    )
    rest_days_in_row: Count | None = Field(
        None,
        description="Days off one after the other in each week; absent "
        "beside all the hours of a minor: the law's two.",
    )
    no_holidays: bool = Field(
        False,
        description="No work on public holidays of the place; absent beside all the hours of a minor: none.",
    )

    @model_validator(mode="before")
    @classmethod
    def _complete_the_young(cls, given: Any) -> Any:
        """Documents older than these three fields gave a minor's hours alone."""
        return {**_young(given), **given} if isinstance(given, dict) else given

    @classmethod
    def abridge(cls, shown: dict[str, Any]) -> dict[str, Any]:
        """What reading would add to a minor's hours is written out where the person does not have it."""
        unsaid = {name: 0 if name == "rest_days_in_row" else False for name in _young(shown)}
        return {**shown, **{name: value for name, value in unsaid.items() if name not in shown}}


class CountersShape(Shape):
    """What a worker carries into the horizon."""

    makes: ClassVar[type] = Counters
    days: list[PastDayShape] = Field(default_factory=list, description="Days worked in the 14 days before.")
    night_months_min: Spells = Field(
        default_factory=list, description="Night work of up to 12 calendar months before, latest last."
    )
    week_work_min: Spells = Field(
        default_factory=list, description="Work of up to 14 ISO weeks before, latest last."
    )
    untraced_weeks: Days = Field(
        default_factory=list,
        description="A day of each of those weeks of which nobody has a trace: not known, counted as 0.",
    )
    long_spans: Count | None = Field(
        None, description="Days of the month already above the normal span; absent: not known."
    )
    long_days: Count | None = Field(
        None,
        description="Days of the year of work beyond the normal day; absent: not known, and none is planned "
        "in the year of the first day.",
    )
    long_interruptions: Count | None = Field(
        None, description="Days of the fortnight above the normal total; absent: unknown."
    )
    sundays_worked: Days = Field(default_factory=list, description="In the last 8 weeks.")
    holidays_worked: Days = Field(default_factory=list, description="In the last 12 months.")
    capped_ai_work_min: Minutes | None = Field(
        None, description="Hours counted against the AI's 480 h; absent: not known."
    )
    ai_cap_min: Minutes | None = Field(None, description="That cap; absent: the rule set's.")
    refusals: Count = Field(0, description="Changes told late and refused in the reference year.")
    short_notice_calls: Count = Field(0, description="Calls at short notice in the last 30 days.")
    sunday_refusals: Count = Field(0, description="Sundays and public holidays refused in the year.")
    night_refusals: Count = Field(0, description="Nights refused in the year.")
    additional_refusals: Count = Field(0, description="Additional hours refused in the year.")
    period_work_min: Minutes | None = Field(
        None, description="Hours done for the employer in the contract's running period, before the horizon."
    )
    period_promised_min: Minutes | None = Field(
        None, description="Hours promised for the employer after the horizon, in the period it ends in."
    )
    week_visits: Count = Field(0, description="Visits of the running ISO week before the horizon.")
    week_essential: Count = Field(0, description="Of them, those of essential acts.")
    week_clients: ClientCodes = Field(
        default_factory=list, description="Clients met in them who know the worker."
    )
    known_since: Day | None = Field(
        None,
        description="From that day on the history is whole: what it "
        "does not hold did not happen, and is no unknown.",
    )


class DatedHoursShape(Shape):
    """Weekly hours of an amendment or of another contract, from a date on."""

    makes: ClassVar[type] = DatedHours
    first: Day
    last: Day | None = Field(None, description="Included; absent: with no end yet.")
    weekly_min: Minutes
    kind: HoursKind = Field(
        HoursKind.AMENDMENT,
        description="`amendment`: instead of the contract's hours; `contract`: of another contract, beside "
        "them.",
    )


class LeaveShape(Shape):
    """Days on leave, in compensating rest or sick, first to last date included: none is a rest day."""

    makes: ClassVar[type] = Leave
    first: Day
    last: Day
    kind: LeaveKind


class LearningShape(Shape):
    """What a newcomer learns: a client, a competency or a class of acts. Until she may go alone she shares
    such visits with somebody who knows."""

    makes: ClassVar[type] = Learning
    client_id: ClientCode | None = Field(None, description="She learns this client.")
    competency: Code | None = Field(None, description="She learns this competency.")
    act_class: ActClass | None = Field(None, description="She learns this class of acts.")
    shared_needed: Count | None = Field(
        None, description="Shared visits after which she may go alone; absent: no number is enough."
    )
    shared_done: Count = Field(0, description="Of them so far.")
    solo_from: Day | None = Field(None, description="From that date on she may go alone.")
    tutors: Codes = Field(
        default_factory=list,
        description="Who guides her; none: whoever has been at the client's, or holds the competency.",
    )
    funding_line_id: Code | None = Field(None, description="The line that pays her tutor's time.")

    @property
    def subject(self) -> str:
        """What is learnt, by its code; empty: nothing is said."""
        return self.client_id or self.competency or str(self.act_class or "")


class PathStepShape(Shape):
    """What a path of inclusion asks of each week, from a Monday until the next step; nothing: the path
    ends."""

    makes: ClassVar[type] = PathStep
    first: Day = Field(description="A Monday: from that week on.")
    essential_percent: Count | None = Field(
        None, description="Share of essential acts among her visits, in percent; absent: left open."
    )
    weekly_min: Minutes | None = Field(None, description="Work of the week; absent: left open.")
    familiar_clients: Count | None = Field(
        None, description="How many clients who know her she visits in the week; absent: left open."
    )


class WorkerShape(Shape):
    """Somebody of the brigade, under a pseudonym."""

    makes: ClassVar[type] = Worker
    id: WorkerCode
    employer_id: Code
    mode: TravelMode = TravelMode.CAR
    start_site: Code | None = Field(None, description="Absent: the day starts at the first visit.")
    end_site: Code | None = Field(None, description="Absent: the day ends at the last visit.")
    competencies: Codes = Field(default_factory=list, description="Beyond those that certificates grant.")
    certificates: list[CertificateShape] = Field(default_factory=list)
    availability: list[AvailabilityShape] = Field(description="In order; one of them is one tour.")
    engagements: list[EngagementShape] = Field(
        description="For which providers and dates; without, no visit there."
    )
    cents_per_km: CentsCount = 0
    cost_cents_per_hour: CentsCount = 0
    accepts_urgent: bool = False
    territory: Codes | None = Field(None, description="Communes the worker may be sent to; absent: anywhere.")
    contract: ContractShape = Field(default_factory=ContractShape)
    limits: LimitsShape = Field(default_factory=LimitsShape)
    counters: CountersShape = Field(default_factory=CountersShape)
    other_work: list[IntervalShape] = Field(default_factory=list, description="Hours for other employers.")
    inclusion_pass_until: Day | None = Field(
        None, description="Last day of an inclusion path's pass (PASS IAE)."
    )
    sectors: Codes = Field(
        default_factory=list, description="Home sectors: one of the basin's map, one of each provider's own."
    )
    sector_limit: SectorLimit | None = Field(
        None, description="How far from them a visit may be; absent: anywhere."
    )
    leave: list[LeaveShape] = Field(
        default_factory=list, description="Days away, those of the weeks before too; no tour touches them."
    )
    dated_hours: list[DatedHoursShape] = Field(
        default_factory=list, description="What amendments and other contracts make of the contract's hours."
    )
    on_call: list[IntervalShape] = Field(
        default_factory=list, description="Periods on call, at home or near it: nothing is planned in them."
    )
    calls: list[IntervalShape] = Field(
        default_factory=list,
        description="Calls to work while on call, from leaving home to being back; both ways are work.",
    )
    learning: list[LearningShape] = Field(default_factory=list, description="What she does not yet do alone.")
    path: list[PathStepShape] = Field(
        default_factory=list, description="What her weeks are to grow to, step by step, at a price."
    )
    lent_by: Text | None = Field(
        None, description="Neighbour basin that lends her: whatever she is told may be refused."
    )
