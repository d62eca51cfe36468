"""Where invented people live: around real commune points, blurred so that no point is anybody's door."""

from __future__ import annotations

import math
from collections.abc import Iterable

from brigade.values.places import Site
from scenarios.generator.dice import Dice
from scenarios.generator.territory import ZoneCommune

GRID_LATITUDE, GRID_LONGITUDE = 0.002, 0.003
"""Points are rounded to this grid: 222 m north-south, 210 m east-west at 50°: coarse, as real input must
be."""
LIVED_IN = 0.6
"""People live in the inner part of a commune's disc [guess]: its centre more than its fields."""
# Of a great circle on the mean sphere: 2 pi 6371 / 360.
KM_PER_DEGREE = 111.2


def crow_km(here: ZoneCommune, there: ZoneCommune) -> float:
    """Kilometres between commune points as the crow flies, on a plane: exact enough to say who is near."""
    north = (there.latitude - here.latitude) * KM_PER_DEGREE
    east = (there.longitude - here.longitude) * KM_PER_DEGREE * math.cos(math.radians(here.latitude))
    return math.hypot(north, east)


def nearest(communes: Iterable[ZoneCommune], origin: ZoneCommune) -> list[ZoneCommune]:
    """The communes, nearest to `origin` first, which comes first if it is among them."""
    return sorted(communes, key=lambda commune: (crow_km(origin, commune), commune.code))


def blurred_site(id: str, commune: ZoneCommune, dice: Dice) -> Site:
    """A site somewhere in the lived-in part of `commune` (evenly over a disc that grows with its area), on
    the grid."""
    # The root spreads points evenly over the disc: without it they would crowd at its centre.
    away = commune.radius_km * LIVED_IN * math.sqrt(dice.share())
    angle = 2 * math.pi * dice.share()
    latitude = commune.latitude + away * math.cos(angle) / KM_PER_DEGREE
    longitude = commune.longitude + away * math.sin(angle) / KM_PER_DEGREE / math.cos(
        math.radians(commune.latitude)
    )
    return Site(id, commune.code, _on_grid(latitude, GRID_LATITUDE), _on_grid(longitude, GRID_LONGITUDE))


def _on_grid(degrees: float, step: float) -> float:
    # Rounded again: few multiples of the step are exact in binary, and files would show the error.
    return round(round(degrees / step) * step, 4)
