"""LEARNING and SHADOWING: what somebody learns she shares with somebody who knows, until she may go alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from brigade.changes.events import OfferRefused, VisitCancelled, VisitMoved, apply_events
from brigade.figures.funding import entries
from brigade.judging.checker import hard_violations
from brigade.judging.coverage_levels import uncovered_by_level
from brigade.judging.objective import breakdown
from brigade.law.rules import learning, shadowing
from brigade.timing.plan_timing import retime
from brigade.units import TimeWindow
from brigade.values.demand import ActClass, Employee, FundingLine, RotaEntry, RotaFeed, Visit
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import HeldCertificate, Learning, Worker
from brigade.worked.shared_visits import with_shared_visits
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.builders import MONDAY, at, plan, problem, route, visit, worker

CARE = frozenset({"ESSENTIAL_ASSIST"})
DIPLOMA = (HeldCertificate("ADVF"),)
SEARCH = SearchSettings(iterations=200, threads=1)


def day(*lines: Learning, visits: int = 3, **more: Any) -> Problem:
    """V1, V2, ... at A, 08:00, 09:00, ... W1 has the diploma, W2 learns."""
    asked = [
        visit(f"V{n}", "A", 60, f"{7 + n:02}:00", f"{7 + n:02}:00", required=CARE)
        for n in range(1, visits + 1)
    ]
    people = [worker("W1", certificates=DIPLOMA), worker("W2", learning=lines)]
    return problem(asked, people, **more)


def found(asked: Problem, made: Plan) -> list[str]:
    return [one.reason.code for rule in (learning, shadowing) for one in rule.check(asked, made)]


def seats(asked: Problem) -> list[str]:
    return [one.id for one in asked.visits if one.shadowing is not None]


def test_her_first_visits_of_what_she_learns_are_shared_as_many_as_are_left() -> None:
    assert seats(day(Learning(competency="ESSENTIAL_ASSIST", shared_needed=3, shared_done=1))) == [
        "V1:W2",
        "V2:W2",
    ]
    assert seats(day(Learning(competency="ESSENTIAL_ASSIST", solo_from=date(2026, 3, 10)))) == [
        "V1:W2",
        "V2:W2",
        "V3:W2",
    ]


@pytest.mark.parametrize(
    "line",
    [
        Learning(competency="ESSENTIAL_ASSIST", shared_needed=2, shared_done=2),
        Learning(competency="ESSENTIAL_ASSIST", shared_needed=2, solo_from=MONDAY),
        Learning(competency="NIGHT", shared_needed=2),
    ],
    ids=["enough", "from that day on", "nothing of it"],
)
def test_nothing_is_shared_that_she_may_do_alone(line: Learning) -> None:
    asked = day(line)
    assert seats(asked) == []
    alone = plan(asked, route(asked, "W2", ("V1", "08:00")))
    assert found(asked, alone) == []


def test_alone_she_does_nothing_that_she_learns() -> None:
    asked = day(Learning(act_class=ActClass.ESSENTIAL, shared_needed=2, solo_from=date(2026, 3, 10)))
    alone = plan(asked, route(asked, "W2", ("V3", "10:00")))
    (broken,) = learning.check(asked, alone)
    assert dict(broken.reason.values) == {"visit": "V3", "shared": 0, "needed": 2, "solo_from": "2026-03-10"}


def test_a_seat_is_its_learners_beside_who_knows_at_one_time() -> None:
    asked = day(Learning(competency="ESSENTIAL_ASSIST", shared_needed=1))
    first = route(asked, "W1", ("V1", "08:00"))
    assert found(asked, plan(asked, first, route(asked, "W2", ("V1:W2", "08:00")))) == []
    assert found(asked, plan(asked, first, route(asked, "W2", ("V1:W2", "08:10")))) == ["shadowing_apart"]
    assert found(asked, plan(asked, route(asked, "W2", ("V1:W2", "08:00")))) == ["shadowing_without"]
    swapped = plan(asked, route(asked, "W1", ("V1:W2", "08:00")), route(asked, "W2", ("V1", "08:00")))
    assert found(asked, swapped) == ["learning_other", "learning", "shadowing_unguided"]


def test_she_holds_no_competency_and_needs_none_there() -> None:
    asked = day(Learning(competency="ESSENTIAL_ASSIST", shared_needed=1))
    made = retime(asked, {("W1", 0): ["V1", "V2", "V3"], ("W2", 0): ["V1:W2"]}).plan
    assert hard_violations(asked, made) == ()


# -- who knows --------------------------------------------------------------------------------------------
def guides(*people: Worker, line: Learning, **more: Any) -> set[str]:
    asked = problem([visit("V1", "A", required=CARE, **more)], [worker("L", learning=(line,)), *people])
    return {id for one in asked.visits if one.shadowing is not None for id in one.shadowing.guides}


def test_a_client_is_known_by_who_has_been_there_and_by_who_has_learnt_it() -> None:
    line = Learning(client_id="S1:A", shared_needed=2)
    learnt = worker("W2", learning=(replace(line, shared_done=2),))
    learns = worker("W3", learning=(line,))
    people = (worker("W1"), learnt, learns, worker("W4"))
    usual = frozenset({"W1", "W3", "L"})
    assert guides(*people, line=line, usual_workers=usual) == {"W1", "W2"}


def test_a_competency_is_known_by_who_holds_it_and_tutors_are_who_is_named() -> None:
    line = Learning(competency="ESSENTIAL_ASSIST", shared_needed=2)
    people = (worker("W1", certificates=DIPLOMA), worker("W2"), worker("W3", certificates=DIPLOMA))
    assert guides(*people, line=line) == {"W1", "W3"}
    assert guides(*people, line=replace(line, tutors=frozenset({"W3"}))) == {"W3"}


def test_who_guides_two_things_knows_both() -> None:
    lines = (
        Learning(competency="ESSENTIAL_ASSIST", shared_needed=1),
        Learning(client_id="S1:A", shared_needed=1, funding_line_id=None),
    )
    people = [
        worker("L", learning=lines),
        worker("W1", certificates=DIPLOMA),
        worker("W2", certificates=DIPLOMA),
    ]
    asked = problem([visit("V1", "A", required=CARE, usual_workers=frozenset({"W2"}))], people)
    (seat,) = (one.shadowing for one in asked.visits if one.shadowing is not None)
    assert seat.guides == {"W2"}


# -- beside a visit that keeps its carer ------------------------------------------------------------------
def kept(line: Learning) -> Problem:
    rota = (RotaFeed("S1", problem([]).horizon.start, (RotaEntry("V1", "S1-E1", at("08:00")),)),)
    told: dict[str, Any] = {"rota": rota, "employees": (Employee("S1-E1", "S1"),)}
    asked = visit("V1", "A", 60, "07:00", "09:00", required=CARE)
    lines = (FundingLine("T", "Tutorat", 100_000, 3_000),)
    return problem([asked], [worker("W2", learning=(line,))], funding_lines=lines, **told)


def test_she_goes_with_the_usual_carer_at_her_hour() -> None:
    made = solve(kept(Learning(client_id="S1:A", shared_needed=1)), SEARCH).plan
    assert made is not None
    assert [(stop.visit_id, stop.start) for tour in made.routes for stop in tour.stops] == [
        ("V1:W2", at("08:00"))
    ]


# -- what it costs, and who pays --------------------------------------------------------------------------
def test_no_visit_is_lost_to_a_seat_whatever_the_price() -> None:
    """W2 could share V1 or do V4 at the same hour: the P4 visit is done."""
    line = Learning(competency="ESSENTIAL_ASSIST", shared_needed=1)
    asked = day(line, visits=1)
    other = visit("V4", "A", 60, "08:00", "08:00", act_class=ActClass.ORDINARY)
    priced = replace(asked.policy, weights=replace(asked.policy.weights, shared_visits=100_000))
    both = with_shared_visits(replace(asked, visits=(*asked.visits, other), policy=priced))
    made = solve(both, SEARCH).plan
    assert made is not None
    assert made.covered == {"V1", "V4"}
    assert uncovered_by_level(both, made) == (0, 0, 0, 0, 0)
    assert breakdown(both, made).terms["shared_visits"] == 100_000


def test_the_tutors_hour_is_booked_once_on_its_line() -> None:
    line = Learning(competency="ESSENTIAL_ASSIST", shared_needed=1, funding_line_id="T")
    asked = day(line, funding_lines=(FundingLine("T", "Tutorat", 100_000, 3_000),))
    made = retime(asked, {("W1", 0): ["V1", "V2", "V3"], ("W2", 0): ["V1:W2"]}).plan
    assert [(one.line_id, one.worker_id, one.visit_id, one.cents) for one in entries(asked, made)] == [
        ("T", "W1", "V1:W2", 3_000)
    ]
    beside = kept(replace(line, client_id="S1:A", competency=None))
    made = retime(beside, {("W2", 0): ["V1:W2"]}).plan
    assert [(one.worker_id, one.cents) for one in entries(beside, made)] == [("S1-E1", 3_000)]


# -- what happens -----------------------------------------------------------------------------------------
def test_a_cancelled_visit_takes_its_seat_along_and_the_next_one_is_shared() -> None:
    asked = day(Learning(competency="ESSENTIAL_ASSIST", shared_needed=1))
    assert seats(apply_events(asked, [VisitCancelled("V1")])) == ["V2:W2"]


@pytest.mark.parametrize("event", [OfferRefused("V1:W2", "W2"), VisitCancelled("V1:W2")])
def test_a_seat_refused_is_no_longer_hers(event: OfferRefused | VisitCancelled) -> None:
    asked = day(Learning(competency="ESSENTIAL_ASSIST", shared_needed=1))
    after = apply_events(asked, [event])
    assert seats(after) == ["V2:W2"]
    assert after.visit_by_id["V1"].forbidden_workers == {"W2"}


def test_a_seat_moves_with_its_visit() -> None:
    asked = day(Learning(competency="ESSENTIAL_ASSIST", shared_needed=1))
    later = (TimeWindow(at("08:20"), at("08:20"), at("08:20")),)
    after = apply_events(asked, [VisitMoved("V1:W2", later)])
    moved: list[Visit] = [after.visit_by_id[id] for id in ("V1", "V1:W2")]
    assert [one.windows for one in moved] == [later, later]
