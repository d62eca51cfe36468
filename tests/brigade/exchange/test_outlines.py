"""The outlines that ship: every commune of the basins of the scenarios, around its own point."""

from __future__ import annotations

import pytest

from brigade.exchange.outlines import outlines
from scenarios.generator.territory import BERCK, LENS, SELESTAT, STRASBOURG, load_basin


@pytest.mark.parametrize("zone", [LENS, BERCK, SELESTAT, STRASBOURG])
def test_every_commune_of_a_preset_basin_can_be_drawn(zone: str) -> None:
    codes = [commune.code for commune in load_basin(zone).communes]
    collection = outlines(codes)
    assert collection["type"] == "FeatureCollection"
    assert [feature["properties"]["code"] for feature in collection["features"]] == codes
    assert {feature["geometry"]["type"] for feature in collection["features"]} <= {"Polygon", "MultiPolygon"}


def test_an_outline_surrounds_its_commune() -> None:
    """The point of each commune of Lens lies in the box of its outline, a kilometre of margin given."""
    for commune in load_basin(LENS).communes:
        (feature,) = outlines([commune.code])["features"]
        parts = feature["geometry"]["coordinates"]
        rings = [parts[0]] if feature["geometry"]["type"] == "Polygon" else [part[0] for part in parts]
        longitudes = [point[0] for ring in rings for point in ring]
        latitudes = [point[1] for ring in rings for point in ring]
        assert min(longitudes) - 0.014 < commune.longitude < max(longitudes) + 0.014, commune
        assert min(latitudes) - 0.009 < commune.latitude < max(latitudes) + 0.009, commune


def test_communes_without_an_outline_are_left_out() -> None:
    codes = [feature["properties"]["code"] for feature in outlines(["59350", "62498", "99999"])["features"]]
    assert codes == ["62498"]
