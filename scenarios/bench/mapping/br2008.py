"""Bredstrom and Ronnqvist's set in the product's words: hard windows, like staff, pairs that start
together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from brigade.judging.objective import CostBreakdown
from brigade.units import TimeWindow
from brigade.values.demand import Link, LinkKind, Visit
from brigade.values.places import Site, TravelMatrix
from brigade.values.plan import Plan
from brigade.values.policy import Policy
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from scenarios.bench.mapping.base import Scale, matrix, only, problem, routes_by_worker, scale, visit, worker
from scenarios.bench.sets import br2008

START, END = "start", "end"


def problem_of(instance: br2008.Instance) -> Problem:
    """The product's own problem for the travel objective. Partners need two people: the road between them is
    forbidden."""
    latest = max(instance.horizon, *(closes for _, closes in instance.windows))
    measure = scale(1, latest + 1)
    sites = [Site(START), *(Site(f"s{visit}") for visit in range(1, instance.visits + 1)), Site(END)]
    back = min(instance.horizon, instance.windows[instance.end][1])
    stay = Availability.strict(instance.windows[0][0], back)
    people = (worker(f"w{person}", stay, START, END, ()) for person in range(1, instance.staff + 1))
    links = [
        link
        for one, other in instance.pairs
        for link in (
            Link(LinkKind.SAME_START, f"v{one}", f"v{other}"),
            Link(LinkKind.DIFFERENT_WORKERS, f"v{one}", f"v{other}"),
        )
    ]
    return problem(
        instance.name,
        measure,
        sites,
        _travel(instance, measure, sites),
        {f"c{visit}": f"s{visit}" for visit in range(1, instance.visits + 1)},
        _visits(instance),
        people,
        links,
        (),
        Policy(weights=only(travel=1), strict=True),
    )


def _travel(instance: br2008.Instance, measure: Scale, sites: list[Site]) -> TravelMatrix:
    """The file's matrix; forbidden legs are as long as the day, so that no order with one keeps a window."""
    road = np.array(instance.travel, np.int64)
    forbidden = road >= br2008.FORBIDDEN
    # The files also forbid the leg from a visit to itself, which no order has.
    np.fill_diagonal(forbidden, val=False)
    np.fill_diagonal(road, 0)
    road[forbidden] = measure.horizon.length
    road[-1, :], road[:, 0] = 0, 0  # nobody comes from the end place or goes back to the start place
    return matrix(measure, sites, road.tolist())


def _visits(instance: br2008.Instance) -> Iterator[Visit]:
    for number in range(1, instance.visits + 1):
        window = TimeWindow.hard(*instance.windows[number])
        yield visit(f"v{number}", f"c{number}", instance.durations[number], (window,), ())


def solution_of(instance: br2008.Instance, problem: Problem, plan: Plan) -> br2008.Solution:
    routes = routes_by_worker(plan)
    return br2008.Solution(
        tuple(
            br2008.Route(
                person, tuple(br2008.Visit(int(stop.visit_id[1:]), stop.start) for stop in routes[name].stops)
            )
            for person in range(1, instance.staff + 1)
            if (name := f"w{person}") in routes
        )
    )


def objective(instance: br2008.Instance, plan: Plan, costs: CostBreakdown) -> float:
    """Travel: a cost unit is a tick, and a tick the instance's unit."""
    return costs.soft
