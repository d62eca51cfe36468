"""When the stops of one tour begin best, their order given: what each start costs, what waits cost between
them.

Idle time put into a sequence with earliness and tardiness (Garey, Tarjan & Wilfong 1988, Mathematics of
Operations Research 13(2)), here over whole ticks, as prices of starts may have any shape: windows with gaps,
hours that a client minds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from brigade.units import Ticks
from solver.kernel.arrays import Ints

IMPOSSIBLE = 1 << 60
"""Price of a tick at which a stop may not begin: above any plan's cost, and sums of two still fit."""


@dataclass(frozen=True, slots=True)
class StopPrices:
    """One stop. `prices[k]`: what starting at tick `first` + k costs. `lead`: least ticks from the start of
    the stop before to its own: service, travel, pause; 0 of the first."""

    first: Ticks
    prices: Ints
    lead: Ticks = 0

    @property
    def ticks(self) -> Ints:
        return self.first + np.arange(len(self.prices))


@dataclass(frozen=True, slots=True)
class WaitPrices:
    """A tick of a wait shorter than `short` costs one price, a tick of another wait the other."""

    short: Ticks
    of_short: int
    of_long: int

    def dearer(self, by: int) -> WaitPrices:
        return WaitPrices(self.short, self.of_short + by, self.of_long + by)


def cheapest_starts(stops: Sequence[StopPrices], waits: WaitPrices) -> list[Ticks] | None:
    """The starts of least cost; None: the order has none. Of equals the earliest end, and least waiting."""
    if any(not len(stop.prices) for stop in stops):
        return None
    reached = [stops[0].prices]
    for before, stop in pairwise(stops):
        least = stop.prices + _least_before(reached[-1], before, stop, waits)
        reached.append(np.minimum(least, IMPOSSIBLE))
    if reached[-1].min() >= IMPOSSIBLE:
        return None
    return _traced(stops, reached, waits)


def _least_before(costs: Ints, before: StopPrices, stop: StopPrices, waits: WaitPrices) -> Ints:
    """For each start of `stop` the least cost of reaching it, its own price apart. `costs`: of reaching each
    start of `before`."""
    waited = stop.ticks - (before.first + stop.lead)  # since the earliest start before
    steps = np.arange(len(costs))
    earlier = np.minimum.accumulate(costs - waits.of_long * steps)
    last = waited - waits.short
    long = np.where(last >= 0, earlier[np.clip(last, 0, len(costs) - 1)], IMPOSSIBLE)
    found: Ints = np.minimum(long + waits.of_long * waited, IMPOSSIBLE)
    if waits.short > 0:
        recent = _least_of_last(costs - waits.of_short * steps, waits.short)
        is_near = (waited >= 0) & (waited < len(recent))
        short = np.where(is_near, recent[np.clip(waited, 0, len(recent) - 1)], IMPOSSIBLE)
        found = np.minimum(found, short + waits.of_short * waited)
    return found


def _least_of_last(values: Ints, size: int) -> Ints:
    """Of each step, and of those up to `size` - 1 behind the last one, the least of the last `size` values
    (van Herk 1992, Pattern Recognition Letters 13(7): two running minima over blocks)."""
    steps = len(values) + size - 1
    padded = np.full(-(-(steps + size - 1) // size) * size, IMPOSSIBLE, np.int64)
    padded[size - 1 : size - 1 + len(values)] = values
    blocks = padded.reshape(-1, size)
    ahead = np.minimum.accumulate(blocks, axis=1).ravel()
    behind = np.minimum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    least: Ints = np.minimum(behind[:steps], ahead[size - 1 : size - 1 + steps])
    return least


def _traced(stops: Sequence[StopPrices], reached: Sequence[Ints], waits: WaitPrices) -> list[Ticks]:
    """From the last stop back: the start before from which each was reached."""
    starts = [int(stops[-1].ticks[reached[-1].argmin()])]
    for before, stop, costs in zip(stops[-2::-1], stops[:0:-1], reached[-2::-1], strict=True):
        wait = starts[-1] - (before.ticks + stop.lead)
        price = np.where(wait < waits.short, waits.of_short, waits.of_long) * wait
        whole = np.where(wait >= 0, costs + price, 2 * IMPOSSIBLE)
        # Backwards: of equals the latest start before waits least.
        starts.append(int(before.ticks[len(whole) - 1 - whole[::-1].argmin()]))
    return starts[::-1]
