"""Local search under the clock: how hot to start, how cold to end, how many iterations between two looks at
the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brigade.values.policy import CoverageMode
from solver.kernel.arrays import (
    Ints,
)
from solver.kernel.local_search import Search
from solver.model.model import Model
from solver.model.search_clock import SearchClock

HOT_SHARE = 0.3
"""Start at this share of the cheapest visit's guide price: coverage may be traded early on."""
COLD_TRAVEL_MINUTES = 1 / 3
"""End where only differences of twenty seconds of travel are still accepted."""
HOT_LEGS, COLD_LEGS = 10, 0.15
"""Bounds of the temperature in costs of a typical leg."""
HOT_TOURS = 1.5
"""Or the start in costs of going out and home once: where homes are far, what matters is how many go out at
all."""
LEG_NEIGHBOURS = 5
FLAT_MINUTES, COLD_FLAT_SHARE = 5, 0.02
"""Where the largest amount is priced (idle time, lateness, wait): start where five minutes of it, or a
typical leg where that is shorter, are a fair change; end where this share of that still is."""
TOP_LEVELS = ((1, 0.06, 0.3), (2, 0.3, 0.3), (2, 0.52, 0.15), (2, 0.72, 0.15))
"""Where levels come first, those that are settled before the ones below are looked for (1: with the mandatory
visits), each until this share of a search and from this temperature, in prices of the lowest level looked
for."""
LOWEST_TOP = 2
TOP_COLD_SHARE = 0.02
"""Last temperature of that."""
LEVEL_RATIO = 10
"""Among the top levels, how many visits of one level the guide counts for one of the level above."""
SLICE_S = 0.04
"""Time between two looks at the clock."""
FIRST_SLICE, LEAST_SLICE, MOST_SLICE = 200, 20, 1 << 20
"""Iterations between two looks: at first, and at the least and most, however short they seem."""
STEP = 1000
"""Iterations between two looks under a work limit, which only ask whether the search was stopped."""


def temperatures(model: Model, *, covers_all: bool) -> tuple[float, float]:
    """First and last temperature, in cost units. Where every visit must be done and the first plan does them
    all, only the
    roads compete: the price of leaving one out says nothing about them."""
    legs = typical_leg(model)
    travel = max(1, model.problem.policy.weights.travel) * model.problem.horizon.ticks_per_minute
    cold = COLD_TRAVEL_MINUTES * travel
    cold = min(cold, COLD_LEGS * legs) if legs else cold
    guides = model.arrays.visits["guide"]
    optional = np.array([not request.visit.mandatory for request in model.requests], bool)
    prices = guides[(optional | (not covers_all)) & (guides > 0)]
    hot = (
        HOT_SHARE * float(prices.min())
        if len(prices)
        else max(HOT_LEGS * legs, HOT_TOURS * _out_and_home(model))
    )
    flat = _flat(model)
    hot, cold = max(hot, flat), max(cold, COLD_FLAT_SHARE * flat)
    # Where prices are so small that the first would be below the last, the search would warm up as it goes.
    return max(hot, 2 * cold), cold


@dataclass(frozen=True, slots=True)
class AnnealingStage:
    """Part of a search: until this share of it, counting `guide` for each visit left out and cooling from
    `hot` to `cold`. `level`: the lowest one looked for where it is one of the top levels alone."""

    until: float
    guide: Ints
    hot: float
    cold: float
    level: int | None = None


def stages(model: Model, hot: float, cold: float, *, from_hot: bool = True) -> list[AnnealingStage]:
    """One stage where points compete with costs. Where levels come first: priority 1 alone, then 1 and 2,
    what lies below being droppable; then all visits, a visit of the top levels above what any few of the
    lower ones are worth.

    Points alone let a search trade a visit of priority 2 for several of 3 and 4, which the true order never
    does.

    Args: from_hot: a search that starts cool keeps its plan's top levels: it has the last stage alone.
    """
    own = model.arrays.visits["guide"]
    levels = np.array([request.visit.level for request in model.requests], np.int64)
    if model.problem.policy.mode is CoverageMode.WEIGHTED or not (levels <= LOWEST_TOP).any():
        return [AnnealingStage(1.0, own, hot, cold)]
    found: list[AnnealingStage] = []
    guide = own
    for level, until, hot_share in TOP_LEVELS:
        if (levels <= level).any():
            guide, unit = _guide_down_to(level, levels, own)
            found.append(AnnealingStage(until, guide, hot_share * unit, TOP_COLD_SHARE * unit, level))
    last = AnnealingStage(1.0, np.where(levels > LOWEST_TOP, own, LEVEL_RATIO * guide), hot, cold)
    return [*found, last] if from_hot else [last]


def top_levels(model: Model) -> list[int]:
    """The levels that are settled one after the other where levels come first."""
    levels = {request.visit.level for request in model.requests}
    return [
        level
        for level in dict.fromkeys(level for level, _, _ in TOP_LEVELS)
        if any(one <= level for one in levels)
    ]


def level_rounds(levels: Sequence[int]) -> Iterator[int]:
    """Each of these levels once, the last again and again: one that is never settled must not keep the next,
    which counts it too, from its turn."""
    yield from levels[:-1]
    while levels:
        yield levels[-1]


