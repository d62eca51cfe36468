"""Ways: between visits and to and from home apart; metres, mileage cost and CO2 of both together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from brigade.figures.counted import CountedPlan, Row
from brigade.figures.rounding import half_up, mileage_cents
from brigade.timing.duty_days import minutes_of
from brigade.timing.tour_ways import mode_of, own_metres
from brigade.values.plan import Route


def travel(counted: CountedPlan) -> Iterator[Row]:
    problem, plan = counted.problem, counted.plan
    # The first leg is the way from home: a commute, which is no work.
    between = sum(stop.travel for route in plan.routes for stop in route.stops[1:])
    # A plan yet to be judged may hold a tour without stops.
    out = sum(stop.travel for route in plan.routes for stop in route.stops[:1])
    commute = out + sum(route.travel_back for route in plan.routes)
    visits = sum(1 for _ in counted.visit_stops())
    yield "travel", minutes_of(problem, between), "min", None
    yield "commute", minutes_of(problem, commute), "min", None
    if visits:
        yield "travel_per_visit", round(minutes_of(problem, between) / visits, 1), "min", None
    yield from mileage(counted)
    grams = sum(_grams(counted, route) for route in plan.routes)
    yield "co2", half_up(grams, 1000), "g", None
    work = sum(counted.work_of(worker.id) for worker in problem.workers)
    if work:
        yield "travel_share", between / work, "share", None


def mileage(counted: CountedPlan) -> Iterator[Row]:
    """Metres and what they cost, of each person and in all: the cost of a person's day is rounded, sums are
    of days."""
    metres, cents = Counter[str](), Counter[str]()
    by_day = Counter[tuple[str, object]]()
    for route in counted.plan.routes:
        metres[route.worker_id] += metres_of(route)
        # Of a shared vehicle's kilometres nobody is paid any.
        by_day[route.worker_id, route.day] += own_metres(counted.problem, route)
    for (worker, _), driven in by_day.items():
        cents[worker] += mileage_cents(driven, counted.problem.worker_by_id[worker].cents_per_km)
    yield "distance", metres.total(), "metres", None
    yield from (("distance", metres[id], "metres", id) for id in sorted(metres))
    yield "mileage_cost", cents.total(), "cents", None
    yield from (("mileage_cost", cents[id], "cents", id) for id in sorted(cents))


def _grams(counted: CountedPlan, route: Route) -> int:
    """By the mode of each part: her own to the vehicle and from it, the vehicle's in between."""
    problem, grams_by_mode = counted.problem, counted.given.co2_g_per_km
    own, worker = own_metres(problem, route), problem.worker_by_id[route.worker_id]
    driven = metres_of(route) - own
    return own * grams_by_mode[worker.mode] + driven * grams_by_mode[mode_of(problem, route)]


def metres_of(route: Route) -> int:
    """All legs of a tour: from the start place, between visits, back to the end place."""
    return sum(stop.metres for stop in route.stops) + route.metres_back
