"""Every limit is told twice: the twin says no less than the check, and each is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

import brigade.law.rules
import solver.rules
from brigade.words.catalogue import reason_codes
from tests.limits import CASES, markings
from tests.limits.case import Case, breaches
from tests.limits.markings import MARKINGS, MarkingCase, marked

PAGE = (Path(__file__).parents[2] / "docs" / "mutants.md").read_text("utf-8")

BY_CONSTRUCTION = {"assignment", "timing"}
"""A tour is an order of visits, timed by the kernel: nothing for a twin to say."""


def test_every_limit_has_a_twin_of_its_name() -> None:
    assert set(solver.rules.names()) == set(brigade.law.rules.names()) - BY_CONSTRUCTION


@pytest.mark.parametrize(("name", "twin"), list(zip(solver.rules.names(), solver.rules.twins(), strict=True)))
def test_a_twin_speaks_for_the_codes_of_its_check(name: str, twin: solver.rules.Twin) -> None:
    assert dict(brigade.law.rules.all_rules())[name].CODES == twin.CODES


def test_the_catalogue_has_a_case_for_every_twin() -> None:
    assert {case.rule for case in CASES} == set(solver.rules.names())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_missing_twin_is_seen_and_a_present_one_holds(case: Case) -> None:
    assert breaches(case, without=None) == ()
    found = breaches(case, without=case.rule)
    assert {one.reason.code for one in found} == {case.finds}
    assert {one.rule for one in found} <= set(dict(brigade.law.rules.all_rules())[case.rule].CODES)


# -- markings ----------------------------------------------------------------------------------------------
GROUNDS = {
    code.removeprefix("marking_") for code in reason_codes() if code.startswith("marking_")
} - markings.BY_CONSTRUCTION


def test_the_catalogue_has_a_case_for_every_ground_of_a_marking() -> None:
    assert {case.ground for case in MARKINGS} == GROUNDS


@pytest.mark.parametrize("case", MARKINGS, ids=lambda case: case.ground)
def test_a_ground_turned_around_is_seen(case: MarkingCase) -> None:
    assert marked(case, turned=False) == (case.kind, case.ground)
    assert marked(case, turned=True)[0] is not case.kind


def test_the_page_of_mutants_names_every_twin_and_every_ground_and_none_is_alive() -> None:
    """`make mutants` writes it: run it after a new twin or ground."""
    rows = dict(line.strip("| ").split(" | ", 1) for line in PAGE.splitlines() if line.startswith("| `"))
    assert {name.strip("`") for name in rows} == {*solver.rules.names(), *GROUNDS}
    assert [name for name, row in rows.items() if not row.endswith("dead")] == []
