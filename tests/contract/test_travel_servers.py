"""Routing servers by URL: what we ask keeps to their documented protocol and limits, and every bad answer has
a name.

The servers here are real ones on loopback, written after the protocols' own pages;
tests/contract/test_osrm_child.py asks the real OSRM.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np
import pytest

from brigade.travel.failures import TravelUnavailable
from brigade.travel.geometry import points_of
from brigade.travel.server import OsrmServer, ValhallaServer
from brigade.travel.source import travel_for
from brigade.units import Horizon
from brigade.values.places import Site, TravelMode
from tests.sayings import refusals

HORIZON = Horizon(date(2026, 3, 9))
SITES = [Site(f"s{row}", None, 50.40 + 0.01 * row, 2.80 + 0.002 * row) for row in range(7)]
Answer = tuple[int, bytes]
Asked = tuple[str, bytes]


@contextmanager
def serving(answer: Callable[[str, bytes], Answer]) -> Iterator[tuple[str, list[Asked]]]:
    """A server on loopback that answers every request with `answer(path, body)`; gives its URL and what it
    was asked."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append((self.path, body))
            status, content = answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            # Whoever asked may have given up. A traceback printed here, in a thread of its own, would parse
            # source beside another test that does, which this Python does not bear.
            with suppress(ConnectionError):
                self.wfile.write(content)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: pytest shows what failed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def seconds_between(origin: tuple[float, float], destination: tuple[float, float]) -> float:
    """An invented road: a minute per 0.001 degree northwards, half of it southwards."""
    climb = round((destination[0] - origin[0]) * 1000, 6)
    return 60 * climb if climb >= 0 else -30 * climb


def osrm(path: str, body: bytes, *, largest: int = 100) -> Answer:
    """`GET /table/v1/{profile}/{lon},{lat};…?sources=…&destinations=…&annotations=duration,distance`."""
    parts = urlsplit(path)
    found = re.fullmatch(r"/table/v1/(\w+)/([-\d.,;]+)", unquote(parts.path))
    query = parse_qs(parts.query)
    if found is None or body:
        return 400, json.dumps({"code": "InvalidUrl", "message": "URL string malformed"}).encode()
    places = [(float(lat), float(lon)) for lon, lat in (place.split(",") for place in found[2].split(";"))]
    if len(places) < 2:
        return 400, json.dumps({"code": "InvalidOptions", "message": "at least two"}).encode()
    if len(places) > largest:
        return 400, json.dumps({"code": "TooBig", "message": "Too many table coordinates"}).encode()
    sources, destinations = (
        [int(row) for row in query[name][0].split(";")] for name in ("sources", "destinations")
    )
    assert query["annotations"] == ["duration,distance"]
    seconds = [[seconds_between(places[row], places[column]) for column in destinations] for row in sources]
    metres = [[10 * value for value in row] for row in seconds]
    waypoints = [{"location": list(reversed(places[row])), "distance": 12.5, "name": ""} for row in sources]
    return 200, json.dumps(
        {"code": "Ok", "durations": seconds, "distances": metres, "sources": waypoints, "destinations": []}
    ).encode()


def valhalla(path: str, body: bytes) -> Answer:
    """`POST /sources_to_targets` with sources, targets, costing; times in seconds, distances in
    kilometres."""
    asked = json.loads(body)
    if path != "/sources_to_targets" or asked["units"] != "kilometers":
        return 404, json.dumps(
            {"error_code": 106, "error": "Try any of: '/sources_to_targets'", "status_code": 404}
        ).encode()
    sources, targets = (
        [(place["lat"], place["lon"]) for place in asked[name]] for name in ("sources", "targets")
    )
    if len(sources) * len(targets) > 2500:
        return 400, json.dumps(
            {"error_code": 150, "error": "Exceeded max locations", "status_code": 400}
        ).encode()
    if max(origin[0] for origin in [*sources, *targets]) > 60:
        assert all(place["search_cutoff"] == 2000 for place in asked["sources"])
        return 400, json.dumps(
            {"error_code": 171, "error": "No suitable edges near location", "status_code": 400}
        ).encode()
    pace = {"auto": 1, "bicycle": 2, "pedestrian": 4}[asked["costing"]]
    return 200, json.dumps(
        {
            "units": "kilometers",
            "sources_to_targets": [
                [
                    {
                        "from_index": row,
                        "to_index": column,
                        "time": pace * seconds_between(origin, destination),
                        "distance": seconds_between(origin, destination) / 100,
                    }
                    for column, destination in enumerate(targets)
                ]
                for row, origin in enumerate(sources)
            ],
        }
    ).encode()


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 50])
def test_blocks_of_any_size_make_the_same_table(batch: int) -> None:
    """From s0 to s1, 0.01 degree north: 10 min and 6 000 m; back: 5 min and 3 000 m."""
    with serving(osrm) as (url, _):
        minutes, metres = OsrmServer(url, batch=batch).times(SITES, points_of(SITES))
    assert minutes[0, 1] == pytest.approx(10)
    assert minutes[1, 0] == pytest.approx(5)
    assert metres[0, 1] == pytest.approx(6000)
    np.testing.assert_allclose(minutes[0], [10 * row for row in range(7)], atol=1e-6)
    with serving(valhalla) as (url, _):
        same, same_m = ValhallaServer(url, batch=batch).times(SITES, points_of(SITES))
    np.testing.assert_allclose(same, minutes, atol=1e-6)
    np.testing.assert_allclose(same_m, metres, atol=1e-6)


