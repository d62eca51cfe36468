"""The stated assumptions behind estimated travel: an editable TOML file, refused whole when one line is
wrong."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from brigade.errors import NO_VALUES, Clause, Issue, Values
from brigade.travel.failures import TravelUnavailable, refuse_travel
from brigade.values.places import TravelMode

BUILT_IN = Path(__file__).with_name("assumptions.toml")


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A number as somebody chose or measured it: its unit, where it comes from, how wrong it may be."""

    value: float
    unit: str
    source: str
    error: str


@dataclass(frozen=True, slots=True)
class DistanceBand:
    """A law held against real trips between two crow-fly distances: measured minutes, and law minus
    measured."""

    from_km: float
    to_km: float
    pairs: int
    mean_km: float
    mean_minutes: float
    mean_error: float
    mean_absolute_error: float


class LawKind(StrEnum):
    POWER = "power"
    SPEED = "speed"


@dataclass(frozen=True, slots=True)
class ModeLaw:
    """How one mode moves; coefficients absent from the law are None. Formula: head of assumptions.toml."""

    law: LawKind
    access: Coefficient
    feels_traffic: bool
    or_on_foot: bool = False
    constant: Coefficient | None = None
    factor: Coefficient | None = None
    exponent: Coefficient | None = None
    speed: Coefficient | None = None
    wait: Coefficient | None = None
    top_speed: Coefficient | None = None
    detour: Coefficient | None = None
    measured: tuple[DistanceBand, ...] = ()


@dataclass(frozen=True, slots=True)
class TravelAssumptions:
    """`detour`: (crow-fly km, road km per crow-fly km) in growing distance. `least_*` bind different sites
    only."""

    version: str
    least_crow: Coefficient
    least_minutes: Coefficient
    detour: tuple[tuple[Coefficient, Coefficient], ...]
    modes: Mapping[TravelMode, ModeLaw]
    origin: str


# Unit expected, and whether zero is allowed.
UNITS: Mapping[str, tuple[str, bool]] = {
    "constant": ("min", True),
    "factor": ("min/km^exponent", False),
    "exponent": ("-", False),
    "speed": ("km/h", False),
    "wait": ("min", True),
    "top_speed": ("km/h", False),
    "detour": ("km/km", False),
    "access": ("min", True),
    "least_crow": ("m", True),
    "least_minutes": ("min", True),
    "crow": ("km", False),
    "ratio": ("km/km", False),
}
NEEDED: Mapping[LawKind, tuple[str, ...]] = {
    LawKind.POWER: ("constant", "factor", "exponent", "access"),
    LawKind.SPEED: ("speed", "access"),
}
OPTIONAL: Mapping[LawKind, tuple[str, ...]] = {
    LawKind.POWER: ("top_speed", "detour"),
    LawKind.SPEED: ("wait", "top_speed", "detour"),
}
FLAGS = ("feels_traffic", "or_on_foot")


def load_assumptions(path: Path | None = None) -> TravelAssumptions:
    """Read assumptions, the built-in ones when `path` is None.

    Raises: TravelUnavailable (T010 unreadable file, T011 wrong value), with every fault of the file.
    """
    return built_in_assumptions() if path is None else _read(path)


@cache
def built_in_assumptions() -> TravelAssumptions:
    return _read(BUILT_IN)


def _read(path: Path) -> TravelAssumptions:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise TravelUnavailable(
            [Issue("T010", path.name, "assumptions_unreadable", {"met": str(fault)})]
        ) from fault
    return _Reader(path.name).assumptions(content)


