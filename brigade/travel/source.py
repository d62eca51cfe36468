"""One door to every source of travel times:
`travel_for(sites, modes, horizon, "roads:area.osm.pbf,traffic=1.2")`."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np

from brigade.errors import Issue
from brigade.travel.estimate import estimate, law_of
from brigade.travel.failures import TravelUnavailable, refuse_travel
from brigade.travel.geometry import Floats, as_matrix, points_of
from brigade.travel.road_graph import RoadNetwork, read_network
from brigade.travel.road_speeds import load_speeds
from brigade.travel.server import VALHALLA_COSTING, OsrmServer, ValhallaServer
from brigade.travel.travel_assumptions import TravelAssumptions, load_assumptions
from brigade.units import Horizon
from brigade.values.places import Site, TravelMatrix, TravelMode

OSRM_PROFILES: Mapping[TravelMode, str] = {TravelMode.E_BIKE: "bike", TravelMode.FOOT: "foot"}


class SourceKind(StrEnum):
    ESTIMATE = "estimate"
    ROADS = "roads"
    OSRM = "osrm"
    VALHALLA = "valhalla"


@dataclass(frozen=True, slots=True)
class TravelSpec:
    """Where travel times come from.

    Attributes:
        location: path of the extract, or URL of the server; empty for the estimate.
        traffic: multiplies the moving minutes of the modes that feel traffic.
        access_minutes: replaces every mode's assumed access (parking, stairs), paid once a trip.
        max_snap_m: how far from a road a site may be (roads, osrm, valhalla).
        margin_km: how far around the sites roads are kept (roads).
        batch, timeout_s: size of a block and patience for one answer (osrm, valhalla).
        assumptions, speeds: edited copies of assumptions.toml and roads.toml.
        servers: OSRM servers of other modes; `location` serves cars.
    Raises: TravelUnavailable (T040), with every unusable value.
    """

    kind: SourceKind = SourceKind.ESTIMATE
    location: str = ""
    traffic: float = 1.0
    access_minutes: float | None = None
    max_snap_m: float = 2000
    margin_km: float = 20
    batch: int = 50
    timeout_s: float = 60
    assumptions: Path | None = None
    speeds: Path | None = None
    servers: Mapping[TravelMode, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        access = 0.0 if self.access_minutes is None else self.access_minutes
        checks: list[tuple[str, object, bool, str]] = [
            ("traffic", self.traffic, 0.1 <= self.traffic <= 10, "travel_traffic"),
            ("access", access, 0 <= access <= 240, "travel_access"),
            ("snap", self.max_snap_m, 0 < self.max_snap_m < math.inf, "travel_snap"),
            ("margin", self.margin_km, 0 <= self.margin_km < math.inf, "travel_margin"),
            ("batch", self.batch, 1 <= self.batch <= 5000, "travel_batch"),
            ("timeout", self.timeout_s, 0 < self.timeout_s < math.inf, "travel_timeout"),
            (
                "location",
                self.location,
                bool(self.location) == (self.kind is not SourceKind.ESTIMATE),
                "travel_grammar",
            ),
        ]
        addresses = [self.location] if self.kind in {SourceKind.OSRM, SourceKind.VALHALLA} else []
        checks += [
            (
                "location",
                # Without the part before the @: no password may come into a message.
                url.split("@")[-1],
                re.match(r"https?://[^/@]+(/|$)", url) is not None,
                "travel_address_bare",
            )
            for url in [*addresses, *self.servers.values()]
            if url
        ]
        refuse_travel(
            Issue("T040", f"travel.{name}", words, {"met": str(met)})
            for name, met, is_good, words in checks
            if not is_good
        )

    @classmethod
    def parse(cls, text: str) -> TravelSpec:
        """Read `roads:MAP.osm.pbf,traffic=1.2` and its like (`fault.travel_grammar` of the catalogue);
        further options: margin, batch, timeout, assumptions, speeds, and for osrm MODE=URL.

        Raises: TravelUnavailable (T040), with every unusable part.
        """
        # Paths and addresses hold commas: only one before `name=` begins an option.
        head, *options = re.split(r",(?=[a-z_]+=)", text.strip())
        kind, _, location = head.partition(":")
        issues = (
            [] if kind in list(SourceKind) else [Issue("T040", "travel", "travel_grammar", {"met": head})]
        )
        values: dict[str, object] = {}
        servers: dict[TravelMode, str] = {}
        for option in options:
            name, _, value = option.partition("=")
            try:
                if name in list(TravelMode) and kind == SourceKind.OSRM:
                    servers[TravelMode(name)] = value
                else:
                    attribute, convert = OPTIONS[name]
                    values[attribute] = convert(value)
            except KeyError:
                known = [*OPTIONS, *(TravelMode if kind == SourceKind.OSRM else ())]
                issues.append(
                    Issue(
                        "T040",
                        f"travel.{name}",
                        "unknown_option",
                        {"name": name, "value": value.split("@")[-1], "known": list(known)},
                    )
                )
            except ValueError:
                issues.append(
                    Issue(
                        "T040",
                        f"travel.{name}",
                        f"travel_{name}_example",
                        {"met": value, "name": name, "example": EXAMPLES[name]},
                    )
                )
        refuse_travel(issues)
        return cls(SourceKind(kind), location, servers=servers, **values)  # type: ignore[arg-type]  # each was converted


EXAMPLES = {"traffic": "1.2", "access": "2", "snap": "2000", "margin": "20", "batch": "50", "timeout": "60"}
OPTIONS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "traffic": ("traffic", float),
    "access": ("access_minutes", float),
    "snap": ("max_snap_m", float),
    "margin": ("margin_km", float),
    "batch": ("batch", int),
    "timeout": ("timeout_s", float),
    "assumptions": ("assumptions", Path),
    "speeds": ("speeds", Path),
}


def travel_for(
    sites: Sequence[Site], modes: Iterable[TravelMode], horizon: Horizon, spec: TravelSpec | str
) -> dict[TravelMode, TravelMatrix]:
    """One matrix per mode, rows and columns in the order of `sites`; each says its own `source`.

    A mode that the source cannot compute (a bus for a server, a bicycle for a car server) is estimated, and
    its `source` says so. Every source pays the same access minutes and the same least time between different
    sites.
    Raises: TravelUnavailable, with all issues at once (docs/travel.md lists the codes).
    """
    chosen = TravelSpec.parse(spec) if isinstance(spec, str) else spec
    assumptions = load_assumptions(chosen.assumptions)
    wanted = list(dict.fromkeys(modes))
    trips = _trips(sites, wanted, assumptions, chosen)
    left = [mode for mode in wanted if mode not in trips]
    least = assumptions.least_minutes.value
    matrices = estimate(
        sites, left, horizon, assumptions, traffic=chosen.traffic, access_minutes=chosen.access_minutes
    )
    for mode, (minutes, metres) in trips.items():
        matrices[mode] = as_matrix(
            mode, sites, minutes, metres, horizon, least_minutes=least, source=_source(chosen)
        )
    return {mode: matrices[mode] for mode in wanted}


Trips = tuple[Floats, Floats]
"""Minutes and metres, each of shape (sites, sites)."""
Engine = Callable[[Sequence[Site], Floats], Trips]


def _trips(
    sites: Sequence[Site], modes: Sequence[TravelMode], assumptions: TravelAssumptions, spec: TravelSpec
) -> dict[TravelMode, Trips]:
    """Whole trips of the modes that the source can compute, stops included."""
    points = points_of(sites)
    answers: dict[Engine, Trips] = {}  # two modes may ask the same question of the same server
    trips: dict[TravelMode, Trips] = {}
    issues: list[Issue] = []
    walked = [
        mode for mode in modes if spec.kind is SourceKind.ROADS and law_of(mode, assumptions).or_on_foot
    ]
    asked = [*modes, TravelMode.FOOT] if walked else modes
    for mode, engine in _engines(spec, asked, points).items():
        try:
            if engine not in answers:
                answers[engine] = engine(sites, points)
            minutes, metres = answers[engine]
            trips[mode] = _with_stops(minutes, metres, mode, assumptions, spec), metres
        except TravelUnavailable as refusal:
            issues += refusal.issues
    # Once each: modes that share a server meet the same fault.
    refuse_travel(dict.fromkeys(issues))
    for mode in walked:  # nobody waits for a bus to go next door
        (riding, along), (walking, across) = trips[mode], trips[TravelMode.FOOT]
        trips[mode] = np.minimum(riding, walking), np.where(walking < riding, across, along)
    return trips


def _engines(spec: TravelSpec, modes: Sequence[TravelMode], points: Floats) -> dict[TravelMode, Engine]:
    """What computes the moving minutes and metres of each mode that the source knows."""
    if spec.kind is SourceKind.ROADS:
        speeds = load_speeds(spec.speeds)
        network = read_network(
            Path(spec.location), modes, around=points, margin_km=spec.margin_km, speeds=speeds
        )
        return {mode: _on_roads(network, mode, spec.max_snap_m) for mode in modes}
    if spec.kind is SourceKind.OSRM:
        cars = OsrmServer(spec.location, "driving", spec.batch, spec.timeout_s, spec.max_snap_m)
        # A licence-free car takes the car's way, then keeps to its top speed (see `_with_stops`).
        engines: dict[TravelMode, Engine] = {TravelMode.CAR: cars.times}
        engines[TravelMode.LICENCE_FREE_CAR] = engines[TravelMode.CAR]
        for mode, url in spec.servers.items():
            profile = OSRM_PROFILES.get(mode, "driving")
            engines[mode] = OsrmServer(url, profile, spec.batch, spec.timeout_s, spec.max_snap_m).times
        return {mode: engines[mode] for mode in modes if mode in engines}
    if spec.kind is SourceKind.VALHALLA:
        return {
            mode: ValhallaServer.for_mode(
                spec.location, mode, batch=spec.batch, timeout_s=spec.timeout_s, max_snap_m=spec.max_snap_m
            ).times
            for mode in modes
            if mode in VALHALLA_COSTING
        }
    return {}


def _on_roads(network: RoadNetwork, mode: TravelMode, max_snap_m: float) -> Engine:
    def times(sites: Sequence[Site], points: Floats) -> tuple[Floats, Floats]:
        return network.times(sites, points, mode, max_snap_m=max_snap_m)

    return times


def _with_stops(
    minutes: Floats, metres: Floats, mode: TravelMode, assumptions: TravelAssumptions, spec: TravelSpec
) -> Floats:
    """Moving minutes slowed by traffic, kept under the top speed, with waiting and access added."""
    law = law_of(mode, assumptions)
    total = minutes * spec.traffic if law.feels_traffic else minutes
    if law.top_speed is not None:
        # 0.06: metres divided by km/h, in minutes.
        total = np.maximum(total, metres * 0.06 / law.top_speed.value)
    wait = 0.0 if law.wait is None else law.wait.value
    return total + wait + (law.access.value if spec.access_minutes is None else spec.access_minutes)


def _source(spec: TravelSpec) -> str:
    """What the matrix says of itself: enough to make it again, no address and no folder."""
    place = f" {Path(spec.location).name}" if spec.kind is SourceKind.ROADS else ""
    return f"{spec.kind}{place}" + (f", traffic {spec.traffic:g}" if spec.traffic != 1 else "")
