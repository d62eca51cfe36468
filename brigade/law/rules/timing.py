"""TIMING: the ticks of a tour fit together and the travel matrix. TIME_WINDOW: every start lies in a window.

Nothing here asks for the canonical timing: a coordinator may put a start off. A pause has the length of a
break that the texts know; a longer one is a pause and a wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from brigade.law.breach import Met, breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import minutes_of
from brigade.timing.tour import duty_day, meal_break, own_meal, rest_break
from brigade.timing.tour_ways import lawful_leg, ways_of
from brigade.values.plan import Plan, Reason, Route, Stop, Violation
from brigade.values.problem import Problem

CODES = ("TIMING", "TIME_WINDOW")
SCOPE = Scope.WORKER


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    """Too late at the visit itself, or at another one that it delays; or no way to get there."""
    met = dict(broken.reason.values)
    if broken.reason.code == "timing_no_way":
        return Reason.of("no_way", **{name: met[name] for name in ("mode", "origin", "destination")})
    if broken.reason.code != "time_window" or met["start_at"] <= met["latest_at"]:
        return None
    start, latest = met["start_at"], met["latest_at"]
    late = minutes_of(problem, start - latest)
    if met["visit"] == visit_id:
        return Reason.of("arrives_too_late", arrival=start, latest=latest, late_min=late)
    return Reason.of("delays_visit", visit=met["visit"], start=start, latest=latest, late_min=late)


AS_OBSTACLE = AsObstacle(is_of_hours=True, words=_as_obstacle)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        if route.stops:
            yield from _ends(problem, route)
            yield from _legs(problem, route)
            yield from _stops(problem, route)
    yield from _overlaps(problem, plan)


def _ends(problem: Problem, route: Route) -> Iterator[Violation]:
    """The duty day, the departure just in time for the first start, the way back."""
    worker, first, last = problem.worker_by_id[route.worker_id], route.stops[0], route.stops[-1]
    day = duty_day(problem, worker, route.tour)
    if route.day != day:
        yield breach(problem, "TIMING", route, {"expected": str(day)}, detail="day")
    yield from _differs(
        problem, route, "departure", None, route.departure, first.arrival - first.travel, "at"
    )
    # Nobody waits at the first door: leaving later costs nothing, so a wait there is a slip of the timing.
    yield from _differs(problem, route, "first_arrival", first.visit_id, first.arrival, first.start, "at")
    yield from _differs(problem, route, "back", None, route.back, last.end + route.travel_back, "at")


def _legs(problem: Problem, route: Route) -> Iterator[Violation]:
    """Ticks and metres of every leg, home legs included, against the ways of the worker's mode."""
    visits = [problem.visit_by_id[stop.visit_id] for stop in route.stops]
    told = [(stop.travel, stop.metres) for stop in route.stops] + [(route.travel_back, route.metres_back)]
    for position, ways in enumerate(ways_of(problem, route).legs(visits)):
        visit = route.stops[position].visit_id if position < len(route.stops) else None
        way = lawful_leg(ways)
        if way is None:
            matrix, origin, destination = next(one for one in ways if lawful_leg((one,)) is None)
            met: dict[str, Met] = {"mode": matrix.mode.value, "origin": origin, "destination": destination}
            yield breach(problem, "TIMING", route, met, detail="no_way", visit=visit)
            continue
        travel, metres = way
        yield from _differs(problem, route, "travel", visit, told[position][0], travel, "min")
        yield from _differs(problem, route, "metres", visit, told[position][1], metres, "m")


def _stops(problem: Problem, route: Route) -> Iterator[Violation]:
    """Inside each stop, and from one to the next."""
    breaks = _pauses(problem, route)
    own = own_meal(problem.worker_by_id[route.worker_id].availability[route.tour])
    breaks = breaks | {own.length} if own else breaks
    for stop in route.stops:
        visit = problem.visit_by_id[stop.visit_id]
        end = stop.start + visit.service_by(route.worker_id)
        yield from _differs(problem, route, "end", visit.id, stop.end, end, "at")
        if stop.pause not in breaks or stop.wait < 0:
            met = {"pause_min": minutes_of(problem, stop.pause), "wait_min": minutes_of(problem, stop.wait)}
            yield breach(problem, "TIMING", route, met, detail="pause", visit=visit.id)
        # Up to `hard_latest`: what is beyond `latest` is lateness, priced and not forbidden.
        if not visit.may_begin(stop.start):
            yield _off_window(problem, route, stop)
    for before, after in pairwise(route.stops):
        yield from _differs(
            problem, route, "arrival", after.visit_id, after.arrival, before.end + after.travel, "at"
        )


def _pauses(problem: Problem, route: Route) -> frozenset[int]:
    """The lengths a pause may have: none, and each break of the employer's and the providers' texts. A pause
    may be given where nobody owes it."""
    worker = problem.worker_by_id[route.worker_id]
    texts = [problem.rules_for(worker, hosts) for hosts in ((), *((one.id,) for one in problem.providers))]
    rests = (rest_break(problem, worker, rules) for rules in texts)
    meals = (meal_break(problem, rules, route.day) for rules in texts)
    return frozenset({0, *(one.length for one in (*rests, *meals) if one is not None)})


def _off_window(problem: Problem, route: Route, stop: Stop) -> Violation:
    windows = problem.visit_by_id[stop.visit_id].windows
    # The window it comes too late for, before all of them the first: from the first opening to the last end,
    # a start between two windows would read as if it were inside.
    begun = [one for one in windows if one.earliest <= stop.start]
    missed = max(begun, default=min(windows))
    met = {"start_at": stop.start, "earliest_at": missed.earliest, "latest_at": missed.hard_latest}
    return breach(problem, "TIME_WINDOW", route, met, visit=stop.visit_id)


def _overlaps(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Two tours of one person are two separate trips."""
    for worker in problem.workers:
        tours = sorted(plan.routes_of(worker.id), key=lambda route: (route.departure, route.back))
        for before, after in pairwise(tours):
            if after.departure < before.back:
                overlap = minutes_of(problem, before.back - after.departure)
                met = {"tour": after.tour, "other": before.tour, "overlap_min": overlap}
                yield breach(problem, "TIMING", after, met, detail="overlap")


def _differs(
    problem: Problem, route: Route, what: str, visit: str | None, told: int, expected: int, unit: str
) -> Iterator[Violation]:
    """A field that is not what the others make it; `unit`: at (a tick), min (a length), m (metres)."""
    if told != expected:
        shown = [minutes_of(problem, one) if unit == "min" else one for one in (told, expected)]
        met = {f"told_{unit}": shown[0], f"expected_{unit}": shown[1]}
        yield breach(problem, "TIMING", route, met, detail=what, visit=visit)
