"""Where things are, and what it takes to go from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from brigade.errors import Issue, UnknownSite, refuse
from brigade.units import Cents, Interval, Metres, Ticks

NO_WAY: Ticks = 2**29
"""Of a travel matrix: nobody of this mode gets from one place to the other. Longer than any horizon; three of
them, and what arriving takes, still fit in 32 bits."""


AS_TOLD = 100
"""Per cent of what a travel matrix says: the hours of which no traffic is told."""


class TravelMode(StrEnum):
    CAR = "car"
    E_BIKE = "e_bike"
    LICENCE_FREE_CAR = "licence_free_car"
    BUS = "bus"
    FOOT = "foot"


@dataclass(frozen=True, slots=True)
class Site:
    """A place, coarse on purpose: a rounded point (100 to 500 m) and its commune; never an address.

    `latitude`/`longitude` are WGS84 degrees, None when the input gives its own travel matrix. `access`: ticks
    that arriving there takes beyond the way itself (parking, stairs, a gate).
    """

    id: str
    commune: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    access: Ticks = 0


@dataclass(frozen=True, slots=True)
class Basin:
    """An employment basin: where one brigade serves all SAAD. `department` (funder, public holidays) is not
    the pool."""

    id: str
    name: str
    department: str


class SectorLimit(StrEnum):
    """How far from her home sector somebody may be sent."""

    NEIGHBOURS = "neighbour_sectors"
    HOME = "home_sector"


@dataclass(frozen=True, slots=True)
class Sector:
    """A part of the basin's map of sectors or, with `provider_id`, of that provider's own map (BAD V.19).

    It holds places by name (`sites`) and by commune; the name comes first. `neighbours`: sectors of the same
    map; of two neighbours it is enough that one names the other.
    """

    id: str
    name: str
    provider_id: str | None = None
    communes: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vehicle:
    """Something to drive that several people share. It stands at `site_id`, is taken there and brought back
    there; in between it goes by the ways of `mode`.

    Whose it is: a provider's (whoever has a paper with it may drive), an employer's (its people), else the
    basin's or a mobility platform's (anybody). `drivers`: of these the ones who may, None = all of them.
    `licence`: the competency that whoever drives holds. `hours`: when it may be out, none = always; a loan of
    some days is hours. `out_of_service`: when nobody has it all the same. `range_m`: metres of one charge,
    each tour within it; `recharge`: ticks that it stands at its place after a tour before the next one.
    """

    id: str
    name: str
    site_id: str
    mode: TravelMode = TravelMode.CAR
    provider_id: str | None = None
    employer_id: str | None = None
    drivers: frozenset[str] | None = None
    licence: str | None = None
    hours: tuple[Interval, ...] = ()
    cents_per_km: Cents = 0
    cents_per_day: Cents = 0
    range_m: Metres | None = None
    recharge: Ticks = 0
    out_of_service: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class Traffic:
    """Hours at which the ways of a mode take so many per cent of what its matrix says.

    `hours`: as people write them, "07:30-09:00" for every day, "lundi 07:30-09:00", "férié". Of several that
    hold one moment the first counts; the rest of the day is as the matrix says.
    """

    mode: TravelMode
    hours: tuple[str, ...]
    percent: int


class SectorDistance(StrEnum):
    """How far from her home sector a place takes somebody."""

    HOME = "home"
    NEIGHBOUR = "neighbour"
    OTHER = "other"


class SectorMap:
    """One map: which of its sectors a place lies in, and which lie side by side."""

    def __init__(self, sectors: Iterable[Sector]) -> None:
        self.sectors = tuple(sectors)
        self._by_site = {site: one.id for one in self.sectors for site in one.sites}
        self._by_commune = {commune: one.id for one in self.sectors for commune in one.communes}
        self._near: dict[str, set[str]] = {one.id: set(one.neighbours) for one in self.sectors}
        for one in self.sectors:
            for other in one.neighbours & self._near.keys():
                self._near[other].add(one.id)

    def sector_at(self, site: Site | None) -> str | None:
        """None: no sector of this map holds the place, or there is no place."""
        if site is None:
            return None
        return self._by_site.get(site.id) or self._by_commune.get(site.commune or "")

    def home_among(self, sector_ids: frozenset[str]) -> str | None:
        """The one of somebody's sectors that is of this map."""
        return next((one.id for one in self.sectors if one.id in sector_ids), None)

    def distance(self, sector_ids: frozenset[str], there: str | None) -> SectorDistance | None:
        """From somebody's home sector on this map to one of its sectors; None: she has none on it. A place
        that no sector holds is further than any."""
        home = self.home_among(sector_ids)
        if home is None:
            return None
        if there == home:
            return SectorDistance.HOME
        return SectorDistance.NEIGHBOUR if there in self._near[home] else SectorDistance.OTHER


