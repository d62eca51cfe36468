"""Shared vehicles in the hands of a search and of a coordinator."""

from __future__ import annotations

from typing import Any

import pytest

from brigade.changes.edits import Move, TakeVehicle
from brigade.errors import InvalidPlan
from brigade.judging.checker import hard_violations
from brigade.values.places import TravelMode, Vehicle
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.hand_edits import EditSession, judge_edit
from solver.model.search_settings import SearchSettings
from solver.replan import replan
from solver.solve import solve
from tests.builders import matrix, problem, visit, worker

BUS, CAR = TravelMode.BUS, TravelMode.CAR
QUICK = SearchSettings(iterations=400, threads=1)


def asked(*vehicles: Vehicle, **more: Any) -> Problem:
    """By bus six minutes a kilometre, by car one: V3 at D is out of reach by bus."""
    visits = [
        visit("V1", "A", 60, "08:00", "09:00"),
        visit("V2", "C", 60, "10:30", "11:00"),
        visit("V3", "D", 60, "14:00", "15:00"),
    ]
    people = [worker("W1", "06:00", "12:30", mode=BUS), worker("W2", "12:30", "18:00", mode=BUS)]
    ways = {BUS: matrix(mode=BUS, scale=6), CAR: matrix()}
    return problem(visits, people, travel=ways, vehicles=vehicles, **more)


CLIO = Vehicle("CLIO", "Clio", "H")


def planned(given: Problem) -> Plan:
    outcome = solve(given, QUICK)
    assert outcome.plan is not None
    return outcome.plan


def test_the_car_goes_to_whom_it_brings_furthest() -> None:
    assert planned(asked()).covered == {"V1"}
    plan = planned(asked(CLIO))
    assert plan.covered == {"V1", "V2", "V3"}
    assert plan.drives == {("W1", 0): "CLIO", ("W2", 0): "CLIO"}


def test_a_car_of_one_driver_leaves_the_other_one_home() -> None:
    plan = planned(asked(Vehicle("CLIO", "Clio", "H", drivers=frozenset({"W2"}))))
    assert plan.drives == {("W2", 0): "CLIO"}
    assert plan.covered == {"V1", "V3"}


def test_the_search_takes_the_cheaper_of_two() -> None:
    """Both as quick: one has a price of the day."""
    dear = Vehicle("AUDI", "Audi", "H", cents_per_day=5000)
    assert set(planned(asked(dear, CLIO)).drives.values()) == {"CLIO"}


def test_a_coordinator_takes_the_car_away_and_is_told_what_that_breaks() -> None:
    given = asked(CLIO)
    session = EditSession.opened(given, planned(given))
    judged = judge_edit(session, TakeVehicle("W2", 0, None))
    assert not judged.is_lawful
    (route,) = judged.plan.routes_of("W2")
    assert route.vehicle_id is None
    back = judge_edit(judged.accepted(), TakeVehicle("W2", 0, "CLIO"))
    assert back.is_lawful
    assert back.plan.routes == session.plan.routes
    assert back.cost == -judged.cost


def test_a_car_that_is_out_is_told_when_somebody_takes_it() -> None:
    given = asked(CLIO, Vehicle("ZOE", "Zoe", "H", recharge=600))
    session = EditSession.opened(given, planned(asked(CLIO)))
    one = judge_edit(session, TakeVehicle("W1", 0, "ZOE")).accepted()
    both = judge_edit(one, TakeVehicle("W2", 0, "ZOE"))
    assert [breach.violation.reason.code for breach in both.broken] == ["vehicles_shared"]


def test_a_visit_put_into_a_driven_tour_goes_by_its_car() -> None:
    given = asked(CLIO)
    session = EditSession.opened(given, planned(given))
    moved = judge_edit(session, Move("V2", "W2", 0, 0))
    (route,) = moved.plan.routes_of("W2")
    assert (route.vehicle_id, route.stops[0].travel) == ("CLIO", 30)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (TakeVehicle("W1", 0, "NONE"), "H101"),
        (TakeVehicle("W9", 0, "CLIO"), "H101"),
        (TakeVehicle("W1", 1, "CLIO"), "H102"),
    ],
)
def test_what_is_not_there_is_taken_by_nobody(edit: TakeVehicle, code: str) -> None:
    given = asked(CLIO)
    session = EditSession.opened(given, planned(given))
    with pytest.raises(InvalidPlan) as refused:
        judge_edit(session, edit)
    assert [one.code for one in refused.value.issues] == [code]


def test_a_replan_leaves_the_car_with_whom_it_was_told() -> None:
    given = asked(CLIO)
    told = planned(given)
    again = replan(given, told, settings=QUICK).plan
    assert again is not None
    assert again.drives == told.drives
    assert hard_violations(given, again) == ()
