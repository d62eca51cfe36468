"""A year of one basin's visits: the clients of one invented week, who come and go, week by week.

What a generated week holds of clients, hours and rotas stays, so that a sector learnt from some weeks means
something on others. Two in five clients are cared for during a part of the year alone, and one visit in
twenty does not take place. Whoever does a visit is who the week's rota has; nobody is absent.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from brigade.units import Horizon
from brigade.values.places import TravelMode
from brigade.values.problem import Problem
from scenarios.generator.scenario import generate

FIRST_MONDAY = date(2026, 1, 5)
WEEK_DAYS = 7
NOBODY = frozenset[str]()
FOR_A_TIME, LEFT_OUT = 0.4, 0.05
"""Shares of clients who are there during a part of the year, and of visits that do not take place."""


def invented_year(preset: str, seed: int, weeks: int) -> Iterator[Problem]:
    """One problem a week, Monday to Sunday, the same each time."""
    base, dice = generate(preset, seed, days=WEEK_DAYS, first_day=FIRST_MONDAY), random.Random(f"year/{seed}")
    spells = {one.id: _spell(dice, weeks) for one in base.clients}
    for week in range(weeks):
        there = {id for id, (first, last) in spells.items() if first <= week <= last}
        yield _week(base, week, there, dice)


def _spell(dice: random.Random, weeks: int) -> tuple[int, int]:
    """The first and the last week of a client."""
    ends = sorted(dice.randrange(weeks) for _ in range(2))
    return (ends[0], ends[1]) if dice.random() < FOR_A_TIME else (0, weeks - 1)


def _week(base: Problem, week: int, there: set[str], dice: random.Random) -> Problem:
    horizon = Horizon(FIRST_MONDAY + timedelta(days=WEEK_DAYS * week), WEEK_DAYS, base.horizon.zone)
    visits = tuple(
        replace(one, usual_workers=NOBODY, preferred_workers=NOBODY, forbidden_workers=NOBODY)
        for one in base.visits
        # The week in which clocks go forward is an hour short.
        if one.client_id in there
        and dice.random() >= LEFT_OUT
        and max(window.hard_latest for window in one.windows) + one.duration <= horizon.length
    )
    known = {one.id for one in visits}
    return replace(
        base,
        horizon=horizon,
        now=0,
        clients=tuple(one for one in base.clients if one.id in there),
        visits=visits,
        rota=tuple(
            replace(feed, entries=tuple(one for one in feed.entries if one.visit_id in known))
            for feed in base.rota
        ),
        links=(),
        absences=(),
        # Ways alone are asked for, by car: nobody of the brigade.
        workers=(),
        travel={TravelMode.CAR: base.travel[TravelMode.CAR]},
    )
