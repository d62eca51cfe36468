"""The people of small problems: tours over day and night, papers, limits, what they carry in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.units import Horizon, Interval
from brigade.values.demand import Provider
from brigade.values.places import Site, TravelMode
from brigade.values.workforce import (
    Availability,
    Contract,
    Counters,
    DatedHours,
    Employer,
    Engagement,
    EngagementStatus,
    HeldCertificate,
    HoursKind,
    Leave,
    LeaveKind,
    PastDay,
    PersonalLimits,
    Weekday,
    Worker,
    WorkingTimeMode,
)

FIVE = 5
NOWHERE: st.SearchStrategy[tuple[str, ...]] = st.just(())


@dataclass(frozen=True)
class World:
    """What the parts share while one problem is drawn: the clock, the names, what may be used."""

    horizon: Horizon
    sites: tuple[Site, ...]
    providers: tuple[Provider, ...]
    worker_ids: tuple[str, ...]
    competencies: tuple[str, ...]
    certificates: tuple[str, ...]

    def at(self, day: int, minute: int) -> int:
        """The tick `minute` minutes after the midnight that begins day number `day`."""
        start = self.horizon.tick(self.horizon.midnight(day))
        return start + self.horizon.ticks(minute)


@st.composite
def _tours(draw: DrawFn, world: World) -> tuple[Availability, ...]:
    """For each day: off, whole day, morning and evening, or a night that runs into the next morning."""
    found: list[Availability] = []
    for day in range(world.horizon.days):
        kind = draw(st.sampled_from(["day", "day", "two", "night", "off"]))
        spans = {"day": [(420, 1140)], "two": [(390, 750), (960, 1260)], "night": [(1260, 1830)], "off": []}[
            kind
        ]
        for start, end in spans:
            hard = end + FIVE * draw(st.integers(0, 6))
            one = Availability(world.at(day, start), world.at(day, end), world.at(day, hard))
            if not found or one.start - found[-1].hard_end >= world.horizon.ticks(30):
                found.append(one)
    return tuple(found)


@st.composite
def people(
    draw: DrawFn, world: World, id: str, employers: tuple[Employer, ...], *, history: bool, limits: bool
) -> Worker:
    tours = draw(_tours(world))
    places = st.sampled_from([None, *(site.id for site in world.sites)])
    first = world.horizon.first_day - timedelta(days=30)
    hosts = draw(st.lists(st.sampled_from(world.providers), unique_by=lambda one: one.id, max_size=2))
    engagements = tuple(
        Engagement(
            host.id,
            first,
            first + timedelta(days=draw(st.integers(29, 90))),
            draw(st.sampled_from(EngagementStatus)),
        )
        for host in (hosts or world.providers)
    )
    worker = Worker(
        id=id,
        employer_id=draw(st.sampled_from(employers)).id,
        availability=tours,
        engagements=engagements,
        mode=draw(st.sampled_from([TravelMode.CAR, TravelMode.CAR, TravelMode.E_BIKE, TravelMode.FOOT])),
        start_site=draw(places),
        end_site=draw(places),
        certificates=draw(st.lists(_certificates(world), max_size=1).map(tuple)),
        competencies=draw(st.frozensets(st.sampled_from(world.competencies), max_size=4)),
        cents_per_km=draw(st.sampled_from([0, 38])),
        cost_cents_per_hour=draw(st.sampled_from([0, 1550])),
        accepts_urgent=draw(st.booleans()),
        territory=draw(
            st.sampled_from([None, None, frozenset(site.commune for site in world.sites[:2] if site.commune)])
        ),
    )
    if limits:
        contract = draw(_contracts(world))
        worker = replace(worker, contract=contract, limits=draw(_limits(world)))
        if contract.weekly is not None or contract.period_hours is not None:
            worker = replace(worker, dated_hours=draw(dated_hours(world.horizon)))
    return draw(_with_history(world, worker)) if history else worker


def _certificates(world: World) -> st.SearchStrategy[HeldCertificate]:
    expiry = st.sampled_from([None, world.horizon.first_day, world.horizon.first_day - timedelta(days=1)])
    return st.builds(HeldCertificate, st.sampled_from(world.certificates), st.just(date(2020, 1, 31)), expiry)


def _contracts(world: World) -> st.SearchStrategy[Contract]:
    weekly = st.sampled_from([None, *(world.horizon.ticks(60 * hours) for hours in (10, 24, 35))])
    span = st.sampled_from([None, world.horizon.ticks(660)])
    away = st.sampled_from([(), ("wednesday 14:00-18:00", "férié")])
    return contracts(world.horizon, weekly, span, away)


@st.composite
def contracts(
    draw: DrawFn,
    horizon: Horizon,
    weekly: st.SearchStrategy[int | None],
    span: st.SearchStrategy[int | None],
    away: st.SearchStrategy[tuple[str, ...]] = NOWHERE,
    periods: tuple[int | None, ...] = (None, 30, 110),
    ceilings: tuple[int | None, ...] = (None, 36),
) -> Contract:
    """Hours by the week or over a longer period, `periods` and `ceilings` in hours."""
    mode = draw(st.sampled_from([None, None, *WorkingTimeMode]))
    monday = horizon.first_day - timedelta(days=horizon.first_day.weekday() + 7 * draw(st.integers(0, 3)))
    told = draw(st.sampled_from(periods)) if mode not in (None, WorkingTimeMode.WEEKLY) else None
    ceiling = draw(st.sampled_from(ceilings))
    return Contract(
        weekly=draw(weekly),
        full_time=draw(st.booleans()),
        span_limit=draw(span),
        sunday_agreed=draw(st.booleans()),
        weekend_team=draw(st.none() | st.booleans()),
        working_time_mode=mode,
        unavailability=draw(away),
        rest_day=draw(st.sampled_from([None, *Weekday])),
        rest_day_may_change=draw(st.booleans()),
        period_hours=None if told is None else horizon.ticks(60 * told),
        period_start=monday if mode is WorkingTimeMode.FOUR_WEEKS or (mode and draw(st.booleans())) else None,
        rebuilt_travel=draw(st.booleans()),
        night_worker=draw(st.integers(0, 3)) == 3,
        week_ceiling=None if ceiling is None else horizon.ticks(60 * ceiling),
    )


@st.composite
def dated_hours(draw: DrawFn, horizon: Horizon) -> tuple[DatedHours, ...]:
    """None, an amendment, another contract, or both, around the days to plan."""
    found = []
    for kind in draw(st.sampled_from([(), (), *((one,) for one in HoursKind), tuple(HoursKind)])):
        first = horizon.first_day + timedelta(days=draw(st.integers(-10, horizon.days + 3)))
        last = draw(st.sampled_from([None, first, first + timedelta(days=4)]))
        hours = horizon.ticks(60 * draw(st.sampled_from([0, 8, 28])))
        found.append(DatedHours(first, last, hours, kind))
    return tuple(found)


def period_hours(horizon: Horizon) -> st.SearchStrategy[int | None]:
    """What was done of a running period, or will be."""
    return st.none() | st.integers(0, 30).map(lambda hours: horizon.ticks(60 * hours))


def night_hours(horizon: Horizon) -> st.SearchStrategy[tuple[int, ...]]:
    """Of the months before: none known, a few, or as many as make a night worker of the person."""
    return st.sampled_from([(), (40,) * 6, (80,) * 12]).map(
        lambda months: tuple(horizon.ticks(60 * one) for one in months)
    )


@st.composite
def _limits(draw: DrawFn, world: World) -> PersonalLimits:
    if draw(st.booleans()):
        return PersonalLimits()
    length = world.horizon.ticks
    stretch = draw(st.sampled_from([None, length(240)]))
    return PersonalLimits(
        max_daily_work=draw(st.sampled_from([None, length(420)])),
        max_span=draw(st.sampled_from([None, length(540)])),
        max_stretch=stretch,
        stretch_break=None if stretch is None else length(30),
        daily_rest=draw(st.sampled_from([None, length(720)])),
        max_days_per_week=draw(st.sampled_from([None, 5])),
        no_work_bands=draw(st.sampled_from([(), ("22:00-06:00",), ("12:00-13:00",)])),
        no_sundays=draw(st.booleans()),
        max_commute=draw(st.sampled_from([None, length(25)])),
        daily_reduction=draw(st.sampled_from([None, None, length(60)])),
        rest_days_in_row=draw(st.sampled_from([None, None, 2])),
        no_holidays=draw(st.booleans()),
    )


@st.composite
def _with_history(draw: DrawFn, world: World, worker: Worker) -> Worker:
    """Past days 08:00-16:00, weeks of hours, counters; hours elsewhere on a day without a tour."""
    length, first = world.horizon.ticks, world.horizon.first_day
    past = sorted(draw(st.sets(st.integers(1, 7), max_size=6)), reverse=True)
    days = tuple(
        PastDay(first - timedelta(days=back), world.at(-back, 480), world.at(-back, 960), length(420))
        for back in past
    )
    sundays = [first - timedelta(days=first.isoweekday() % 7 or 7) - timedelta(weeks=n) for n in range(3)]
    counters = Counters(
        days=days,
        week_work=tuple(length(60 * hours) for hours in draw(st.lists(st.integers(0, 47), max_size=11))),
        long_spans=draw(st.integers(0, 7)),
        long_days=draw(st.none() | st.integers(68, 71)),
        long_interruptions=draw(st.integers(0, 5)),
        sundays_worked=draw(st.frozensets(st.sampled_from(sundays))),
        holidays_worked=draw(st.sampled_from([frozenset(), frozenset({date(2025, 11, 11)})])),
        capped_ai_work=length(60 * draw(st.sampled_from([0, 478, 480]))),
        ai_cap=draw(st.sampled_from([None, length(60 * 500)])),
        refusals=draw(st.integers(0, 4)),
        short_notice_calls=draw(st.integers(0, 3)),
        sunday_refusals=draw(st.integers(0, 3)),
        night_refusals=draw(st.integers(0, 5)),
        additional_refusals=draw(st.integers(0, 3)),
        period_work=draw(period_hours(world.horizon)),
        period_promised=draw(period_hours(world.horizon)),
        night_months=draw(night_hours(world.horizon)),
    )
    elsewhere = Interval(world.at(draw(st.integers(0, world.horizon.days)), 600), 0)
    elsewhere = Interval(elsewhere.start, elsewhere.start + length(120))
    clear = all(not elsewhere.overlap(Interval(tour.start, tour.hard_end)) for tour in worker.availability)
    on_call = draw(_on_call(world))
    calls = tuple(
        Interval(one.start + length(30), one.start + length(150))
        for one in on_call
        if one.start < world.horizon.length and draw(st.booleans())
    )
    return replace(
        worker,
        on_call=on_call,
        calls=calls,
        counters=counters,
        other_work=(elsewhere,) if clear and draw(st.booleans()) else (),
        leave=draw(_leave(world, worker)),
    )


@st.composite
def _on_call(draw: DrawFn, world: World) -> tuple[Interval, ...]:
    """Nights and whole days on call, before, in and after the days to plan."""
    days = draw(st.sets(st.integers(-2, world.horizon.days + 8), max_size=2))
    found: list[Interval] = []
    for day in sorted(days):
        first, last = draw(st.sampled_from([(1200, 1800), (0, 1440), (960, 1320)]))
        one = Interval(world.at(day, first), world.at(day, last))
        found += [one] if not any(one.overlap(other) for other in found) else []
    return tuple(found)


@st.composite
def _leave(draw: DrawFn, world: World, worker: Worker) -> tuple[Leave, ...]:
    """Before the horizon, after it, and on days of it that no tour touches."""
    day_of = world.horizon.day_of
    toured = {day_of(tick) for one in worker.availability for tick in (one.start, one.hard_end - 1)}
    found: list[Leave] = []
    for _ in range(draw(st.integers(0, 2))):
        first = world.horizon.first_day + timedelta(days=draw(st.integers(-8, world.horizon.days + 7)))
        one = Leave(first, first + timedelta(days=draw(st.integers(0, 9))), draw(st.sampled_from(LeaveKind)))
        while toured & set(one.dates):
            one = replace(one, last=one.last - timedelta(days=1))
        found += [one] if one.first <= one.last else []
    return tuple(found)
