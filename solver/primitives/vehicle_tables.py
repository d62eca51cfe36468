"""Shared vehicles as arrays: who may have them, when, and the ways that lead by where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from brigade.timing.tour_ways import TourWays, Way
from brigade.units import Cents
from brigade.values.places import TravelMode
from solver.kernel import structs
from solver.primitives.builder import ModelBuilder
from solver.primitives.rule_readings import WorkerTour


class DrivenLegs(NamedTuple):
    """Ticks and cents of legs; shape (sites,)."""

    ticks: NDArray[np.int64]
    cents: NDArray[np.int64]


class DrivenWays(NamedTuple):
    """Ticks and metres; shape (places, places)."""

    ticks: NDArray[np.int64]
    metres: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Depot:
    """Where a tour with a vehicle leaves from and comes back to: the worker's home, by way of the vehicle's
    place. `row`: among the sites of the arrays."""

    row: int
    ways: TourWays

    @property
    def site_id(self) -> str:
        assert self.ways.vehicle is not None
        return self.ways.vehicle.site_id

    def legs(self, driven: DrivenWays, place: int) -> tuple[DrivenLegs, DrivenLegs]:
        """Out to the places of the vehicle's ways and back from them, her own way included. Args: place:
        their row of where it stands."""
        assert self.ways.vehicle is not None
        (ticks, metres), cents = driven, self.ways.vehicle.cents_per_km
        out, back = self._own(self.ways.out(None)[0]), self._own(self.ways.back(None)[1])
        return (
            DrivenLegs(out[0] + ticks[place], out[1] + metres[place] * cents // 1000),
            DrivenLegs(ticks[:, place] + back[0], metres[:, place] * cents // 1000 + back[1]),
        )

    def _own(self, way: Way) -> tuple[int, Cents]:
        """Ticks, those of no way included, and cents."""
        matrix, origin, destination = way
        if origin is None or destination is None:
            return 0, 0
        ticks, metres = matrix.between(origin, destination)
        return ticks, metres * self.ways.worker.cents_per_km // 1000


class VehicleTables:
    """`nowhere`: the row after all depots."""

    def __init__(self, builder: ModelBuilder, first_row: int) -> None:
        self.builder = builder
        self.row_of = {one.id: row for row, one in enumerate(builder.problem.vehicles)}
        self._depots: dict[tuple[str, str], Depot] = {}
        for row, tour in enumerate(builder.tours):
            key = _depot_key(tour)
            if key is not None and key not in self._depots:
                self._depots[key] = Depot(first_row + len(self._depots), builder.ways_of(row))
        self.nowhere = first_row + len(self._depots)

    def depot_of(self, tour: WorkerTour) -> Depot:
        key = _depot_key(tour)
        assert key is not None
        return self._depots[key]

    def depots_of(self, mode: TravelMode, cents: Cents) -> Iterator[Depot]:
        """Those from which a vehicle of this mode and price drives."""
        for depot in self._depots.values():
            vehicle = depot.ways.vehicle
            if vehicle is not None and (vehicle.mode, vehicle.cents_per_km) == (mode, cents):
                yield depot

    def tables(self) -> dict[str, Any]:
        problem, tours = self.builder.problem, self.builder.tours
        rows = np.zeros(len(problem.vehicles), structs.VEHICLE)
        rides: list[int] = []
        hours: list[tuple[int, int]] = []
        per_cent = problem.policy.weights.travel_cost * problem.horizon.ticks_per_minute
        for row, vehicle, limits in zip(rows, problem.vehicles, self.builder.vehicles, strict=True):
            row["first_ride"], row["first_hour"] = len(rides), len(hours)
            rides += [at for at, tour in enumerate(tours) if tour.vehicle is vehicle]
            hours += [(one.start, one.end) for one in limits.hours]
            row["end_ride"], row["end_hour"] = len(rides), len(hours)
            row["range"], row["gap"] = limits.most_metres, limits.gap
            row["day_price"] = vehicle.cents_per_day * per_cent
        return {
            "vehicles": rows,
            "rides": np.array(rides, np.int64),
            "hours": np.array(hours, structs.SPAN).reshape(-1),
        }


def _depot_key(tour: WorkerTour) -> tuple[str, str] | None:
    """Of one worker's tours all that one vehicle drives."""
    return None if tour.vehicle is None else (tour.worker.id, tour.vehicle.id)
