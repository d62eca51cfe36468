"""The problem as arrays: the one form all engines read. Fields are named in `solver.kernel.structs`, once.

Everything is int64 unless said otherwise; times are ticks from the horizon's start, costs are cost units
(docs/design.md §5). Rows: visits (open ones), tours (one worker in one availability, sorted by worker then
start), workers, day slots (`HISTORY` days before the horizon, its days, `AFTER` days behind it).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from brigade.values import places
from solver.kernel import structs

Ints = NDArray[np.int64]
Records = NDArray[np.void]
"""A structured array: `visits["duration"]` is a column, `visits[row]["duration"]` one of its values."""

FAR = 1 << 40
"""Later than any time, more than any amount, in ticks; far below the overflow of sums."""
NO_WAY = places.NO_WAY
"""Travel where a mode does not get from one place to the other."""
HISTORY = 14
AFTER = 14
LONGEST_TOUR = 60
"""Stops that a tour can hold at the most: rows of orders are so wide."""
MOST_MIXES = 512
"""Mixes of hosts that the tables of a worker may hold; each joins with each other."""

# pair flags
MAY, MAY_FIRST, MAY_LAST = 1, 2, 4
MAY_GUIDE = 8  # of a shared visit: whoever drives the tour may do the visit beside it
# measures of a day that limits speak of
WORK, OWN_WORK, SPAN, GAPS, GAP_TOTAL, LONG_GAPS, LONGEST_GAP, NIGHT_WORK = range(8)
NO_PERIOD = 8  # the longest continuous work, below zero: a limit on it is a least
DATE_WORK, DATE_OWN_WORK = 9, 10  # by local date, midnight to midnight
DAY_MEASURES = 11
# what totals sum
TOTAL_WORK, TOTAL_OWN_WORK, TOTAL_DATES, TOTAL_CAPPED, TOTAL_PRESENCES = range(5)
# the worker of a linked visit; who does the one guides whoever shares it in the other
SAME, DIFFERENT, GUIDES, GUIDED = 1, 2, 3, 4
# terms of longer days
SPAN_FRAGILE_ONLY, SPAN_LESS_COMMUTE = 1, 2
# bits of a visit on a path, beside one for each client who knows the worker
PATH_VISIT, PATH_ESSENTIAL = 1 << 60, 1 << 61

_TABLES: dict[str, tuple[DTypeLike, tuple[str, ...]]] = {
    "visits": (structs.VISIT, ("visits",)),
    "windows": (structs.WINDOW, ("",)),
    "links": (structs.LINK, ("",)),
    "tours": (structs.TOUR, ("tours",)),
    "vehicles": (structs.VEHICLE, ("vehicles",)),
    "rides": (np.int64, ("",)),
    "hours": (structs.SPAN, ("",)),
    "metres": (np.int32, ("", "sites", "sites")),
    "workers": (structs.WORKER, ("workers",)),
    "blocks": (structs.BLOCK, ("",)),
    "scopes": (np.uint8, ("scopes", "visits")),
    "pairs": (np.uint8, ("tours", "visits")),
    "pair_cost": (np.int64, ("tours", "visits")),
    "service": (np.int32, ("workers", "visits")),
    "counted": (np.int32, ("workers", "visits")),
    "capped": (np.uint8, ("workers", "visits")),
    "travel": (np.int32, ("profiles", "sites", "sites")),
    "leg_cost": (np.int64, ("profiles", "sites", "sites")),
    "breaks": (structs.BREAKS, ("tours", "mixes")),
    "excess": (structs.COMMUTE, ("", "visits")),
    "days": (structs.KNOWN_DAY, ("workers", "slots")),
    "day_limits": (np.int64, ("workers", "measures", "mixes")),
    "longer": (structs.LONGER, ("texts",)),
    "longer_limits": (structs.LONGER_LIMIT, ("texts", "mixes")),
    "longer_groups": (np.int64, ("texts", "slots")),
    "rest": (np.int64, ("workers", "mixes")),
    "known_night": (np.int64, ("workers", "slots", "mixes")),
    "night_rest": (structs.NIGHT_REST, ("workers", "mixes")),
    "night_from": (np.int64, ("workers", "mixes")),
    "nights_in_a_row": (np.int64, ("workers", "mixes")),
    "in_a_row": (np.int64, ("workers", "mixes")),
    "totals": (structs.TOTAL, ("totals",)),
    "total_limits": (np.int64, ("totals", "mixes")),
    "rests": (structs.REST_PERIOD, ("rests",)),
    "rest_lengths": (np.int64, ("rests", "mixes")),
    "free_days": (structs.FREE_STRETCH, ("stretches",)),
    "free_lengths": (np.int64, ("stretches", "mixes")),
    "host_mix": (np.int32, ("kinds", "classes")),
    "mix_join": (np.int32, ("kinds", "mixes", "mixes")),
    "short_gap": (np.int64, ("workers", "mixes")),
    "long_gap": (np.int64, ("workers", "mixes")),
    "travel_counts": (np.int64, ("workers", "mixes")),
    "nights": (structs.NIGHT_ROWS, ("workers", "mixes")),
    "night": (structs.SPAN, ("",)),
    "paths": (structs.PATH, ("paths",)),
    "path_bits": (np.int64, ("paths", "visits")),
    "weights": (structs.WEIGHTS, ()),
    "usual": (np.int64, ("visits",)),
    "near": (np.int32, ("visits", "neighbours")),
    "scalars": (structs.SCALARS, ()),
}
TABLES: dict[str, tuple[np.dtype[Any], tuple[str, ...]]] = {
    name: (np.dtype(element), axes) for name, (element, axes) in _TABLES.items()
}
"""Of each array below what an element is and what its axes count; "" for an axis of its own."""
DIMENSIONS: tuple[str, ...] = tuple(
    dict.fromkeys(axis for _, axes in TABLES.values() for axis in axes if axis)
)
"""What axes count: an array that counts otherwise than another is refused before C sees it."""


class Arrays(NamedTuple):
    """What each axis counts stands in `TABLES`. Sites: the last is nowhere, without travel. Mixes of hosts
    (`solver/primitives/host_mixes.py`): rows beyond a worker's own repeat her last."""

    visits: Records
    windows: Records
    links: Records
    tours: Records
    vehicles: Records
    rides: Ints  # tours, by vehicle
    hours: Records  # when a vehicle may be out, by vehicle
    metres: NDArray[np.int32]  # of the legs that a vehicle of limited range drives, by vehicle
    workers: Records
    blocks: Records  # no service of the visits in its scope overlaps one; by worker, in order of time
    scopes: NDArray[np.uint8]  # the visits that a block binds
    pairs: NDArray[np.uint8]  # flags MAY, MAY_FIRST, MAY_LAST, MAY_GUIDE
    pair_cost: Ints
    service: NDArray[np.int32]  # ticks that a worker is there
    counted: NDArray[np.int32]  # what of them is work: less at a night of which a part counts
    capped: NDArray[np.uint8]  # whether TOTAL_CAPPED sums the visit, and the work between two of one provider
    travel: NDArray[np.int32]  # ticks
    leg_cost: Ints
    breaks: Records
    excess: Records  # by normal commute the tours, one table below the other
    days: Records  # what is already known of each day
    day_limits: Ints
    longer: Records  # of each text that allows longer days, how many
    longer_limits: Records  # FAR under mixes that the text is not part of
    longer_groups: Ints  # group of a slot
    rest: Ints  # between two worked days
    known_night: Ints  # night work of a known day, as much as may be
    night_rest: Records
    night_from: Ints  # night time from which a day counts as a night
    nights_in_a_row: Ints
    in_a_row: Ints  # worked dates in a row
    totals: Records
    total_limits: Ints
    rests: Records  # in order
    rest_lengths: Ints
    free_days: Records
    free_lengths: Ints
    host_mix: NDArray[np.int32]  # the mix of one host of a class
    mix_join: NDArray[np.int32]  # the mix of two together
    short_gap: Ints  # waits below this are work
    long_gap: Ints  # gaps beyond this are long
    travel_counts: Ints  # whether travel between visits is work
    nights: Records  # rows of `night` that make the night
    night: Records
    paths: Records  # by worker, then week
    path_bits: Ints  # what a visit is to a path: PATH_VISIT, PATH_ESSENTIAL, a bit a client who knows her
    weights: Records
    usual: Ints  # the usual hour, -FAR for none
    near: NDArray[np.int32]  # other visits, closest in space and time first
    scalars: Records

    def window_rows(self, visit: int) -> slice:
        """The visit's rows of `windows`."""
        row = self.visits[visit]
        return slice(int(row["first_window"]), int(row["end_window"]))

    def blocks_of(self, worker: int) -> Records:
        """The worker's rows of `blocks`."""
        row = self.workers[worker]
        return self.blocks[row["first_block"] : row["end_block"]]

    def links_of(self, visit: int) -> Records:
        """The links of one visit, as seen from it."""
        row = self.visits[visit]
        return self.links[row["first_link"] : row["end_link"]]

    def partners_of(self, visit: int) -> list[int]:
        """The visits without which this one may not be covered, by a link of its own."""
        own = self.links_of(visit)
        partners: list[int] = own["other"][own["together"] == 1].tolist()
        return partners
