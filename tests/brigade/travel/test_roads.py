"""The road graph on real streets: one-way streets, closed roads, places without a road, and the tags that
decide."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from brigade.travel.failures import TravelUnavailable
from brigade.travel.geometry import Floats, crow_fly_km, points_of
from brigade.travel.road_graph import RoadNetwork, read_network
from brigade.travel.road_speeds import BUILT_IN, WayUse, load_speeds, posted_limit
from brigade.values.places import Site, TravelMode
from tests.sayings import refusals

DATA = Path(__file__).parents[2] / "data" / "osm"
PARIS, LIECHTENSTEIN = DATA / "paris_bss.osm.pbf", DATA / "liechtenstein.osm.pbf"
# Both ends of a one-way street of 238.5 m near the place de la République.
UPSTREAM, DOWNSTREAM = Site("up", None, 48.8679927, 2.3586403), Site("down", None, 48.8686145, 2.3555189)


@pytest.fixture(scope="module")
def paris() -> RoadNetwork:
    return read_network(PARIS, list(TravelMode))


@pytest.fixture(scope="module")
def liechtenstein() -> RoadNetwork:
    return read_network(LIECHTENSTEIN, [TravelMode.CAR, TravelMode.FOOT])


def some_sites(network: RoadNetwork, mode: TravelMode, number: int) -> list[Site]:
    nodes = np.unique(network.segments[mode].origin)
    chosen = network.points[nodes[:: max(1, len(nodes) // number)]]
    return [
        Site(f"s{row}", None, float(latitude), float(longitude))
        for row, (latitude, longitude) in enumerate(chosen)
    ]


def times(
    network: RoadNetwork, sites: list[Site], mode: TravelMode, snap: float = 2000
) -> tuple[Floats, Floats]:
    return network.times(sites, points_of(sites), mode, max_snap_m=snap)


def test_a_one_way_street_is_short_one_way_and_long_the_other(paris: RoadNetwork) -> None:
    """238.5 m down the street; 1 404 m around the blocks to come back up. On foot, the same both ways."""
    minutes, metres = times(paris, [UPSTREAM, DOWNSTREAM], TravelMode.CAR)
    assert metres[0, 1] == pytest.approx(238.5, abs=1)
    assert metres[1, 0] == pytest.approx(1403.6, abs=1)
    assert minutes[1, 0] > 3 * minutes[0, 1]
    walked, walked_m = times(paris, [UPSTREAM, DOWNSTREAM], TravelMode.FOOT)
    assert walked[0, 1] == walked[1, 0] == pytest.approx(238.5 * 0.06 / 5, abs=0.01)
    assert walked_m[0, 1] == walked_m[1, 0]


@pytest.mark.parametrize("mode", list(TravelMode))
def test_passing_by_a_third_place_never_saves_time_on_the_road(paris: RoadNetwork, mode: TravelMode) -> None:
    minutes, metres = times(paris, some_sites(paris, mode, 40), mode)
    through = minutes[:, :, None] + minutes[None, :, :]
    assert (minutes[:, None, :] <= through + 1e-3).all()
    assert np.isfinite(minutes).all()
    assert np.isfinite(metres).all()


def test_no_road_is_shorter_than_the_crow_flies(liechtenstein: RoadNetwork) -> None:
    sites = [site for site in some_sites(liechtenstein, TravelMode.CAR, 60) if (site.latitude or 0) > 47.13]
    _, metres = times(liechtenstein, sites, TravelMode.CAR)
    crow = 1000 * crow_fly_km(points_of(sites))
    assert (metres >= crow * 0.995 - 1).all()  # the plane of a few kilometres is right to half a percent
    far = crow > 2000
    assert far.any()
    assert 1.1 < np.median(metres[far] / crow[far]) < 2.0


def test_minutes_and_metres_are_of_one_path(paris: RoadNetwork) -> None:
    """On foot at 5 km/h nearly everywhere, metres must be minutes x 83.3; only stairs are slower."""
    minutes, metres = times(paris, some_sites(paris, TravelMode.FOOT, 40), TravelMode.FOOT)
    apart = metres > 100
    assert np.median(metres[apart] / minutes[apart]) == pytest.approx(5000 / 60, rel=0.01)


def test_a_place_away_from_the_junction_pays_the_way_to_it(paris: RoadNetwork) -> None:
    """100 m east of the street: 100 m more each way, at 15 km/h off the graph."""
    aside = Site("aside", None, UPSTREAM.latitude, 2.3586403 + 0.0004)
    _, straight = times(paris, [UPSTREAM, DOWNSTREAM], TravelMode.CAR)
    minutes, metres = times(paris, [UPSTREAM, DOWNSTREAM, aside], TravelMode.CAR)
    assert metres[0, 1] == straight[0, 1]
    assert metres[2, 1] > 0
    assert minutes[2, 1] > 0


def test_every_site_without_a_road_is_named_at_once(paris: RoadNetwork) -> None:
    lens, berck = Site("lens", None, 50.43, 2.83), Site("berck", None, 50.41, 1.59)
    with pytest.raises(TravelUnavailable) as refusal:
        times(paris, [UPSTREAM, lens, berck], TravelMode.CAR)
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [
        ("T023", "sites[1]"),
        ("T023", "sites[2]"),
    ]


def test_a_road_cut_off_from_the_rest_is_told_from_no_road(liechtenstein: RoadNetwork) -> None:
    """A mountain path that goes on beyond the border of the extract: 1.6 km from the rest, a few metres from
    itself."""
    sites = [
        Site("vaduz", None, 47.1410, 9.5209),
        Site("alp", None, 47.0507, 9.5922),
        Site("zurich", None, 47.38, 8.54),
    ]
    with pytest.raises(TravelUnavailable) as refusal:
        times(liechtenstein, sites, TravelMode.FOOT, snap=500)
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [
        ("T024", "sites[1]"),
        ("T023", "sites[2]"),
    ]
    minutes, _ = times(liechtenstein, sites[:2], TravelMode.FOOT, snap=2000)
    assert minutes[0, 1] > 100  # the 1.6 km without a path are walked too


def test_only_the_roads_around_the_sites_are_kept(liechtenstein: RoadNetwork) -> None:
    vaduz = points_of([Site("vaduz", None, 47.1410, 9.5209)])
    near = read_network(LIECHTENSTEIN, [TravelMode.CAR], around=vaduz, margin_km=2)
    assert 0 < len(near.points) < len(liechtenstein.points) / 3


def test_a_mode_without_any_road_is_refused() -> None:
    nowhere = points_of([Site("lens", None, 50.43, 2.83)])
    empty = read_network(PARIS, [TravelMode.CAR], around=nowhere, margin_km=1)
    with pytest.raises(TravelUnavailable, match="T022"):
        empty.times([UPSTREAM], points_of([UPSTREAM]), TravelMode.CAR)


def test_without_the_extra_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osmium", None)
    with pytest.raises(TravelUnavailable) as refusal:
        read_network(PARIS, [TravelMode.CAR])
    (issue,) = refusals(refusal)
    assert issue.code == "T020"
    assert 'pip install "brigade-domicile[roads]"' in issue.hint


def test_a_missing_or_broken_extract_is_said_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(PARIS.read_bytes()[:5000])
    for path in (tmp_path / "none.osm.pbf", broken):
        with pytest.raises(TravelUnavailable, match="T021"):
            read_network(path, [TravelMode.CAR])


@pytest.mark.parametrize(
    ("mode", "tags", "use"),
    [
        ("car", {"highway": "residential"}, WayUse(22, True, True)),
        ("car", {"highway": "residential", "oneway": "yes"}, WayUse(22, True, False)),
        ("car", {"highway": "residential", "oneway": "-1"}, WayUse(22, False, True)),
        ("car", {"highway": "tertiary", "junction": "roundabout"}, WayUse(40, True, False)),
        ("car", {"highway": "motorway"}, WayUse(98, True, False)),
        ("car", {"highway": "motorway", "oneway": "no"}, WayUse(98, True, True)),
        ("car", {"highway": "secondary", "maxspeed": "30"}, WayUse(24, True, True)),
        ("car", {"highway": "residential", "access": "private"}, None),
        (
            "car",
            {"highway": "residential", "access": "no", "motor_vehicle": "destination"},
            WayUse(22, True, True),
        ),
        ("car", {"highway": "footway"}, None),
        ("licence_free_car", {"highway": "motorway"}, None),
        ("licence_free_car", {"highway": "primary", "motorroad": "yes"}, None),
        ("e_bike", {"highway": "residential", "oneway": "yes"}, WayUse(18, True, False)),
        (
            "e_bike",
            {"highway": "residential", "oneway": "yes", "oneway:bicycle": "no"},
            WayUse(18, True, True),
        ),
        (
            "e_bike",
            {"highway": "residential", "oneway": "yes", "cycleway": "opposite"},
            WayUse(18, True, True),
        ),
        ("e_bike", {"highway": "tertiary", "junction": "roundabout"}, WayUse(20, True, False)),
        ("foot", {"highway": "residential", "oneway": "yes"}, WayUse(5, True, True)),
        ("foot", {"highway": "tertiary", "junction": "roundabout"}, WayUse(5, True, True)),
        ("foot", {"highway": "steps"}, WayUse(2.5, True, True)),
        ("foot", {"highway": "pedestrian", "area": "yes"}, None),
        ("foot", {"railway": "tram"}, None),
    ],
)
def test_tags_say_who_may_pass_which_way_how_fast(
    mode: str, tags: dict[str, str], use: WayUse | None
) -> None:
    assert load_speeds()[TravelMode(mode)].use(tags) == use


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50),
        (" 30 km/h", 30),
        ("20 mph", 32.18688),
        ("none", None),
        ("FR:urban", None),
        ("", None),
        ("0", None),
    ],
)
def test_posted_limits_are_read_in_their_unit(text: str, kmh: float | None) -> None:
    assert posted_limit(text) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("residential = 22", "residential = 0", "modes.car.speeds.residential"),
        ("share_of_limit = 0.80", "share_of_limit = -1", "modes.car.share_of_limit"),
        ("[modes.foot]", "[modes.horse]", "modes.horse"),
        ('access_tags = ["foot", "access"]', 'access_tags = "foot"', "modes.foot.access_tags"),
        (
            'closed_if = { motorroad = ["yes"] }',
            'closed_if = { motorroad = "yes" }',
            "modes.licence_free_car.closed_if",
        ),
    ],
)
def test_a_wrong_speed_is_refused_with_its_place(before: str, after: str, place: str, tmp_path: Path) -> None:
    text = BUILT_IN.read_text(encoding="utf-8")
    assert before in text
    edited = tmp_path / "mine.toml"
    edited.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(TravelUnavailable) as refusal:
        load_speeds(edited)
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [("T011", f"mine.toml:{place}")]
