"""Small problems in which most visits can be covered, so that plans are full and every rule has something to
bind.

Everybody has papers for every provider and may do every act; visits lie inside the tours. What varies is what
plans are made of: several tours a day, nights, several days, links, soft lateness, breaks, limits, history,
contracts, prices.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.units import Horizon, Interval, TimeWindow
from brigade.values.competencies import shipped_catalogue
from brigade.values.demand import ActClass, Client, Priority, Provider, Visit
from brigade.values.places import Basin, Site, TravelMode
from brigade.values.policy import CoverageMode, Departure, Policy, Weights
from brigade.values.problem import Problem
from brigade.values.workforce import (
    Availability,
    Contract,
    Counters,
    Employer,
    EmployerKind,
    Engagement,
    PastDay,
    PersonalLimits,
    Worker,
)
from tests.strategies import AGREEMENTS, FIRST_DAYS, PUBLIC, STATUS, hard_to_reach, travel_over
from tests.strategies_accords import accords, lenders
from tests.strategies_links import some_links, tied
from tests.strategies_people import FIVE, World, contracts, night_hours, period_hours

SHIFTS = {
    "day": [(390, 1290)],
    "two": [(390, 760), (840, 1290)],
    "three": [(390, 640), (700, 900), (960, 1290)],
    "late": [(780, 1560)],
    "off": [],
}
"""Tours of one day, minutes from its midnight."""
WEIGHTS = [
    Weights(),
    Weights(travel=1, waiting=0, used_worker=50, max_lateness=2, max_waiting=3),
    Weights(interruption=0, equity_workers=5, equity_providers=100, overtime=0, lateness=1),
]
USUAL_HOURS = [Weights(usual_hour=3), Weights(usual_hour=20, interruption=0, max_waiting=2)]
"""Under which times are no longer those that the order alone tells."""


@st.composite
def coverable_problems(
    draw: DrawFn,
    *,
    max_workers: int = 3,
    max_visits: int = 9,
    max_days: int = 3,
    usual_hours: bool = True,
    nights: bool = True,
    history: bool = True,
    fine_ticks: bool = True,
) -> Problem:
    """A valid problem with high coverage. Switches: `nights` (tours past midnight), `history` (counters, work
    elsewhere), `fine_ticks` (several ticks a minute)."""
    ticks = draw(st.sampled_from([1, 1, 2])) if fine_ticks else 1
    horizon = Horizon(
        draw(st.sampled_from(FIRST_DAYS)), draw(st.integers(1, max_days)), ticks_per_minute=ticks
    )
    agreements = draw(st.lists(st.sampled_from([*AGREEMENTS, PUBLIC]), min_size=1, max_size=2))
    providers = tuple(
        Provider(
            f"S{n}",
            f"SAAD {n}",
            STATUS[name],
            name,
            employees=10 * n,
            rural=n == 2,
            accords=draw(accords(name, horizon)),
        )
        for n, name in enumerate(agreements, start=1)
    )
    points = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=4))
    sites = tuple(Site(f"L{n}", f"62{n:03d}") for n in range(1, len(points) + 1))
    ids = tuple(f"W{n}" for n in range(1, draw(st.integers(1, max_workers)) + 1))
    world = World(horizon, sites, providers, ids, (), ())
    clients = tuple(
        Client(f"C{n}", draw(st.sampled_from(providers)).id, draw(st.sampled_from(sites)).id)
        for n in range(1, draw(st.integers(1, 4)) + 1)
    )
    count = draw(st.integers(2, max_visits))
    visits = tuple(draw(_visits(world, f"V{n}", clients)) for n in range(1, count + 1))
    own = draw(st.sampled_from(AGREEMENTS))
    employer = Employer(
        "E1", "Employeur", draw(st.sampled_from(EmployerKind)), own, accords=draw(accords(own, horizon))
    )
    if draw(st.integers(0, 2)) == 0:
        employer = draw(lenders(providers[0], horizon))
    people = [draw(_workers(world, id, nights=nights, history=history)) for id in ids]
    workers = tuple(replace(one, employer_id=employer.id) for one in people)
    asked = Problem(
        horizon,
        Basin("Z1", "Lens - Hénin", "62"),
        sites,
        providers,
        clients,
        visits,
        (employer,),
        workers,
        travel_over(points, sites, horizon, [TravelMode.CAR]),
        policy=Policy(
            draw(st.sampled_from(CoverageMode)),
            weights=draw(st.sampled_from([*WEIGHTS, *(USUAL_HOURS if usual_hours else ())])),
            departure=draw(st.sampled_from(Departure)),
        ),
    )
    return tied(draw(hard_to_reach(asked)), draw(some_links(horizon, visits, longest_gap=36)))


@st.composite
def _visits(draw: DrawFn, world: World, id: str, clients: tuple[Client, ...]) -> Visit:
    """Windows of up to four hours in the day, some late, some with a second chance; nearly all acts
    essential."""
    day = draw(st.integers(0, world.horizon.days - 1))
    earliest = FIVE * draw(st.integers(7 * 12, 18 * 12))
    width, late = FIVE * draw(st.integers(0, 48)), FIVE * draw(st.sampled_from([0, 0, 2, 12]))
    clocks = [world.at(day, minute) for minute in (earliest, earliest + width, earliest + width + late)]
    windows = [TimeWindow(*clocks)]
    if draw(st.integers(0, 4)) == 0:
        start = clocks[2] + world.horizon.ticks(FIVE * draw(st.integers(1, 24)))
        windows.append(TimeWindow.hard(start, start + world.horizon.ticks(60)))
    usual = draw(st.frozensets(st.sampled_from(world.worker_ids), max_size=1))
    usual_hour = draw(st.sampled_from([None, *clocks[:2], (clocks[0] + clocks[1]) // 2]))
    return Visit(
        id=id,
        client_id=draw(st.sampled_from(clients)).id,
        duration=world.horizon.ticks(FIVE * draw(st.integers(2, 36))),
        windows=tuple(window for window in windows if window.hard_latest < world.horizon.length),
        priority=draw(st.sampled_from(Priority)),
        act_class=ActClass.ORDINARY if draw(st.integers(0, 9)) == 0 else ActClass.ESSENTIAL,
        usual_workers=usual,
        preferred_workers=usual if draw(st.integers(0, 3)) == 0 else frozenset(),
        fragile=draw(st.integers(0, 3)) > 0,
        mandatory=draw(st.integers(0, 9)) == 0,
        planned_start=usual_hour,
    )


@st.composite
def _workers(draw: DrawFn, world: World, id: str, *, nights: bool, history: bool) -> Worker:
    kinds = ["day", "day", "two", "three", *(["late"] if nights else []), *(["off"] if id != "W1" else [])]
    tours: list[Availability] = []
    for day in range(world.horizon.days):
        over = FIVE * draw(st.integers(0, 6))
        for start, end in SHIFTS[draw(st.sampled_from(kinds))]:
            one = Availability(world.at(day, start), world.at(day, end), world.at(day, end + over))
            if not tours or one.start - tours[-1].hard_end >= world.horizon.ticks(30):
                tours.append(one)
    first = world.horizon.first_day - timedelta(days=30)
    home = draw(st.sampled_from([None, *(site.id for site in world.sites)]))
    worker = Worker(
        id=id,
        employer_id="E1",
        availability=tuple(tours),
        engagements=tuple(Engagement(host.id, first, first + timedelta(days=90)) for host in world.providers),
        start_site=home,
        end_site=draw(st.sampled_from([home, world.sites[0].id])),
        competencies=frozenset(shipped_catalogue().competencies),
        cents_per_km=draw(st.sampled_from([0, 38])),
        contract=draw(_contracts(world)),
        limits=draw(_limits(world)),
    )
    if not history or draw(st.integers(0, 2)):
        return worker
    elsewhere = [
        one
        for one in draw(_elsewhere(world))
        if not any(one.overlap(Interval(it.start, it.hard_end)) for it in tours)
    ]
    return replace(worker, counters=draw(_counters(world)), other_work=tuple(elsewhere))


def _contracts(world: World) -> st.SearchStrategy[Contract]:
    weekly = st.sampled_from([None, None, *(world.horizon.ticks(60 * hours) for hours in (6, 10, 24))])
    span = st.sampled_from([None, None, world.horizon.ticks(480)])
    return contracts(world.horizon, weekly, span, periods=(None, 8, 30), ceilings=(None, None, 7))


@st.composite
def _limits(draw: DrawFn, world: World) -> PersonalLimits:
    if draw(st.integers(0, 2)):
        return PersonalLimits()
    length = world.horizon.ticks
    stretch = draw(st.sampled_from([None, length(120), length(240)]))
    return PersonalLimits(
        max_daily_work=draw(st.sampled_from([None, length(240)])),
        max_week_work=draw(st.sampled_from([None, length(420)])),
        max_span=draw(st.sampled_from([None, length(420)])),
        max_stretch=stretch,
        stretch_break=None if stretch is None else length(30),
        daily_rest=draw(st.sampled_from([None, length(780)])),
        max_days_per_week=draw(st.sampled_from([None, 2])),
        no_work_bands=draw(st.sampled_from([(), ("20:00-06:00",), ("12:00-13:00",)])),
        no_sundays=draw(st.booleans()),
        max_commute=draw(st.sampled_from([None, length(8)])),
        daily_reduction=draw(st.sampled_from([None, None, length(60)])),
        rest_days_in_row=draw(st.sampled_from([None, None, 2])),
        no_holidays=draw(st.booleans()),
    )


@st.composite
def _counters(draw: DrawFn, world: World) -> Counters:
    """Days, evenings or nights of the fortnight before, whole weeks of hours, and Sundays that agree with
    them."""
    length, first = world.horizon.ticks, world.horizon.first_day
    back = sorted(draw(st.sets(st.integers(1, 13), max_size=12)), reverse=True)
    days = []
    for ago in back:
        start, end = draw(st.sampled_from([(480, 960), (840, 1290), (600, 1320)]))
        days.append(
            PastDay(
                first - timedelta(days=ago),
                world.at(-ago, start),
                world.at(-ago, end),
                length(end - start - 60),
            )
        )
    return Counters(
        days=tuple(days),
        period_work=draw(period_hours(world.horizon)),
        period_promised=draw(period_hours(world.horizon)),
        night_months=draw(night_hours(world.horizon)),
        week_work=tuple(length(60 * hours) for hours in draw(st.lists(st.integers(30, 47), max_size=11))),
        long_spans=draw(st.integers(0, 7)),
        long_interruptions=draw(st.integers(0, 5)),
        sundays_worked=frozenset(one.day for one in days if one.day.isoweekday() == 7),
        holidays_worked=draw(st.sampled_from([frozenset(), frozenset({date(2025, 11, 11)})])),
        capped_ai_work=length(60 * draw(st.sampled_from([0, 476, 478]))),
    )


@st.composite
def _elsewhere(draw: DrawFn, world: World) -> tuple[Interval, ...]:
    """Hours at another employer's, before six in the morning of one of the days or of the day after. On the
    night that the clocks change a night tour may last until then."""
    if draw(st.integers(0, 3)):
        return ()
    start = world.at(draw(st.integers(1, world.horizon.days)), FIVE * draw(st.integers(38, 60)))
    return (Interval(start, start + world.horizon.ticks(60)),)
