"""Invented bench days of any size, by seed: the day that every routing engine can model, and the same day
under labour law.

A *plain* day is 30 x 20 km of one main town, three market towns, three villages and scattered houses; visits
ask for one of four nested levels within windows of 30 to 90 minutes; workers drive, ride or take the bus. The
shares are those of the days measured first (`scenarios.bench.bench_days`). A *full* day has the same people
and visits under every rule of the `bad` set; one visit in ten is done by two carers at once. Seeds to tune on
and seeds to report on are never the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from brigade.values.demand import ActClass, Link, LinkKind, Priority, Visit
from brigade.values.problem import Problem
from scenarios.bench.bench_days import day_problem
from scenarios.generator.dice import Dice

TUNE_SEEDS = tuple(range(901, 911))
"""For whoever changes the solver."""
REPORT_SEEDS = tuple(range(1, 11))
"""For tables; nothing is tuned on them."""


class DaySize(NamedTuple):
    workers: int
    visits: int


SIZES: Mapping[str, DaySize] = {"S": DaySize(8, 40), "M": DaySize(20, 150), "L": DaySize(60, 600)}
VISITS_PER_WORKER = 7.5
"""Of curves: as tight as M."""

WIDTH_KM, HEIGHT_KM = 30.0, 20.0
MODES: Mapping[str, Mapping[str, float]] = {
    "car": {"speed_kmh": 42.0, "detour": 1.30, "overhead_s": 240},
    "ebike": {"speed_kmh": 18.0, "detour": 1.25, "overhead_s": 90},
    "bus": {"speed_kmh": 20.0, "detour": 1.40, "overhead_s": 600, "walk_kmh": 4.5},
}
MODE_SHARES = {"car": 0.66, "ebike": 0.22, "bus": 0.12}
WORKER_LEVELS = {1: 0.08, 2: 0.37, 3: 0.35, 4: 0.20}
CLIENT_LEVELS = {1: 0.32, 2: 0.42, 3: 0.20, 4: 0.06}
PASSAGES = {1: 0.45, 2: 0.35, 3: 0.20}
DURATIONS_MIN = {30: 0.50, 45: 0.20, 60: 0.20, 90: 0.07, 120: 0.03}
PRIORITIES = {1: 0.25, 2: 0.45, 3: 0.30}
WEIGHTS = {1: 10, 2: 3, 3: 1}
WINDOW_WIDTHS_MIN = (30, 45, 60, 90)
SHIFTS: Mapping[str, tuple[float, tuple[int, ...], Mapping[int, float]]] = {
    "morning": (0.45, (375, 390, 405, 420), {7: 0.4, 8: 0.4, 10: 0.2}),
    "day": (0.20, (480, 510, 540), {7: 0.2, 8: 0.4, 10: 0.4}),
    "evening": (0.35, (690, 720, 750, 780, 840), {6: 0.1, 8: 0.4, 9: 0.3, 10: 0.2}),
}
"""Share, minutes of the day it may begin at, hours it lasts."""
LAST_BACK_MIN, FIRST_START_MIN = 21 * 60 + 45, 6 * 60 + 30
TWO_CARERS = 0.10
ESSENTIAL = {Priority.P1: 1.0, Priority.P2: 0.7, Priority.P3: 0.1}
"""Share of visits with an essential act, by priority [guess]."""
SEC = 60
"""Seconds in a minute: the day is drawn in minutes and written in seconds."""


@dataclass(frozen=True, slots=True)
class Town:
    """People live around its centre with a spread of `spread_km`; `share` of all of them."""

    x: float
    y: float
    spread_km: float
    share: float


def curve_size(visits: int) -> DaySize:
    """The brigade of a day of `visits`."""
    return DaySize(max(2, round(visits / VISITS_PER_WORKER)), visits)


def plain_day(size: DaySize, seed: int) -> Problem:
    """Windows, competencies and availability alone (`bench_plain`), as every peer can model it."""
    return day_problem(plain_instance(size, seed))


def plain_instance(size: DaySize, seed: int) -> dict[str, Any]:
    """The day in the shape of the committed days: seconds and kilometres."""
    dice = Dice(f"bench/plain/{size.workers}x{size.visits}/{seed}")
    towns = make_towns(dice.branch("towns"))
    points: list[tuple[float, float]] = []
    workers = list(_workers(size.workers, towns, points, dice.branch("workers")))
    visits = list(_visits(size.visits, towns, points, dice.branch("visits")))
    return {"modes": MODES, "locations": points, "workers": workers, "visits": visits}


def full_day(size: DaySize, seed: int) -> Problem:
    """The plain day of that seed under all rules of the `bad` set: essential and ordinary acts, second
    carers, nobody with a past. Coverage and travel are priced as on the plain day, so costs can be read side
    by side."""
    plain = plain_day(size, seed)
    dice = Dice(f"bench/full/{size.workers}x{size.visits}/{seed}")
    acts = dice.branch("acts")
    visits = [replace(visit, act_class=_act_class(visit, acts)) for visit in plain.visits]
    # A branch of its own: how many pairs there are moves none of the other draws.
    pairs = dice.branch("pairs").some(visits, round(TWO_CARERS * len(visits)))
    seconds = [replace(visit, id=f"{visit.id}-B") for visit in pairs]
    return replace(
        plain,
        providers=tuple(replace(provider, agreement="bad") for provider in plain.providers),
        employers=tuple(replace(employer, agreement="bad") for employer in plain.employers),
        visits=(*visits, *seconds),
        links=tuple(Link(LinkKind.SAME_START, visit.id, f"{visit.id}-B") for visit in pairs),
        rule_sets_off=frozenset(),
    )


def _act_class(visit: Visit, dice: Dice) -> ActClass:
    return ActClass.ESSENTIAL if dice.chance(ESSENTIAL[visit.priority]) else ActClass.ORDINARY


# -- who and where -----------------------------------------------------------------------------------------
def make_towns(dice: Dice) -> tuple[Town, ...]:
    """One main town, three market towns, three villages; who lives in none of them lives anywhere."""
    main = Town(_between(dice, 10, 20), _between(dice, 6, 14), 1.6, 0.42)
    markets = [_town(dice, 2, 0.9, 0.12) for _ in range(3)]
    villages = [_town(dice, 1, 0.5, 0.05) for _ in range(3)]
    return (main, *markets, *villages)


def _town(dice: Dice, margin_km: float, spread_km: float, share: float) -> Town:
    x, y = _between(dice, margin_km, WIDTH_KM - margin_km), _between(dice, margin_km, HEIGHT_KM - margin_km)
    return Town(x, y, spread_km, share)


def _settle(towns: tuple[Town, ...], points: list[tuple[float, float]], dice: Dice) -> int:
    """A new point somewhere people live; its row."""
    points.append(_place(towns, dice))
    return len(points) - 1


def _place(towns: tuple[Town, ...], dice: Dice) -> tuple[float, float]:
    mark = dice.share()
    for town in towns:
        if mark < town.share:
            # Box and Muller (1958): two even shares make two normal ones.
            away, angle = (
                town.spread_km * math.sqrt(-2 * math.log(1 - dice.share())),
                2 * math.pi * dice.share(),
            )
            return _inside(town.x + away * math.cos(angle), WIDTH_KM), _inside(
                town.y + away * math.sin(angle), HEIGHT_KM
            )
        mark -= town.share
    return _inside(_between(dice, 0, WIDTH_KM), WIDTH_KM), _inside(_between(dice, 0, HEIGHT_KM), HEIGHT_KM)


def _inside(value: float, limit: float) -> float:
    """On the map and on a grid of ten metres, so that no machine's last digit of a cosine matters."""
    return round(min(limit, max(0.0, value)), 2)


