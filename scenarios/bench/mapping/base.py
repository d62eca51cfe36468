"""What the four mappings share: one basin, one provider, one employer, and no labour law.

The public sets speak of one day, people who all go at the same speed, and rules of their own; what is theirs
is said by the product's own model (windows, links, competencies, availability, weights) and every labour rule
is off.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from brigade.errors import SaidError
from brigade.texts.labour_code import shipped_labour_code
from brigade.units import Horizon, TimeWindow
from brigade.values.competencies import Competency, CompetencyCatalogue
from brigade.values.demand import ActClass, Client, LegalStatus, Link, LinkKind, Priority, Provider, Visit
from brigade.values.places import Basin, Site, TravelMatrix, TravelMode
from brigade.values.plan import Plan, Route
from brigade.values.policy import Policy, Weights
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Employer, EmployerKind, Engagement, Worker

DAY = date(2026, 3, 10)
"""Any day without a clock change: the sets count from their own zero."""
DAY_MINUTES = 24 * 60
PROVIDER, EMPLOYER = "P", "E"
KEPT = frozenset(
    {
        "ASSIGNMENT",
        "TIMING",
        "TIME_WINDOW",
        "AVAILABILITY",
        "COMPETENCIES",
        "ENGAGEMENT",
        "FORBIDDEN_PAIR",
        "LINK",
        "SECTOR",
        "VEHICLES",
    }
)
FINEST = 1000
"""Ticks a minute at the most when looking for a tick that every number of a file is a multiple of."""


class Unmapped(SaidError):
    """An instance that asks for what the product's model has no words for."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How the set's minutes become ticks of a one-day horizon that starts at the set's zero.

    `stretch`: the set's minutes in one minute of the horizon, so that a set longer than a day fits into it. A
    price in units for one minute of the set is `stretch` units for one of the horizon; counted terms stay as
    they are.
    """

    ticks_per_minute: int
    stretch: int = 1

    @property
    def horizon(self) -> Horizon:
        return Horizon(DAY, ticks_per_minute=self.ticks_per_minute * self.stretch)

    def ticks(self, minutes: float) -> int:
        """The nearest tick: exact where `exact_ticks` found one."""
        return round(minutes * self.ticks_per_minute)

    def minutes(self, ticks: int) -> float:
        found = ticks / self.ticks_per_minute
        return int(found) if found == int(found) else found


def scale(ticks_per_minute: int, last_minute: float) -> Scale:
    """A day that holds everything up to `last_minute` of the set."""
    return Scale(ticks_per_minute, max(1, math.ceil(last_minute / DAY_MINUTES)))


def exact_ticks(numbers: Iterable[float]) -> int:
    """The fewest ticks a minute, among powers of ten, of which every number is a whole count; the finest when
    none is."""
    found = set(numbers)
    for ticks in (1, 10, 100):
        # With a tolerance: a decimal times ten may miss its whole number in the last digit of a float.
        if all(abs(number * ticks - round(number * ticks)) < 1e-9 for number in found):
            return ticks
    return FINEST


def no_labour_law() -> frozenset[str]:
    """Every rule but those that any plan of any set obeys (`KEPT`)."""
    return frozenset(shipped_labour_code().heads) - KEPT


def only(**weights: int) -> Weights:
    """Weights with every term off but these."""
    return Weights(**(dict.fromkeys(Weights.__dataclass_fields__, 0) | weights))


def matrix(scale: Scale, sites: Sequence[Site], minutes: Sequence[Sequence[float]]) -> TravelMatrix:
    ticks = np.array([[scale.ticks(leg) for leg in row] for row in minutes], np.int64)
    # No metres: the sets give one number a leg, and nothing here is priced by the kilometre.
    return TravelMatrix(TravelMode.CAR, tuple(site.id for site in sites), ticks, np.zeros_like(ticks))


def worker(id: str, availability: Availability, start: str, end: str, competencies: Iterable[str]) -> Worker:
    return Worker(
        id=id,
        employer_id=EMPLOYER,
        availability=(availability,),
        # ENGAGEMENT is among the rules kept: without a paper nobody could be sent anywhere.
        engagements=(Engagement(PROVIDER, DAY, DAY),),
        start_site=start,
        end_site=end,
        competencies=frozenset(competencies),
    )


def visit(
    id: str,
    client: str,
    duration: int,
    windows: Sequence[TimeWindow],
    required: Iterable[str],
    *,
    points: int | None = None,
    preferred_workers: frozenset[str] = frozenset(),
    forbidden_workers: frozenset[str] = frozenset(),
) -> Visit:
    """Args: points: what it costs to leave it out; None: it must be done."""
    return Visit(
        id=id,
        client_id=client,
        duration=duration,
        windows=tuple(windows),
        priority=Priority.P1,
        act_class=ActClass.ESSENTIAL,
        required=frozenset(required),
        mandatory=points is None,
        points=points,
        preferred_workers=preferred_workers,
        forbidden_workers=forbidden_workers,
    )


def both_or_none(first: str, second: str) -> Link:
    """Two visits covered together, whenever and by whomever."""
    return Link(LinkKind.TOGETHER, first, second)


def problem(
    name: str,
    scale: Scale,
    sites: Sequence[Site],
    travel: TravelMatrix,
    clients: Mapping[str, str],
    visits: Iterable[Visit],
    workers: Iterable[Worker],
    links: Iterable[Link],
    abilities: Iterable[str],
    policy: Policy,
) -> Problem:
    """Args: clients: site by client. abilities: every competency that visits or workers name."""
    return Problem(
        horizon=scale.horizon,
        # Any department and any agreement: the rules that read them are off.
        basin=Basin("bench", name, "62"),
        sites=tuple(sites),
        providers=(Provider(PROVIDER, name, LegalStatus.NON_PROFIT, "ct"),),
        clients=tuple(Client(id, PROVIDER, site) for id, site in clients.items()),
        visits=tuple(visits),
        employers=(Employer(EMPLOYER, name, EmployerKind.EMPLOYER_GROUP, "ct"),),
        workers=tuple(workers),
        travel={TravelMode.CAR: travel},
        links=tuple(links),
        policy=policy,
        catalogue=CompetencyCatalogue({code: Competency(code, code) for code in sorted(set(abilities))}, {}),
        rule_sets_off=no_labour_law(),
    )


def routes_by_worker(plan: Plan) -> dict[str, Route]:
    """One availability a worker here, so one route."""
    return {route.worker_id: route for route in plan.routes}
