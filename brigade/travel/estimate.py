"""Travel estimated from coordinates alone: no data needed, a known error, never a constant speed for cars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from brigade.errors import Issue
from brigade.travel.failures import TravelUnavailable
from brigade.travel.geometry import Floats, as_matrix, crow_fly_km, points_of
from brigade.travel.travel_assumptions import ModeLaw, TravelAssumptions, built_in_assumptions
from brigade.units import Horizon
from brigade.values.places import Site, TravelMatrix, TravelMode


def estimate(
    sites: Sequence[Site],
    modes: Iterable[TravelMode],
    horizon: Horizon,
    assumptions: TravelAssumptions | None = None,
    *,
    traffic: float = 1.0,
    access_minutes: float | None = None,
) -> dict[TravelMode, TravelMatrix]:
    """One symmetric matrix per mode.

    Args:
        assumptions: the built-in ones when None.
        traffic: multiplies the moving minutes of the modes that feel traffic.
        access_minutes: replaces every mode's access (parking, stairs), paid once a trip.
    Raises: TravelUnavailable (T001 to T003 coordinates, T012 mode without assumption), all at once.
    """
    stated = built_in_assumptions() if assumptions is None else assumptions
    crow = crow_fly_km(points_of(sites))
    away = np.maximum(crow, stated.least_crow.value / 1000)
    source = f"estimate {stated.version}".strip()
    matrices = {}
    for mode in dict.fromkeys(modes):
        minutes, road = _trips(away, mode, stated, traffic, access_minutes)
        if law_of(mode, stated).or_on_foot:
            # Nobody waits eight minutes for a bus to go next door.
            foot_minutes, foot_road = _trips(away, TravelMode.FOOT, stated, traffic, access_minutes)
            road = np.where(foot_minutes < minutes, foot_road, road)
            minutes = np.minimum(foot_minutes, minutes)
        least = stated.least_minutes.value
        matrices[mode] = as_matrix(
            mode, sites, minutes, road * 1000, horizon, least_minutes=least, source=source
        )
    return matrices


def law_of(mode: TravelMode, assumptions: TravelAssumptions) -> ModeLaw:
    """Raises: TravelUnavailable (T012), when the assumptions say nothing of `mode`."""
    if mode not in assumptions.modes:
        raise TravelUnavailable(
            [Issue("T012", f"{assumptions.origin}:modes.{mode}", "mode_without_assumption", {"mode": mode})]
        )
    return assumptions.modes[mode]


def road_km(crow_km: Floats, law: ModeLaw, assumptions: TravelAssumptions) -> Floats:
    """Kilometres along the road, same shape as `crow_km`."""
    if law.detour is not None:
        return crow_km * law.detour.value
    distances = [crow.value for crow, _ in assumptions.detour]
    ratios = [ratio.value for _, ratio in assumptions.detour]
    along: Floats = crow_km * np.interp(crow_km, distances, ratios)
    return along


def moving_minutes(
    crow_km: Floats, mode: TravelMode, assumptions: TravelAssumptions, traffic: float
) -> Floats:
    """Minutes from leaving to arriving, access not included; same shape as `crow_km`."""
    law = law_of(mode, assumptions)
    road = road_km(crow_km, law, assumptions)
    if law.constant is not None and law.factor is not None and law.exponent is not None:
        minutes: Floats = law.constant.value + law.factor.value * crow_km**law.exponent.value
    else:
        assert law.speed is not None  # the reader refuses a law with neither
        minutes = 60 * road / law.speed.value
    if law.feels_traffic:
        minutes = minutes * traffic
    if law.top_speed is not None:
        minutes = np.maximum(minutes, 60 * road / law.top_speed.value)
    return minutes + (0.0 if law.wait is None else law.wait.value)


def _trips(
    crow_km: Floats,
    mode: TravelMode,
    assumptions: TravelAssumptions,
    traffic: float,
    access_minutes: float | None,
) -> tuple[Floats, Floats]:
    """Minutes with access, and kilometres along the road."""
    law = law_of(mode, assumptions)
    access = law.access.value if access_minutes is None else access_minutes
    return moving_minutes(crow_km, mode, assumptions, traffic) + access, road_km(crow_km, law, assumptions)
