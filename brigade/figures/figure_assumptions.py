"""What figures need beside a problem and a plan: `data/indicators.toml`, every value editable."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from brigade.values.places import TravelMode


@dataclass(frozen=True, slots=True)
class FigureAssumptions:
    """`co2_g_per_km`: grams of CO2-equivalent by mode. `small_below`: a provider of fewer employees is small.
    `pass_notice_days`: a pass of an inclusion path that ends so many days after a period is told with it."""

    co2_g_per_km: Mapping[TravelMode, int]
    stale_after_hours: int = 24
    short_notice_hours: int = 96
    small_below: int = 50
    pass_notice_days: int = 90


def parse_assumptions(text: str) -> FigureAssumptions:
    """Read the TOML form of `data/indicators.toml`. Raises: KeyError when a figure misses."""
    data = tomllib.loads(text)
    return FigureAssumptions(
        {mode: data["co2_g_per_km"][mode]["value"] for mode in TravelMode},
        data["stale_feed"]["after_hours"]["value"],
        data["short_notice"]["below_hours"]["value"],
        *(data[room][name]["value"] for room, name in _SINCE if room in data),
    )


_SINCE = (("small_provider", "below_employees"), ("inclusion_pass", "notice_days"))
"""Not in the first edition of the file: an older copy means what ships."""


@cache
def shipped_assumptions() -> FigureAssumptions:
    return parse_assumptions(files("brigade").joinpath("data/indicators.toml").read_text("utf-8"))
