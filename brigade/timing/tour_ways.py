"""The ways of one tour: by the worker's own mode or, with a shared vehicle, by her own to where it stands, by
the vehicle's from there, and so back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from brigade.timing.traffic import percent_between, percent_from, percent_to
from brigade.units import Cents, Interval, Metres, Ticks
from brigade.values.demand import Visit
from brigade.values.places import AS_TOLD, TravelMatrix, TravelMode, Vehicle
from brigade.values.plan import Route
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

Leg = tuple[Ticks, Metres]
NOTHING: Leg = (0, 0)
Way = tuple[TravelMatrix, str | None, str | None]
"""By which matrix, from where, to where."""


@dataclass(frozen=True, slots=True)
class TourWays:
    """Whose ways a tour takes. `vehicle` None: her own mode alone."""

    problem: Problem
    worker: Worker
    vehicle: Vehicle | None = None

    @property
    def mode(self) -> TravelMode:
        """By which she goes from visit to visit."""
        return self.worker.mode if self.vehicle is None else self.vehicle.mode

    def between(self, before: Visit, after: Visit) -> tuple[Way, ...]:
        by = self._driven(percent_between(self.problem, self.mode, before, after))
        return ((by, self._place(before), self._place(after)),)

    def out(self, visit: Visit | None, home: str | None = None) -> tuple[Way, ...]:
        """From the start place, or from `home`, to a visit."""
        start, destination = home or self.worker.start_site, self._place(visit)
        by = self._driven(percent_to(self.problem, self.mode, visit))
        if self.vehicle is None:
            return ((by, start, destination),)
        return (self._own, start, self.vehicle.site_id), (by, self.vehicle.site_id, destination)

    def back(self, visit: Visit | None) -> tuple[Way, ...]:
        """From a visit to the end place."""
        origin, end = self._place(visit), self.worker.end_site
        by = self._driven(percent_from(self.problem, self.mode, visit))
        if self.vehicle is None:
            return ((by, origin, end),)
        return (by, origin, self.vehicle.site_id), (self._own, self.vehicle.site_id, end)

    def legs(self, visits: Sequence[Visit]) -> list[tuple[Way, ...]]:
        """From the start place by the visits to the end place: one more than there are visits."""
        if not visits:
            return [((self._driven(AS_TOLD), self.worker.start_site, self.worker.end_site),)]
        return [
            self.out(visits[0]),
            *(self.between(*ends) for ends in pairwise(visits)),
            self.back(visits[-1]),
        ]

    def _place(self, visit: Visit | None) -> str | None:
        return None if visit is None else self.problem.place_of(visit, self.worker)

    @property
    def _own(self) -> TravelMatrix:
        """To and from a shared vehicle; traffic is told of what is driven."""
        return self.problem.ways[self.worker.mode]

    def _driven(self, percent: int) -> TravelMatrix:
        return self.problem.ways_by(self.mode, percent)

    # -- the vehicle's share --------------------------------------------------------------------------------
    @property
    def walked_out(self) -> Leg:
        """Her own way from the start place to where the vehicle stands; nothing without one."""
        return NOTHING if self.vehicle is None else leg_of(self.out(None)[:1])

    @property
    def walked_back(self) -> Leg:
        """Her own way from there to the end place."""
        return NOTHING if self.vehicle is None else leg_of(self.back(None)[1:])

    def mileage(self, position: int, legs: int, metres: Metres) -> Cents:
        """What the leg at `position` of so many costs by the kilometre. Rounded down way by way: ways are
        what the search adds up, and both must come to one cost."""
        if self.vehicle is None:
            return metres * self.worker.cents_per_km // 1000
        own = (self.walked_out[1] if position == 0 else 0) + (
            self.walked_back[1] if position == legs - 1 else 0
        )
        driven = metres - own
        return own * self.worker.cents_per_km // 1000 + driven * self.vehicle.cents_per_km // 1000


def leg_of(ways: Sequence[Way]) -> Leg:
    """Ticks and metres together. A place that is not given (None) costs nothing to reach; one that the mode
    does not get to costs what arriving there takes. Raises: UnknownSite."""
    found = [m.way_or_arrival(a, b) for m, a, b in ways if a is not None and b is not None]
    return sum(ticks for ticks, _ in found), sum(metres for _, metres in found)


def lawful_leg(ways: Sequence[Way]) -> Leg | None:
    """The same; None where a mode does not get there."""
    ticks = metres = 0
    for matrix, origin, destination in ways:
        if origin is not None and destination is not None:
            found = matrix.way(origin, destination)
            if found is None:
                return None
            ticks, metres = ticks + found[0], metres + found[1]
    return ticks, metres


def ways_of(problem: Problem, route: Route) -> TourWays:
    """The ways of a tour of a plan."""
    vehicle = None if route.vehicle_id is None else problem.vehicle_by_id.get(route.vehicle_id)
    return TourWays(problem, problem.worker_by_id[route.worker_id], vehicle)


def mode_of(problem: Problem, route: Route) -> TravelMode:
    """By which the tour goes from visit to visit."""
    return ways_of(problem, route).mode


def traffic_met(problem: Problem, route: Route) -> list[int]:
    """Per cent that each leg takes, the way back last."""
    visits = [problem.visit_by_id[stop.visit_id] for stop in route.stops]
    if not problem.traffic or not visits:
        return [AS_TOLD] * (len(visits) + 1)
    mode = mode_of(problem, route)
    return [
        percent_to(problem, mode, visits[0]),
        *(percent_between(problem, mode, *ends) for ends in pairwise(visits)),
        percent_from(problem, mode, visits[-1]),
    ]


def own_metres(problem: Problem, route: Route) -> Metres:
    """What of a tour is driven by the worker's own mode."""
    ways = ways_of(problem, route)
    whole = sum(stop.metres for stop in route.stops) + route.metres_back
    return whole if ways.vehicle is None else ways.walked_out[1] + ways.walked_back[1]


def driven_metres(problem: Problem, route: Route) -> Metres:
    """What of a tour the shared vehicle drives."""
    whole = sum(stop.metres for stop in route.stops) + route.metres_back
    return whole - own_metres(problem, route)


def mileage_of(problem: Problem, route: Route) -> Cents:
    """What its kilometres cost, way by way."""
    ways, legs = ways_of(problem, route), [*(stop.metres for stop in route.stops), route.metres_back]
    return sum(ways.mileage(position, len(legs), metres) for position, metres in enumerate(legs))


def time_out(problem: Problem, route: Route) -> Interval:
    """From when the vehicle of a tour is away from its place until it is back there."""
    ways = ways_of(problem, route)
    return Interval(route.departure + ways.walked_out[0], route.back - ways.walked_back[0])
