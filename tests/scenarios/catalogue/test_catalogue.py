"""The catalogue: every document is what its script writes, loads, and shows what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from brigade.exchange.documents.problem_document import problem_digest
from brigade.figures.funding import ledger
from brigade.judging.checker import check, hard_violations
from brigade.law.marking import mark
from brigade.timing.plan_timing import retime
from brigade.values.plan import MarkingKind
from scenarios import catalogue
from scenarios.catalogue.make import cases, contents
from scenarios.catalogue.sketch import CatalogueCase
from scenarios.generator.scenario import sizes
from solver.advice import swaps
from solver.model.search_settings import SearchSettings
from solver.solve import solve

FOLDER = Path(catalogue.__file__).parent
CASES = {case.name: case for case in cases()}


def test_the_files_are_what_the_script_writes() -> None:
    """After a change of cases or generator: `python -m scenarios.catalogue.make`."""
    written = dict(contents())
    assert {path.name for path in FOLDER.glob("*.json")} | {"README.md"} == set(written)
    for name, text in written.items():
        assert (FOLDER / name).read_text("utf-8") == text, name


def test_the_names_are_the_cases_and_the_demo() -> None:
    assert catalogue.names() == (*CASES, catalogue.DEMO)
    assert all(catalogue.stories().values())


@pytest.mark.parametrize("name", CASES)
def test_a_document_gives_its_case_back(name: str) -> None:
    assert problem_digest(catalogue.load(name)) == problem_digest(CASES[name].problem)


def test_the_demo_is_a_whole_day_of_a_reasonable_size() -> None:
    assert sizes(catalogue.load(catalogue.DEMO)) == {
        "providers": 15,
        "absent": 25,
        "visits": 130,
        "workers": 20,
    }
    assert (FOLDER / "demo.json").stat().st_size < 1_500_000


def test_an_unknown_name_is_refused_with_the_names_known() -> None:
    with pytest.raises(catalogue.UnknownScenario, match="smallest_day"):
        catalogue.load("largest_day")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_lawful_plan_of_a_case_breaks_nothing(case: CatalogueCase) -> None:
    timed = retime(case.driven, case.lawful)
    assert timed.issues == ()
    assert hard_violations(case.problem, timed.plan) == ()
    assert not case.reasons.keys() & timed.plan.covered


@pytest.mark.parametrize(
    ("case", "rule"),
    [(case, rule) for case in CASES.values() for rule in case.broken],
    ids=lambda one: getattr(one, "name", one),
)
def test_the_other_orders_of_a_case_break_its_rule(case: CatalogueCase, rule: str) -> None:
    plan = retime(case.driven, case.broken[rule]).plan
    assert rule in {violation.rule for violation in check(case.problem, plan)}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_search_covers_what_a_case_says_and_gives_its_reasons(case: CatalogueCase) -> None:
    outcome = solve(
        case.problem, SearchSettings(seed=1, iterations=400, time_limit_s=None, threads=1, prove=False)
    )
    assert outcome.plan is not None
    assert outcome.plan.covered == {id for order in case.lawful.values() for id in order}
    told = {left.visit_id: [reason.code for reason in left.reasons] for left in outcome.plan.uncovered}
    for visit, reason in case.reasons.items():
        assert reason in told[visit]


@pytest.mark.parametrize("case", [one for one in CASES.values() if one.asked], ids=lambda one: one.name)
def test_present_staff_are_asked_as_a_case_says(case: CatalogueCase) -> None:
    found = swaps(case.problem, retime(case.problem, case.lawful).plan)
    for visit, (employee, given) in case.asked.items():
        first = found.of(visit)[0]
        assert (first.employee_id, first.given and first.given.place.visit_id) == (employee, given)


# -- what some cases show beside coverage ------------------------------------------------------------------
def test_the_funded_release_books_each_hour_once_and_tells_what_goes_beyond() -> None:
    """Two visits of two hours at 20 EUR: 80 EUR, of which 50 were left."""
    case = CASES["funded_release"]
    marked = mark(case.problem, retime(case.problem, case.lawful).plan)
    (use,) = ledger(case.problem, marked)
    assert (use.cents, use.over_cap_cents, len(use.entries)) == (80_00, 30_00, 2)
    assert {stop.marking.kind for route in marked.routes for stop in route.stops if stop.marking} == {
        MarkingKind.FIRM
    }


def test_short_notice_is_firm_for_an_essential_act_by_a_volunteer_only() -> None:
    case = CASES["short_notice"]
    marked = mark(case.problem, retime(case.problem, case.lawful).plan)
    kinds = {
        stop.visit_id: stop.marking.kind for route in marked.routes for stop in route.stops if stop.marking
    }
    assert kinds == {"V1": MarkingKind.TO_OFFER, "V2": MarkingKind.TO_OFFER, "V3": MarkingKind.FIRM}


def test_the_promised_paper_is_listed_to_be_signed() -> None:
    case = CASES["promised_engagement"]
    (route,) = retime(case.problem, case.lawful).plan.routes
    assert [stop.paper_to_sign for stop in route.stops] == ["S1"]


def test_two_carers_begin_when_the_second_one_can() -> None:
    case = CASES["two_carers"]
    starts = {stop.start for route in retime(case.problem, case.lawful).plan.routes for stop in route.stops}
    assert starts == {8 * 60 + 35}


def test_half_a_pair_begins_with_the_colleague() -> None:
    case = CASES["half_a_pair"]
    (route,) = retime(case.problem, case.lawful).plan.routes
    assert route.stops[0].start == 8 * 60 + 20


def test_a_car_goes_from_the_morning_to_the_afternoon() -> None:
    case = CASES["shared_car"]
    outcome = solve(case.problem, SearchSettings(seed=1, iterations=400, time_limit_s=None, threads=1))
    assert outcome.plan is not None
    assert outcome.plan.drives == case.drives
