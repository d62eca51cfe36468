"""Kummer's set in the product's words: mandatory visits, soft window ends, links between the two services of
a patient.

The objective is a third of travel + lateness + worst lateness, so with weights of one each the plan's soft
cost, in minutes, is three times the set's cost.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.judging.objective import CostBreakdown
from brigade.units import TimeWindow
from brigade.values.demand import Link, LinkKind, Visit
from brigade.values.places import Site
from brigade.values.plan import Plan
from brigade.values.policy import Policy
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from scenarios.bench.mapping.base import (
    Scale,
    exact_ticks,
    matrix,
    only,
    problem,
    routes_by_worker,
    scale,
    visit,
    worker,
)
from scenarios.bench.sets import hhcrsp

DEPOT = "depot"


def problem_of(instance: hhcrsp.Instance) -> Problem:
    """The product's own problem."""
    measure = _scale(instance)
    sites = [Site(DEPOT), *(Site(f"s{rank}") for rank in range(len(instance.patients)))]
    services = set(instance.services) | {
        need.service for patient in instance.patients for need in patient.services
    }
    stay = Availability.strict(0, measure.horizon.length)
    return problem(
        instance.name,
        measure,
        sites,
        matrix(measure, sites, instance.distances),
        {f"c{rank}": f"s{rank}" for rank in range(len(instance.patients))},
        _visits(instance, measure),
        (
            worker(f"w{rank}", stay, DEPOT, DEPOT, one.abilities)
            for rank, one in enumerate(instance.caregivers)
        ),
        _links(instance, measure),
        services,
        Policy(weights=only(travel=1, lateness=1, max_lateness=1), strict=True),
    )


def _scale(instance: hhcrsp.Instance) -> Scale:
    numbers = [leg for row in instance.distances for leg in row]
    longest = 0.0
    for patient in instance.patients:
        link = patient.synchronization
        numbers += [*patient.window, *(need.duration for need in patient.services)]
        numbers += [link.least, link.most] if link else []
        longest += sum(need.duration for need in patient.services) + (max(0.0, link.least) if link else 0.0)
    last = max((patient.window[1] for patient in instance.patients), default=0.0)
    # Whatever the order, somebody always works or drives: all of it in a row ends before this.
    return scale(exact_ticks(numbers), last + longest + sum(map(max, instance.distances)))


def _visits(instance: hhcrsp.Instance, measure: Scale) -> Iterator[Visit]:
    for rank, patient in enumerate(instance.patients):
        opens, closes = map(measure.ticks, patient.window)
        # The set's windows have no hard end: however late, it is only dear.
        window = TimeWindow(opens, closes, measure.horizon.length)
        for number, need in enumerate(patient.services):
            yield visit(
                _visit_id(rank, number), f"c{rank}", measure.ticks(need.duration), (window,), (need.service,)
            )


def _visit_id(rank: int, number: int) -> str:
    return f"v{rank}-{number}"


def _links(instance: hhcrsp.Instance, measure: Scale) -> Iterator[Link]:
    for rank, patient in enumerate(instance.patients):
        link, ids = patient.synchronization, (_visit_id(rank, 0), _visit_id(rank, 1))
        if link is None:
            continue
        if link.type == "simultaneous":
            yield Link(LinkKind.SAME_START, *ids)
        else:
            yield Link(LinkKind.GAP, *ids, measure.ticks(link.least), measure.ticks(link.most))


def solution_of(instance: hhcrsp.Instance, problem: Problem, plan: Plan) -> hhcrsp.Solution:
    """The plan in the set's own words; caregivers who stay at home have an empty route."""
    measure, routes = _scale(instance), routes_by_worker(plan)
    found = []
    for rank, caregiver in enumerate(instance.caregivers):
        route = routes.get(f"w{rank}")
        stops = []
        for stop in route.stops if route else ():
            row, _, number = stop.visit_id[1:].partition("-")
            patient = instance.patients[int(row)]
            times = float(measure.minutes(stop.start)), float(measure.minutes(stop.end))
            stops.append(hhcrsp.Visit(patient.id, patient.services[int(number)].service, *times))
        found.append(hhcrsp.Route(caregiver.id, tuple(stops)))
    return hhcrsp.Solution(tuple(found))


def objective(instance: hhcrsp.Instance, plan: Plan, costs: CostBreakdown) -> float:
    """The set's cost: a cost unit is a tick of travel here."""
    return costs.soft / _scale(instance).ticks_per_minute / 3
