"""AI_TERRITORY: inside the employer's convention, and inside the worker's own territory."""

from __future__ import annotations

from brigade.law.rules import territory
from brigade.texts.labour_code import LabourCode
from brigade.values.places import Site
from brigade.values.problem import Problem
from brigade.values.workforce import EmployerKind
from tests.builders import LINE, employer, labour, plan, problem, route, visit, worker


def both() -> LabourCode:
    flag = {"value": 1, "unit": "flag", "stricter": "higher"}
    return labour(mandatory={"AI_TERRITORY.convention_only": flag, "AI_TERRITORY.own_territory": flag})


def found(convention: frozenset[str] | None, own: frozenset[str] | None, rules: LabourCode) -> list[str]:
    """A visit at site A, commune 62498."""
    asked: Problem = problem(
        [visit("V1", "A")],
        [worker(territory=own)],
        rules=rules,
        sites=tuple(Site(id, "62498" if id == "A" else None) for id in LINE),
        employers=(employer("E1", kind=EmployerKind.INTERMEDIARY_ASSOCIATION, communes=convention),),
    )
    made = plan(asked, route(asked, "W1", ("V1", "08:00")))
    return [violation.reason.code for violation in territory.check(asked, made)]


def test_no_list_no_limit_and_a_list_binds() -> None:
    here, elsewhere = frozenset({"62498"}), frozenset({"62193"})
    assert found(None, None, both()) == []
    assert found(here, here, both()) == []
    assert found(elsewhere, here, both()) == ["ai_territory_convention"]
    assert found(here, elsewhere, both()) == ["ai_territory_own"]
    assert found(elsewhere, elsewhere, both()) == ["ai_territory_convention", "ai_territory_own"]


def test_each_half_of_the_rule_is_a_value_of_its_own() -> None:
    only = labour(mandatory={"AI_TERRITORY.own_territory": {"value": 1, "unit": "flag"}})
    assert found(frozenset({"62193"}), frozenset({"62193"}), only) == ["ai_territory_own"]
    assert found(frozenset({"62193"}), frozenset({"62193"}), labour()) == []
