"""The solver's flow taken apart, so that tests may look between the arrows or leave a rule's twin out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from brigade.timing.plan_timing import Orders, RetimedPlan, retime
from brigade.values.plan import Drives, Plan
from brigade.values.problem import Problem
from solver.engines.portfolio import Solution, search
from solver.model.model import Model, build_model
from solver.model.search_clock import SearchClock
from solver.model.search_settings import SearchSettings
from solver.rules import twins

QUICK = SearchSettings(iterations=150, threads=1)
"""Enough for the tiny problems of property tests, and the same plan every time."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A model and what the engines found in it, before anything is decoded or certified."""

    model: Model
    solution: Solution

    @property
    def orders(self) -> Orders:
        return named(self.model, self.solution.orders)

    @property
    def drives(self) -> Drives:
        """Who has which vehicle."""
        tours = zip(self.model.tours, self.solution.orders, strict=True)
        return {tour.key[:2]: tour.vehicle.id for tour, order in tours if order and tour.vehicle}

    @property
    def timed(self) -> RetimedPlan:
        return retime(self.model.problem.driven(self.drives), self.orders)


def searched(
    problem: Problem,
    settings: SearchSettings = QUICK,
    *,
    start: Plan | None = None,
    without: str | None = None,
) -> Searched:
    """Model and search as `solve` does them. Args: without: the rule file whose twin is left out."""
    model = build_model(problem, start, asked=twins(without))
    return Searched(model, search(model, settings, SearchClock(settings), start))


def planned(problem: Problem, settings: SearchSettings = QUICK) -> Plan:
    """A lawful plan. Why visits are left is not asked: on small days that takes longer than the search."""
    return searched(problem, settings).timed.plan


def named(model: Model, orders: Sequence[Sequence[int]]) -> Orders:
    """Rows of visits as (worker, tour) -> visit ids; tours without visits are left out."""
    ids = [request.visit.id for request in model.requests]
    return {
        (tour.worker.id, tour.index): [ids[visit] for visit in order]
        for tour, order in zip(model.tours, orders, strict=True)
        if order
    }


def as_believed(problem: Problem, found: Searched, off: frozenset[str] = frozenset()) -> Plan:
    """The plan found, timed as a model believes that knows nothing of the rules `off`."""
    believed = replace(problem, rule_sets_off=problem.rule_sets_off | off)
    return retime(believed.driven(found.drives), found.orders).plan
