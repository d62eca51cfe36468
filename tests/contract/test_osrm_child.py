"""A real OSRM, prepared from a real extract and run as a child process, answers the adapter; its faults are
told."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from brigade.travel.failures import TravelUnavailable
from brigade.travel.geometry import points_of
from brigade.travel.osrm_child import STEPS, osrm_binaries, osrm_child, prepare
from brigade.travel.road_graph import read_network
from brigade.travel.server import OsrmServer
from brigade.travel.source import travel_for
from brigade.units import Horizon
from brigade.values.places import Site, TravelMode
from tests.osrm import osrm_programs
from tests.sayings import refusals

EXTRACT = Path(__file__).parents[1] / "data" / "osm" / "liechtenstein.osm.pbf"
VILLAGES = [
    Site("vaduz", None, 47.1410, 9.5209),
    Site("schaan", None, 47.1650, 9.5087),
    Site("balzers", None, 47.0660, 9.5030),
    Site("triesen", None, 47.1070, 9.5280),
    Site("eschen", None, 47.2110, 9.5220),
    Site("ruggell", None, 47.2380, 9.5270),
    Site("mauren", None, 47.2190, 9.5440),
]


@pytest.fixture(scope="module")
def programs() -> Path:
    return osrm_programs()


@pytest.fixture(scope="module")
def graph(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(EXTRACT, tmp_path_factory.mktemp("a.osm folder"), bin_dir=programs)


@pytest.fixture(scope="module")
def url(graph: Path, programs: Path) -> Iterator[str]:
    with osrm_child(graph, bin_dir=programs) as address:
        yield address


def test_a_real_osrm_answers_the_same_in_small_and_large_blocks(url: str) -> None:
    points = points_of(VILLAGES)
    small, large = (OsrmServer(url, batch=batch).times(VILLAGES, points) for batch in (2, 50))
    np.testing.assert_allclose(small[0], large[0])
    np.testing.assert_allclose(small[1], large[1])
    assert 5 < large[0][0, 2] < 20  # Vaduz to Balzers: about 9 km by road


def test_the_graph_in_process_agrees_with_osrm(url: str) -> None:
    """Same extract, two engines: minutes within 15 % or one minute, metres within 5 % or 300 m."""
    points = points_of(VILLAGES)
    theirs = OsrmServer(url).times(VILLAGES, points)
    ours = read_network(EXTRACT, [TravelMode.CAR]).times(VILLAGES, points, TravelMode.CAR)
    np.testing.assert_allclose(ours[0], theirs[0], rtol=0.15, atol=1.0)
    np.testing.assert_allclose(ours[1], theirs[1], rtol=0.05, atol=300)


def test_travel_for_pays_access_on_top_of_osrm(url: str) -> None:
    horizon = Horizon(date(2026, 3, 9))
    modes = [TravelMode.CAR, TravelMode.LICENCE_FREE_CAR, TravelMode.BUS]
    matrices = travel_for(VILLAGES, modes, horizon, f"osrm:{url},access=4")
    minutes, _ = OsrmServer(url).times(VILLAGES, points_of(VILLAGES))
    assert matrices[TravelMode.CAR].ticks[0, 2] == np.ceil(minutes[0, 2] + 4)
    assert matrices[TravelMode.LICENCE_FREE_CAR].ticks[0, 2] > matrices[TravelMode.CAR].ticks[0, 2]
    assert [matrix.source.split()[0] for matrix in matrices.values()] == ["osrm", "osrm", "estimate"]


def test_a_site_outside_the_map_is_named_with_its_distance(url: str) -> None:
    sites = [*VILLAGES[:2], Site("zurich", None, 47.3769, 8.5417), Site("bregenz", None, 47.5031, 9.7471)]
    with pytest.raises(TravelUnavailable) as refusal:
        OsrmServer(url).times(sites, points_of(sites))
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [
        ("T023", "sites[2]"),
        ("T023", "sites[3]"),
    ]


def test_the_child_is_gone_after_its_block(graph: Path, programs: Path) -> None:
    with osrm_child(graph, bin_dir=programs) as address:
        port = urlsplit(address).port
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_graph_that_is_not_there_is_said_so(tmp_path: Path, programs: Path) -> None:
    with pytest.raises(TravelUnavailable, match="T051"), osrm_child(tmp_path / "nothing", bin_dir=programs):
        pass


def test_a_file_that_is_no_extract_is_refused_with_what_osrm_said(tmp_path: Path, programs: Path) -> None:
    wrong = tmp_path / "wrong.osm.pbf"
    wrong.write_bytes(b"not a map")
    with pytest.raises(TravelUnavailable, match="T051 osrm-extract"):
        prepare(wrong, tmp_path / "graph", bin_dir=programs)


def test_missing_programs_are_named_with_the_way_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(TravelUnavailable) as refusal:
        osrm_binaries(tmp_path)
    (issue,) = refusals(refusal)
    assert issue.code == "T050"
    assert all(step in issue.what for step in STEPS)
    assert "roads-osrm" in issue.hint


def test_the_environment_may_name_the_programs(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGADE_OSRM_BIN", os.fspath(programs))
    assert osrm_binaries() == programs
