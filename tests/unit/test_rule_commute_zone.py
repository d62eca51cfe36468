"""COMMUTE_NORMAL: the zone in minutes or metres, on both home legs; the person's own limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brigade.rules import commute_zone
from brigade.workforce import PersonalLimits, Worker
from tests.builders import LINE, labour, plan, problem, route, visit, worker

ZONE = {
    "COMMUTE_NORMAL.zone_minutes": 60,
    "COMMUTE_NORMAL.zone_metres": {"value": 45_000, "unit": "metres"},
}
FAR = {"H": 0, "A": 45, "B": 60, "C": 61}
"""A kilometre a minute: A is within both, B within the minutes, C within neither."""


def found(site: str, person: Worker, rules: Mapping[str, Any] = ZONE, places: Mapping[str, int] = FAR) -> list[str]:
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


def test_only_home_legs_count() -> None:
    """61 min between two visits is travel, not commute; without a home there is none at all."""
    asked = problem(
        [visit("V1", "H", provider="S2"), visit("V2", "C", provider="S2")],
        [worker(end_site="C")],
        rules=labour(sap=ZONE),
        places=FAR,
    )
    assert list(commute_zone.check(asked, plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "12:00"))))) == []
    assert found("C", worker(home=None)) == []


def test_a_host_without_a_zone_asks_nothing() -> None:
    asked = problem([visit("V1", "C", provider="S1")], rules=labour(sap=ZONE), places=FAR)
    assert list(commute_zone.check(asked, plan(asked, route(asked, "W1", ("V1", "09:00"))))) == []


def test_a_personal_longest_commute_binds_by_the_minute() -> None:
    """10 min to A both ways."""
    assert found("A", worker(limits=PersonalLimits(max_commute=10)), {}, LINE) == []
    assert found("A", worker(limits=PersonalLimits(max_commute=9)), {}, LINE) == ["commute_normal_personal"] * 2