class _Reader:
    """Collects the issues of one file, so that its author sees them all at once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.issues: list[Issue] = []

    def blame(self, where: str, met: object, words: str, values: Values = NO_VALUES) -> None:
        met = met if isinstance(met, Clause) else str(met)
        self.issues.append(Issue("T011", f"{self.name}:{where}", words, {**values, "met": met}))

    def assumptions(self, content: Mapping[str, Any]) -> TravelAssumptions:
        between = self.table(content.get("between_sites"), "between_sites")
        least_crow = self.coefficient(between.get("least_crow"), "least_crow", "between_sites.least_crow")
        least_minutes = self.coefficient(
            between.get("least_minutes"), "least_minutes", "between_sites.least_minutes"
        )
        detour = self.detour(content.get("detour"))
        modes = self.modes(self.table(content.get("modes"), "modes"))
        refuse_travel(self.issues)
        return TravelAssumptions(
            str(content.get("version", "")), least_crow, least_minutes, detour, modes, self.name
        )

    def table(self, value: object, where: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        self.blame(where, Clause("absent") if value is None else repr(value), "toml_table", {"name": where})
        return {}

    def coefficient(self, value: object, kind: str, where: str) -> Coefficient:
        """The coefficient at `where`; after an issue, a harmless one that is never returned to the caller."""
        unit, may_be_zero = UNITS[kind]
        if not isinstance(value, dict) or not {"value", "unit", "source", "error"} <= value.keys():
            self.blame(where, value, "toml_coefficient", {"unit": unit})
            return Coefficient(1.0, unit, "", "")
        number = value["value"]
        is_number = isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
        if not is_number or number < 0 or (number == 0 and not may_be_zero):
            self.blame(f"{where}.value", number, "toml_not_negative" if may_be_zero else "toml_positive")
            number = 1.0
        if value["unit"] != unit:
            self.blame(f"{where}.unit", value["unit"], "toml_unit", {"unit": unit})
        for word in ("source", "error"):
            if not isinstance(value[word], str) or not value[word].strip():
                self.blame(f"{where}.{word}", repr(value[word]), "toml_source")
        return Coefficient(float(number), unit, str(value["source"]), str(value["error"]))

    def detour(self, rows: object) -> tuple[tuple[Coefficient, Coefficient], ...]:
        if not isinstance(rows, list) or not rows:
            self.blame("detour", rows, "toml_detour")
            return ()
        points = tuple(
            (
                self.coefficient(row.get("crow"), "crow", f"detour[{number}].crow"),
                self.coefficient(row.get("ratio"), "ratio", f"detour[{number}].ratio"),
            )
            for number, row in enumerate(
                self.table(row, f"detour[{number}]") for number, row in enumerate(rows)
            )
        )
        distances, ratios = [crow.value for crow, _ in points], [ratio.value for _, ratio in points]
        if distances != sorted(set(distances)):
            self.blame("detour", distances, "toml_distances")
        # A ratio that grows with distance would make a stop on the way shorten the trip.
        if ratios != sorted(ratios, reverse=True) or min(ratios) < 1:
            self.blame("detour", ratios, "toml_ratios")
        return points

    def modes(self, tables: Mapping[str, Any]) -> Mapping[TravelMode, ModeLaw]:
        known = {mode.value for mode in TravelMode}
        for name in tables.keys() - known:
            self.blame(f"modes.{name}", name, "toml_mode", {"known": sorted(known)})
        laws = {
            TravelMode(name): self.law(self.table(table, f"modes.{name}"), f"modes.{name}")
            for name, table in tables.items()
            if name in known
        }
        # Walking is what such a mode is measured against.
        if any(law.or_on_foot for law in laws.values()) and TravelMode.FOOT not in laws:
            self.blame("modes.foot", Clause("absent"), "toml_foot")
        return laws

    def law(self, table: Mapping[str, Any], where: str) -> ModeLaw:
        if table.get("law") not in list(LawKind):
            self.blame(f"{where}.law", table.get("law"), "toml_law", {"known": list(LawKind)})
            return ModeLaw(
                LawKind.SPEED, self.coefficient(table.get("access"), "access", f"{where}.access"), False
            )
        law = LawKind(table["law"])
        allowed = {*NEEDED[law], *OPTIONAL[law], *FLAGS, "law", "measured"}
        for name in table.keys() - allowed:
            values = {"law": law, "allowed": sorted(allowed)}
            self.blame(f"{where}.{name}", name, "toml_unknown_of_law", values)
        for name in FLAGS:
            if not isinstance(table.get(name, False), bool):
                self.blame(f"{where}.{name}", table[name], "toml_flag")
        found = {
            name: self.coefficient(table.get(name), name, f"{where}.{name}")
            for name in (*NEEDED[law], *OPTIONAL[law])
            if name in NEEDED[law] or name in table
        }
        # Above one, time grows faster than distance: a stop on the way would shorten the trip.
        if "exponent" in found and found["exponent"].value > 1:
            self.blame(f"{where}.exponent", found["exponent"].value, "toml_exponent")
        return ModeLaw(
            law=law,
            access=found["access"],
            feels_traffic=table.get("feels_traffic") is True,
            or_on_foot=table.get("or_on_foot") is True,
            constant=found.get("constant"),
            factor=found.get("factor"),
            exponent=found.get("exponent"),
            speed=found.get("speed"),
            wait=found.get("wait"),
            top_speed=found.get("top_speed"),
            detour=found.get("detour"),
            measured=self.bands(table.get("measured", []), where),
        )

    def bands(self, rows: object, where: str) -> tuple[DistanceBand, ...]:
        names = {field.name for field in fields(DistanceBand)}
        if not isinstance(rows, list) or any(
            not isinstance(row, dict) or row.keys() != names for row in rows
        ):
            self.blame(f"{where}.measured", rows, "toml_measured", {"names": sorted(names)})
            return ()
        return tuple(DistanceBand(**row) for row in rows)
