"""VEHICLES: who takes a shared vehicle, when, how far, and one after the other."""

from __future__ import annotations

from typing import Any

from brigade.judging.checker import hard_violations
from brigade.judging.objective import amounts
from brigade.timing.plan_timing import retime
from brigade.units import Interval
from brigade.values.places import TravelMode, Vehicle
from brigade.values.plan import Plan
from brigade.values.policy import Policy, Weights
from brigade.values.problem import Problem
from tests.builders import at, matrix, problem, visit, worker

BUS, CAR = TravelMode.BUS, TravelMode.CAR
WAYS = {BUS: matrix(mode=BUS, scale=3), CAR: matrix()}


def told(problem: Problem, plan: Plan) -> list[tuple[str, str | None]]:
    return [(one.reason.code, one.worker_id) for one in hard_violations(problem, plan)]


def driven(
    visits: list[Any], people: list[Any], drives: dict[str, list[str]], **more: Any
) -> tuple[Any, Any]:
    """A car that stands at A, ten minutes by car from home, half an hour by bus; each driver's visits."""
    asked = problem(
        visits,
        people,
        travel=WAYS,
        vehicles=(Vehicle("K", "Clio", "A", **more),),
        policy=Policy(weights=Weights()),
    )
    asked = asked.driven({(id, 0): "K" for id in drives})
    return asked, retime(asked, {(id, 0): order for id, order in drives.items()}).plan


def test_the_way_leads_by_where_the_car_stands() -> None:
    """H to A by bus 30 min, A to C by car 20; from C back to A by car, then home by bus."""
    asked, plan = driven([visit("V1", "C", 60, "09:00", "09:00")], [worker(mode=BUS)], {"W1": ["V1"]})
    (route,) = plan.routes
    assert (route.vehicle_id, route.departure, route.stops[0].travel) == ("K", at("08:10"), 50)
    assert (route.stops[0].metres, route.travel_back, route.back) == (30_000, 50, at("10:50"))
    assert told(asked, plan) == []


def test_each_way_has_its_own_price_and_the_day_one_for_all_who_drive() -> None:
    """Two tours of one day: 10 km of hers and 20 of the car's each way, at 10 and 30 cents, and 5 euros."""
    people = [worker("W1", "06:00", "11:00", mode=BUS, cents_per_km=10)]
    people.append(worker("W2", "11:00", "20:00", mode=BUS, cents_per_km=10))
    visits = [visit("V1", "C", 60, "09:00", "09:00"), visit("V2", "C", 60, "14:00", "14:00")]
    both = {"W1": ["V1"], "W2": ["V2"]}
    asked, plan = driven(visits, people, both, cents_per_km=30, cents_per_day=500)
    assert told(asked, plan) == []
    assert amounts(asked, plan)["travel_cost"] == 4 * (100 + 600) + 500


def test_the_next_one_takes_it_when_it_is_back_and_charged() -> None:
    """Back at A at 10:20, charged at 10:50: whoever leaves A at 10:50 may have it, a minute before not."""
    people = [worker("W1", mode=BUS), worker("W2", mode=BUS)]
    visits = [visit("V1", "C", 60, "09:00", "09:00"), visit("V2", "C", 60, "11:10", "11:10")]
    both = {"W1": ["V1"], "W2": ["V2"]}
    asked, plan = driven(visits, people, both, recharge=30)
    assert told(asked, plan) == []
    asked, plan = driven(visits, people, both, recharge=31)
    assert told(asked, plan) == [("vehicles_shared", "W2")]


def test_it_is_out_within_its_hours() -> None:
    """Out of A from 08:40 to 10:20."""
    visits, whom = [visit("V1", "C", 60, "09:00", "09:00")], [worker(mode=BUS)]
    for first, last, broken in (("08:40", "10:20", 0), ("08:41", "10:20", 1), ("08:40", "10:19", 1)):
        asked, plan = driven(visits, whom, {"W1": ["V1"]}, hours=(Interval(at(first), at(last)),))
        assert told(asked, plan) == [("vehicles_hours", "W1")] * broken


def test_it_is_out_while_it_is_in_service() -> None:
    """Out of A from 08:40 to 10:20: the garage may end then, or begin."""
    visits, whom = [visit("V1", "C", 60, "09:00", "09:00")], [worker(mode=BUS)]
    for first, last, broken in (
        ("07:00", "08:40", 0),
        ("10:20", "12:00", 0),
        ("07:00", "08:41", 1),
        ("09:10", "09:20", 1),
    ):
        asked, plan = driven(visits, whom, {"W1": ["V1"]}, out_of_service=(Interval(at(first), at(last)),))
        assert told(asked, plan) == [("vehicles_out_of_service", "W1")] * broken


def test_its_range_counts_what_it_drives_itself() -> None:
    """20 km there and 20 back; the bus to it is no part of them."""
    visits, whom = [visit("V1", "C", 60, "09:00", "09:00")], [worker(mode=BUS)]
    for metres, broken in ((40_000, 0), (39_999, 1)):
        asked, plan = driven(visits, whom, {"W1": ["V1"]}, range_m=metres)
        assert told(asked, plan) == [("vehicles_range", "W1")] * broken


def test_whose_it_is_says_who_may_drive() -> None:
    visits, whom = [visit("V1", "C", 60, "09:00", "09:00")], [worker(mode=BUS, providers=("S1",))]
    for more, code in (
        ({"provider_id": "S1"}, None),
        ({"provider_id": "S2"}, "vehicles_driver"),
        ({"employer_id": "E1", "drivers": frozenset({"W1"})}, None),
        ({"licence": "NIGHT"}, "vehicles_licence"),
    ):
        asked, plan = driven(visits, whom, {"W1": ["V1"]}, **more)
        assert told(asked, plan) == ([] if code is None else [(code, "W1")])
