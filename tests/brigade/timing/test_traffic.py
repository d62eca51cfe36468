"""Traffic: what a leg takes at the hour for which its visit is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from brigade.exchange.documents.plan_document import plan_to_json
from brigade.judging.checker import hard_violations
from brigade.timing.plan_timing import retime
from brigade.timing.tour_ways import mode_of, traffic_met
from brigade.timing.traffic import percent_at
from brigade.values.places import Traffic, TravelMode, Vehicle
from brigade.values.plan import Route
from scenarios.generator.scenario import generate
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.builders import at, block, matrix, problem, visit, worker

CAR, BUS = TravelMode.CAR, TravelMode.BUS
RUSH = Traffic(CAR, ("07:30-09:00",), 150)
PAIR = (visit("V1", "A", 30, "08:00", "08:00"), visit("V2", "B", 30, "10:00", "10:00"))


def toured(*visits: Any, **more: Any) -> Route:
    asked = problem([*visits], more.pop("people", None), **more)
    order = [one.id for one in asked.visits]
    plan = retime(asked, {("W1", 0): order}).plan
    assert hard_violations(asked, plan) == ()
    return plan.routes[0]


def legs(route: Route) -> list[int]:
    return [*(stop.travel for stop in route.stops), route.travel_back]


def test_a_leg_takes_what_the_hour_of_its_visit_makes_it_take() -> None:
    """H to A 10 minutes, A to B 10, B to H 20. The way to V1 and the one from it at 08:30 meet the rush, the
    way home at 10:30 does not. Metres are the same."""
    plain, slow = toured(*PAIR), toured(*PAIR, traffic=(RUSH,))
    assert (legs(plain), legs(slow)) == ([10, 10, 20], [15, 15, 20])
    assert slow.departure == at("07:45")
    assert [stop.metres for stop in slow.stops] == [stop.metres for stop in plain.stops]


def test_it_is_the_middle_of_the_window_that_counts_and_no_start_of_a_plan() -> None:
    """Asked for from 07:00 to 11:00, and so at 09:00 for this: the rush is over, whenever it begins."""
    wide = visit("V1", "A", 30, "07:00", "11:00")
    assert legs(toured(wide, traffic=(RUSH,))) == [10, 10]
    early = visit("V1", "A", 30, "07:00", "10:58")
    assert legs(toured(early, traffic=(RUSH,))) == [15, 10]


def test_the_end_of_the_hours_is_outside_them_and_legs_are_rounded_up() -> None:
    at_nine = visit("V1", "A", 30, "09:00", "09:00")
    assert legs(toured(at_nine, traffic=(RUSH,))) == [10, 10]
    sooner = visit("V1", "A", 30, "08:29", "08:29")
    assert legs(toured(sooner, traffic=(Traffic(CAR, ("08:00-09:00",), 101),))) == [11, 11]


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        ((Traffic(CAR, ("lundi 07:30-09:00",), 150),), 15),
        ((Traffic(CAR, ("tuesday 07:30-09:00",), 150),), 10),
        ((Traffic(BUS, ("07:30-09:00",), 150),), 10),
        ((Traffic(CAR, ("monday",), 100), RUSH), 10),
        ((RUSH, Traffic(CAR, ("monday",), 100)), 15),
        ((Traffic(CAR, ("22:00-08:30",), 80),), 8),
    ],
)
def test_the_first_line_of_the_mode_that_holds_the_moment_counts(
    lines: tuple[Traffic, ...], first: int
) -> None:
    """The days of the tests begin on a Monday; a night's hours reach into the morning."""
    assert toured(PAIR[0], traffic=lines).stops[0].travel == first


def test_a_shared_car_meets_the_traffic_of_cars_and_the_way_to_it_none() -> None:
    """H to A by bus, 30 minutes at any hour; from A to C by car 20, in the rush 30."""
    traffic = (RUSH, Traffic(BUS, ("00:00-24:00",), 200))
    asked = problem(
        [visit("V1", "C", 60, "08:00", "08:00")],
        [worker(mode=BUS)],
        travel={BUS: matrix(mode=BUS, scale=3), CAR: matrix()},
        vehicles=(Vehicle("K", "Clio", "A"),),
        traffic=traffic,
    ).driven({("W1", 0): "K"})
    plan = retime(asked, {("W1", 0): ["V1"]}).plan
    assert legs(plan.routes[0]) == [60, 50]
    assert hard_violations(asked, plan) == ()


def test_work_without_a_place_has_the_traffic_of_the_visit_after_it() -> None:
    """A meeting at her own place from 08:00 on, then V2 at ten: its way is that of ten o'clock."""
    meeting = block("R1", ["W1"], 30, "08:00", "08:00", site=None)
    asked = problem([PAIR[1]], [worker()], blocks=[meeting], traffic=(RUSH,))
    plan = retime(asked, {("W1", 0): ["R1:1", "V2"]}).plan
    assert legs(plan.routes[0]) == [0, 20, 20]


def test_a_plan_names_the_traffic_that_its_legs_met() -> None:
    asked = problem([*PAIR], traffic=(RUSH,))
    plan = retime(asked, {("W1", 0): ["V1", "V2"]}).plan
    assert traffic_met(asked, plan.routes[0]) == [150, 150, 100]
    (route,) = plan_to_json(asked, plan)["routes"]
    assert [stop.get("traffic_percent") for stop in route["stops"]] == [150, 150]
    assert "traffic_percent_back" not in route


def test_what_it_gets_wrong_on_a_day_is_known() -> None:
    """Of a town's day: how many legs are driven at an hour of other traffic than they are timed by, and what
    all of them then take (docs/benchmarks.md, "Traffic")."""
    lines = (Traffic(CAR, ("07:30-09:00", "16:30-18:30"), 130), Traffic(CAR, ("11:30-12:30",), 115))
    asked = replace(generate("urban_day", 1), traffic=lines)
    plan = solve(asked, SearchSettings(iterations=300, threads=1)).plan
    assert plan is not None
    met = [
        (travel, percent, percent_at(asked, CAR, left))
        for route in plan.routes
        if mode_of(asked, route) is CAR
        for travel, percent, left in zip(
            legs(route),
            traffic_met(asked, route),
            (route.departure, *(stop.end for stop in route.stops)),
            strict=True,
        )
        if travel > 0
    ]
    told, driven = sum(leg for leg, _, _ in met), sum(leg * real / percent for leg, percent, real in met)
    without = sum(leg * 100 / percent for leg, percent, _ in met)
    assert sum(percent != real for _, percent, real in met) < 0.4 * len(met)
    assert abs(told - driven) < 0.04 * driven
    assert abs(told - driven) < abs(without - driven)
