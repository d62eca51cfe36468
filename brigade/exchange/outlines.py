"""The outlines of communes, to draw a map with: GeoJSON, simplified, of the departments that ship
(brigade/data/outlines/, docs/data-licences.md)."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

OUTLINED = ("62", "67", "68", "80")


def outlines(codes: Iterable[str]) -> dict[str, Any]:
    """GeoJSON FeatureCollection of the communes' outlines, in the order of `codes`; properties: code, name.

    Communes outside 62, 67, 68 and 80 have none and are left out. The features are shared: read them, do not
    change them.
    """
    known = ((code, _outlines_of(code[:2])) for code in codes if code[:2] in OUTLINED)
    features = [outlined[code] for code, outlined in known if code in outlined]
    return {"type": "FeatureCollection", "features": features}


def shared_borders(codes: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Pairs of these communes, the lower code first, that share a border: two corners at the least, as one
    alone is a point where four meet. Of communes without an outline nothing is known."""
    corners: dict[tuple[float, ...], set[str]] = {}
    for feature in outlines(sorted(set(codes)))["features"]:
        for corner in _corners(feature["geometry"]):
            corners.setdefault(corner, set()).add(feature["properties"]["code"])
    shared = Counter(pair for met in corners.values() for pair in combinations(sorted(met), 2))
    return frozenset(pair for pair, count in shared.items() if count > 1)


def _corners(geometry: Mapping[str, Any]) -> frozenset[tuple[float, ...]]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return frozenset(tuple(corner) for polygon in parts for ring in polygon for corner in ring)


@cache
def _outlines_of(department: str) -> Mapping[str, Any]:
    packed = files("brigade").joinpath(f"data/outlines/{department}.geojson.gz").read_bytes()
    collection = json.loads(gzip.decompress(packed))
    return {feature["properties"]["code"]: feature for feature in collection["features"]}
