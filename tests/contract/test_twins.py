"""Every limit is told twice: the twin says no less than the check, and each is needed."""

from __future__ import annotations

import pytest

import brigade.rules
import solver.rules
from tests.limits import CASES
from tests.limits.case import Case, breaches

BY_CONSTRUCTION = {"assignment", "timing"}
"""A tour is an order of visits, timed by the kernel: nothing for a twin to say."""


def test_every_limit_has_a_twin_of_its_name() -> None:
    assert set(solver.rules.names()) == set(brigade.rules.names()) - BY_CONSTRUCTION


@pytest.mark.parametrize(("name", "twin"), list(zip(solver.rules.names(), solver.rules.twins(), strict=True)))
def test_a_twin_speaks_for_the_codes_of_its_check(name: str, twin: solver.rules.Twin) -> None:
    assert dict(brigade.rules.all_rules())[name].CODES == twin.CODES


def test_the_catalogue_has_a_case_for_every_twin() -> None:
    assert {case.rule for case in CASES} == set(solver.rules.names())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_missing_twin_is_seen_and_a_present_one_holds(case: Case) -> None:
    assert breaches(case, without=None) == ()
    found = breaches(case, without=case.rule)
    assert {one.reason.code for one in found} == {case.finds}
    assert {one.rule for one in found} <= set(dict(brigade.rules.all_rules())[case.rule].CODES)
