"""Whatever the places, an estimate is symmetric, grows with distance and never rewards a detour."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brigade.travel.estimate import estimate
from brigade.travel.geometry import crow_fly_km, points_of
from brigade.units import Horizon
from brigade.values.places import Site, TravelMode

HORIZON = Horizon(date(2026, 3, 9))
POINTS = st.tuples(st.floats(49.8, 50.8), st.floats(1.6, 3.1))
SITES = st.lists(POINTS, min_size=2, max_size=12).map(
    lambda points: [
        Site(f"s{number}", None, latitude, longitude) for number, (latitude, longitude) in enumerate(points)
    ]
)
MODES = st.sampled_from(list(TravelMode))


@given(sites=SITES, mode=MODES)
def test_both_directions_take_the_same_time_and_the_diagonal_none(
    sites: list[Site], mode: TravelMode
) -> None:
    matrix = estimate(sites, [mode], HORIZON)[mode]
    assert (matrix.ticks == matrix.ticks.T).all()
    assert (matrix.metres == matrix.metres.T).all()
    assert (np.diag(matrix.ticks) == 0).all()
    assert (matrix.ticks[~np.eye(len(sites), dtype=bool)] >= 1).all()


@given(sites=SITES, mode=MODES, traffic=st.floats(1.0, 2.0))
def test_farther_is_never_sooner(sites: list[Site], mode: TravelMode, traffic: float) -> None:
    matrix = estimate(sites, [mode], HORIZON, traffic=traffic)[mode]
    apart = ~np.eye(len(sites), dtype=bool)
    order = np.argsort(crow_fly_km(points_of(sites))[apart])
    assert (np.diff(matrix.ticks[apart][order]) >= 0).all()
    assert (np.diff(matrix.metres[apart][order]) >= 0).all()


@given(sites=SITES, mode=MODES, traffic=st.floats(1.0, 2.0))
def test_passing_by_a_third_place_never_saves_time(
    sites: list[Site], mode: TravelMode, traffic: float
) -> None:
    """Every law is concave, and rounding up keeps the inequality; metres are rounded to the nearest, hence
    the 1 m."""
    matrix = estimate(sites, [mode], HORIZON, traffic=traffic)[mode]
    through = matrix.ticks[:, :, None] + matrix.ticks[None, :, :]
    assert (matrix.ticks[:, None, :] <= through).all()
    metres_through = matrix.metres[:, :, None] + matrix.metres[None, :, :]
    assert (matrix.metres[:, None, :] <= metres_through + 1).all()


@given(sites=SITES, mode=MODES, factor=st.floats(1.0, 3.0))
def test_traffic_never_shortens_a_trip(sites: list[Site], mode: TravelMode, factor: float) -> None:
    free, slow = (estimate(sites, [mode], HORIZON, traffic=traffic)[mode] for traffic in (1.0, factor))
    assert (slow.ticks >= free.ticks).all()
    assert (slow.metres == free.metres).all() or mode is TravelMode.BUS
