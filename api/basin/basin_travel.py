"""The ways of a basin: as its documents gave them, and computed when days are composed for whatever they do
not know.

`Basin.given["travel"]` holds what was asked for: `{"source": "estimate"}`, or the matrices that a document
gave. There null says that a mode does not get somewhere, as in documents, and -1 stands for a leg that nobody
gave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brigade.exchange.documents.composing import TravelFor
from brigade.exchange.documents.json_text import JsonObject
from brigade.travel.completing import UNKNOWN, KnownLegs, completed
from brigade.units import Horizon
from brigade.values.places import NO_WAY, Site, TravelMatrix, TravelMode

ESTIMATE = "estimate"
Given = Mapping[str, Any]


def resolver(given: Given) -> TravelFor:
    """For the sites and modes of some days: given legs, the others estimated."""

    def resolve(
        sites: Sequence[Site], modes: Sequence[TravelMode], horizon: Horizon, spec: str
    ) -> Mapping[TravelMode, TravelMatrix]:
        known = {TravelMode(one["mode"]): _legs(one, horizon) for one in given.get("matrices") or ()}
        return completed(known, sites, modes, horizon)

    return resolve


def _legs(matrix: Given, horizon: Horizon) -> KnownLegs:
    minutes, metres = _numbers(matrix["minutes"]), _numbers(matrix["metres"])
    # Up to the next tick: a document may have counted in finer ones, and a trip is never shortened.
    ticks = np.ceil(minutes * horizon.ticks_per_minute - 1e-9)
    ticks = np.where(minutes == UNKNOWN, UNKNOWN, np.where(np.isnan(minutes), NO_WAY, ticks))
    return KnownLegs(
        matrix["sites"],
        ticks.astype(np.int64),
        np.nan_to_num(metres).astype(np.int64),
        matrix.get("source", "given"),
    )


def _numbers(rows: Sequence[Sequence[float | None]]) -> NDArray[np.float64]:
    return np.array(rows, np.float64).reshape(len(rows), len(rows))  # null becomes NaN


def merged(known: Given, told: Given) -> JsonObject:
    """What a document tells of the ways over what was known: a source takes the place of all; matrices that
    of their own legs, and what they do not know stays."""
    if told.get("matrices") is None or known.get("matrices") is None:
        return dict(told)
    by_mode = {one["mode"]: one for one in known["matrices"]}
    for one in told["matrices"]:
        by_mode[one["mode"]] = _over(by_mode[one["mode"]], one) if one["mode"] in by_mode else one
    return {"matrices": [by_mode[mode] for mode in sorted(by_mode)]}


def _over(known: Given, told: Given) -> JsonObject:
    if set(known["sites"]) <= set(told["sites"]):
        return dict(told)
    sites = list(dict.fromkeys([*known["sites"], *told["sites"]]))
    values: JsonObject = {}
    place = {site: row for row, site in enumerate(sites)}
    for name in ("minutes", "metres"):
        rows: list[list[Any]] = [[UNKNOWN] * len(sites) for _ in sites]
        for matrix in (known, told):
            at = [place[site] for site in matrix["sites"]]
            for row, legs in zip(at, matrix[name], strict=True):
                for column, leg in zip(at, legs, strict=True):
                    # What a document leaves open does not take away what was known.
                    rows[row][column] = rows[row][column] if leg == UNKNOWN else leg
        values[name] = rows
    return {**known, **told, "sites": sites, **values}
