"""Real basins for invented days: communes of a zone d'emploi, their people, their share of APA.

A zone d'emploi (the pool of a brigade) crosses department borders; a department pays and has its own public
holidays.
Sources and licences: data/LICENCES.md. A department's APA count is shared over its communes by our own
arithmetic.
"""

from __future__ import annotations

import csv
import gzip
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from brigade.errors import Issue, Refused
from brigade.values.places import Basin, Site

LENS, BERCK, STRASBOURG, HAGUENAU, SELESTAT, COLMAR, MULHOUSE = (
    "3215",
    "3204",
    "4423",
    "4409",
    "4422",
    "4405",
    "4411",
)
SHARES = ("car", "walk", "bike", "moto", "transit", "none")


class UnknownTerritory(Refused):
    """A zone d'emploi, department or commune that the data does not hold."""


@dataclass(frozen=True, slots=True)
class CommuteShares:
    """How employed residents go to work, as shares of 1 that add up to 1."""

    car: float
    walk: float
    bike: float
    moto: float
    transit: float
    none: float


@dataclass(frozen=True, slots=True)
class ZoneCommune:
    """`code`: INSEE. `latitude`, `longitude`: WGS84 degrees. `deaths`: of residents in 2022. `is_rural`: in
    no urban unit."""

    code: str
    name: str
    department: str
    latitude: float
    longitude: float
    population: int
    deaths: int
    area_km2: float
    is_rural: bool
    zone: str
    commute: CommuteShares

    @property
    def radius_km(self) -> float:
        """Radius of the disc of the same area: how far around its point people live."""
        return math.sqrt(self.area_km2 / math.pi)

    @property
    def site(self) -> Site:
        """The commune's own point as a site of the same id as its code."""
        return Site(self.code, self.code, self.latitude, self.longitude)


@dataclass(frozen=True, slots=True)
class Department:
    """`apa_home`: people with APA at home, December 2020. `population_75`: projected, 2026. Both for the
    whole department."""

    code: str
    name: str
    apa_home: int
    population_75: int


@dataclass(frozen=True)
class Territory:
    """The communes of one zone d'emploi, in order of code, whatever their department."""

    zone: str
    name: str
    communes: tuple[ZoneCommune, ...]

    @property
    def population(self) -> int:
        return sum(commune.population for commune in self.communes)

    @property
    def departments(self) -> tuple[str, ...]:
        """Most peopled first."""
        people: dict[str, int] = {}
        for commune in self.communes:
            people[commune.department] = people.get(commune.department, 0) + commune.population
        return tuple(sorted(people, key=lambda department: (-people[department], department)))

    @property
    def basin(self) -> Basin:
        """The basin as the planning core knows it; its department is the most peopled one."""
        return Basin(self.zone, self.name, self.departments[0])

    @property
    def rural_share(self) -> float:
        """Share of the people who live outside every urban unit."""
        return sum(commune.population for commune in self.communes if commune.is_rural) / self.population

    def commune(self, code: str) -> ZoneCommune:
        """Raises: UnknownTerritory (S001), when `code` is not of this zone."""
        for commune in self.communes:
            if commune.code == code:
                return commune
        raise UnknownTerritory(
            [Issue("S001", "commune", "commune_of_zone", {"met": code, "zone": self.zone, "name": self.name})]
        )

    def deaths_share(self) -> dict[str, float]:
        """Each commune's share of the zone's deaths, by code; adds up to 1."""
        deaths = sum(commune.deaths for commune in self.communes)
        return {commune.code: commune.deaths / deaths for commune in self.communes}

    def apa_at_home(self) -> dict[str, float]:
        """People with APA at home by commune code: arithmetic of ours, not a statistic.

        A department's count is shared half by population, half by deaths: deaths follow old age, but a
        village with none in 2022 still has old people. Departments without a count get the mean rate of the
        four that have one.
        """
        known = departments()
        totals = _department_totals()
        means = _mean_of(
            [totals[code] for code in known], sum(department.apa_home for department in known.values())
        )
        shared = {}
        for commune in self.communes:
            if commune.department in known:
                people, deaths = totals[commune.department]
                count = known[commune.department].apa_home
                by_person, by_death = count / people, count / deaths
            else:
                by_person, by_death = means
            shared[commune.code] = (commune.population * by_person + commune.deaths * by_death) / 2
        return shared


