"""Vehicles that people share, put into any small problem: where they stand, who may drive, when, how far."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.units import Interval
from brigade.values.places import NO_WAY, TravelMatrix, TravelMode, Vehicle
from brigade.values.problem import Problem
from tests.strategies_people import FIVE

DRIVEN = (TravelMode.CAR, TravelMode.LICENCE_FREE_CAR, TravelMode.E_BIKE)


@st.composite
def with_vehicles(draw: DrawFn, problem: Problem, most: int = 3) -> Problem:
    """Up to `most` vehicles, at least one, each quicker than the modes there are."""
    made = tuple(draw(_vehicles(problem, f"K{n}")) for n in range(1, draw(st.integers(1, most)) + 1))
    return having(problem, *made)


def having(problem: Problem, *vehicles: Vehicle) -> Problem:
    known = dict(problem.travel)
    some = next(iter(known.values()))
    for vehicle in vehicles:
        known.setdefault(vehicle.mode, _quicker(some, vehicle.mode))
    return replace(problem, vehicles=vehicles, travel=known)


def _quicker(matrix: TravelMatrix, mode: TravelMode) -> TravelMatrix:
    ticks = np.where(matrix.has_way, matrix.ticks // 3, NO_WAY)
    return replace(matrix, mode=mode, ticks=ticks)


@st.composite
def _vehicles(draw: DrawFn, problem: Problem, id: str) -> Vehicle:
    owner = draw(st.sampled_from(("basin", "basin", "provider", "employer")))
    licences = st.sampled_from(sorted(problem.catalogue.competencies))
    worker_ids = [one.id for one in problem.workers]
    far = max(int(matrix.metres.max(initial=0)) for matrix in problem.travel.values())
    return Vehicle(
        id,
        draw(st.sampled_from(("Clio blanche", "Vélo électrique"))),
        draw(st.sampled_from([site.id for site in problem.sites])),
        draw(st.sampled_from(DRIVEN)),
        draw(st.sampled_from(problem.providers)).id if owner == "provider" else None,
        draw(st.sampled_from(problem.employers)).id if owner == "employer" else None,
        draw(st.one_of(st.none(), st.frozensets(st.sampled_from(worker_ids), min_size=1))),
        draw(st.one_of(st.none(), st.none(), licences)),
        draw(_hours(problem)),
        draw(st.integers(0, 60)),
        draw(st.sampled_from((0, 500, 2500))),
        draw(st.one_of(st.none(), st.integers(1, 6 * far + 1))),
        problem.horizon.ticks(FIVE * draw(st.sampled_from((0, 0, 6, 30)))),
        draw(_hours(problem)),
    )


@st.composite
def _hours(draw: DrawFn, problem: Problem) -> tuple[Interval, ...]:
    """Mostly none; else some days, as of a loan, or hours of one."""
    if draw(st.integers(0, 2)):
        return ()
    horizon = problem.horizon
    first = horizon.tick(horizon.midnight(draw(st.integers(0, horizon.days - 1))))
    begins = first + horizon.ticks(FIVE * draw(st.integers(0, 120)))
    loan = Interval(begins, begins + horizon.ticks(FIVE * draw(st.integers(12, 288))))
    later = loan.end + horizon.ticks(FIVE * draw(st.integers(1, 60)))
    again = Interval(later, later + horizon.ticks(FIVE * 60))
    return (loan, again) if draw(st.booleans()) else (loan,)
