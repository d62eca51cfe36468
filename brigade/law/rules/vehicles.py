"""VEHICLES: who takes a shared vehicle may drive it and holds the licence; it is out within its hours and its
range, in service, with one tour at a time, and charged before the next one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from brigade.law.breach import Met, breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import engagement_of, minutes_of
from brigade.timing.tour_ways import driven_metres, time_out
from brigade.values.places import Vehicle
from brigade.values.plan import Plan, Reason, Route, Violation
from brigade.values.problem import Problem

CODES = ("VEHICLES",)
SCOPE = Scope.TIED


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    kept = ("vehicle", "range_m", "driven_m", "other", "free_at", "since", "back_at")
    met = {name: value for name, value in broken.reason.values if name in kept}
    return Reason.of(broken.reason.code.replace("vehicles_", "vehicle_"), **met)


AS_OBSTACLE = AsObstacle(is_of_hours=True, words=_as_obstacle)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    routes = defaultdict[str, list[Route]](list)
    for route in plan.routes:
        if route.vehicle_id is not None and route.stops:
            routes[route.vehicle_id].append(route)
    for id in sorted(routes):
        vehicle = problem.vehicle_by_id[id]
        for route in routes[id]:
            yield from _driver(problem, vehicle, route)
            yield from _out(problem, vehicle, route)
        yield from _shared(problem, vehicle, routes[id])


def _driver(problem: Problem, vehicle: Vehicle, route: Route) -> Iterator[Violation]:
    worker = problem.worker_by_id[route.worker_id]
    owner, lender = vehicle.provider_id, vehicle.employer_id
    is_theirs = lender in (None, worker.employer_id) and (
        owner is None or engagement_of(worker, owner, route.day) is not None
    )
    if not is_theirs or (vehicle.drivers is not None and worker.id not in vehicle.drivers):
        yield breach(problem, "VEHICLES", route, {"vehicle": vehicle.name}, detail="driver")
    if vehicle.licence is not None and vehicle.licence not in problem.competencies_of(worker, route.day):
        met = {"vehicle": vehicle.name, "competency": vehicle.licence}
        yield breach(problem, "VEHICLES", route, met, detail="licence")


def _out(problem: Problem, vehicle: Vehicle, route: Route) -> Iterator[Violation]:
    out, metres = time_out(problem, route), driven_metres(problem, route)
    if vehicle.hours and not any(one.contains(out) for one in vehicle.hours):
        met: dict[str, Met] = {"vehicle": vehicle.name, "taken_at": out.start, "left_at": out.end}
        yield breach(problem, "VEHICLES", route, met, detail="hours")
    for one in vehicle.out_of_service:
        if one.start < out.end and out.start < one.end:
            broken: dict[str, Met] = {"vehicle": vehicle.name, "since": one.start, "back_at": one.end}
            yield breach(problem, "VEHICLES", route, broken, detail="out_of_service")
    if vehicle.range_m is not None and metres > vehicle.range_m:
        driven: dict[str, Met] = {"vehicle": vehicle.name, "driven_m": metres, "range_m": vehicle.range_m}
        yield breach(problem, "VEHICLES", route, driven, detail="range")


def _shared(problem: Problem, vehicle: Vehicle, routes: Sequence[Route]) -> Iterator[Violation]:
    """One tour after the other, the vehicle charged in between."""
    tours = sorted(
        ((time_out(problem, one), one) for one in routes), key=lambda pair: (pair[0], pair[1].tour)
    )
    for (before, first), (after, second) in pairwise(tours):
        free = before.end + vehicle.recharge
        if after.start < free:
            met: dict[str, Met] = {
                "vehicle": vehicle.name,
                "other": first.worker_id,
                "free_at": free,
                "missing_min": minutes_of(problem, free - after.start),
            }
            yield breach(problem, "VEHICLES", second, met, detail="shared")
