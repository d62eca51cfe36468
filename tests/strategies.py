"""Small problems, whole and lawful inputs, for property tests: 1-4 workers, 1-8 visits, 1-3 days.

`small_problems()` draws from everything the domain knows (windows, lateness, links, rota and absences,
history, limits, night tours, clock changes); its switches leave parts out for tests that need a simpler
world. Times are multiples of five minutes, so that boundaries are met often. Whatever is drawn passes
`brigade.values.validation`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.texts.accords import Accord
from brigade.texts.labour_code import LabourCode, shipped_labour_code
from brigade.units import Horizon, Interval, TimeWindow
from brigade.values.competencies import CompetencyCatalogue, shipped_catalogue
from brigade.values.demand import (
    Absence,
    AbsenceKind,
    ActClass,
    Client,
    Course,
    Employee,
    FundingLine,
    LegalStatus,
    Priority,
    Provider,
    RotaEntry,
    RotaFeed,
    UrgentCause,
    Visit,
)
from brigade.values.places import NO_WAY, Basin, Site, TravelMatrix, TravelMode
from brigade.values.policy import CoverageMode, Departure, Policy, Weights
from brigade.values.problem import Problem
from brigade.values.workforce import Employer, EmployerKind
from tests.strategies_accords import accords, lenders
from tests.strategies_links import some_links, tied
from tests.strategies_people import FIVE, World, people
from tests.strategies_sectors import with_sectors

FIRST_DAYS = [
    date(2026, 3, 9),  # an ordinary Monday
    date(2026, 3, 28),  # the night to the 29th loses an hour
    date(2026, 10, 24),  # the night to the 25th gains one
    date(2026, 4, 30),  # 1 May follows
    date(2026, 12, 31),
]
AGREEMENTS = ["bad", "sap", "ct"]
PUBLIC = "fpt"
STATUS = {
    "bad": LegalStatus.NON_PROFIT,
    "sap": LegalStatus.COMPANY,
    "ct": LegalStatus.PUBLIC,
    PUBLIC: LegalStatus.PUBLIC,
}
OWN_STAFF = (EmployerKind.PROVIDER, EmployerKind.FIXED_TERM)
"""Employers that a public service can be."""


@st.composite
def small_problems(
    draw: DrawFn,
    *,
    max_workers: int = 4,
    max_visits: int = 8,
    max_days: int = 3,
    links: bool = True,
    history: bool = True,
    rota: bool = True,
    limits: bool = True,
    fine_ticks: bool = False,
    rules_off: frozenset[str] = frozenset(),
    labour: LabourCode | None = None,
    catalogue: CompetencyCatalogue | None = None,
) -> Problem:
    """A valid problem. Switches: `links`, `history` (counters, other work), `rota` (employees, absences,
    funding), `limits` (personal limits and contracts), `fine_ticks` (several ticks a minute), `rules_off`
    (passed on). `labour` and `catalogue` replace the shipped ones."""
    ticks = draw(st.sampled_from([1, 2, 60])) if fine_ticks else 1
    horizon = Horizon(
        draw(st.sampled_from(FIRST_DAYS)), draw(st.integers(1, max_days)), ticks_per_minute=ticks
    )
    known = [*AGREEMENTS, PUBLIC] if labour is None else AGREEMENTS
    agreements = draw(st.lists(st.sampled_from(known), min_size=1, max_size=2))

    def signed(agreement: str) -> st.SearchStrategy[dict[str, Accord]]:
        return accords(agreement, horizon) if labour is None else st.just({})

    providers = tuple(
        Provider(
            f"S{n}",
            f"SAAD {n}",
            STATUS[name],
            name,
            employees=10 * n,
            rural=n == 2,
            accords=draw(signed(name)),
        )
        for n, name in enumerate(agreements, start=1)
    )
    points = draw(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=2, max_size=6))
    sites = tuple(
        Site(f"L{n}", f"62{n:03d}", round(50.4 + y / 100, 4), round(2.8 + x / 100, 4))
        for n, (x, y) in enumerate(points, start=1)
    )
    worker_ids = tuple(f"W{n}" for n in range(1, draw(st.integers(1, max_workers)) + 1))
    skills = catalogue or shipped_catalogue()
    world = World(
        horizon,
        sites,
        providers,
        worker_ids,
        tuple(sorted(skills.competencies))[:4],
        tuple(sorted(skills.certificates))[:4],
    )
    clients = tuple(
        Client(f"C{n}", draw(st.sampled_from(providers)).id, draw(st.sampled_from(sites)).id)
        for n in range(1, draw(st.integers(1, 4)) + 1)
    )
    count = draw(st.integers(1, max_visits))
    visits = tuple(draw(_visits(world, f"V{n}", clients)) for n in range(1, count + 1))
    employers = tuple(
        draw(_employers(f"E{n}", signed, public=labour is None))
        for n in range(1, draw(st.integers(1, 2)) + 1)
    )
    if labour is None and draw(st.integers(0, 2)) == 0:
        employers = (draw(lenders(providers[0], horizon)), *employers[1:])
    workers = tuple(draw(people(world, id, employers, history=history, limits=limits)) for id in worker_ids)
    problem = Problem(
        horizon,
        Basin("Z1", "Lens - Hénin", "62"),
        sites,
        providers,
        clients,
        visits,
        employers,
        workers,
        travel_over(points, sites, horizon, [worker.mode for worker in workers]),
        policy=draw(_policies()),
        now=world.at(0, FIVE * draw(st.integers(-300, 80))),
        catalogue=skills,
        labour=labour or shipped_labour_code(),
        rule_sets_off=rules_off,
    )
    problem = draw(hard_to_reach(problem))
    problem = draw(with_sectors(problem))
    asked = tied(problem, draw(some_links(horizon, visits, longest_gap=24))) if links else problem
    return draw(_with_rota(world, asked)) if rota else asked


@st.composite
def hard_to_reach(draw: DrawFn, problem: Problem) -> Problem:
    """In one problem of four, places that take minutes to get into, and legs without a way."""
    if draw(st.integers(0, 3)):
        return problem
    minute = problem.horizon.ticks_per_minute
    sites = tuple(replace(one, access=minute * draw(st.sampled_from((0, 0, 2, 7)))) for one in problem.sites)
    ends = st.tuples(st.integers(0, len(sites) - 1), st.integers(0, len(sites) - 1))
    gaps = [(a, b) for a, b in draw(st.lists(ends, max_size=4)) if a != b]
    return replace(
        problem, sites=sites, travel={mode: _without(one, gaps) for mode, one in problem.travel.items()}
    )


def _without(matrix: TravelMatrix, gaps: list[tuple[int, int]]) -> TravelMatrix:
    ticks, metres = matrix.ticks.copy(), matrix.metres.copy()
    for origin, destination in gaps:
        ticks[origin, destination], metres[origin, destination] = NO_WAY, 0
    return replace(matrix, ticks=ticks, metres=metres)


def travel_over(
    points: list[tuple[int, int]], sites: tuple[Site, ...], horizon: Horizon, modes: list[TravelMode]
) -> dict[TravelMode, TravelMatrix]:
    """Minutes between grid points: city blocks, a little longer one way than the other; on foot three times
    as long."""
    found = {}
    for mode in dict.fromkeys(modes):
        slow = {TravelMode.CAR: 1, TravelMode.FOOT: 3}.get(mode, 2)
        minutes = np.array(
            [[slow * (abs(a[0] - b[0]) + abs(a[1] - b[1])) for b in points] for a in points], dtype=np.int64
        )
        skew = np.array(
            [
                [(2 * i + j) % 3 if minutes[i, j] else 0 for j in range(len(points))]
                for i in range(len(points))
            ]
        )
        ids = tuple(site.id for site in sites)
        found[mode] = TravelMatrix(
            mode, ids, (minutes + skew) * horizon.ticks_per_minute, (minutes + skew) * 700
        )
    return found


@st.composite
def _employers(
    draw: DrawFn,
    id: str,
    signed: Callable[[str], st.SearchStrategy[dict[str, Accord]]],
    *,
    public: bool,
) -> Employer:
    kind = draw(st.sampled_from(EmployerKind))
    known = [*AGREEMENTS, PUBLIC] if public and kind in OWN_STAFF else AGREEMENTS
    agreement = draw(st.sampled_from(known))
    return Employer(id, f"Employeur {id}", kind, agreement, accords=draw(signed(agreement)))


@st.composite
def _windows(draw: DrawFn, world: World) -> tuple[TimeWindow, ...]:
    day = draw(st.integers(0, world.horizon.days - 1))
    earliest = FIVE * draw(st.integers(6 * 12, 20 * 12))
    width, late = FIVE * draw(st.integers(0, 24)), FIVE * draw(st.integers(0, 4))
    first = TimeWindow(
        world.at(day, earliest), world.at(day, earliest + width), world.at(day, earliest + width + late)
    )
    later = draw(st.one_of(st.none(), st.integers(1, 12)))
    if later is None:
        return (first,)
    start = first.hard_latest + world.horizon.ticks(FIVE * later)
    second = TimeWindow.hard(start, start + world.horizon.ticks(30))
    return (first, second) if second.hard_latest <= world.horizon.length else (first,)


@st.composite
def _visits(draw: DrawFn, world: World, id: str, clients: tuple[Client, ...]) -> Visit:
    windows = draw(_windows(world))
    needs = st.frozensets(st.sampled_from(world.competencies), max_size=1)
    wishes = st.frozensets(st.sampled_from(world.worker_ids), max_size=2)
    forbidden = draw(st.frozensets(st.sampled_from(world.worker_ids), max_size=1))
    return Visit(
        id=id,
        client_id=draw(st.sampled_from(clients)).id,
        duration=world.horizon.ticks(FIVE * draw(st.integers(3, 18))),
        windows=windows,
        priority=draw(st.sampled_from(Priority)),
        act_class=draw(st.sampled_from(ActClass)),
        required=draw(needs),
        preferred=draw(needs),
        mandatory=draw(st.integers(0, 9)) == 9,
        points=draw(st.one_of(st.none(), st.integers(0, 50))),
        preferred_workers=draw(wishes) - forbidden,
        usual_workers=draw(wishes),
        forbidden_workers=forbidden,
        wants_replacement=draw(st.integers(0, 9)) < 9,
        fragile=draw(st.booleans()),
        planned_start=draw(st.sampled_from([None, windows[0].earliest, windows[0].latest])),
        counted_percent=draw(st.sampled_from([None, None, None, None, 50, 66, 100])),
        unfamiliar_extra=world.horizon.ticks(FIVE * draw(st.sampled_from([0, 0, 0, 1, 4]))),
    )


def _policies() -> st.SearchStrategy[Policy]:
    other = Weights(travel=1, waiting=0, used_worker=5, max_lateness=2)
    weights = st.sampled_from([Weights(), other, Weights(usual_hour=3)])
    return st.builds(
        Policy,
        st.sampled_from(CoverageMode),
        weights=weights,
        only_urgent_inside_notice=st.booleans(),
        departure=st.sampled_from(Departure),
    )


@st.composite
def _with_rota(draw: DrawFn, world: World, problem: Problem) -> Problem:
    """One employee a provider; some visits in their rota, some employees absent, a release paid by a funding
    line."""
    employees = tuple(Employee(f"A{provider.id}", provider.id) for provider in problem.providers)
    feeds, absences = [], []
    for provider, employee in zip(problem.providers, employees, strict=True):
        own = [visit for visit in problem.visits if problem.provider_of(visit).id == provider.id]
        listed = [visit for visit in own if draw(st.booleans())]
        entries = tuple(RotaEntry(visit.id, employee.id, visit.windows[0].earliest) for visit in listed)
        feeds.append(RotaFeed(provider.id, datetime(2026, 3, 1, 18, 30, tzinfo=UTC), entries))
        if draw(st.integers(0, 3)):
            kind = draw(st.sampled_from(AbsenceKind))
            away = Interval(
                0, problem.horizon.tick(problem.horizon.midnight(draw(st.integers(1, problem.horizon.days))))
            )
            line = "F1" if kind is AbsenceKind.TRAINING_RELEASE else None
            known = world.at(0, -60 * draw(st.integers(0, 240)))
            course = (
                draw(st.sampled_from([None, Course("DEAES", "GRETA", "Lens", 420), Course("Gestes", "CFA")]))
                if line
                else None
            )
            causes = draw(st.booleans())
            cause = draw(st.sampled_from([None, None, *UrgentCause]))
            absence = Absence(
                f"X{provider.id}",
                provider.id,
                employee.id,
                kind,
                away,
                known,
                causes,
                None,
                line,
                course,
                cause,
            )
            absences.append(absence)
    return replace(
        problem,
        employees=employees,
        rota=tuple(feeds),
        absences=tuple(absences),
        funding_lines=(FundingLine("F1", "Départs en formation", 70_000_000, 2000, 150_000),),
    )
