"""Who covers: employers, the brigade's workers, what they can do, when, and what they have already done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from brigade.texts.accords import Accord
from brigade.units import Cents, Interval, Ticks
from brigade.values.acts import ActClass
from brigade.values.places import SectorLimit, TravelMode


class EmployerKind(StrEnum):
    INTERMEDIARY_ASSOCIATION = "ai"
    EMPLOYER_GROUP = "ge"
    GEIQ = "geiq"
    PROVIDER = "saad"
    TEMPORARY_AGENCY = "etti"
    FIXED_TERM = "cdd"


class EngagementStatus(StrEnum):
    SIGNED = "signed"
    PROMISED = "promised"


class WorkingTimeMode(StrEnum):
    """Over what the contract counts its hours (BAD V.39, V.41 to V.43; CT L3121-44)."""

    WEEKLY = "weekly"
    TWO_WEEKS = "two_weeks"
    FOUR_WEEKS = "four_weeks"
    MONTHLY = "monthly"
    ANNUAL = "annual"


class HoursKind(StrEnum):
    """AMENDMENT: instead of the contract's hours. CONTRACT: another contract's, beside them."""

    AMENDMENT = "amendment"
    CONTRACT = "contract"


class LeaveKind(StrEnum):
    PAID = "paid"
    COMPENSATING_REST = "compensating_rest"
    SICK = "sick"


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def iso(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return list(Weekday).index(self) + 1


@dataclass(frozen=True, slots=True)
class Employer:
    """Who lends workers. `agreement` names its rule set, `accords` what its accords put in place of values of
    it; a SAAD that lends its staff has its provider's id, and its accords unless it declares its own.

    `communes`: territory of an AI's State convention, None = any.
    `applies_480h_to_public`: whether the AI's 480 h cap counts hours with public SAAD (the law is unclear:
    default yes).
    """

    id: str
    name: str
    kind: EmployerKind
    agreement: str
    communes: frozenset[str] | None = None
    applies_480h_to_public: bool = True
    accords: Mapping[str, Accord] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate a worker holds, by its code in the competency catalogue."""

    code: str
    obtained: date | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Engagement:
    """The paper that lets a worker work for a provider on dates `first`..`last`, ends included.

    SIGNED: allowed. PROMISED: allowed, and the plan lists the paper to sign. None that covers the date: not
    allowed.
    """

    provider_id: str
    first: date
    last: date
    status: EngagementStatus = EngagementStatus.SIGNED


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away from work, `first`..`last`, ends included: free of work, and none of them a rest day."""

    first: date
    last: date
    kind: LeaveKind

    @property
    def dates(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class Availability:
    """Time in which the worker may be on the way or at work: leaves the start place at `start` or later and
    is back at the end place by `end`; up to `hard_end` at the price of overtime (`end` = `start`: all of it,
    a last resort). One of them is one tour.

    `meal`: None, or how long the worker eats in it where the texts know no meal break. It begins from
    `meal_earliest` to `meal_latest`: at home before leaving or on return, or on the way. `meal_required`: no
    tour without it; else a tour without it costs `Weights.missed_meal`. `not_before`, `not_after`: what is
    known of the day (a delay, an absence) beyond which nobody proposes to stretch it.
    """

    start: Ticks
    end: Ticks
    hard_end: Ticks
    meal: Ticks | None = None
    meal_earliest: Ticks | None = None
    meal_latest: Ticks | None = None
    meal_required: bool = False
    not_before: Ticks | None = None
    not_after: Ticks | None = None

    @classmethod
    def strict(cls, start: Ticks, end: Ticks) -> Availability:
        return cls(start, end, end)

    def fed(self) -> Availability:
        """Without its meal: it has been had, or will be elsewhere."""
        return replace(self, meal=None, meal_earliest=None, meal_latest=None, meal_required=False)


@dataclass(frozen=True, slots=True)
class Contract:
    """Contract hours. `weekly` None: no fixed hours. `full_time` decides between additional hours and
    overtime.

    `span_limit`: the shorter daily span promised in return for interruptions, if that counterpart was chosen;
    `rebuilt_travel`: the travel that visits in a row would have needed counts as work instead.
    `unavailability`: stretches of the week in which the contract says the worker is not asked: "wednesday
    14:00-18:00", "sunday", "holiday" (`brigade.values.unavailability`); `rest_day`: the usual weekly rest day
    it names, `rest_day_may_change`: it lets the employer move it. What lies in these may be offered, never
    imposed. `night_worker`: nights are the usual work. `working_time_mode`: over what its hours are counted;
    None: the contract does not say, they are counted by the week. `weekly` is then their mean week, and
    `period_hours` what the contract says of a whole period; None: the week carried over. `period_start`: a
    day on which a period begins (a Monday where it is made of weeks); `week_ceiling`: the most hours of a
    week that the accord or contract lets such a period hold. `daily`: work of a scheduled day; None: the
    week's hours over its days (rule SCHEDULED_DAY). `sunday_agreed`: the worker agreed to more Sundays a
    month than the text lets the employer ask (SAP II.2 b). `weekend_team`: a volunteer of a team for
    weekends, with the rhythm of such teams (BAD V.17.1); None: whoever has `sunday_agreed` is one, as before
    the two could be told apart.
    """

    weekly: Ticks | None = None
    full_time: bool = False
    span_limit: Ticks | None = None
    sunday_agreed: bool = False
    working_time_mode: WorkingTimeMode | None = None
    unavailability: tuple[str, ...] = ()
    rest_day: Weekday | None = None
    rest_day_may_change: bool = False
    night_worker: bool = False
    period_hours: Ticks | None = None
    period_start: date | None = None
    week_ceiling: Ticks | None = None
    rebuilt_travel: bool = False
    daily: Ticks | None = None
    weekend_team: bool | None = None

    @property
    def in_weekend_team(self) -> bool:
        return self.sunday_agreed if self.weekend_team is None else self.weekend_team


@dataclass(frozen=True, slots=True)
class DatedHours:
    """Weekly hours that an amendment or another contract gives from `first` to `last`, ends included; None:
    with no end yet."""

    first: date
    last: date | None
    weekly: Ticks
    kind: HoursKind = HoursKind.AMENDMENT

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class PersonalLimits:
    """Limits of one person, never the reason behind them; None: nothing beyond the rule sets.

    `no_work_bands`: wall-clock bands ("22:00-06:00") in which no visit may take place, every day.
    `max_stretch`/`stretch_break`: longest work without a break of that length. `max_commute`: longest home
    leg. `daily_reduction`: by how much a day of work is shorter than the scheduled one (`Contract.daily`).
    `rest_days_in_row`: days off one after the other in each ISO week. `no_holidays`: none of the public
    holidays of the place.
    """

    max_daily_work: Ticks | None = None
    max_week_work: Ticks | None = None
    max_span: Ticks | None = None
    max_stretch: Ticks | None = None
    stretch_break: Ticks | None = None
    daily_rest: Ticks | None = None
    max_days_per_week: int | None = None
    no_work_bands: tuple[str, ...] = ()
    no_sundays: bool = False
    max_commute: Ticks | None = None
    daily_reduction: Ticks | None = None
    rest_days_in_row: int | None = None
    no_holidays: bool = False


@dataclass(frozen=True, slots=True)
class PastDay:
    """One day already worked (before the horizon, or for another employer): from the first start to the last
    end.

    `start` and `end` are ticks from the horizon's start (negative before it); `work` is effective work, for
    all employers together.
    """

    day: date
    start: Ticks
    end: Ticks
    work: Ticks


@dataclass(frozen=True, slots=True)
class Counters:
    """What a worker carries into the horizon.

    `days`: the days worked in the 14 days before it. `week_work`: effective work of up to 14 ISO weeks before
    the week the horizon starts in, latest last; fewer entries mean unknown, counted as 0. `untraced_weeks`: a
    day of each week among them of
    which nobody has a trace: its 0 is no known one, and that is said. `long_spans`: days of the month already
    above the normal span. `long_days`: days of the calendar year of work beyond the normal day, None: nobody
    counted, and no such day is planned in that year. `long_interruptions`: days of the fortnight above the
    normal total. `holidays_worked`: public holidays worked in the last 12 months. `sundays_worked`: Sundays
    worked in the last 8 weeks. `capped_ai_work`: hours that count against the AI's 480 h, used so far;
    `ai_cap`: the cap, None: the rule set's.
    Refusals without fault of the running year, shown and never ranked on: `refusals` of changes told late,
    `sunday_refusals` of Sundays and public holidays, `night_refusals` of nights, `additional_refusals` of
    additional hours. `short_notice_calls`: in the last 30 days, for fairness.
    `night_months`: night work of the calendar months before the horizon's first one, up to twelve, latest
    last; fewer entries mean unknown, counted as 0 (`brigade.worked.night_workers`).
    `period_work`: own employer's hours of the contract's running period, from its start to the eve of the
    horizon; `period_promised`: those promised from the horizon's end to the end of its last period. None:
    nobody counted.
    `week_visits`: visits of the running ISO week before the horizon, `week_essential` those of essential acts
    among them, `week_clients` the clients met in them who know the worker: a path's goals count them.
    `known_since`: from that day on the history is whole: what it does not hold did not happen. Without it, a
    list without
    entries and a count of None are unknown: judged as nothing, and said (`brigade.judging.remarks`).
    """

    days: tuple[PastDay, ...] = ()
    week_work: tuple[Ticks, ...] = ()
    long_spans: int | None = None
    long_days: int | None = None
    long_interruptions: int | None = None
    sundays_worked: frozenset[date] = frozenset()
    holidays_worked: frozenset[date] = frozenset()
    capped_ai_work: Ticks | None = None
    ai_cap: Ticks | None = None
    refusals: int = 0
    short_notice_calls: int = 0
    sunday_refusals: int = 0
    night_refusals: int = 0
    additional_refusals: int = 0
    night_months: tuple[Ticks, ...] = ()
    period_work: Ticks | None = None
    period_promised: Ticks | None = None
    known_since: date | None = None
    untraced_weeks: frozenset[date] = frozenset()
    week_visits: int = 0
    week_essential: int = 0
    week_clients: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Learning:
    """What a newcomer learns: a client, a competency, or a class of acts, one of them. Until she may go
    alone, visits of that are not hers: she shares them with somebody who knows.

    `shared_needed`: after so many shared visits she may go alone; None: no number of them is enough.
    `shared_done`: of them so far. `solo_from`: from that date on she may, whatever the number. `tutors`: who
    guides her; empty: whoever knows (`brigade.worked.shared_visits`). `funding_line_id` pays the tutor's
    time.
    """

    client_id: str | None = None
    competency: str | None = None
    act_class: ActClass | None = None
    shared_needed: int | None = None
    shared_done: int = 0
    solo_from: date | None = None
    tutors: frozenset[str] = frozenset()
    funding_line_id: str | None = None

    @property
    def subject(self) -> tuple[str | None, str | None, ActClass | None]:
        return self.client_id, self.competency, self.act_class

    @property
    def shared_left(self) -> int | None:
        """How many more visits are to be shared; None: nobody said a number."""
        return None if self.shared_needed is None else max(0, self.shared_needed - self.shared_done)

    def allows_solo(self, day: date) -> bool:
        is_due = self.solo_from is not None and day >= self.solo_from
        return is_due or self.shared_left == 0


@dataclass(frozen=True, slots=True)
class PathStep:
    """What a path of inclusion asks of each ISO week, from the Monday `first` until the next step: a share of
    essential acts among her visits, hours of work, how many clients who know her she visits; None: that is
    left open. A step that asks for nothing ends the path."""

    first: date
    essential_percent: int | None = None
    weekly: Ticks | None = None
    familiar_clients: int | None = None

    @property
    def asks(self) -> bool:
        return any((self.essential_percent, self.weekly, self.familiar_clients))


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody of the brigade, under a pseudonym.

    `competencies`: tags beyond those the certificates grant. `start_site`/`end_site`: None, the day starts
    (ends) at the first (last) visit. `territory`: communes the worker may be sent to, None = any.
    `other_work`: hours already worked or promised for other employers inside or just after the horizon; one
    entry a stretch, no work is placed there. `accepts_urgent`: committed to urgent replacements by contract.
    `cost_cents_per_hour` values hours in reports. `inclusion_pass_until`: last day of the pass of an
    inclusion path (PASS IAE), told to coordinators and the employer. `sectors`: home sectors, one of a map at
    the most; `sector_limit`: how far from them a visit may be, where the map that counts for it holds one of
    them; None: anywhere. `leave`: days on leave, in compensating rest or sick, those of the weeks before
    too; no tour begins on them. `dated_hours`: what amendments and other contracts make of the contract's
    hours on some days. `on_call`: periods on call, at home or near it; `calls`: what came of them, from
    leaving home to being back: both ways are work. `learning`: what she does not yet do
    alone. `path`: what her weeks are to grow to, step by step (`brigade.worked.path_goals`). `lent_by`: name
    of the neighbour basin whose she is, where she is lent for a day: it is asked of her, never imposed.
    """

    id: str
    employer_id: str
    availability: tuple[Availability, ...]
    engagements: tuple[Engagement, ...]
    mode: TravelMode = TravelMode.CAR
    start_site: str | None = None
    end_site: str | None = None
    certificates: tuple[HeldCertificate, ...] = ()
    competencies: frozenset[str] = frozenset()
    cents_per_km: Cents = 0
    cost_cents_per_hour: Cents = 0
    contract: Contract = field(default_factory=Contract)
    limits: PersonalLimits = field(default_factory=PersonalLimits)
    counters: Counters = field(default_factory=Counters)
    accepts_urgent: bool = False
    territory: frozenset[str] | None = None
    other_work: tuple[Interval, ...] = ()
    inclusion_pass_until: date | None = None
    sectors: frozenset[str] = frozenset()
    sector_limit: SectorLimit | None = None
    leave: tuple[Leave, ...] = ()
    dated_hours: tuple[DatedHours, ...] = ()
    on_call: tuple[Interval, ...] = ()
    calls: tuple[Interval, ...] = ()
    learning: tuple[Learning, ...] = ()
    path: tuple[PathStep, ...] = ()
    lent_by: str | None = None

    @property
    def leave_dates(self) -> frozenset[date]:
        """The dates of leave that are no rest days. The weekly rest day stays one also inside a leave: leave
        is counted in the other days of a week (CT L3141-3)."""
        rest = Weekday.SUNDAY if self.contract.rest_day is None else self.contract.rest_day
        return frozenset(day for one in self.leave for day in one.dates if day.isoweekday() != rest.iso)
