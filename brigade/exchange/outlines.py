"""The outlines of communes, to draw a map with: GeoJSON, simplified, of the departments that ship
(brigade/data/outlines/, docs/data-licences.md)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
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


@cache
def _outlines_of(department: str) -> Mapping[str, Any]:
    packed = files("brigade").joinpath(f"data/outlines/{department}.geojson.gz").read_bytes()
    collection = json.loads(gzip.decompress(packed))
    return {feature["properties"]["code"]: feature for feature in collection["features"]}
