"""Travel from a routing server of the operator's: OSRM (`/table`) or Valhalla (`/sources_to_targets`), by
URL.

Tables are asked in blocks that both servers accept by default. The coordinates leave this machine for that
server and nothing else does: use your own, and coarse points.
"""

from __future__ import annotations

import http.client
import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from brigade.errors import Clause, Issue
from brigade.travel.failures import TravelUnavailable, refuse_travel
from brigade.travel.geometry import Floats
from brigade.values.places import Site, TravelMode

Block: TypeAlias = tuple[Floats, Floats]
"""Minutes and metres of one block of rows and columns; NaN where the server knows no way."""

# Bytes: a table of two thousand places, times and metres, in JSON. Beyond, the server is not one of ours.
ANSWER_LIMIT = 256 * 1024 * 1024
# Enough to see which side of the river is cut off.
NO_WAY_SHOWN = 50

# Costing and its options in Valhalla's words. It knows no bus without a timetable.
VALHALLA_COSTING: Mapping[TravelMode, tuple[str, Mapping[str, Any]]] = {
    TravelMode.CAR: ("auto", {}),
    TravelMode.LICENCE_FREE_CAR: ("auto", {"top_speed": 45, "use_highways": 0.0}),
    TravelMode.E_BIKE: ("bicycle", {"cycling_speed": 20.0}),
    TravelMode.FOOT: ("pedestrian", {}),
}
# Its error codes that may come of a place off the map: too far apart, parts that do not meet, no road near.
NO_ROAD_NEAR = {154, 170, 171}


@dataclass(frozen=True, slots=True)
class OsrmServer:
    """One OSRM server: it serves the one mode its graph was prepared for.

    `batch`: sources, and destinations, of one request; 50 keeps to the server's default of 100 places a
    table. `max_snap_m`: how far from a road a site may be, None for no limit.
    """

    url: str
    profile: str = "driving"
    batch: int = 50
    timeout_s: float = 30.0
    max_snap_m: float | None = 2000

    def times(self, sites: Sequence[Site], points: Floats) -> Block:
        """Minutes and metres, each of shape (sites, sites), row = from; not symmetric.

        Raises: TravelUnavailable (T030 server silent, T031 refusal or odd answer, T032 no way, T023 site too
        far).
        """
        snapped_m = np.zeros(len(sites))
        minutes, metres = _in_blocks(
            len(sites), self.batch, lambda rows, columns: self._block(points, rows, columns, snapped_m)
        )
        limit = np.inf if self.max_snap_m is None else self.max_snap_m
        refuse_travel(
            Issue(
                "T023",
                f"sites[{row}]",
                "far_from_server_road",
                {
                    "site": sites[row].id,
                    "away": round(snapped_m[row]),
                    "server": _named(self.url),
                    "limit": round(limit),
                },
            )
            for row in np.flatnonzero(snapped_m > limit).tolist()
        )
        return _without_holes(self.url, sites, minutes, metres)

    def _block(self, points: Floats, rows: range, columns: range, snapped_m: Floats) -> Block:
        # A diagonal block names its places once (servers count them); but OSRM wants two at least.
        is_named_once = rows == columns and len(rows) > 1
        asked = list(rows) if is_named_once else [*rows, *columns]
        sources = range(len(rows))
        targets = sources if is_named_once else range(len(rows), len(asked))
        path = ";".join(f"{points[site, 1]:.6f},{points[site, 0]:.6f}" for site in asked)
        query = urllib.parse.urlencode(
            {
                "sources": ";".join(map(str, sources)),
                "destinations": ";".join(map(str, targets)),
                "annotations": "duration,distance",
                "generate_hints": "false",
            },
            safe=";,",
        )
        profile = urllib.parse.quote(self.profile, safe="")
        answer = _ask(f"{self.url.rstrip('/')}/table/v1/{profile}/{path}?{query}", None, self.timeout_s)
        if answer.get("code") != "Ok":
            raise _refusal(self.url, f"{answer.get('code')}: {answer.get('message', '')}")
        for site, waypoint in zip(rows, answer.get("sources") or (), strict=False):
            snapped_m[site] = max(snapped_m[site], float(waypoint.get("distance") or 0))
        shape = len(rows), len(columns)
        return _table(self.url, answer.get("durations"), shape) / 60, _table(
            self.url, answer.get("distances"), shape
        )