@dataclass(frozen=True, eq=False)
class TravelMatrix:
    """Travel of one mode between sites: ticks and metres, shape (sites, sites), row = from, column = to.

    Not symmetric: one-way streets make A->B longer than B->A, so both directions stay. Ticks are `NO_WAY`
    or more where the mode does not get there: the rest by it is the time to arrive. Such legs have no
    metres.
    Raises: InvalidProblem when the shapes differ from `site_ids` or a value is negative.
    """

    mode: TravelMode
    site_ids: tuple[str, ...]
    ticks: NDArray[np.int64]
    metres: NDArray[np.int64]
    source: str = "given"
    index: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        size = len(self.site_ids)
        issues = [
            Issue(
                "P010",
                f"travel.{self.mode}.{name}",
                "matrix_shape",
                {"shape": str(array.shape), "size": size},
            )
            for name, array in (("ticks", self.ticks), ("metres", self.metres))
            if array.shape != (size, size)
        ]
        issues += [
            Issue(
                "P011",
                f"travel.{self.mode}.{name}[{row},{column}]",
                "negative_value",
                {"met": str(array[row, column])},
            )
            for name, array in (("ticks", self.ticks), ("metres", self.metres))
            # Enough to see what went wrong: a matrix of wrong sign would make a fault of each of its cells.
            for row, column in np.argwhere(array < 0)[:20]
        ]
        refuse(issues)
        for name in ("ticks", "metres"):
            # A copy that nobody can write to: the caller may go on using its own array.
            frozen = np.ascontiguousarray(getattr(self, name), dtype=np.int64).copy()
            frozen.setflags(write=False)
            object.__setattr__(self, name, frozen)
        object.__setattr__(self, "index", {site: row for row, site in enumerate(self.site_ids)})

    def between(self, origin: str, destination: str) -> tuple[Ticks, Metres]:
        """Raises: UnknownSite, when either has no row."""
        try:
            row, column = self.index[origin], self.index[destination]
        except KeyError as missing:
            site = str(missing.args[0])
            where = f"travel.{self.mode}.sites.{site}"
            raise UnknownSite([Issue("P013", where, "site_without_row", {"site": site})]) from None
        return int(self.ticks[row, column]), int(self.metres[row, column])

    def way(self, origin: str, destination: str) -> tuple[Ticks, Metres] | None:
        """None: the mode does not get there. Raises: UnknownSite, when either has no row."""
        found = self.between(origin, destination)
        return None if found[0] >= NO_WAY else found

    def way_or_arrival(self, origin: str, destination: str) -> tuple[Ticks, Metres]:
        """The way; where there is none, what arriving alone takes, without metres. Raises: UnknownSite."""
        ticks, metres = self.between(origin, destination)
        return ticks % NO_WAY, metres

    @property
    def has_way(self) -> NDArray[np.bool_]:
        """Where the mode gets from row to column; shape (sites, sites)."""
        there: NDArray[np.bool_] = self.ticks < NO_WAY
        return there

    def with_access(self, access: Mapping[str, Ticks]) -> TravelMatrix:
        """Legs that take as many ticks more as arriving at their end does; staying takes none."""
        more = np.array([access.get(site, 0) for site in self.site_ids], np.int64)
        if not more.any():
            return self
        apart = ~np.eye(len(more), dtype=np.bool_)
        return replace(self, ticks=self.ticks + more * apart)

    def slowed(self, percent: int) -> TravelMatrix:
        """Legs that take so many per cent, rounded up; the same metres."""
        if percent == AS_TOLD:
            return self
        # What arriving takes where there is no way (`NO_WAY`) is no driving.
        return replace(self, ticks=np.where(self.has_way, -(-self.ticks * percent // 100), self.ticks))

    def with_free_way(self, origin: str, destination: str) -> TravelMatrix:
        """The same with a way from `origin` to `destination` that takes no time."""
        ticks = self.ticks.copy()
        ticks[self.index[origin], self.index[destination]] = 0
        return replace(self, ticks=ticks)