def load_basin(zone: str) -> Territory:
    """The zone d'emploi of that code, such as "3215" (Lens). Raises: UnknownTerritory (S001), with the codes
    known."""
    if zone not in _territories():
        known = [f"{code} {territory.name}" for code, territory in _territories().items()]
        raise UnknownTerritory([Issue("S001", "basin", "employment_zone", {"met": zone, "known": known})])
    return _territories()[zone]


def basins(department: str | None = None) -> tuple[Territory, ...]:
    """The zones d'emploi in order of code, or those whose most peopled department is `department`.

    The zones of neighbouring departments come whole where they overlap the four departments.
    """
    every = _territories().values()
    return tuple(territory for territory in every if department in (None, territory.departments[0]))


@cache
def departments() -> Mapping[str, Department]:
    """The four departments with a known count, by code."""
    return {
        row["code"]: Department(
            row["code"], row["name"], int(row["apa_home_2020"]), int(row["population_75_and_over_2026"])
        )
        for row in csv.DictReader(io.StringIO(_read("departments.csv").decode()))
    }


@cache
def gir_mix() -> Mapping[int, float]:
    """Share of each GIR among people with APA at home, France 2022; adds up to 1."""
    rows = csv.DictReader(io.StringIO(_read("gir_mix.csv").decode()))
    counts = {int(row["gir"]): int(row["beneficiaries_2022"]) for row in rows}
    return {gir: count / sum(counts.values()) for gir, count in counts.items()}


@cache
def _territories() -> Mapping[str, Territory]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(gzip.decompress(_read("communes.csv.gz")).decode())):
        rows.setdefault(row["zone"], []).append(row)
    return {zone: _territory(zone, rows[zone]) for zone in sorted(rows)}


def _territory(zone: str, rows: list[dict[str, str]]) -> Territory:
    # Stands in for the hamlets whose own figure is missing.
    usual = _zone_commute(rows)
    communes = tuple(
        ZoneCommune(
            code=row["code"],
            name=row["name"],
            department=row["department"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            population=int(row["population"]),
            deaths=int(row["deaths"]),
            area_km2=float(row["area_km2"]),
            is_rural=row["rural"] == "1",
            zone=zone,
            commute=_commute(row) or usual,
        )
        for row in rows
    )
    return Territory(zone, rows[0]["zone_name"], communes)


def _commute(row: Mapping[str, str]) -> CommuteShares | None:
    """None where nobody commutes or the figure is missing: a handful of hamlets."""
    shares = [float(row[name] or 0) for name in SHARES]
    total = sum(shares)  # rounded to a decimal by the source: not quite 100
    return CommuteShares(*(share / total for share in shares)) if total else None


def _zone_commute(rows: Iterable[Mapping[str, str]]) -> CommuteShares:
    """The zone's own shares, weighted by population."""
    known = [(int(row["population"]), shares) for row in rows if (shares := _commute(row))]
    people = sum(weight for weight, _ in known)
    return CommuteShares(
        *(sum(weight * getattr(shares, name) for weight, shares in known) / people for name in SHARES)
    )


@cache
def _department_totals() -> Mapping[str, tuple[int, int]]:
    """Population and deaths of each whole department (the others are held in part only)."""
    totals: dict[str, tuple[int, int]] = {}
    for commune in (commune for territory in _territories().values() for commune in territory.communes):
        people, deaths = totals.get(commune.department, (0, 0))
        totals[commune.department] = people + commune.population, deaths + commune.deaths
    return totals


def _mean_of(totals: Iterable[tuple[int, int]], count: int) -> tuple[float, float]:
    people, deaths = zip(*totals, strict=True)
    return count / sum(people), count / sum(deaths)


def _read(name: str) -> bytes:
    return (files("scenarios.generator") / "data" / name).read_bytes()
