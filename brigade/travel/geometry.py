"""Points on the Earth, and the last step common to every source: from raw minutes to a matrix of ticks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brigade.errors import Issue
from brigade.travel.failures import refuse_travel
from brigade.units import Horizon
from brigade.values.places import Site, TravelMatrix, TravelMode

Floats = NDArray[np.float64]

EARTH_KM = 6371.0088  # mean radius (IUGG): crow-fly distances are right to 0.5 %


def points_of(sites: Sequence[Site]) -> Floats:
    """Latitudes and longitudes in degrees, shape (sites, 2).

    Raises: TravelUnavailable (T001 no coordinates, T002 impossible ones, T003 id met twice), all sites at
    once.
    """
    issues = [issue for row, site in enumerate(sites) for issue in _point_issues(site, f"sites[{row}]")]
    issues += [
        Issue("T003", f"sites[{identity}]", "site_twice", {"times": times})
        for identity, times in Counter(site.id for site in sites).items()
        if times > 1
    ]
    refuse_travel(issues)
    return np.array([(site.latitude, site.longitude) for site in sites], dtype=np.float64).reshape(
        len(sites), 2
    )


def _point_issues(site: Site, where: str) -> list[Issue]:
    latitude, longitude = site.latitude, site.longitude
    if latitude is None or longitude is None:
        return [Issue("T001", where, "site_without_point", {"site": site.id})]
    if not (
        math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    ):
        return [
            Issue(
                "T002",
                where,
                "point_out_of_range",
                {"site": site.id, "latitude": latitude, "longitude": longitude},
            )
        ]
    return []


def crow_fly_km(points: Floats) -> Floats:
    """Great-circle kilometres, shape (n, n), symmetric, zero on the diagonal. Source: haversine formula."""
    latitude, longitude = np.radians(points).T
    north = np.sin((latitude[:, None] - latitude[None, :]) / 2) ** 2
    east = np.sin((longitude[:, None] - longitude[None, :]) / 2) ** 2
    half = north + np.cos(latitude)[:, None] * np.cos(latitude)[None, :] * east
    # Rounding may end just above one, of which there is no arcsine.
    distances: Floats = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distances


def on_plane(points: Floats, origin: Floats) -> Floats:
    """Metres east and north of `origin` (latitude, longitude), shape (n, 2); right to 1 % within 200 km of
    it."""
    per_degree = math.radians(1) * EARTH_KM * 1000
    east = (points[:, 1] - origin[1]) * per_degree * math.cos(math.radians(float(origin[0])))
    north = (points[:, 0] - origin[0]) * per_degree
    return np.column_stack([east, north])


def as_matrix(
    mode: TravelMode,
    sites: Sequence[Site],
    minutes: Floats,
    metres: Floats,
    horizon: Horizon,
    *,
    least_minutes: float,
    source: str,
) -> TravelMatrix:
    """Minutes up to the next tick (a trip is never shortened, so triangles still hold), metres to the
    nearest.

    Args: minutes, metres: shape (sites, sites); the diagonal is ignored, a site being at no distance of
    itself.
    """
    # Less a little first: noise of the arithmetic must not cost a whole tick.
    ticks = np.ceil(np.maximum(minutes, least_minutes) * horizon.ticks_per_minute - 1e-9).astype(np.int64)
    whole_metres = np.rint(metres).astype(np.int64)
    np.fill_diagonal(ticks, 0)
    np.fill_diagonal(whole_metres, 0)
    return TravelMatrix(mode, tuple(site.id for site in sites), ticks, whole_metres, source)
