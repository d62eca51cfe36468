"""Meetings in the hands of the search and of a coordinator."""

from __future__ import annotations

from dataclasses import replace

from brigade.changes.edits import Pin, Unassign
from brigade.exchange.reports.ics import calendars
from brigade.exchange.reports.plain_text import terminal_text
from brigade.exchange.reports.stops_csv import stops_csv
from brigade.figures.funding import ledger
from brigade.figures.report import indicators
from brigade.judging.checker import hard_violations
from brigade.timing.notice import told_at
from brigade.timing.plan_timing import retime
from brigade.values.demand import FundingLine, Priority
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.hand_edits import EditSession, judge_edit
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.builders import at, block, plan, problem, route, visit, worker

SEARCH = SearchSettings(iterations=400, threads=1)
TEAM = [worker(f"W{n}") for n in range(1, 12)]


def found(asked: Problem) -> Plan:
    made = solve(asked, SEARCH).plan
    assert made is not None
    assert hard_violations(asked, made) == ()
    return made


def test_eleven_people_meet_among_their_visits() -> None:
    """Each has room for two visits before and after: the meeting comes first, as it outranks them."""
    visits = [visit(f"V{n}", "ABCD"[n % 4], 90, "08:00", "18:00", priority=Priority.P3) for n in range(40)]
    meeting = block("R1", [one.id for one in TEAM], 60, "14:00", priority=Priority.P2)
    made = found(problem(visits, TEAM, blocks=[meeting]))
    assert {one for one in made.covered if one.startswith("R1")} == {seat.id for seat in meeting.attendances}


def test_no_vital_visit_is_lost_to_an_exchange() -> None:
    vital = [visit(f"V{n}", "C", 60, "14:00", "14:00", priority=Priority.P1) for n in (1, 2)]
    exchange = block("R1", ["W1", "W2"], priority=Priority.P3)
    made = found(problem(vital, TEAM[:2], blocks=[exchange]))
    assert made.covered == {"V1", "V2"}
    assert {one.visit_id: bool(one.reasons) for one in made.uncovered} == {"R1:1": True, "R1:2": True}
    doctor = replace(exchange, mandatory=True)
    assert found(problem(vital, TEAM[:2], blocks=[doctor])).covered == {"R1:1", "R1:2"}


def test_who_is_wished_for_comes_where_nothing_keeps_her_and_never_alone() -> None:
    wished = block("R1", ["W1", "W2", "W3"], at_least=2, earliest="14:00", latest="15:00")
    assert len(found(problem([], TEAM[:3], blocks=[wished])).covered) == 3
    vital = visit("V1", "C", 240, "13:00", "13:00", priority=Priority.P1)
    made = found(problem([vital], TEAM[:3], blocks=[wished]))
    assert len(made.covered & {"R1:1", "R1:2", "R1:3"}) == 2
    one_left = [worker("W1"), worker("W2", "06:00", "08:00"), worker("W3", "06:00", "08:00")]
    assert found(problem([], one_left, blocks=[wished])).covered == frozenset()


def test_people_of_other_homes_attend_without_a_place() -> None:
    people = [worker("W1", home="A"), worker("W2", home="D"), worker("W3", home="B")]
    talk = block("R1", ["W1", "W2", "W3"], 30, "10:00", "12:00", site=None, at_least=2)
    visits = [visit(f"V{n}", "C", 60, "08:00", "12:00") for n in range(6)]
    made = found(problem(visits, people, blocks=[talk]))
    assert len(made.covered) == 9


# -- by hand -----------------------------------------------------------------------------------------------
def test_a_coordinator_moves_a_meeting_by_one_of_its_seats() -> None:
    asked = problem([], TEAM[:2], blocks=[block("R1", ["W1", "W2"], 60, "14:00", "16:00")])
    told = retime(asked, {("W1", 0): ["R1:1"], ("W2", 0): ["R1:2"]}).plan
    after = judge_edit(EditSession.opened(asked, told), Pin("R1:2", at("15:00")))
    assert after.is_lawful
    assert {stop.start for tour in after.after.plan.routes for stop in tour.stops} == {at("15:00")}


def test_taking_a_needed_seat_out_calls_the_meeting_off() -> None:
    asked = problem([], TEAM[:3], blocks=[block("R1", ["W1", "W2", "W3"], at_least=2)])
    told = retime(asked, {(f"W{n}", 0): [f"R1:{n}"] for n in (1, 2, 3)}).plan
    session = EditSession.opened(asked, told)
    assert judge_edit(session, Unassign("R1:3")).after.plan.covered == {"R1:1", "R1:2"}
    off = judge_edit(session, Unassign("R1:1"))
    assert off.is_lawful
    assert off.after.plan.covered == frozenset()


# -- what is told ------------------------------------------------------------------------------------------
def test_its_hours_are_paid_by_its_line_and_counted_apart_from_visits() -> None:
    """Two hours of two people at 20 EUR."""
    line = FundingLine("F1", "Tutorat", 100_000, 2000)
    meeting = block("R1", ["W1", "W2"], 60, funding_line_id="F1")
    asked = problem([visit("V1", "A", 60, "08:00")], TEAM[:2], blocks=[meeting], funding_lines=(line,))
    made = retime(asked, {("W1", 0): ["V1", "R1:1"], ("W2", 0): ["R1:2"]}).plan
    (use,) = ledger(asked, made)
    assert (use.cents, [entry.absence_id for entry in use.entries]) == (40_00, [None, None])
    told = indicators(asked, made)
    assert [told.value(name) for name in ("requests", "covered", "attendances_asked", "attendances")] == [
        *(1, 1, 2, 2)
    ]
    assert told.value("block_work") == 120
    assert told.value("work", "W2") == 60


def test_figures_without_blocks_are_as_they_were() -> None:
    asked = problem([visit("V1")])
    assert "attendances" not in indicators(asked, plan(asked)).names()


def test_notice_counts_from_when_it_was_announced() -> None:
    before = block("R1", announced_at=-7 * 1440)
    asked = problem([], blocks=[before, block("R2"), block("R3", announced_at=600)], now=at("06:00"))
    told = [told_at(asked, request) for request in asked.requests]
    assert told == [-7 * 1440, at("06:00"), at("06:00")]


def test_papers_call_it_by_its_name() -> None:
    asked = problem([], blocks=[block("R1", label="Analyse de la pratique"), block("R2", earliest="16:00")])
    made = plan(asked, route(asked, "W1", ("R1:1", "14:00"), ("R2:1", "16:00")))
    (calendar,) = (text.decode() for text in calendars(asked, made).values())
    assert "SUMMARY:R1:1 · Analyse de la pratique" in calendar
    assert "R2:1;réunion;;" in stops_csv(asked, made)
    assert "R1:1 Analyse de la pratique" in terminal_text(asked, made)
