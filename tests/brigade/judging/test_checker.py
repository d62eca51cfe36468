"""The checker: all rules, rules switched off, waivers told, plans that speak of something else refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from brigade.errors import BrokenPromise, InvalidPlan
from brigade.judging.checker import certify, check, hard_violations
from brigade.law.rules import all_rules, codes, names
from brigade.values.plan import Plan, Reason, Route, Stop, UncoveredVisit, Waiver
from brigade.values.problem import Problem
from tests.builders import MONDAY, labour, plan, problem, route, visit, worker
from tests.sayings import refusals

ZONE = {"COMMUTE_NORMAL.zone_minutes": 5}
WHEN = datetime(2026, 3, 8, 7, tzinfo=UTC)


def waiver(rule: str, worker_id: str = "W1", visit_id: str | None = None) -> Waiver:
    return Waiver(rule, worker_id, visit_id, by="coordination", at=WHEN, reason="accord de la personne")


def too_far(waivable: bool, *waivers: Waiver) -> tuple[Problem, Plan]:
    """A is 10 min from home, the zone 5: broken there and back."""
    zone = {"COMMUTE_NORMAL.zone_minutes": {"value": 5, "waivable": waivable}}
    asked = problem([visit("V1", "A")], rules=labour(bad=zone))
    return asked, plan(asked, route(asked, "W1", ("V1", "08:00")), waivers=waivers)


def test_a_lawful_plan_is_certified() -> None:
    asked = problem([visit("V1"), visit("V2", "B")])
    made = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "10:00")))
    assert check(asked, made) == ()
    certify(asked, made)


def test_a_broken_one_is_our_bug_with_its_place() -> None:
    asked = problem([visit("V1", forbidden_workers=frozenset({"W1"}))])
    with pytest.raises(BrokenPromise, match=r"FORBIDDEN_PAIR W1 2026-03-09 V1"):
        certify(asked, plan(asked, route(asked, "W1", ("V1", "08:00"))))


def test_a_rule_switched_off_is_not_judged() -> None:
    asked, made = too_far(True)
    assert {violation.rule for violation in check(asked, made)} == {"COMMUTE_NORMAL"}
    assert check(replace(asked, rule_sets_off=frozenset({"COMMUTE_NORMAL"})), made) == ()


def test_a_waiver_turns_a_breach_into_a_told_one() -> None:
    asked, made = too_far(True, waiver("COMMUTE_NORMAL"))
    assert [violation.waived_by for violation in check(asked, made)] == ["coordination", "coordination"]
    assert hard_violations(asked, made) == ()


@pytest.mark.parametrize(
    "other",
    [waiver("MAX_SPAN"), waiver("COMMUTE_NORMAL", "W2"), waiver("COMMUTE_NORMAL", visit_id="V2")],
)
def test_a_waiver_speaks_of_its_rule_its_worker_and_its_visit_only(other: Waiver) -> None:
    zone = {"COMMUTE_NORMAL.zone_minutes": {"value": 5, "waivable": True}}
    asked = problem(
        [visit("V1", "A"), visit("V2", "H")], [worker("W1"), worker("W2")], rules=labour(bad=zone)
    )
    made = plan(asked, route(asked, "W1", ("V1", "08:00")), waivers=(other,))
    assert [violation.waived_by for violation in check(asked, made)] == [None, None]


def test_a_waiver_of_the_visit_covers_it() -> None:
    asked, made = too_far(True, waiver("COMMUTE_NORMAL", visit_id="V1"))
    assert hard_violations(asked, made) == ()


def test_a_value_that_nobody_may_exceed_stays_hard_and_the_waiver_is_told() -> None:
    asked, made = too_far(False, waiver("COMMUTE_NORMAL"))
    found = hard_violations(asked, made)
    assert [violation.rule for violation in found] == ["COMMUTE_NORMAL", "COMMUTE_NORMAL", "WAIVER"]
    assert found[2].reason == Reason.of("waiver_not_allowed", rule="COMMUTE_NORMAL", by="coordination")


def test_nobody_waives_the_mandatory_code_even_if_its_data_say_so() -> None:
    rules = labour(mandatory={"COMMUTE_NORMAL.zone_minutes": {"value": 5, "waivable": True}})
    asked = problem([visit("V1", "A")], rules=rules)
    made = plan(asked, route(asked, "W1", ("V1", "08:00")), waivers=(waiver("COMMUTE_NORMAL"),))
    assert [violation.rule for violation in hard_violations(asked, made)][-1] == "WAIVER"


def test_nobody_waives_what_comes_from_no_text() -> None:
    asked = problem([visit("V1", forbidden_workers=frozenset({"W1"}))])
    made = plan(asked, route(asked, "W1", ("V1", "08:00")), waivers=(waiver("FORBIDDEN_PAIR"),))
    assert [violation.rule for violation in hard_violations(asked, made)] == ["FORBIDDEN_PAIR", "WAIVER"]


def test_a_plan_of_something_else_is_refused_with_all_its_issues() -> None:
    asked = problem([visit("V1")])
    stray = Stop("V9", 480, 480, 540, 0, 0)
    routes = (Route("W9", 0, MONDAY, 480, (stray,), 540), Route("W1", 3, MONDAY, 480, (stray,), 540))
    lost = (UncoveredVisit("V8", ()),)
    made = Plan(routes, lost, frozenset({"V7"}), (waiver("MAX_SPAN", "W8", "V6"),))
    with pytest.raises(InvalidPlan) as refused:
        check(asked, made)
    met = {(issue.code, issue.where) for issue in refusals(refused)}
    assert met == {
        ("K101", "routes.W9"),
        ("K102", "routes.W1.3"),
        ("K103", "routes.V9"),
        ("K103", "uncovered.V8"),
        ("K103", "pinned.V7"),
        ("K101", "waivers.W8"),
        ("K103", "waivers.V6"),
    }


def test_the_registry_holds_every_rule_file_once_in_name_order() -> None:
    assert list(names()) == sorted(set(names()))
    told = [code for _, rule in all_rules() for code in rule.CODES]
    assert len(told) == len(set(told))
    assert {"ASSIGNMENT", "TIMING", "TIME_WINDOW", "DAILY_REST", "PERSONAL_LIMIT"} <= codes()
