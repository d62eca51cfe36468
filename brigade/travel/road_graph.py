"""Travel along real roads, in-process: any OpenStreetMap extract (.osm.pbf) read with osmium, searched with
SciPy.

Not modelled: traffic (give a factor), turn costs and restrictions, barriers, ferries, bus lines. Directions
and speeds are read in `roads.toml`. Extra to install: `pip install "brigade-domicile[roads]"`.
"""

from __future__ import annotations

import importlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from brigade.errors import Issue
from brigade.travel.failures import TravelUnavailable, refuse_travel
from brigade.travel.geometry import Floats, on_plane
from brigade.travel.road_speeds import ModeSpeeds, WayUse, load_speeds
from brigade.values.places import Site, TravelMode

Ints = NDArray[np.int64]

# One edge weight carries time and length of the same path: milliseconds x 2^24 + decimetres. Sums stay exact
# in a double (53 bits) up to 149 hours and 1 677 km. Of two equally fast paths the shorter wins: ties are
# settled alike.
LENGTH_BITS = 1 << 24
CELLS_AT_ONCE = 6_000_000  # about 50 MB of distances in one Dijkstra call


@dataclass(frozen=True, slots=True)
class Segments:
    """Directed pieces of road of one mode: node numbers, decimetres and milliseconds, each of shape
    (segments,)."""

    origin: Ints
    destination: Ints
    decimetres: Ints
    milliseconds: Ints


@dataclass(frozen=True, slots=True)
class RoadNetwork:
    """The roads of an extract. `points`: latitude and longitude of each node, shape (nodes, 2)."""

    name: str
    points: Floats
    segments: Mapping[TravelMode, Segments]
    speeds: Mapping[TravelMode, ModeSpeeds]

    def times(
        self, sites: Sequence[Site], points: Floats, mode: TravelMode, *, max_snap_m: float = 2000
    ) -> tuple[Floats, Floats]:
        """Moving minutes and metres of the fastest paths, each of shape (sites, sites), row = from; not
        symmetric.

        Sites are tied to the nearest node of the largest part of the network where every place reaches every
        other; the straight way to it is added at `off_road_kmh`.
        Raises: TravelUnavailable (T022 mode without road, T023 site too far, T024 site cut off), all sites at
        once.
        """
        if mode not in self.segments or not len(self.segments[mode].origin):
            raise TravelUnavailable([Issue("T022", f"{self.name}:{mode}", "no_road_for_mode")])
        segments = self.segments[mode]
        graph, main = _main_part(segments, len(self.points))
        used = np.unique(np.concatenate([segments.origin, segments.destination]))
        nodes, away_m = self._snap(sites, points, used, main, max_snap_m)
        doors, door_of = np.unique(nodes, return_inverse=True)
        minutes, metres = _fastest(graph, doors)
        off_road = away_m[:, None] + away_m[None, :]
        reached = np.ix_(door_of, door_of)
        return minutes[reached] + off_road * 0.06 / self.speeds[mode].off_road_kmh, metres[reached] + off_road

    def _snap(
        self, sites: Sequence[Site], points: Floats, used: Ints, main: Ints, max_snap_m: float
    ) -> tuple[Ints, Floats]:
        """The node of `main` nearest to each site, and the metres to it."""
        centre = self.points[main].mean(axis=0)
        planar = on_plane(points, centre)
        away, nearest = _nearest(on_plane(self.points[main], centre), planar)
        away_any, _ = _nearest(on_plane(self.points[used], centre), planar)
        refuse_travel(
            Issue(
                "T024" if away_any[row] <= max_snap_m else "T023",
                f"sites[{row}]",
                "far_from_network",
                {
                    "site": site.id,
                    "away": round(float(away[row])),
                    "network": self.name,
                    "cut_off": round(float(away_any[row])) if away_any[row] <= max_snap_m else None,
                    "limit": round(max_snap_m),
                },
            )
            for row, site in enumerate(sites)
            if away[row] > max_snap_m
        )
        return main[nearest], away


