"""Ways: between visits and to and from home apart; metres, mileage cost and CO2 of both together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from brigade.figures.counted import CountedPlan, Row
from brigade.figures.rounding import half_up, mileage_cents
from brigade.timing.duty_days import minutes_of
from brigade.values.plan import Route


def travel(counted: CountedPlan) -> Iterator[Row]:
    problem, plan, grams_by_mode = counted.problem, counted.plan, counted.given.co2_g_per_km
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
    grams = sum(
        metres_of(route) * grams_by_mode[problem.worker_by_id[route.worker_id].mode] for route in plan.routes
    )
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
        by_day[route.worker_id, route.day] += metres_of(route)
    for (worker, _), driven in by_day.items():
        metres[worker] += driven
        cents[worker] += mileage_cents(driven, counted.problem.worker_by_id[worker].cents_per_km)
    yield "distance", metres.total(), "metres", None
    yield from (("distance", metres[id], "metres", id) for id in sorted(metres))
    yield "mileage_cost", cents.total(), "cents", None
    yield from (("mileage_cost", cents[id], "cents", id) for id in sorted(cents))


def metres_of(route: Route) -> int:
    """All legs of a tour: from the start place, between visits, back to the end place."""
    return sum(stop.metres for stop in route.stops) + route.metres_back