def _guide_down_to(level: int, levels: Ints, own: Ints) -> tuple[Ints, int]:
    """What a search for the visits down to `level` counts for each, and for one of the lowest level among
    them."""
    lowest = levels[levels <= level].max()
    unit = int(own[levels == lowest].max())
    return np.where(levels <= level, unit * LEVEL_RATIO ** (lowest - np.minimum(levels, lowest)), 0), unit


def _flat(model: Model) -> float:
    """What a fair change of the largest amounts costs, in cost units."""
    amount = float(FLAT_MINUTES * model.problem.horizon.ticks_per_minute)
    if len(model.arrays.travel) and (leg := _mean_leg(model, model.arrays.travel[0])):
        amount = min(amount, leg)
    weights = model.arrays.weights
    return amount * float(max(weights["max_lateness"], weights["max_waiting"], weights["max_idle"]))


def typical_leg(model: Model) -> float:
    """Cost of going from a visit to one near it in space and time; the mean over the visits and the first
    profile."""
    return _mean_leg(model, model.arrays.leg_cost[0]) if len(model.arrays.leg_cost) else 0.0


def _out_and_home(model: Model) -> float:
    """Mean cost of the way from a tour's start to a visit and of that back, over tours and visits."""
    tours, sites = model.arrays.tours, model.arrays.visits["site"]
    if not len(tours) or not len(sites):
        return 0.0
    legs = model.arrays.leg_cost
    profile, start, end = (tours[name][:, None] for name in ("profile", "start_site", "end_site"))
    there, back = legs[profile, start, sites], legs[profile, sites, end]
    return float(there.mean() + back.mean())


def _mean_leg(model: Model, legs: NDArray[np.integer]) -> float:
    """Mean over the visits of what leads to those near them. Args: legs: of each pair of sites, shape (sites,
    sites)."""
    near, sites = model.arrays.near[:, 1 : 1 + LEG_NEIGHBOURS], model.arrays.visits["site"]
    return float(legs[sites[:, None], sites[near]].mean()) if near.size else 0.0


Settle = Callable[[int, float], bool]
"""Asked with a top level and the seconds of the whole search: whether no plan covers more down to that level.
It may load a better plan into the search."""


class Annealing:
    """One search cooling down over a share of the clock (`until`, 0 to 1) or over a number of iterations."""

    def __init__(self, model: Model, search: Search) -> None:
        self.model, self.search = model, search
        self.has_choice = bool(model.arrays.pairs.any())
        """Whether anybody may do anything: else there is nothing to search, however long."""
        self.hot, self.cold = temperatures(model, covers_all=search.facts.covered == len(model.requests))

    def run_iterations(
        self, iterations: int, hot_share: float = 1.0, is_over: Callable[[], bool] = lambda: False
    ) -> None:
        """Cool down over so many iterations; `is_over` is asked every STEP of them."""
        first = 0
        for stage in self._stages(hot_share):
            end = round(stage.until * iterations)
            self._enter(stage, first)
            for done in range(first, end if self.has_choice else 0, STEP):
                if is_over():
                    return
                size = min(STEP, end - done)
                shares = ((at - first) / (end - first) for at in (done, done + size))
                self.search.anneal(size, stage.hot, stage.cold, *shares)
            first = end

    def run_until(
        self,
        clock: SearchClock,
        until_s: float,
        hot_share: float,
        is_enough: Callable[[], bool],
        settle: Settle | None = None,
    ) -> None:
        """Cool down until the clock shows `until_s` seconds; `is_enough` is asked after every slice, `settle`
        after each stage of a top level."""
        whole_s, first_s, settled = until_s - (began := clock.elapsed_s), began, -1
        for stage in self._stages(hot_share):
            if stage.level is not None and stage.level <= settled:
                continue
            end_s = began + stage.until * whole_s
            self._enter(stage, first_s - began)
            if not self._cool(clock, stage, first_s, end_s, is_enough):
                return
            if stage.level is not None and settle is not None and settle(stage.level, whole_s):
                settled = stage.level
            first_s = clock.elapsed_s

    def _cool(
        self,
        clock: SearchClock,
        stage: AnnealingStage,
        first_s: float,
        end_s: float,
        is_enough: Callable[[], bool],
    ) -> bool:
        """One stage, from `first_s` to `end_s` of the clock; False when it was enough."""
        size = FIRST_SLICE
        while self.has_choice and not clock.is_over and (now := clock.elapsed_s) < end_s:
            done = (now - first_s) / max(1e-9, end_s - first_s)
            goal = min(1.0, done + SLICE_S / max(1e-9, end_s - first_s))
            self.search.anneal(size, stage.hot, stage.cold, done, goal)
            took = clock.elapsed_s - now
            # Fourfold at the most: a slice during which another process had the core must not set the pace.
            size = int(np.clip(size * SLICE_S / max(took, 1e-6), size / 4, size * 4))
            size = min(max(LEAST_SLICE, size), MOST_SLICE)
            if is_enough():
                return False
        return True

    def _stages(self, hot_share: float) -> list[AnnealingStage]:
        return stages(
            self.model, max(self.hot * hot_share, 2 * self.cold), self.cold, from_hot=hot_share >= 1
        )

    def _enter(self, stage: AnnealingStage, done: float) -> None:
        """Begin a stage: later ones from the best plan, filled up with what was not looked for before."""
        if done:
            self.search.load(self.search.plan(), self.search.starts())
        self.search.guide(stage.guide)
        if done:
            self.search.construct()