def _nearest(places: Floats, planar: Floats) -> tuple[Floats, Ints]:
    """Metres to the nearest of `places` and its row, for each of `planar`."""
    away, row = cKDTree(places).query(planar)
    return np.asarray(away, dtype=np.float64), np.asarray(row, dtype=np.int64)


def read_network(
    path: Path,
    modes: Iterable[TravelMode],
    *,
    around: Floats | None = None,
    margin_km: float = 20,
    speeds: Mapping[TravelMode, ModeSpeeds] | None = None,
) -> RoadNetwork:
    """Read the roads of an extract once for all `modes`.

    Args: around: points (latitude, longitude); only roads within `margin_km` of their bounding box are kept;
    None: all.
    Raises: TravelUnavailable (T020 extra not installed, T021 file missing or unreadable).
    """
    osmium = _osmium()
    if not path.is_file():
        raise TravelUnavailable([Issue("T021", path.name, "no_extract")])
    tables = load_speeds() if speeds is None else speeds
    ways = _Ways(
        {mode: tables[mode] for mode in dict.fromkeys(modes) if mode in tables}, _box(around, margin_km)
    )
    try:
        roads = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        for way in (
            roads.with_locations()
            .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
            .with_filter(osmium.filter.KeyFilter("highway"))
        ):
            ways.add(way)
    except RuntimeError as fault:
        raise TravelUnavailable(
            [Issue("T021", path.name, "extract_unreadable", {"met": str(fault)})]
        ) from fault
    return ways.network(path.name)


def _osmium() -> Any:  # osmium ships no types
    try:
        return importlib.import_module("osmium")
    except ImportError as missing:
        raise TravelUnavailable([Issue("T020", "roads", "no_osmium")]) from missing


def _box(around: Floats | None, margin_km: float) -> tuple[float, float, float, float]:
    """South, west, north, east in degrees."""
    if around is None or not len(around):
        return -90.0, -180.0, 90.0, 180.0
    (south, west), (north, east) = around.min(axis=0), around.max(axis=0)
    high = margin_km / 111.2
    wide = high / max(0.1, float(np.cos(np.radians(max(abs(south), abs(north))))))
    return float(south - high), float(west - wide), float(north + high), float(east + wide)


class _Ways:
    """Gathers ways into flat arrays: Python objects would not fit a region in memory."""

    def __init__(
        self, tables: Mapping[TravelMode, ModeSpeeds], box: tuple[float, float, float, float]
    ) -> None:
        self.tables = tables
        self.box = box
        self.refs, self.latitudes, self.longitudes = array("q"), array("d"), array("d")
        self.ends = array("q")  # where each way's nodes stop in the three arrays above
        self.uses: dict[TravelMode, list[WayUse | None]] = {mode: [] for mode in tables}
        self.known: dict[tuple[tuple[str, str], ...], dict[TravelMode, WayUse | None]] = {}
        self.read = {"highway", "area", "maxspeed", "junction"}
        for table in tables.values():
            self.read |= {*table.access_tags, *table.oneway_tags, *table.two_way_if, *table.closed_if}

    def add(self, way: Any) -> None:
        uses = self._uses(way.tags)
        if not any(uses.values()):
            return
        # An extract cut at its border names nodes it does not hold.
        nodes = [(node.ref, node.lat, node.lon) for node in way.nodes if node.location.valid()]
        south, west, north, east = self.box
        if len(nodes) < 2 or not any(south <= lat <= north and west <= lon <= east for _, lat, lon in nodes):
            return
        for ref, latitude, longitude in nodes:
            self.refs.append(ref)
            self.latitudes.append(latitude)
            self.longitudes.append(longitude)
        self.ends.append(len(self.refs))
        for mode, use in uses.items():
            self.uses[mode].append(use)

    def _uses(self, tags: Any) -> dict[TravelMode, WayUse | None]:
        """Few combinations of the tags that count: each is judged once."""
        key = tuple((tag.k, tag.v) for tag in tags if tag.k in self.read)
        if key not in self.known:
            self.known[key] = {mode: table.use(dict(key)) for mode, table in self.tables.items()}
        return self.known[key]

    def network(self, name: str) -> RoadNetwork:
        refs = np.array(self.refs, dtype=np.int64)
        places = np.column_stack([np.array(self.latitudes), np.array(self.longitudes)]).reshape(len(refs), 2)
        _, first, number = np.unique(refs, return_index=True, return_inverse=True)
        ends = np.array(self.ends, dtype=np.int64)
        starts = np.delete(np.arange(len(refs)), ends - 1)
        way_of = np.repeat(np.arange(len(self.ends)), np.diff(ends, prepend=np.int64(0)) - 1)
        decimetres = np.rint(10 * _lengths_m(places, starts)).astype(np.int64)
        segments = {
            mode: _segments(uses, number[starts], number[starts + 1], way_of, decimetres)
            for mode, uses in self.uses.items()
        }
        return RoadNetwork(name, places[first], segments, self.tables)


