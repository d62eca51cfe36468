"""COMMUTE_NORMAL: the zone in minutes or metres around home; the person's own limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brigade.law.rules import commute_zone
from brigade.values.problem import Problem
from brigade.values.workforce import PersonalLimits, Worker
from solver.model.model import build_model
from tests.builders import LINE, labour, plan, problem, route, visit, worker

ZONE = {
    "COMMUTE_NORMAL.zone_minutes": 60,
    "COMMUTE_NORMAL.zone_metres": {"value": 45_000, "unit": "metres"},
}
FAR = {"H": 0, "A": 45, "B": 60, "C": 61}
"""A kilometre a minute: A is within both, B within the minutes, C within neither."""


def found(
    site: str, person: Worker, rules: Mapping[str, Any] = ZONE, places: Mapping[str, int] = FAR
) -> list[str]:
    asked = problem([visit("V1", site, provider="S2")], [person], rules=labour(sap=rules), places=places)
    made = plan(asked, route(asked, "W1", ("V1", "09:00")))
    return [violation.reason.code for violation in commute_zone.check(asked, made)]


def test_either_measure_is_enough() -> None:
    assert found("A", worker()) == []
    assert found("B", worker()) == []
    assert found("C", worker()) == ["commute_normal_zone", "commute_normal_zone"]


def test_metres_are_enough_for_the_slow() -> None:
    """61 min by the zone in metres alone: 46 km is too far, 45 km is not."""
    metres = {"COMMUTE_NORMAL.zone_metres": ZONE["COMMUTE_NORMAL.zone_metres"]}
    assert found("A", worker(), metres) == []
    assert found("B", worker(), metres) == ["commute_normal_zone", "commute_normal_zone"]


def test_the_zone_is_a_place_around_home_for_every_visit() -> None:
    """V2 in the middle is 61 min from home, V1 and V3 are at home: a tour goes nowhere else for its zone."""
    visits = [visit(f"V{n}", site, provider="S2") for n, site in ((1, "H"), (2, "C"), (3, "H"))]
    for person, expected in (
        (worker(), 1),
        (worker(end_site=None), 1),
        (worker(home=None), 0),
        (worker(home=None, end_site="H"), 1),
    ):
        asked = problem(visits, [person], rules=labour(sap=ZONE), places=FAR)
        made = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "12:00"), ("V3", "16:00")))
        broken = list(commute_zone.check(asked, made))
        assert [one.reason.code for one in broken] == ["commute_normal_zone"] * expected
        assert all(dict(one.reason.values)["visit"] == "V2" for one in broken)
        assert is_open(asked, 1) == (expected == 0)


def is_open(asked: Problem, visit: int) -> bool:
    """Whether the search lets the worker do it at all."""
    return bool(build_model(asked).arrays.pairs[0, visit])


def test_travel_between_visits_is_no_commute() -> None:
    """61 min between two visits, both 31 and 30 min from a home between them."""
    places = {"H": 31, "A": 0, "B": 61}
    visits = [visit("V1", "A", provider="S2"), visit("V2", "B", provider="S2")]
    asked = problem(visits, rules=labour(sap=ZONE), places=places)
    assert (
        list(commute_zone.check(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "12:00")))))
        == []
    )
    assert found("C", worker(home=None)) == []


def test_a_personal_longest_commute_is_one_of_the_legs_of_home() -> None:
    """45 min to A in the middle of the tour, never from home."""
    visits = [visit("V1", "H"), visit("V2", "A"), visit("V3", "H")]
    asked = problem(visits, [worker(limits=PersonalLimits(max_commute=30))], places=FAR)
    made = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "12:00"), ("V3", "16:00")))
    assert list(commute_zone.check(asked, made)) == []


def test_a_host_without_a_zone_asks_nothing() -> None:
    asked = problem([visit("V1", "C", provider="S1")], rules=labour(sap=ZONE), places=FAR)
    assert list(commute_zone.check(asked, plan(asked, route(asked, "W1", ("V1", "09:00"))))) == []


def test_a_personal_longest_commute_binds_by_the_minute() -> None:
    """10 min to A both ways."""
    assert found("A", worker(limits=PersonalLimits(max_commute=10)), {}, LINE) == []
    assert (
        found("A", worker(limits=PersonalLimits(max_commute=9)), {}, LINE) == ["commute_normal_personal"] * 2
    )
