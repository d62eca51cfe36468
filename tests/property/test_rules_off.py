"""A rule switched off never makes another one bind more (docs/design.md §4).

Plans are visits dealt at random, and the cases of the texts. Of timing nothing is asked: without a break, a
link or blocked hours a plan has other times.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace

import pytest
from hypothesis import given

from brigade.judging.checker import check
from brigade.texts.rule_sets import RuleKind
from brigade.values.demand import ActClass
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from tests.brigade.law.test_law_cases import case_of, names
from tests.lawful import broken, under
from tests.property.test_second_checker import dealt, many, problems


def tightened(problem: Problem, plan: Plan) -> Iterator[tuple[str, str]]:
    """The rules that bind more where one is switched off, behind it."""
    before = _broken(problem, plan)
    for code, head in problem.labour.heads.items():
        if head.kind in (RuleKind.LIMIT, RuleKind.MEASURE):
            found = _broken(_switched_off(problem, code), plan)
            yield from ((code, rule) for rule, _ in sorted(found - before, key=str))


def _switched_off(problem: Problem, code: str) -> Problem:
    """The problem without this rule. It was found sound, and its texts stay: three quarters of a verdict's
    time would go into asking again."""
    without = copy(problem)
    object.__setattr__(without, "rule_sets_off", frozenset({code}))
    for joined in ("_joined", "_apart"):
        without.__dict__.pop(joined, None)
    return without


def _broken(problem: Problem, plan: Plan) -> set[tuple[str, str | None]]:
    found = {(one.rule, one.worker_id) for one in check(problem, plan)}
    return {one for one in found if one[0] != "TIMING"}


@many
@given(case=dealt(problems()))
def test_no_rule_binds_more_without_another(case: tuple[Problem, Plan, Plan | None]) -> None:
    assert list(tightened(*case[:2])) == []


@pytest.mark.parametrize("name", names("lawful"))
def test_a_lawful_plan_stays_so_whatever_is_switched_off(name: str) -> None:
    case = case_of(name)
    assert list(tightened(case.problem, case.plan)) == []


@pytest.mark.parametrize(("minutes", "rules"), [(179, set()), (180, {"COMPETENCIES"})])
def test_the_first_level_keeps_its_short_nights_without_their_limits(minutes: int, rules: set[str]) -> None:
    """BAD V.26: three hours from 22:00 are a night, two hours 59 are none. Without NIGHT_LIMITS the checker
    took any minute for a night, and the search none."""
    ordinary = {"act_class": ActClass.ORDINARY}
    person = {"competencies": frozenset({"UPKEEP"})}
    problem, plan = under("bad", [(0, "22:00", minutes)], days=2, visits=ordinary, person=person)
    for off in (frozenset[str](), frozenset({"NIGHT_LIMITS"})):
        assert broken((replace(problem, rule_sets_off=off), plan)) == rules
