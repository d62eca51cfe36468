"""The engines at work together, under one clock: construction, local search, bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from brigade.plan import Plan
from solver.clock import Clock
from solver.engines.annealing import Annealing
from solver.engines.screening import coverable, unavoidable_cost
from solver.kernel.search import Orders, Search
from solver.model import Model
from solver.settings import Settings

WARM_SHARE = 0.1
"""A search that starts from a told plan starts this much cooler."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Orders of each tour, their true cost and the best bound; both in cost units.

    `coverage_bound`: uncovered cost in points that every plan has. `relaxed`: what the bound leaves out.
    """

    orders: Orders
    objective: int
    bound: int
    coverage_bound: int
    relaxed: tuple[str, ...]
    proves_mandatory_left_out: bool
    effort: Mapping[str, float]

    @property
    def is_optimal(self) -> bool:
        return self.objective <= self.bound


def search(model: Model, settings: Settings, clock: Clock, start: Plan | None = None) -> Solution:
    """The best orders found in the time or work given."""
    engine = Search(model.arrays, settings.seed)
    if start is not None:
        engine.load(model.order_of(start))
    engine.construct()
    bound = unavoidable_cost(model) if settings.prove else 0
    annealing = Annealing(model, engine)
    heat = 1.0 if start is None else WARM_SHARE
    if settings.iterations is not None:
        annealing.run_iterations(settings.iterations, heat)
    else:
        annealing.run_until(clock, settings.time_limit_s or 0.0, heat, bound)
    facts = engine.facts
    clock.tell(facts.best, bound, facts.covered, facts.iterations, at_once=True)
    left_out = np.array([request.visit.mandatory for request in model.requests], bool) & ~coverable(model)
    return Solution(
        orders=engine.plan(),
        objective=facts.best,
        bound=bound,
        coverage_bound=_points_left(model),
        relaxed=(),
        proves_mandatory_left_out=bool(left_out.any()),
        effort={"iterations": facts.iterations, "columns": facts.pooled, "seconds": clock.elapsed_s},
    )


def _points_left(model: Model) -> int:
    points = model.problem.policy.points
    visits = [request.visit for request in model.requests]
    own = [points[visit.level] if visit.points is None else visit.points for visit in visits]
    return int(np.array(own, np.int64)[~coverable(model)].sum())