def test_the_default_blocks_keep_to_the_default_limits_of_both_servers() -> None:
    """120 sites: OSRM takes 100 places a table, Valhalla 2 500 pairs; nine requests of at most 50 x 50."""
    many = [Site(f"s{row}", None, 50 + 0.001 * row, 2.8) for row in range(120)]
    with serving(osrm) as (url, asked):
        OsrmServer(url).times(many, points_of(many))
        assert len(asked) == 9
    with serving(valhalla) as (url, asked):
        ValhallaServer(url).times(many, points_of(many))
        assert len(asked) == 9


def test_matrices_from_a_server_pay_traffic_and_access_like_the_others() -> None:
    """10 min x 1.2 + 2 = 14; southwards 5 x 1.2 + 2 = 8; metres untouched."""
    with serving(osrm) as (url, _):
        matrix = travel_for(SITES, [TravelMode.CAR], HORIZON, f"osrm:{url},traffic=1.2,access=2")[
            TravelMode.CAR
        ]
    assert matrix.between("s0", "s1") == (14, 6000)
    assert matrix.between("s1", "s0") == (8, 3000)
    assert matrix.between("s1", "s1") == (0, 0)
    assert matrix.source == "osrm, traffic 1.2"


def test_a_car_and_a_licence_free_car_ask_the_same_server_once() -> None:
    """6 km at 40.5 km/h = 8.9 min < 10 min: both cars take 10 + 1.5, rounded up."""
    modes = [TravelMode.CAR, TravelMode.LICENCE_FREE_CAR]
    with serving(osrm) as (url, asked):
        matrices = travel_for(SITES, modes, HORIZON, f"osrm:{url}")
        assert len(asked) == 1
    assert [matrix.ticks[0, 1] for matrix in matrices.values()] == [12, 12]


def test_each_mode_may_have_its_osrm_server_and_the_others_are_estimated() -> None:
    with serving(osrm) as (cars, _), serving(osrm) as (bikes, asked):
        spec = f"osrm:{cars},e_bike={bikes}"
        matrices = travel_for(SITES, [TravelMode.CAR, TravelMode.E_BIKE, TravelMode.FOOT], HORIZON, spec)
        assert [path.split("/")[3] for path, _ in asked] == ["bike"]
    assert [matrix.source.split()[0] for matrix in matrices.values()] == ["osrm", "osrm", "estimate"]


def test_valhalla_is_asked_in_its_own_words_for_each_mode() -> None:
    modes = [TravelMode.CAR, TravelMode.LICENCE_FREE_CAR, TravelMode.E_BIKE, TravelMode.FOOT, TravelMode.BUS]
    with serving(valhalla) as (url, asked):
        matrices = travel_for(SITES, modes, HORIZON, f"valhalla:{url}")
        bodies = [json.loads(body) for _, body in asked]
    assert [body["costing"] for body in bodies] == ["auto", "auto", "bicycle", "pedestrian"]
    assert bodies[1]["costing_options"]["auto"]["top_speed"] == 45
    assert matrices[TravelMode.FOOT].ticks[0, 1] == 41  # 4 x 10 min, and half a minute of stairs
    assert matrices[TravelMode.BUS].source.startswith("estimate")


def test_valhalla_does_not_pretend_to_know_buses() -> None:
    with pytest.raises(TravelUnavailable, match="T033"):
        ValhallaServer.for_mode("http://127.0.0.1:1", TravelMode.BUS)


def holes(path: str, body: bytes) -> Answer:
    status, content = osrm(path, body)
    answer = json.loads(content)
    answer["durations"][0][2] = answer["durations"][3][1] = None
    return status, json.dumps(answer).encode()


def test_every_pair_without_a_way_is_named() -> None:
    with serving(holes) as (url, _), pytest.raises(TravelUnavailable) as refusal:
        OsrmServer(url).times(SITES, points_of(SITES))
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [
        ("T032", "sites[0]->sites[2]"),
        ("T032", "sites[3]->sites[1]"),
    ]


