"""COMPETENCIES: held on the duty day, nothing close enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from brigade.changes.answers import SuggestionKind
from brigade.law.rules import competencies
from brigade.values.competencies import parse_catalogue, shipped_catalogue
from brigade.values.demand import ActClass
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import HeldCertificate
from solver.advice.explanations import why_uncovered
from solver.advice.suggesting.suggestions import would_cover
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.builders import COMPETENCIES, MONDAY, at, employer, labour, plan, problem, route, visit, worker


def codes(asked: Problem, made: Plan) -> list[str]:
    return [violation.reason.code for violation in competencies.check(asked, made)]


def test_every_missing_competency_is_told() -> None:
    wanted = visit("V1", required=frozenset({"UPKEEP", "NIGHT", "ESSENTIAL_ASSIST"}))
    asked = problem([wanted], [worker(competencies=frozenset({"UPKEEP"}))])
    found = list(competencies.check(asked, plan(asked, route(asked, "W1", ("V1", "08:00")))))
    assert [violation.reason.value("missing") for violation in found] == ["ESSENTIAL_ASSIST", "NIGHT"]
    assert found[0].where == "W1 2026-03-09 V1"


@pytest.mark.parametrize(
    ("obtained", "expires", "expected"),
    [
        (MONDAY, MONDAY, []),
        (date(2026, 3, 10), None, ["competencies"]),
        (None, date(2026, 3, 8), ["competencies"]),
        (None, None, []),
    ],
)
def test_a_certificate_counts_from_its_first_to_its_last_day(
    obtained: date | None, expires: date | None, expected: list[str]
) -> None:
    person = worker(certificates=(HeldCertificate("ADVF", obtained, expires),))
    asked = problem([visit("V1", required=frozenset({"ESSENTIAL_ASSIST"}))], [person])
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00")))) == expected


@pytest.mark.parametrize(
    ("obtained", "expires", "told"),
    [
        (None, date(2026, 3, 8), ("ended", "2026-03-08")),
        (date(2026, 3, 10), None, ("begins", "2026-03-10")),
    ],
)
def test_a_certificate_of_other_dates_is_told_with_them(
    obtained: date | None, expires: date | None, told: tuple[str, str]
) -> None:
    """She has it, only not on Monday 9 March: "lacks the competency" alone would be untrue."""
    person = worker(certificates=(HeldCertificate("ADVF", obtained, expires),))
    asked = problem([visit("V1", required=frozenset({"ESSENTIAL_ASSIST"}))], [person])
    (found,) = competencies.check(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))
    assert {("certificate", "ADVF"), told} <= set(found.reason.values)
    (obstacle,) = why_uncovered(asked, Plan(()), "V1").of("W1").obstacles
    assert {("certificate", "ADVF"), told} <= set(obstacle.reason.values)
    (action,) = [one for one in would_cover(asked, Plan(()), "V1") if one.kind is SuggestionKind.COMPETENCY]
    assert action.reason.code == ("renew_certificate" if told[0] == "ended" else "add_competency")
    assert told in action.reason.values


def test_of_several_certificates_the_last_that_ended_is_told() -> None:
    held = (
        HeldCertificate("ADVF", None, date(2025, 1, 31)),
        HeldCertificate("ADVF", None, date(2026, 2, 28)),
        HeldCertificate("ADVF", date(2027, 1, 1)),
    )
    asked = problem([visit("V1", required=frozenset({"ESSENTIAL_ASSIST"}))], [worker(certificates=held)])
    (found,) = competencies.check(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))
    assert found.reason.value("ended") == "2026-02-28"


def test_the_first_level_does_no_essential_act_where_the_agreement_says_so() -> None:
    """BAD III.13.1: the visit forgot to require anything; upkeep alone does not make an essential act
    lawful."""
    rules = labour(
        bad={"COMPETENCIES.first_level_excluded": {"value": 1, "unit": "flag", "stricter": "higher"}}
    )
    catalogue = parse_catalogue(
        COMPETENCIES.replace('actes essentiels"', 'actes essentiels"\nact_class = "essential"')
    )
    upkeep, assists = (
        worker("W1", competencies=frozenset({"UPKEEP"})),
        worker("W2", competencies=frozenset({"ESSENTIAL_ASSIST"})),
    )
    acts = [visit("V1"), visit("V2", act_class=ActClass.ORDINARY), visit("V3", provider="S2")]
    asked = problem(acts, [upkeep, assists], rules=rules, catalogue=catalogue)
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00")))) == ["competencies_first_level"]
    assert codes(asked, plan(asked, route(asked, "W2", ("V1", "08:00")))) == []
    assert codes(asked, plan(asked, route(asked, "W1", ("V2", "08:00")))) == []
    assert codes(asked, plan(asked, route(asked, "W1", ("V3", "08:00")))) == []
    silent = replace(asked, labour=labour())
    assert codes(silent, plan(silent, route(silent, "W1", ("V1", "08:00")))) == []


LEVEL = {"COMPETENCIES.first_level_excluded": {"value": 1, "unit": "flag", "stricter": "higher"}}
CHILDREN = {"COMPETENCIES.first_level_child_care": {"value": 1, "unit": "flag"}}


@pytest.mark.parametrize(
    ("held", "public", "host", "employers", "expected"),
    [
        ({"CHILD_UNDER3"}, "CHILD_UNDER3", "S2", "sap", []),
        ({"CHILD_UNDER3", "CHILD_OVER3"}, "CHILD_OVER3", "S2", "ct", []),
        ({"CHILD_OVER3"}, "CHILD_OVER3", "S2", "sap", ["competencies_first_level"]),
        ({"CHILD_UNDER3", "DEMENTIA"}, "DEMENTIA", "S2", "sap", ["competencies_first_level"]),
        ({"CHILD_UNDER3"}, "CHILD_UNDER3", "S1", "ct", ["competencies_first_level"]),
        ({"CHILD_UNDER3"}, "CHILD_UNDER3", "S1", "sap", ["competencies_first_level"]),
        ({"CHILD_UNDER3"}, "CHILD_UNDER3", "S2", "bad", ["competencies_first_level"]),
    ],
)
def test_washing_children_is_the_job_of_whoever_looks_after_the_smallest_where_the_text_says_so(
    held: set[str], public: str, host: str, employers: str, expected: list[str]
) -> None:
    """SAP annexe I: « garde d'enfants 3 » washes, dresses and feeds; BAD III.13.1 knows no such exception,
    and binds beside."""
    asked = problem(
        [visit("V1", required=frozenset({public}), provider=host)],
        [worker(competencies=frozenset(held))],
        rules=labour(bad=LEVEL, sap=LEVEL | CHILDREN),
        catalogue=shipped_catalogue(),
        employers=(employer("E1", employers),),
    )
    made = plan(asked, route(asked, "W1", ("V1", "08:00")))
    assert codes(asked, made) == expected
    model = build_model(asked)
    assert Search(model.arrays, 1).load(model.order_of(made)) == (not expected)


NIGHTS = {
    "NIGHT_WINDOW.from": {"value": 1320, "unit": "min_of_day"},
    "NIGHT_WINDOW.to": {"value": 420, "unit": "min_of_day", "stricter": "higher"},
    "NIGHT_LIMITS.counts_from": 180,
    "COMPETENCIES.first_level_no_night": {"value": 1, "unit": "flag", "stricter": "higher"},
}


@pytest.mark.parametrize(
    ("held", "minutes", "provider", "expected"),
    [
        ({"UPKEEP"}, 180, "S1", ["competencies_night"]),
        ({"UPKEEP"}, 179, "S1", []),
        ({"UPKEEP"}, 180, "S2", []),
        ({"ESSENTIAL_ASSIST"}, 180, "S1", []),
        ({"NIGHT"}, 180, "S1", []),
    ],
)
def test_the_first_level_has_no_night_where_the_agreement_says_so(
    held: set[str], minutes: int, provider: str, expected: list[str]
) -> None:
    """BAD V.26: three hours after 22:00 are a night; the second level is known by essential acts, or by NIGHT
    itself."""
    catalogue = parse_catalogue(
        COMPETENCIES.replace('actes essentiels"', 'actes essentiels"\nact_class = "essential"')
    )
    wanted = visit("V1", "H", minutes, "22:00", "22:00", provider=provider, act_class=ActClass.ORDINARY)
    person = worker("W1", "20:00", "30:00", competencies=frozenset(held))
    asked = problem([wanted], [person], rules=labour(bad=NIGHTS), catalogue=catalogue, days=2)
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "22:00")))) == expected
    assert Search(build_model(asked).arrays, 1).load([[0]]) == (not expected)


def test_a_level_that_begins_during_the_horizon_counts_from_its_day() -> None:
    """A certificate of Tuesday: Monday's night is refused, Tuesday's is not."""
    catalogue = parse_catalogue(
        COMPETENCIES.replace('actes essentiels"', 'actes essentiels"\nact_class = "essential"')
    )
    nights = [
        visit(f"V{day}", "H", 180, "22:00", "22:00", day=day, act_class=ActClass.ORDINARY) for day in (0, 1)
    ]
    tours = [(at("20:00", day), at("26:00", day)) for day in (0, 1)]
    person = worker("W1", hours=tours, certificates=(HeldCertificate("ADVF", date(2026, 3, 10)),))
    asked = problem(nights, [person], rules=labour(bad=NIGHTS), catalogue=catalogue, days=3)
    for day, expected in ((0, ["competencies_night"]), (1, [])):
        made = plan(asked, route(asked, "W1", (f"V{day}", at("22:00", day)), tour=day))
        assert codes(asked, made) == expected
        orders = [[0], []] if day == 0 else [[], [1]]
        assert Search(build_model(asked).arrays, 1).load(orders) == (not expected)


def test_before_her_level_begins_she_comes_in_the_evening_all_the_same() -> None:
    """A certificate of Tuesday, an hour from 22:00 of Monday: no night without three. The search kept the
    visit from her."""
    catalogue = parse_catalogue(
        COMPETENCIES.replace('actes essentiels"', 'actes essentiels"\nact_class = "essential"')
    )
    late = visit("V1", "H", 60, "22:00", "22:00", act_class=ActClass.ORDINARY)
    tours = [(at("20:00", day), at("26:00", day)) for day in (0, 1)]
    person = worker("W1", hours=tours, certificates=(HeldCertificate("ADVF", date(2026, 3, 10)),))
    asked = problem([late], [person], rules=labour(bad=NIGHTS), catalogue=catalogue, days=3)
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "22:00")))) == []
    assert Search(build_model(asked).arrays, 1).load([[0], []])
