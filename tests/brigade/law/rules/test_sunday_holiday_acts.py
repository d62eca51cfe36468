"""SUNDAY_HOLIDAY_ACTS: what each text admits on Sundays, holidays and 25 December, by the minute and by the
place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from brigade.law.rules import sunday_holiday_acts
from brigade.texts.labour_code import LabourCode, shipped_labour_code
from brigade.values.competencies import shipped_catalogue
from brigade.values.demand import ActClass
from brigade.values.places import Basin, Site
from solver.model.model import build_model
from tests.builders import LINE, at, labour, plan, problem, provider, route, visit, worker

FLAG = {"value": 1, "unit": "flag", "stricter": "higher"}
SATURDAY, SUNDAY = date(2026, 3, 14), date(2026, 3, 15)


def both() -> LabourCode:
    return labour(
        bad={"SUNDAY_HOLIDAY_ACTS.essential_only": FLAG}, sap={"SUNDAY_HOLIDAY_ACTS.fragile_only": FLAG}
    )


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
    assert found(friday, department="67", act_class=ActClass.ORDINARY) == [
        "sunday_holiday_acts_essential_only"
    ]
    assert found(friday, department="62", act_class=ActClass.ORDINARY) == []


# -- the shipped texts -------------------------------------------------------------------------------------
CHRISTMAS, EASTER_MONDAY, WEDNESDAY = date(2026, 12, 25), date(2026, 4, 6), date(2026, 3, 11)
WHAT: dict[str, dict[str, Any]] = {
    "essential": {"act_class": ActClass.ESSENTIAL, "required": frozenset({"ESSENTIAL_ASSIST"})},
    "presence": {"fragile": True, "required": frozenset({"COMPANION"})},
    "presence of anybody": {"required": frozenset({"COMPANION"})},
    "presence and cleaning": {"fragile": True, "required": frozenset({"COMPANION", "UPKEEP"})},
    "presence, dementia": {"fragile": True, "required": frozenset({"COMPANION", "DEMENTIA"})},
    "cleaning": {"required": frozenset({"UPKEEP"})},
    "cleaning, fragile": {"fragile": True, "required": frozenset({"UPKEEP"})},
    "children": {"required": frozenset({"CHILD_OVER3"})},
    "infants and their meal": {"required": frozenset({"CHILD_UNDER3", "MEAL_SIMPLE"})},
    "nothing said, fragile": {"fragile": True},
}
ADMITTED = {
    ("bad", SUNDAY): {"essential", "presence", "presence, dementia"},
    ("bad", EASTER_MONDAY): {"essential", "presence", "presence, dementia"},
    ("bad", CHRISTMAS): {"essential", "presence", "presence, dementia"},
    ("bad", WEDNESDAY): set(WHAT),
    ("sap", SUNDAY): set(WHAT) - {"essential", "presence of anybody", "cleaning"},
    ("sap", EASTER_MONDAY): set(WHAT),
    ("sap", CHRISTMAS): {"essential", "presence", "presence, dementia"},
    ("ct", SUNDAY): set(WHAT),
    ("ct", CHRISTMAS): set(WHAT),
}


@pytest.mark.parametrize(("agreement", "day"), list(ADMITTED))
def test_each_text_admits_its_own_on_each_kind_of_day(agreement: str, day: date) -> None:
    """BAD V.16 (essential acts, company of fragile clients); SAP II.2 II b (Sundays: fragile clients, child
    care) and III (25 December as V.16, other holidays free). The checker and the search agree."""
    for name, more in WHAT.items():
        wanted = visit("V1", **{"act_class": ActClass.ORDINARY, **more})
        asked = problem(
            [wanted],
            [worker(competencies=frozenset(shipped_catalogue().competencies))],
            first_day=day,
            rules=shipped_labour_code(),
            catalogue=shipped_catalogue(),
            providers=(provider("S1", agreement), provider("S2", agreement)),
        )
        made = plan(asked, route(asked, "W1", ("V1", "09:00")))
        is_admitted = not list(sunday_holiday_acts.check(asked, made))
        assert is_admitted == (name in ADMITTED[agreement, day]), name
        assert bool(build_model(asked).arrays.pairs[0, 0]) == is_admitted, name


@pytest.mark.parametrize(
    ("basin", "commune", "is_holiday"),
    [
        ("57", "57463", True),
        ("57", "54395", False),  # Nancy, from a basin of Moselle
        ("54", "57463", True),  # Metz, from a basin of Meurthe-et-Moselle
        ("67", "68066", True),
        ("88", "67482", True),
        ("68", "90010", False),
        ("62", "62498", False),
        ("67", "62498", True),  # no basin of Bas-Rhin reaches Lens: the commune is wrong, the basin stands
        ("62", "67482", False),
        ("67", "2A004", True),
    ],
)
def test_the_place_of_work_decides_what_is_a_holiday(basin: str, commune: str, is_holiday: bool) -> None:
    """Good Friday 2026, an ordinary visit under V.16 (CT L3134-13)."""
    friday, sites = date(2026, 4, 3), tuple(Site(id, commune) for id in LINE)
    wanted = visit("V1", act_class=ActClass.ORDINARY)
    asked = problem([wanted], first_day=friday, rules=both(), basin=Basin("B1", "x", basin), sites=sites)
    made = plan(asked, route(asked, "W1", ("V1", "09:00")))
    assert bool(list(sunday_holiday_acts.check(asked, made))) == is_holiday
    assert bool(build_model(asked).arrays.pairs[0, 0]) != is_holiday
