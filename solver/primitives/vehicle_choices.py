"""With which vehicles a tour may be searched, and the tables in which the kernel reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

from brigade.timing.tour_ways import TourWays
from brigade.units import Interval, Ticks
from brigade.values.places import Vehicle
from brigade.values.problem import Problem
from brigade.values.workforce import Worker
from solver.kernel.arrays import FAR


def vehicles_for(problem: Problem, worker: Worker, tour: int) -> tuple[Vehicle | None, ...]:
    """Her own mode and every vehicle; what is decided, where it is. Those that others may have, or that are
    not there that day, are left out: a row of each would only be forbidden."""
    if problem.drives is not None:
        return (problem.vehicle_of(worker.id, tour),)
    if "VEHICLES" in problem.rule_sets_off:
        return (None, *problem.vehicles)
    stay = worker.availability[tour]
    span = Interval(stay.start, stay.hard_end)
    offered = (
        one
        for one in problem.vehicles
        if (one.drivers is None or worker.id in one.drivers)
        and one.employer_id in (None, worker.employer_id)
        and (not one.hours or any(hours.overlap(span) for hours in one.hours))
        and not any(out.contains(span) for out in one.out_of_service)
    )
    return (None, *offered)


@dataclass
class VehicleLimits:
    """What rules say of a vehicle: metres of a tour, ticks between two tours, when it may be out."""

    most_metres: int = FAR
    gap: Ticks = -FAR
    hours: list[Interval] = field(default_factory=list)


def own_ways(problem: Problem, worker: Worker, vehicle: Vehicle | None) -> tuple[Ticks, Ticks]:
    """Ticks to where the vehicle stands and from there."""
    ways = TourWays(problem, worker, vehicle)
    return ways.walked_out[0], ways.walked_back[0]
