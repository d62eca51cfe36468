"""Which road a mode may take, in which direction, how fast: an editable TOML table read against OpenStreetMap
tags."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brigade.errors import Issue
from brigade.travel.failures import TravelUnavailable, refuse_travel
from brigade.values.places import TravelMode

BUILT_IN = Path(__file__).with_name("roads.toml")

Tags = Mapping[str, str]

CLOSED = {"no", "private", "agricultural", "forestry", "emergency", "military", "restricted"}
OPEN = {"yes", "designated", "permissive", "destination", "delivery", "customers", "residents", "official"}
FORWARD = {"yes", "true", "1"}
BACKWARD = {"-1", "reverse"}
KMH_PER_UNIT = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "mph": 1.609344}


@dataclass(frozen=True, slots=True)
class WayUse:
    """How one mode may use one way: km/h, and the directions open to it (the way's own order is forward)."""

    kmh: float
    forward: bool
    backward: bool


@dataclass(frozen=True)
class ModeSpeeds:
    """One mode's table. `access_tags` and `oneway_tags`: most specific first, the first tag present
    decides."""

    speeds: Mapping[str, float]
    share_of_limit: float
    off_road_kmh: float
    access_tags: tuple[str, ...]
    oneway_tags: tuple[str, ...]
    two_way_if: Mapping[str, frozenset[str]] = field(default_factory=dict)
    closed_if: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def use(self, tags: Tags) -> WayUse | None:
        """None when the way is closed to this mode."""
        kmh = self.speeds.get(tags.get("highway", ""))
        if kmh is None or tags.get("area") == "yes" or _is_any(tags, self.closed_if) or self._is_closed(tags):
            return None
        limit = posted_limit(tags.get("maxspeed", ""))
        if limit is not None:
            kmh = min(kmh, limit * self.share_of_limit)
        forward, backward = self._directions(tags)
        return WayUse(kmh, forward, backward)

    def _is_closed(self, tags: Tags) -> bool:
        for tag in self.access_tags:
            value = tags.get(tag)
            if value in CLOSED:
                return True
            if value in OPEN:
                return False
        return False

    def _directions(self, tags: Tags) -> tuple[bool, bool]:
        if _is_any(tags, self.two_way_if):
            return True, True
        for tag in self.oneway_tags:
            value = tags.get(tag)
            if value in FORWARD:
                return True, False
            if value in BACKWARD:
                return False, True
            if value == "no":
                return True, True
        # Roundabouts and motorways are one-way without saying so, for whoever obeys `oneway`.
        implied = tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"
        return True, not (implied and "oneway" in self.oneway_tags)


def _is_any(tags: Tags, wanted: Mapping[str, frozenset[str]]) -> bool:
    return any(tags.get(tag) in values for tag, values in wanted.items())


def posted_limit(text: str) -> float | None:
    """km/h of a `maxspeed` value such as `50`, `30 mph`; None for words (`none`, `FR:urban`) and nonsense."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(km/h|kmh|mph|)\s*", text)
    if found is None or float(found[1]) == 0:
        return None
    return float(found[1]) * KMH_PER_UNIT[found[2]]


def load_speeds(path: Path | None = None) -> Mapping[TravelMode, ModeSpeeds]:
    """Read the table, the built-in one when `path` is None.

    Raises: TravelUnavailable (T010 unreadable file, T011 wrong value), with every fault of the file.
    """
    chosen = BUILT_IN if path is None else path
    try:
        content = tomllib.loads(chosen.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise TravelUnavailable(
            [Issue("T010", chosen.name, "speeds_unreadable", {"met": str(fault)})]
        ) from fault
    tables = content.get("modes", {})
    known = {mode.value for mode in TravelMode}
    issues = [
        Issue("T011", f"{chosen.name}:modes.{name}", "toml_mode", {"met": name, "known": sorted(known)})
        for name in tables.keys() - known
    ]
    for name, table in tables.items():
        issues += [
            Issue("T011", f"{chosen.name}:modes.{name}.{key}", words, {"met": repr(value)})
            for key, value, words in _faults(table)
        ]
    refuse_travel(issues)
    return {TravelMode(name): _mode_speeds(table) for name, table in tables.items()}


def _faults(table: Mapping[str, Any]) -> list[tuple[str, object, str]]:
    """(key, value met, words) of every value that cannot be used."""
    speeds = table.get("speeds")
    if not isinstance(speeds, dict) or not speeds:
        return [("speeds", speeds, "toml_speeds")]
    found: list[tuple[str, object, str]] = [
        (f"speeds.{road}", kmh, "toml_positive") for road, kmh in speeds.items() if not _is_positive(kmh)
    ]
    found += [
        (key, table.get(key), "toml_positive")
        for key in ("share_of_limit", "off_road_kmh")
        if not _is_positive(table.get(key))
    ]
    found += [
        (key, table.get(key), "toml_tags")
        for key in ("access_tags", "oneway_tags")
        if not _is_words(table.get(key))
    ]
    found += [
        (key, table.get(key), "toml_tag_values")
        for key in ("two_way_if", "closed_if")
        if not isinstance(table.get(key, {}), dict) or not all(map(_is_words, table.get(key, {}).values()))
    ]
    return found


def _is_positive(value: object) -> bool:
    # In Python True is an int, and would pass for 1 km/h.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _mode_speeds(table: Mapping[str, Any]) -> ModeSpeeds:
    return ModeSpeeds(
        speeds={road: float(kmh) for road, kmh in table["speeds"].items()},
        share_of_limit=float(table["share_of_limit"]),
        off_road_kmh=float(table["off_road_kmh"]),
        access_tags=tuple(table["access_tags"]),
        oneway_tags=tuple(table["oneway_tags"]),
        two_way_if={tag: frozenset(values) for tag, values in table.get("two_way_if", {}).items()},
        closed_if={tag: frozenset(values) for tag, values in table.get("closed_if", {}).items()},
    )