def _workers(
    count: int, towns: tuple[Town, ...], points: list[tuple[float, float]], dice: Dice
) -> Iterator[dict[str, Any]]:
    for number in range(count):
        kind = dice.weighted({kind: share for kind, (share, _, _) in SHIFTS.items()})
        _, starts, hours = SHIFTS[kind]
        start = dice.pick(starts)
        yield {
            "id": f"W{number:03d}",
            "home": _settle(towns, points, dice),
            "level": dice.weighted(WORKER_LEVELS),
            "mode": dice.weighted(MODE_SHARES),
            "start": start * SEC,
            "end": min(start + 60 * dice.weighted(hours), LAST_BACK_MIN) * SEC,
        }


# -- what is asked for -------------------------------------------------------------------------------------
def _visits(
    count: int, towns: tuple[Town, ...], points: list[tuple[float, float]], dice: Dice
) -> Iterator[dict[str, Any]]:
    made, client = 0, 0
    while made < count:
        home, level = _settle(towns, points, dice), dice.weighted(CLIENT_LEVELS)
        passages = dice.some(tuple(HOURS), dice.weighted(PASSAGES))
        # The last client gets no more than is left: a size is that many visits exactly.
        for passage in [hour for hour in HOURS if hour in passages][: count - made]:
            yield {
                "id": f"V{made:04d}",
                "client": f"C{client:04d}",
                "loc": home,
                **_passage(passage, level, dice),
            }
            made += 1
        client += 1


def _passage(passage: str, level: int, dice: Dice) -> dict[str, Any]:
    duration = dice.weighted(DURATIONS_MIN)
    middle = 5 * round(HOURS[passage](dice, duration) / 5)
    half = dice.pick(WINDOW_WIDTHS_MIN) * SEC // 2
    priority = dice.weighted(PRIORITIES)
    asked = level + dice.chance(0.05) - dice.chance(0.10)
    return {
        "service": duration * SEC,
        "tw": [max(FIRST_START_MIN * SEC, middle * SEC - half), middle * SEC + half],
        "level": max(1, min(4, asked)),
        "priority": priority,
        "weight": WEIGHTS[priority],
    }


def _between(dice: Dice, low: float, high: float) -> float:
    return low + (high - low) * dice.share()


def _triangular(dice: Dice, low: float, high: float, mode: float) -> float:
    """By the inverse of its distribution function."""
    share, bend = dice.share(), (mode - low) / (high - low)
    if share < bend:
        return low + math.sqrt(share * (high - low) * (mode - low))
    return high - math.sqrt((1 - share) * (high - low) * (high - mode))


HOURS: Mapping[str, Callable[[Dice, int], float]] = {
    "morning": lambda dice, _: _triangular(dice, 420, 660, 525),
    "noon": lambda dice, _: _triangular(dice, 660, 840, 720),
    "afternoon": lambda dice, _: _between(dice, 810, 1020),
    "evening": lambda dice, duration: _triangular(dice, 1020, 1230 - duration, 1080),
}
"""Minute of the day around which a passage is wanted; long evening visits begin earlier."""