def _lengths_m(places: Floats, starts: Ints) -> Floats:
    """Metres from each of `starts` to the next place, on the plane of their own latitude: they are short."""
    here, there = np.radians(places[starts]), np.radians(places[starts + 1])
    east = (there[:, 1] - here[:, 1]) * np.cos((here[:, 0] + there[:, 0]) / 2)
    lengths: Floats = np.hypot(there[:, 0] - here[:, 0], east) * 6371008.8
    return lengths


def _segments(
    uses: Sequence[WayUse | None], origin: Ints, destination: Ints, way_of: Ints, decimetres: Ints
) -> Segments:
    kmh = np.array([use.kmh if use else np.inf for use in uses])[way_of]
    forward = np.array([use is not None and use.forward for use in uses], dtype=bool)[way_of]
    backward = np.array([use is not None and use.backward for use in uses], dtype=bool)[way_of]
    # 1 dm at 1 km/h takes 360 ms; at least 1 ms, for SciPy takes a zero weight for no edge.
    milliseconds = np.maximum(1, np.rint(360 * decimetres / kmh)).astype(np.int64)
    return Segments(
        np.concatenate([origin[forward], destination[backward]]),
        np.concatenate([destination[forward], origin[backward]]),
        np.concatenate([decimetres[forward], decimetres[backward]]),
        np.concatenate([milliseconds[forward], milliseconds[backward]]),
    )


def _main_part(segments: Segments, nodes: int) -> tuple[csr_array, Ints]:
    """The whole graph, and the nodes of its largest strongly connected part."""
    weight = segments.milliseconds * LENGTH_BITS + segments.decimetres
    # Of parallel segments keep the fastest: a sparse matrix would add them up.
    order = np.lexsort((weight, segments.destination, segments.origin))
    origin, destination, weight = segments.origin[order], segments.destination[order], weight[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(origin) != 0) | (np.diff(destination) != 0)
    shape = (nodes, nodes)
    graph = csr_array((weight[first].astype(np.float64), (origin[first], destination[first])), shape=shape)
    _, part = connected_components(graph, directed=True, connection="strong")
    return graph, np.flatnonzero(part == np.bincount(part).argmax())


def _fastest(graph: csr_array, nodes: Ints) -> tuple[Floats, Floats]:
    """Minutes and metres between `nodes`, each of shape (nodes, nodes)."""
    packed = np.empty((len(nodes), len(nodes)))
    rows = max(1, CELLS_AT_ONCE // graph.shape[0])
    for start in range(0, len(nodes), rows):
        batch = slice(start, start + rows)
        packed[batch] = dijkstra(graph, directed=True, indices=nodes[batch])[:, nodes]
    milliseconds, decimetres = np.divmod(packed, float(LENGTH_BITS))
    return milliseconds / 60_000, decimetres / 10
