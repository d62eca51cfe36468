"""SUNDAY_HOLIDAY_ACTS: essential acts (BAD), fragile clients (SAP), by the minute."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from brigade.demand import ActClass
from brigade.labour import LabourCode
from brigade.places import Basin
from brigade.rules import sunday_holiday_acts
from tests.builders import at, labour, plan, problem, route, visit, worker

FLAG = {"value": 1, "unit": "flag", "stricter": "higher"}
SATURDAY, SUNDAY = date(2026, 3, 14), date(2026, 3, 15)


def both() -> LabourCode:
    return labour(bad={"SUNDAY_HOLIDAY_ACTS.essential_only": FLAG}, sap={"SUNDAY_HOLIDAY_ACTS.fragile_only": FLAG})


def found(first_day: date, start: str = "08:00", department: str = "62", **more: Any) -> list[str]:
    wanted = visit("V1", **more)
    night = worker(hours=(("06:00", "30:00"),))
    basin = Basin("B1", "x", department)
    asked = problem([wanted], [night], first_day=first_day, days=2, rules=both(), basin=basin)
    made = plan(asked, route(asked, "W1", ("V1", at(start))))
    return [violation.reason.code for violation in sunday_holiday_acts.check(asked, made)]


@pytest.mark.parametrize(
    ("act", "provider", "fragile", "expected"),
    [
        (ActClass.ESSENTIAL, "S1", False, []),
        (ActClass.ORDINARY, "S1", True, ["sunday_holiday_acts_essential_only"]),
        (ActClass.ORDINARY, "S2", True, []),
        (ActClass.ESSENTIAL, "S2", False, ["sunday_holiday_acts_fragile_only"]),
    ],
)
def test_each_host_asks_for_its_own(act: ActClass, provider: str, fragile: bool, expected: list[str]) -> None:
    assert found(SUNDAY, act_class=act, provider=provider, fragile=fragile) == expected


def test_other_days_allow_everything() -> None:
    assert found(date(2026, 3, 9), act_class=ActClass.ORDINARY) == []


def test_saturday_ends_at_midnight_sharp() -> None:
    """A visit of an hour from 23:00 ends as Sunday begins; from 23:01 it has a minute of Sunday."""
    assert found(SATURDAY, "23:00", act_class=ActClass.ORDINARY) == []
    assert found(SATURDAY, "23:01", act_class=ActClass.ORDINARY) == ["sunday_holiday_acts_essential_only"]
    assert found(SATURDAY, "24:00", act_class=ActClass.ORDINARY) == ["sunday_holiday_acts_essential_only"]


def test_good_friday_is_a_holiday_in_alsace_only() -> None:
    friday = date(2026, 4, 3)
    assert found(friday, department="67", act_class=ActClass.ORDINARY) == ["sunday_holiday_acts_essential_only"]
    assert found(friday, department="62", act_class=ActClass.ORDINARY) == []
