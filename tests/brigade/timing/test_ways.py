"""Ways of a mode: what arriving at a place takes, and places to which no way leads."""

from __future__ import annotations

import numpy as np

from brigade.judging.checker import check
from brigade.timing.plan_timing import retime
from brigade.values.places import Site, TravelMode
from tests.builders import LINE, at, matrix, plan, problem, route, visit, without_way


def sites(access: dict[str, int]) -> tuple[Site, ...]:
    return tuple(Site(id, access=access.get(id, 0)) for id in LINE)


def test_access_is_paid_once_on_arrival_from_another_place() -> None:
    """H to A 10 min and 3 of stairs: 06:13; a second visit in the house follows at once; A to B 10 min and 5
    of parking; B to H 20: nobody takes time to get into her own home."""
    asked = problem([visit("V1", "A"), visit("V2", "A"), visit("V3", "B")], sites=sites({"A": 3, "B": 5}))
    made = retime(asked, {("W1", 0): ("V1", "V2", "V3")})
    (found,) = made.plan.routes
    assert [stop.travel for stop in found.stops] == [13, 0, 15]
    assert [stop.start for stop in found.stops] == [at("06:13"), at("07:13"), at("08:28")]
    assert (found.travel_back, found.back) == (20, at("09:48"))
    assert not made.issues
    assert not list(check(asked, plan(asked, found)))


def test_a_matrix_without_access_is_the_given_one() -> None:
    asked = problem([visit("V1", "A")])
    assert asked.ways[TravelMode.CAR] is asked.travel[TravelMode.CAR]


def test_access_opens_no_way_where_there_is_none() -> None:
    asked = without_way(problem([visit("V1", "A")], sites=sites({"A": 3})), ("H", "A"))
    assert asked.ways[TravelMode.CAR].way("H", "A") is None
    assert asked.ways[TravelMode.CAR].way_or_arrival("H", "A") == (3, 0)
    assert asked.ways[TravelMode.CAR].between("B", "A") == (13, 10_000)


def test_a_tour_over_a_leg_without_a_way_is_told_with_both_places() -> None:
    """Timed by hand as if the leg took what arriving takes, here nothing; the checker names it instead of an
    hour in the far future."""
    asked = without_way(problem([visit("V1", "A"), visit("V2", "B")]), ("A", "B"))
    made = retime(asked, {("W1", 0): ("V1", "V2")})
    assert [(one.code, one.where) for one in made.issues] == [("T104", "orders.W1.0")]
    (broken,) = check(asked, plan(asked, *made.plan.routes))
    assert (broken.rule, broken.reason.code) == ("TIMING", "timing_no_way")
    assert dict(broken.reason.values) == {"mode": "car", "origin": "A", "destination": "B", "visit": "V2"}


def test_a_leg_without_a_way_takes_what_arriving_does() -> None:
    """So that what is told of the day holds once a way is found: four minutes of stairs remain."""
    asked = without_way(problem([visit("V1", "A")], sites=sites({"A": 4})), ("H", "A"))
    (found,) = retime(asked, {("W1", 0): ("V1",)}).plan.routes
    assert [stop.travel for stop in found.stops] == [4]


def test_the_way_home_may_lack_too() -> None:
    asked = without_way(problem([visit("V1", "A")]), ("A", "H"))
    (broken,) = check(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))
    assert dict(broken.reason.values) == {"mode": "car", "origin": "A", "destination": "H"}


def test_legs_without_a_way_are_no_long_ones() -> None:
    """Weights count up to the longest way there is: a plan's cost stays countable."""
    asked = without_way(problem([visit("V1", "A")]), ("H", "A"), ("A", "D"))
    longest = np.where(asked.ways[TravelMode.CAR].has_way, asked.ways[TravelMode.CAR].ticks, 0).max()
    assert longest == matrix().ticks.max()
