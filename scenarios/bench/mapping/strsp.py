"""The technicians' set in the product's words: optional visits worth their priority, a required meal, travel
as the price.

Travel is Euclidean and floored for each technician, which no additive cost says. Ticks are fine: the
search minimises the unfloored sum, at most a minute a technician from the set's, and its plan is costed by
the set's rule. A leg is rounded up to the next tick, so that whatever is lawful in ticks is lawful in the
set's exact numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from brigade.judging.objective import CostBreakdown
from brigade.timing.meals import where_meal_begins
from brigade.units import TimeWindow
from brigade.values.demand import Visit
from brigade.values.places import Site
from brigade.values.plan import Plan, Route
from brigade.values.policy import CoverageMode, Policy
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Worker
from scenarios.bench.mapping.base import Scale, matrix, only, problem, routes_by_worker, scale, visit, worker
from scenarios.bench.sets import strsp

BASE = "base"
FINE = 100_000
"""Ticks a minute: far below what a floor of a whole minute can see."""


def problem_of(instance: strsp.Instance) -> Problem:
    """The product's own problem. Technicians differ in what they may do, task by task: the others are
    forbidden workers."""
    measure = _scale(instance)
    sites = [Site(BASE), *(Site(f"s{task}") for task in range(1, instance.tasks + 1))]
    nodes = range(instance.tasks + 1)
    # Less than a tick of noise: a length that is whole in the set must not become the next tick.
    minutes = [[math.ceil(instance.travel(a, b) * FINE - 1e-6) / FINE for b in nodes] for a in nodes]
    return problem(
        instance.name,
        measure,
        sites,
        matrix(measure, sites, minutes),
        {f"c{task}": f"s{task}" for task in range(1, instance.tasks + 1)},
        _visits(instance, measure),
        (_worker(instance, measure, person) for person in range(1, instance.technicians + 1)),
        (),
        (),
        Policy(CoverageMode.WEIGHTED, units_per_point=measure.stretch, weights=only(travel=measure.stretch)),
    )


def _scale(instance: strsp.Instance) -> Scale:
    return scale(FINE, max(closes for _, closes in (*instance.shifts, *instance.windows)) + 1)


def _points(instance: strsp.Instance, task: int) -> int:
    """A task's priority in minutes of travel: C of them cost one. Rounded where C is no whole number."""
    return round(instance.priorities[task] * instance.travel_divisor)


def _visits(instance: strsp.Instance, measure: Scale) -> Iterator[Visit]:
    everybody = range(1, instance.technicians + 1)
    for task in range(1, instance.tasks + 1):
        opens, closes = instance.windows[task]
        duration = measure.ticks(instance.durations[task])
        last = measure.ticks(closes) - duration
        if last < measure.ticks(opens) or duration == 0:
            continue  # nobody can end it in its window
        unable = (f"w{person}" for person in everybody if not instance.abilities[task][person - 1])
        yield visit(
            f"v{task}",
            f"c{task}",
            duration,
            (TimeWindow.hard(measure.ticks(opens), last),),
            (),
            points=_points(instance, task),
            forbidden_workers=frozenset(unable),
        )


def _worker(instance: strsp.Instance, measure: Scale, person: int) -> Worker:
    lunch = instance.lunch_of(person)
    (start, end), (opens, closes) = instance.shifts[person - 1], instance.windows[lunch]
    stay = Availability(
        measure.ticks(start),
        measure.ticks(end),
        measure.ticks(end),
        meal=measure.ticks(instance.durations[lunch]),
        meal_earliest=measure.ticks(opens),
        meal_latest=measure.ticks(closes - instance.durations[lunch]),
        meal_required=True,
    )
    return worker(f"w{person}", stay, BASE, BASE, ())


def solution_of(instance: strsp.Instance, problem: Problem, plan: Plan) -> strsp.Solution:
    """The plan in our solution format; technicians without tasks have no route."""
    measure, routes = _scale(instance), routes_by_worker(plan)
    found = []
    for person in range(1, instance.technicians + 1):
        route = routes.get(f"w{person}")
        if route is not None:
            found.append(strsp.Route(person, tuple(_stops(instance, measure, problem, route, person))))
    return strsp.Solution(tuple(found))


def _stops(
    instance: strsp.Instance, measure: Scale, problem: Problem, route: Route, person: int
) -> list[strsp.Stop]:
    stops = [strsp.Stop(int(stop.visit_id[1:]), measure.minutes(stop.start)) for stop in route.stops]
    meal = where_meal_begins(problem, route)
    if meal is not None:
        stops.insert(meal.position, strsp.Stop(instance.lunch_of(person), measure.minutes(meal.begin)))
    return stops


def objective(instance: strsp.Instance, plan: Plan, costs: CostBreakdown) -> float:
    """f1, with each technician's travel floored as the set has it."""
    served = {int(id[1:]) for id in plan.covered}
    travel = sum(route.travel // _scale(instance).ticks_per_minute for route in plan.routes)
    return sum(instance.priorities[task] for task in served) - travel / instance.travel_divisor
