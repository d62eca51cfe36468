"""A plan already told, carried over to a problem that has changed: what still stands of it, at the hours that
were told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from brigade.timing.tour import duty_day
from brigade.timing.tour_ways import TourWays, leg_of
from brigade.units import Interval
from brigade.values.demand import Visit
from brigade.values.plan import Plan, Reason, Route, Stop, UncoveredVisit, Waiver
from brigade.values.problem import Problem
from brigade.values.workforce import Availability, Worker


def carried(problem: Problem, published: Plan) -> Plan:
    """The stops of `published` that its workers may still do, with their starts; all else is uncovered.

    A stop goes when its visit is no longer open, its worker is unknown, forbidden, or has no availability
    left for it. Availabilities may have been cut or joined: a stop follows its hours. Whether it is lawful as
    told is for the checker.
    """
    stops: dict[tuple[str, int], list[Stop]] = {}
    drives: dict[tuple[str, int], str] = {}
    for route in published.routes:
        for stop in route.stops:
            tour = _tour_of(problem, route, stop)
            if tour is not None:
                stops.setdefault((route.worker_id, tour), []).append(stop)
                if route.vehicle_id is not None:
                    drives[route.worker_id, tour] = route.vehicle_id
    driven = problem.driven(drives)
    routes = (held_route(driven, problem.worker_by_id[key[0]], key[1], stops[key]) for key in sorted(stops))
    return whole(problem, tuple(routes), published)


def known_part(problem: Problem, published: Plan) -> Plan:
    """The told plan as it was told, less the visits and workers that the problem no longer knows."""
    routes = (
        replace(route, stops=tuple(stop for stop in route.stops if stop.visit_id in problem.visit_by_id))
        for route in published.routes
        if route.worker_id in problem.worker_by_id
    )
    return Plan(tuple(route for route in routes if route.stops), announced=published.announced)


def whole(problem: Problem, routes: Iterable[Route], published: Plan) -> Plan:
    """A plan of these tours with what `published` says of them: pins and waivers of whom and what the problem
    knows."""
    kept = tuple(
        sorted((route for route in routes if route.stops), key=lambda route: (route.worker_id, route.tour))
    )
    made = Plan(kept, waivers=tuple(waiver for waiver in published.waivers if _is_known(problem, waiver)))
    covered, told = made.covered, {visit.visit_id: visit for visit in published.uncovered}
    left = (request.visit.id for request in problem.requests if request.visit.id not in covered)
    uncovered = tuple(told.get(id) or UncoveredVisit(id, (Reason.of("left_out"),)) for id in left)
    return replace(made, uncovered=uncovered, pinned=published.pinned & covered)


def held_route(problem: Problem, worker: Worker, tour: int, stops: Sequence[Stop]) -> Route:
    """The tour of these stops at their own starts, whatever else that breaks; legs, arrivals and ways home
    made to fit; with the vehicle of `Problem.drives`."""
    made: list[Stop] = []
    before, vehicle = None, problem.vehicle_of(worker.id, tour)
    ways = TourWays(problem, worker, vehicle)
    for stop in sorted(stops, key=lambda one: one.start):
        visit = problem.visit_by_id[stop.visit_id]
        travel, metres = leg_of(ways.out(visit) if before is None else ways.between(before, visit))
        # From home she comes just in time; from a stop as soon as she can.
        arrival = made[-1].end + travel if made else stop.start
        # The hour as told comes first: a pause that no longer fits before it is not had.
        pause = stop.pause if made and arrival + stop.pause <= stop.start else 0
        end = stop.start + visit.service_by(worker.id)
        made.append(replace(stop, arrival=arrival, end=end, travel=travel, metres=metres, pause=pause))
        before = visit
    back, metres_back = leg_of(ways.back(before))
    day, departure = duty_day(problem, worker, tour), made[0].arrival - made[0].travel
    end, drives = made[-1].end + back, None if vehicle is None else vehicle.id
    return Route(worker.id, tour, day, departure, tuple(made), end, back, metres_back, drives)


def with_stops(problem: Problem, plan: Plan, visit_ids: Iterable[str]) -> Plan:
    """The plan with these stops alone, at their starts."""
    kept, problem = frozenset(visit_ids), problem.driven(plan.drives)
    routes = []
    for route in plan.routes:
        stops = [stop for stop in route.stops if stop.visit_id in kept]
        if stops:
            routes.append(held_route(problem, problem.worker_by_id[route.worker_id], route.tour, stops))
    return whole(problem, routes, plan)


def _is_known(problem: Problem, waiver: Waiver) -> bool:
    return waiver.worker_id in problem.worker_by_id and (
        waiver.visit_id is None or waiver.visit_id in problem.visit_by_id
    )


def _tour_of(problem: Problem, route: Route, stop: Stop) -> int | None:
    """The availability in which the stop's worker can do it: the one that holds its hours, else the one in
    which it begins (it may have grown too long), else one of its day that begins later than told and in which
    the visit can still begin."""
    request, worker = problem.request_by_visit.get(stop.visit_id), problem.worker_by_id.get(route.worker_id)
    if request is None or worker is None or not request.visit.admits(worker.id):
        return None
    visit, stays = request.visit.as_served_by(worker.id), list(enumerate(worker.availability))
    service = Interval(stop.start, stop.start + visit.duration)
    for index, stay in stays:
        if Interval(stay.start, stay.hard_end).contains(service):
            return index
    for index, stay in stays:
        if stay.start <= stop.start < stay.hard_end:
            return index
    late = (
        (index, stay)
        for index, stay in stays
        if stay.start > stop.start and problem.day_of(stay.start) == route.day
    )
    return next((index for index, stay in late if _could_begin(visit, stay)), None)


def _could_begin(visit: Visit, stay: Availability) -> bool:
    last = stay.hard_end - visit.duration
    return any(max(window.earliest, stay.start) <= min(window.hard_latest, last) for window in visit.windows)