@dataclass(frozen=True, slots=True)
class ValhallaServer:
    """One Valhalla server for one costing. `batch`: 50 x 50 pairs is the server's own default limit of 2
    500."""

    url: str
    costing: str = "auto"
    options: Mapping[str, Any] = field(default_factory=dict)
    batch: int = 50
    timeout_s: float = 60.0
    max_snap_m: float = 2000

    @classmethod
    def for_mode(
        cls, url: str, mode: TravelMode, *, batch: int = 50, timeout_s: float = 60.0, max_snap_m: float = 2000
    ) -> ValhallaServer:
        """Raises: TravelUnavailable (T033), for a mode that Valhalla cannot compute."""
        if mode not in VALHALLA_COSTING:
            raise TravelUnavailable(
                [Issue("T033", _named(url), "valhalla_mode", {"mode": mode, "known": list(VALHALLA_COSTING)})]
            )
        costing, options = VALHALLA_COSTING[mode]
        return cls(url, costing, options, batch, timeout_s, max_snap_m)

    def times(self, sites: Sequence[Site], points: Floats) -> Block:
        """Minutes and metres, each of shape (sites, sites), row = from; not symmetric.

        Raises: TravelUnavailable (T030 server silent, T031 refusal or odd answer, T032 no way, T023 site too
        far).
        """
        try:
            minutes, metres = _in_blocks(
                len(sites), self.batch, lambda rows, columns: self._block(points, rows, columns)
            )
        except _NoRoadNear:
            refuse_travel(self._without_road(sites, points))
            raise
        return _without_holes(self.url, sites, minutes, metres)

    def _without_road(self, sites: Sequence[Site], points: Floats) -> list[Issue]:
        """Valhalla refuses a whole table without saying for which place: each is asked alone."""
        issues = []
        for row, site in enumerate(sites):
            try:
                self._block(points, range(row, row + 1), range(row, row + 1))
            except _NoRoadNear:
                issues.append(
                    Issue(
                        "T023",
                        f"sites[{row}]",
                        "beyond_server_roads",
                        {"site": site.id, "most": self.max_snap_m, "server": _named(self.url)},
                    )
                )
        return issues

    def _block(self, points: Floats, rows: range, columns: range) -> Block:
        body: dict[str, Any] = {
            "sources": [self._location(points, site) for site in rows],
            "targets": [self._location(points, site) for site in columns],
            "costing": self.costing,
            "units": "kilometers",
        }
        if self.options:
            body["costing_options"] = {self.costing: dict(self.options)}
        answer = _ask(f"{self.url.rstrip('/')}/sources_to_targets", body, self.timeout_s)
        pairs = answer.get("sources_to_targets")
        if pairs is None:
            told = f"{answer.get('error_code', '')} {answer.get('error', '')}"
            refusal = _refusal(self.url, told if told.strip() else Clause("answer_without_table"))
            raise _NoRoadNear(refusal.issues) if answer.get("error_code") in NO_ROAD_NEAR else refusal
        try:
            seconds = [[pair["time"] for pair in row] for row in pairs]
            kilometres = [[pair["distance"] for pair in row] for row in pairs]
        except (TypeError, KeyError) as fault:
            raise _refusal(self.url, Clause("unreadable_answer", {"fault": repr(fault)})) from fault
        shape = len(rows), len(columns)
        return _table(self.url, seconds, shape) / 60, _table(self.url, kilometres, shape) * 1000

    def _location(self, points: Floats, site: int) -> dict[str, float]:
        latitude, longitude = (round(float(degrees), 6) for degrees in points[site])
        return {"lat": latitude, "lon": longitude, "search_cutoff": self.max_snap_m}


