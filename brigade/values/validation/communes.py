"""The communes and departments of France by their INSEE codes: what tells a code from a slip, and a point
from a wrong one.

The table is that of 1 January 2026, delegated and associated communes included; points and areas are known
for the basins that ship with the scenarios (docs/data-licences.md). Coordinates are WGS84 degrees.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, hypot, pi, radians, sqrt
from unicodedata import combining, normalize

CODE = re.compile(r"(?:(?!20)\d{2}|2[AB])\d{3}")
"""Corsica left its number 20 in 1976."""
KM_PER_DEGREE = 111.2
REACH = 2.0
"""Places of a commune lie within so many radii of a disc of its area; the rest is for rounded points."""
# Beyond its disc, and still no fault: points are rounded, and no commune is round.
ROUNDING_KM = 4.0

MAINLAND = ""
"""The part of every department that no other part names."""
FRANCE: tuple[tuple[tuple[str, ...], tuple[float, float, float, float]], ...] = (
    (("2A", "2B"), (41.2, 43.1, 8.4, 9.7)),  # Corsica, before the mainland whose frame holds it
    ((MAINLAND,), (41.2, 51.3, -5.4, 9.8)),  # with its neighbours' border towns
    (("971", "977", "978"), (15.7, 18.2, -63.3, -60.9)),  # Guadeloupe, Saint-Barthélemy, Saint-Martin
    (("972",), (14.3, 15.0, -61.3, -60.7)),  # Martinique
    (("973",), (2.0, 6.0, -54.7, -51.5)),  # Guyane
    (("974",), (-21.5, -20.8, 55.1, 55.9)),  # La Réunion
    (("976",), (-13.1, -12.6, 44.9, 45.4)),  # Mayotte
    (("975",), (46.7, 47.2, -56.5, -56.0)),  # Saint-Pierre-et-Miquelon
    (("986", "987"), (-28.0, -7.5, -180.0, -134.0)),  # Wallis-et-Futuna, Polynésie
    (("988",), (-23.0, -19.0, 163.0, 168.5)),  # Nouvelle-Calédonie
)
"""Every part of the country: its departments; its south, north, west and east."""


@dataclass(frozen=True, slots=True)
class Commune:
    """`postcodes`: those of its post offices. The point and the area (km2) are None where the table has
    none."""

    code: str
    name: str
    postcodes: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    area_km2: float | None

    @property
    def part(self) -> tuple[str, ...]:
        """The part of the country it lies in, as `part_at` names it."""
        department = department_of(self.code)
        return next((part for part, _ in FRANCE if department in part), (MAINLAND,))

    def km_beyond(self, latitude: float, longitude: float) -> float:
        """How far a point lies beyond where the commune's places are; 0 inside, or where the table has no
        point."""
        radius = REACH * sqrt((self.area_km2 or 0.0) / pi) + ROUNDING_KM
        return max(0.0, self.km_from(latitude, longitude) - radius)

    def km_from(self, latitude: float, longitude: float) -> float:
        """From the commune's own point; 0 where the table has none."""
        if self.latitude is None or self.longitude is None:
            return 0.0
        return km_between((self.latitude, self.longitude), (latitude, longitude))


def km_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """As the crow flies, on a plane: right to a hundredth over a few hundred kilometres."""
    east = (other[1] - one[1]) * cos(radians((one[0] + other[0]) / 2))
    return KM_PER_DEGREE * hypot(other[0] - one[0], east)


def is_in_france(latitude: float, longitude: float) -> bool:
    return part_at(latitude, longitude) is not None


def part_at(latitude: float, longitude: float) -> tuple[str, ...] | None:
    """The part of the country where a point lies, by its departments; None: in none."""
    return next(
        (
            part
            for part, (south, north, west, east) in FRANCE
            if south <= latitude <= north and west <= longitude <= east
        ),
        None,
    )


def department_of(commune: str) -> str:
    """The department in a commune's code: two signs, three overseas."""
    return commune[:3] if commune.startswith(("97", "98")) else commune[:2]


def commune(code: str) -> Commune | None:
    """The commune of a code; None: the table has none."""
    row = _rows().get(code)
    if row is None:
        return None
    _, name, postcodes, *numbers = row
    latitude, longitude, area = (float(number) if number else None for number in numbers)
    # INSEE writes the apostrophe of typewriters.
    return Commune(code, name.replace("'", "’"), tuple(postcodes.split()), latitude, longitude, area)


@cache
def _rows() -> Mapping[str, Sequence[str]]:
    """The table's lines by code: its 37 000 communes are made one by one when asked for, which most never
    are."""
    data = gzip.decompress(files("brigade").joinpath("data/communes.csv.gz").read_bytes()).decode()
    _head, *rows = csv.reader(data.splitlines())
    return {row[0]: row for row in rows}


def commune_name(code: str) -> str:
    """Its name; its number where nobody knows one."""
    known = commune(code)
    return code if known is None else known.name


def place_name(code: str | None) -> str | None:
    """A commune as an envelope names it, "62210 Avion"; by its name alone where several post offices serve
    it. None: no such code, which is nothing that anybody reads."""
    found = commune(code) if code else None
    if found is None:
        return None
    return f"{found.postcodes[0]} {found.name}" if len(found.postcodes) == 1 else found.name


def with_postcode(postcode: str) -> tuple[Commune, ...]:
    """The communes that a post office of this code serves, in order of code."""
    codes = _by_postcode().get(postcode, ())
    return tuple(found for code in codes if (found := commune(code)) is not None)


@cache
def _by_postcode() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for code, _, postcodes, *_rest in _rows().values():
        for postcode in postcodes.split():
            found.setdefault(postcode, []).append(code)
    return found


def with_name(name: str) -> tuple[Commune, ...]:
    """The communes called so, whatever accents, hyphens and capitals; in order of code."""
    codes = _by_name().get(bare_name(name), ())
    return tuple(found for code in codes if (found := commune(code)) is not None)


def bare_name(name: str) -> str:
    """A name as it is compared: letters and digits only, « st » for « saint »."""
    # Unicode decomposes é but not œ, which is written out here.
    letters = "".join(
        one for one in normalize("NFKD", name.casefold().replace("œ", "oe")) if not combining(one)
    )
    return " ".join(
        {"saint": "st", "sainte": "ste"}.get(word, word) for word in re.findall("[a-z0-9]+", letters)
    )


@cache
def _by_name() -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for code, name, *_rest in _rows().values():
        found.setdefault(bare_name(name), []).append(code)
    return found


@cache
def departments() -> Mapping[str, str]:
    """Code -> name, collectivities overseas included."""
    data = files("brigade").joinpath("data/departments.csv").read_text("utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(data.splitlines())}
