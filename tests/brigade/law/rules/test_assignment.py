"""ASSIGNMENT: every open visit is somewhere, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from brigade.law.rules import assignment
from brigade.values.demand import Employee, Link, LinkKind, RotaEntry, RotaFeed
from brigade.values.plan import Plan, Reason, Route, UncoveredVisit
from brigade.values.problem import Problem
from tests.builders import MONDAY, at, plan, problem, route, visit, worker


def codes(asked: Problem, made: Plan) -> list[str]:
    return [violation.reason.code for violation in assignment.check(asked, made)]


def two_workers() -> Problem:
    return problem([visit("V1"), visit("V2")], [worker("W1"), worker("W2")])


def test_covered_or_uncovered_once_is_right() -> None:
    asked = two_workers()
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00")))) == []
    assert codes(asked, plan(asked)) == []


def test_one_visit_in_two_tours_is_told_once() -> None:
    asked = two_workers()
    made = plan(
        asked, route(asked, "W1", ("V1", "08:00")), route(asked, "W2", ("V1", "08:00"), ("V2", "10:00"))
    )
    (violation,) = assignment.check(asked, made)
    assert (violation.reason.code, violation.reason.value("count")) == ("assignment_twice", 2)


def test_one_visit_twice_in_one_tour() -> None:
    asked = two_workers()
    made = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V1", "10:00"), ("V2", "12:00")))
    assert codes(asked, made) == ["assignment_twice"]


def test_two_routes_of_one_tour() -> None:
    asked = two_workers()
    made = plan(asked, route(asked, "W1", ("V1", "08:00")), route(asked, "W1", ("V2", "10:00")))
    assert codes(asked, made) == ["assignment_tour_twice"]


def test_a_route_without_stops() -> None:
    asked = two_workers()
    made = plan(asked, Route("W1", 0, MONDAY, 360, (), 360))
    assert codes(asked, made) == ["assignment_empty_tour"]


def test_a_visit_that_keeps_its_carer_is_not_ours() -> None:
    feed = RotaFeed("S1", datetime(2026, 3, 8, tzinfo=UTC), (RotaEntry("V1", "EMP1", at("08:00")),))
    asked = problem([visit("V1")], employees=(Employee("EMP1", "S1"),), rota=(feed,))
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00")))) == ["assignment_not_open"]


def test_a_visit_whose_client_wants_nobody_is_not_ours() -> None:
    asked = problem([visit("V1", wants_replacement=False)])
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00")))) == ["assignment_not_open"]


def test_every_open_visit_is_accounted_for_and_none_twice() -> None:
    asked = two_workers()
    silent = replace(plan(asked, route(asked, "W1", ("V1", "08:00"))), uncovered=())
    assert codes(asked, silent) == ["assignment_unaccounted"]
    double = plan(asked, route(asked, "W1", ("V1", "08:00"), ("V2", "10:00")))
    double = replace(double, uncovered=(UncoveredVisit("V1", (Reason.of("left_out"),)),))
    assert codes(asked, double) == ["assignment_both"]


def test_a_pair_is_covered_whole_or_not_at_all() -> None:
    link = Link(LinkKind.SAME_START, "V1", "V2")
    asked = problem([visit("V1"), visit("V2")], [worker("W1"), worker("W2")], links=(link,))
    half = plan(asked, route(asked, "W1", ("V1", "08:00")))
    assert codes(asked, half) == ["assignment_together"]
    assert codes(asked, plan(asked)) == []
    whole = plan(asked, route(asked, "W1", ("V1", "08:00")), route(asked, "W2", ("V2", "08:00")))
    assert codes(asked, whole) == []
    loose = replace(asked, links=(replace(link, together=False),))
    assert codes(loose, half) == []


def test_the_usual_carer_is_half_of_the_pair() -> None:
    """V2 keeps EMP1: covering V1 makes the pair whole, leaving it out breaks nothing of ours."""
    feed = RotaFeed("S1", datetime(2026, 3, 8, tzinfo=UTC), (RotaEntry("V2", "EMP1", at("08:00")),))
    link = Link(LinkKind.SAME_START, "V1", "V2")
    asked = problem(
        [visit("V1"), visit("V2")], links=(link,), employees=(Employee("EMP1", "S1"),), rota=(feed,)
    )
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:00")))) == []
    assert codes(asked, plan(asked)) == []
