"""The cheapest starts of an order against every start there is, on a few ticks."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from brigade.units import Ticks
from solver.model.cheapest_starts import IMPOSSIBLE, StopPrices, WaitPrices, cheapest_starts

FREE = WaitPrices(short=0, of_short=0, of_long=0)


def stop(first: Ticks, *prices: int, lead: Ticks = 0) -> StopPrices:
    return StopPrices(first, np.array(prices, np.int64), lead)


def cost_of(starts: tuple[Ticks, ...], stops: list[StopPrices], waits: WaitPrices) -> int:
    """IMPOSSIBLE or more where one begins when it may not."""
    total = sum(int(one.prices[tick - one.first]) for tick, one in zip(starts, stops, strict=True))
    for before, after, one in zip(starts, starts[1:], stops[1:], strict=False):
        wait = after - before - one.lead
        if wait < 0:
            return IMPOSSIBLE
        total += wait * (waits.of_short if wait < waits.short else waits.of_long)
    return total


def test_of_equal_starts_the_latest_before_waits_least() -> None:
    """Both may begin at 0 to 3, the second at 3 alone and one tick after the first: 2 and 3, though 0 and 3
    cost as much."""
    assert cheapest_starts([stop(0, 0, 0, 0, 0), stop(3, 0, lead=1)], FREE) == [2, 3]


def test_a_long_wait_may_be_cheaper_than_a_short_one() -> None:
    """3 ticks of short wait cost 6, 4 of a long one 4."""
    waits = WaitPrices(short=4, of_short=2, of_long=1)
    assert cheapest_starts([stop(0, 5), stop(3, 0, 0)], waits) == [0, 4]


def test_an_order_without_a_start_has_none() -> None:
    assert cheapest_starts([stop(4, 0), stop(0, 0, 0, lead=1)], FREE) is None
    assert cheapest_starts([stop(0, IMPOSSIBLE)], FREE) is None
    assert cheapest_starts([stop(0), stop(0, 0)], FREE) is None


prices = st.lists(st.sampled_from([0, 1, 2, 5, 9, IMPOSSIBLE]), min_size=1, max_size=6)
several = st.lists(st.tuples(st.integers(0, 6), prices, st.integers(0, 4)), min_size=1, max_size=4)


@given(several, st.integers(0, 5), st.integers(0, 3), st.integers(0, 3))
def test_no_other_starts_cost_less(
    drawn: list[tuple[int, list[int], int]], short: int, of_short: int, of_long: int
) -> None:
    stops = [stop(first, *values, lead=lead) for first, values, lead in drawn]
    waits = WaitPrices(short, of_short, of_long)
    every = product(*(one.ticks.tolist() for one in stops))
    least = min(cost_of(starts, stops, waits) for starts in every)
    found = cheapest_starts(stops, waits)
    if found is None:
        assert least >= IMPOSSIBLE
    else:
        assert cost_of(tuple(found), stops, waits) == least
