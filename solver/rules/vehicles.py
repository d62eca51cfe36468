"""VEHICLES: who may not drive it takes no vehicle; none is out beyond its hours and its range, out of
service, or with two tours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.units import Interval, Ticks
from brigade.values.places import Vehicle
from solver.kernel.arrays import FAR

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder
    from solver.primitives.rule_readings import WorkerTour

CODES = ("VEHICLES",)


def contribute(builder: ModelBuilder) -> None:
    everything = range(len(builder.requests))
    for row, tour in enumerate(builder.tours):
        if tour.vehicle is not None and not _may_drive(builder, tour, tour.vehicle):
            builder.forbid(row, everything)
    for row, vehicle in enumerate(builder.problem.vehicles):
        gap: Ticks = vehicle.recharge
        builder.vehicle_limits(row, vehicle.range_m, gap, _in_service(vehicle))


def _in_service(vehicle: Vehicle) -> list[Interval]:
    """Its hours without those in which nobody has it; none: always."""
    if not vehicle.out_of_service:
        return list(vehicle.hours)
    found = list(vehicle.hours) or [Interval(-FAR, FAR)]
    for out in vehicle.out_of_service:
        pieces = (
            (Interval(one.start, min(one.end, out.start)), Interval(max(one.start, out.end), one.end))
            for one in found
        )
        found = [one for both in pieces for one in both if one.length > 0]
    # Without any it would be there always.
    return found or [Interval(-FAR, -FAR)]


def _may_drive(builder: ModelBuilder, tour: WorkerTour, vehicle: Vehicle) -> bool:
    worker = tour.worker
    papers = [one for one in worker.engagements if one.provider_id == vehicle.provider_id]
    return (
        (vehicle.drivers is None or worker.id in vehicle.drivers)
        and (vehicle.employer_id is None or vehicle.employer_id == worker.employer_id)
        and (vehicle.provider_id is None or any(one.first <= tour.day <= one.last for one in papers))
        and (vehicle.licence is None or vehicle.licence in builder.problem.competencies_of(worker, tour.day))
    )
