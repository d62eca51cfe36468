"""The map of a report, drawn on the server as one SVG: commune outlines, blurred places, one line a tour.

Places are rounded to a grid before they are drawn: the page says which part of a commune, never which house.
Legs from and to the workers' homes are left out for the same reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from brigade.values.places import Site

# About 550 m north to south and 350 m east to west in France.
GRID_DEGREES = 0.005
# Of a great circle on the mean sphere: 2 pi 6371 / 360.
KM_PER_DEGREE = 111.2
WIDTH = 1000.0
HEIGHTS = (420.0, 900.0)
# So that no place lies on the edge, and a day with one place has a map.
MARGIN_KM = 2.0
SMALLEST_STEP = 0.6
"""Outline points nearer than this (in drawing units) to the one before are dropped: nobody would see them."""


@dataclass(frozen=True, slots=True)
class CommuneShape:
    """One commune: its path, and where its name stands if it is named."""

    code: str
    name: str
    path: str
    label: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world shown and its scale, in drawing units a kilometre."""

    west: float
    north: float
    km_per_longitude: float
    scale: float
    height: float

    def point(self, latitude: float, longitude: float) -> tuple[float, float]:
        x = (longitude - self.west) * self.km_per_longitude * self.scale
        y = (self.north - latitude) * KM_PER_DEGREE * self.scale
        return round(x, 1), round(y, 1)

    def shows(self, points: Sequence[tuple[float, float]]) -> bool:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return max(xs) > 0 and min(xs) < WIDTH and max(ys) > 0 and min(ys) < self.height


def blurred(site: Site) -> tuple[float, float] | None:
    """Latitude and longitude on the grid; None for a site without a place."""
    if site.latitude is None or site.longitude is None:
        return None
    return _on_grid(site.latitude), _on_grid(site.longitude)


def _on_grid(degrees: float) -> float:
    return round(round(degrees / GRID_DEGREES) * GRID_DEGREES, 4)


def frame_of(places: Iterable[tuple[float, float]]) -> Frame | None:
    """The frame that holds all places with a margin; None when there is none."""
    known = list(places)
    if not known:
        return None
    south, north = min(lat for lat, _ in known), max(lat for lat, _ in known)
    west, east = min(lon for _, lon in known), max(lon for _, lon in known)
    km_per_longitude = KM_PER_DEGREE * cos(radians((south + north) / 2))
    wide = (east - west) * km_per_longitude + 2 * MARGIN_KM
    high = (north - south) * KM_PER_DEGREE + 2 * MARGIN_KM
    scale = min(WIDTH / wide, HEIGHTS[1] / high)
    height = min(max(high * scale, HEIGHTS[0]), HEIGHTS[1])
    # What the drawing has beyond the places is shared by both sides.
    spare_x, spare_y = (WIDTH / scale - wide) / 2, (height / scale - high) / 2
    return Frame(
        west - (MARGIN_KM + spare_x) / km_per_longitude,
        north + (MARGIN_KM + spare_y) / KM_PER_DEGREE,
        km_per_longitude,
        scale,
        round(height, 1),
    )


def shapes(
    outlines: Mapping[str, Any] | None, frame: Frame, named: frozenset[str]
) -> tuple[CommuneShape, ...]:
    """The communes of a GeoJSON FeatureCollection (properties `code`, `name` or `nom`) that the frame
    shows; `named` get a label."""
    features = outlines.get("features", ()) if outlines else ()
    return tuple(_shapes(features, frame, named))


def _shapes(
    features: Iterable[Mapping[str, Any]], frame: Frame, named: frozenset[str]
) -> Iterator[CommuneShape]:
    for feature in features:
        properties = feature.get("properties") or {}
        rings = [
            _thinned([frame.point(lat, lon) for lon, lat, *_ in ring])
            for ring in _rings(feature.get("geometry") or {})
        ]
        # Thinned to a line it encloses nothing.
        seen = [ring for ring in rings if len(ring) > 2 and frame.shows(ring)]
        if not seen:
            continue
        code = str(properties.get("code", ""))
        largest = max(seen, key=_area)
        label = _centre(largest) if code in named else None
        yield CommuneShape(
            code,
            str(properties.get("name") or properties.get("nom") or code),
            " ".join(map(_path, seen)),
            label,
        )


def _rings(geometry: Mapping[str, Any]) -> list[list[list[float]]]:
    """Every ring of a Polygon or MultiPolygon, holes included; other geometries draw nothing."""
    coordinates = geometry.get("coordinates", ())
    if geometry.get("type") == "Polygon":
        return list(coordinates)
    if geometry.get("type") == "MultiPolygon":
        return [ring for polygon in coordinates for ring in polygon]
    return []


def _thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for x, y in points:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= SMALLEST_STEP:
            kept.append((x, y))
    return kept


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points) + "Z"


def _area(points: Sequence[tuple[float, float]]) -> float:
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs))


def _centre(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The middle of the ring's box: near enough for a name."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return round((min(xs) + max(xs)) / 2, 1), round((min(ys) + max(ys)) / 2, 1)


def scale_bar(frame: Frame) -> tuple[int, float]:
    """A round number of kilometres and its length in drawing units: the largest that takes a quarter of the
    width."""
    for km in (50, 20, 10, 5, 2, 1):
        if km * frame.scale <= WIDTH / 4:
            return km, round(km * frame.scale, 1)
    return 1, round(frame.scale, 1)