class _NoRoadNear(TravelUnavailable):
    """Perhaps some place of a table is too far from any road."""


def _in_blocks(size: int, batch: int, ask: Callable[[range, range], Block]) -> Block:
    """The whole table from blocks of at most `batch` rows and columns."""
    minutes, metres = np.zeros((size, size)), np.zeros((size, size))
    parts = [range(start, min(start + batch, size)) for start in range(0, size, batch)]
    for rows in parts:
        for columns in parts:
            place = slice(rows.start, rows.stop), slice(columns.start, columns.stop)
            minutes[place], metres[place] = ask(rows, columns)
    return minutes, metres


def _table(url: str, rows: object, shape: tuple[int, int]) -> Floats:
    """Numbers of a block, NaN for null. Raises: TravelUnavailable (T031), when they do not have the shape
    asked for."""
    try:
        table = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise _refusal(url, Clause("unreadable_table", {"fault": str(fault)})) from fault
    if table.shape != shape:
        met = {"shape": str(table.shape), "wanted": str(shape)}
        raise _refusal(url, Clause("table_of_shape", met))
    if np.any(table < 0):
        raise _refusal(url, Clause("negative_time", {"least": str(np.nanmin(table))}))
    return table


def _without_holes(url: str, sites: Sequence[Site], minutes: Floats, metres: Floats) -> Block:
    """The table itself. Raises: TravelUnavailable (T032), with the pairs between which the server knows no
    way."""
    holes = np.argwhere(np.isnan(minutes) | np.isnan(metres))
    refuse_travel(
        Issue(
            "T032",
            f"sites[{row}]->sites[{column}]",
            "no_way",
            {"server": _named(url), "start": sites[row].id, "end": sites[column].id, "count": len(holes)},
        )
        for row, column in holes[:NO_WAY_SHOWN].tolist()
    )
    return minutes, metres


SILENCES: Mapping[type[Exception], str] = {
    ConnectionRefusedError: "connection_refused",
    TimeoutError: "timed_out",
    socket.gaierror: "unknown_address",
    ConnectionError: "connection_cut",
    http.client.HTTPException: "unreadable",
}


def _ask(url: str, body: Mapping[str, Any] | None, timeout_s: float) -> Mapping[str, Any]:
    """The JSON object a server answers, its error bodies included: they say more than the status."""
    if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
        raise TravelUnavailable(
            [
                Issue(
                    "T040",
                    "travel.location",
                    "travel_address",
                    {"met": url.split("/table")[0].split("@")[-1]},
                )
            ]
        )
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data, {"Content-Type": "application/json", "Accept": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as response:
            content = response.read(ANSWER_LIMIT)
    except urllib.error.HTTPError as refusal:
        with refusal:
            content = refusal.read(100_000)
        if not content.lstrip().startswith(b"{"):
            raise _refusal(url, f"HTTP {refusal.code}") from refusal
    except (OSError, http.client.HTTPException) as fault:
        reason = getattr(fault, "reason", fault)
        raise TravelUnavailable(
            [Issue("T030", _named(url), "server_silent", {"why": _silence(reason)})]
        ) from fault
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise _refusal(url, Clause("answer_not_json")) from fault
    if not isinstance(answer, dict):
        raise _refusal(url, Clause("answer_no_object"))
    return answer


def _silence(reason: object) -> Clause | str:
    """Why no answer came."""
    for kind, words in SILENCES.items():
        if isinstance(reason, kind):
            return Clause(words)
    return type(reason).__name__ if isinstance(reason, Exception) else str(reason)


def _refusal(url: str, met: Clause | str) -> TravelUnavailable:
    """Args: met: what the server said, in its own words, or what is odd about it."""
    told = met.strip() if isinstance(met, str) else met
    return TravelUnavailable([Issue("T031", _named(url), "server_refusal", {"met": told})])


def _named(url: str) -> str:
    """Host and port only: coordinates and keys of a URL never reach a log."""
    parts = urllib.parse.urlsplit(url)
    return parts.hostname + (f":{parts.port}" if parts.port else "") if parts.hostname else "server"