def test_a_site_far_from_any_road_is_named_with_its_distance() -> None:
    """The server says 12.5 m for all: with a limit of 10 m every site is refused."""
    with serving(osrm) as (url, _), pytest.raises(TravelUnavailable) as refusal:
        travel_for(SITES, [TravelMode.CAR], HORIZON, f"osrm:{url},snap=10")
    assert [issue.code for issue in refusals(refusal)] == ["T023"] * 7


def test_valhalla_refuses_a_table_whole_but_we_say_for_which_sites() -> None:
    """Two of nine sites lie north of its map."""
    far = [Site("oslo", None, 60.1, 10.7), *SITES, Site("bergen", None, 60.4, 5.3)]
    with serving(valhalla) as (url, _), pytest.raises(TravelUnavailable) as refusal:
        travel_for(far, [TravelMode.CAR], HORIZON, f"valhalla:{url}")
    assert [(issue.code, issue.where) for issue in refusals(refusal)] == [
        ("T023", "sites[0]"),
        ("T023", "sites[8]"),
    ]


def test_places_each_near_a_road_but_too_far_apart_are_told_in_valhalla_s_words() -> None:
    def short_legged(path: str, body: bytes) -> Answer:
        if len(json.loads(body)["sources"]) == 1:
            return valhalla(path, body)
        return 400, b'{"error_code": 154, "error": "Path distance exceeds the max distance limit"}'

    with serving(short_legged) as (url, _), pytest.raises(TravelUnavailable) as refusal:
        ValhallaServer(url).times(SITES, points_of(SITES))
    (issue,) = refusals(refusal)
    assert issue.code == "T031"
    assert "154 Path distance" in issue.what


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((400, b'{"code": "TooBig", "message": "Too many table coordinates"}'), "TooBig: Too many"),
        ((500, b"<html>oops</html>"), "HTTP 500"),
        ((200, b"<html>welcome</html>"), "JSON"),
        ((200, b"[" * 15_000), "JSON"),
        ((200, b"[]"), "objet JSON"),
        ((200, b'{"code": "Ok"}'), "forme ()"),
        ((200, b'{"code": "Ok", "durations": [[0, 1], [2]], "distances": [[0]]}'), "illisible"),
        ((200, b'{"code": "Ok", "durations": [[0, 1], [-2, 0]], "distances": [[0, 1], [1, 0]]}'), "négatif"),
        ((200, b'{"code": "Ok", "durations": [[0]], "distances": [[0]]}'), "forme (1, 1), (2, 2) attendu"),
    ],
)
def test_an_odd_answer_of_osrm_is_told_with_its_reason(answer: Answer, said: str) -> None:
    with serving(lambda path, body: answer) as (url, _), pytest.raises(TravelUnavailable) as refusal:
        OsrmServer(url).times(SITES[:2], points_of(SITES[:2]))
    (issue,) = refusals(refusal)
    assert issue.code == "T031"
    assert said in issue.what


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((400, b'{"error_code": 150, "error": "Exceeded max locations"}'), "150 Exceeded"),
        ((200, b"{}"), "sans sources_to_targets"),
        ((200, b'{"sources_to_targets": [[{"time": 1}]]}'), "illisible"),
        ((200, b'{"sources_to_targets": {"durations": [[1]]}}'), "illisible"),
    ],
)
def test_an_odd_answer_of_valhalla_is_told_with_its_reason(answer: Answer, said: str) -> None:
    with serving(lambda path, body: answer) as (url, _), pytest.raises(TravelUnavailable) as refusal:
        ValhallaServer(url).times(SITES[:2], points_of(SITES[:2]))
    (issue,) = refusals(refusal)
    assert issue.code == "T031"
    assert said in issue.what


def test_a_silent_server_is_given_up_after_the_delay() -> None:
    def sleepy(path: str, body: bytes) -> Answer:
        time.sleep(0.5)
        return osrm(path, body)

    with serving(sleepy) as (url, _), pytest.raises(TravelUnavailable, match="T030"):
        travel_for(SITES, [TravelMode.CAR], HORIZON, f"osrm:{url},timeout=0.05")


def test_no_server_at_all_is_told_without_telling_where_the_sites_are() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(TravelUnavailable) as refusal:
        travel_for(SITES, [TravelMode.CAR], HORIZON, f"osrm:http://127.0.0.1:{port}")
    assert [issue.code for issue in refusals(refusal)] == ["T030"]
    assert f"127.0.0.1:{port}" in str(refusal.value)
    assert "50.4" not in str(refusal.value)
    assert "2.8" not in str(refusal.value)
