"""WORK_BLOCKS: at one time, each person once, with as many as it needs; and what leaves a meeting out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from brigade.judging.checker import hard_violations
from brigade.law.rules import ai_480h, commute_zone, engagement, forbidden_pairs, sunday_holiday_acts
from brigade.law.rules.work_blocks import check
from brigade.timing.blocked_hours import blocked_hours
from brigade.timing.duty_days import work_days
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import EmployerKind
from tests.builders import at, block, employer, labour, plan, problem, route, visit, worker

FLAG = {"value": 1, "unit": "flag", "stricter": "higher"}
TWO = [worker("W1"), worker("W2")]


def codes(asked: Problem, made: Plan) -> list[str]:
    return [one.reason.code for one in check(asked, made)]


def test_all_begin_at_one_time() -> None:
    asked = problem([], TWO, blocks=[block("R1", ["W1", "W2"], earliest="14:00", latest="15:00")])
    together = plan(asked, route(asked, "W1", ("R1:1", "14:00")), route(asked, "W2", ("R1:2", "14:00")))
    apart = plan(asked, route(asked, "W1", ("R1:1", "14:00")), route(asked, "W2", ("R1:2", "14:20")))
    assert codes(asked, together) == []
    assert codes(asked, apart) == ["work_blocks_apart"]


def test_with_fewer_than_it_needs_it_does_not_take_place() -> None:
    asked = problem([], TWO, blocks=[block("R1", ["W1", "W2"])])
    assert codes(asked, plan(asked)) == []
    assert codes(asked, plan(asked, route(asked, "W1", ("R1:1", "14:00")))) == ["work_blocks_too_few"]
    enough = problem([], TWO, blocks=[block("R1", ["W1", "W2"], at_least=1)])
    assert codes(enough, plan(enough, route(enough, "W2", ("R1:1", "14:00")))) == []


def test_nobody_sits_twice() -> None:
    asked = problem([], TWO, blocks=[block("R1", ["W1", "W2"], at_least=1, earliest="14:00", latest="16:00")])
    twice = plan(asked, route(asked, "W1", ("R1:1", "14:00"), ("R1:2", "15:00")))
    assert codes(asked, twice) == ["work_blocks_twice", "work_blocks_apart"]


def test_a_meeting_is_for_those_it_names_and_a_seat_of_all_for_its_own() -> None:
    asked = problem([], [*TWO, worker("W3")], blocks=[block("R1", ["W1", "W2"])])
    swapped = plan(asked, route(asked, "W2", ("R1:1", "14:00")), route(asked, "W3", ("R1:2", "14:00")))
    found = [(one.worker_id, one.reason.code) for one in forbidden_pairs.check(asked, swapped)]
    assert found == [("W2", "forbidden_pair_participant"), ("W3", "forbidden_pair_participant")]


def test_starts_wait_for_whoever_comes_last() -> None:
    """W2 lives ten minutes from the meeting's place and is there from 14:00: nobody begins before."""
    late = worker("W2", "13:50", "18:00")
    meeting, rules = block("R1", ["W1", "W2"], 60, "13:00", "16:00"), labour(mandatory={"WORK_BLOCKS": 1})
    asked = problem([], [worker("W1"), late], blocks=[meeting], rules=rules)
    made = retime(asked, {("W1", 0): ["R1:1"], ("W2", 0): ["R1:2"]}).plan
    assert {stop.start for tour in made.routes for stop in tour.stops} == {at("14:00")}
    off = replace(asked, rule_sets_off=frozenset({"WORK_BLOCKS"}))
    made = retime(off, {("W1", 0): ["R1:1"], ("W2", 0): ["R1:2"]}).plan
    assert {stop.start for tour in made.routes for stop in tour.stops} == {at("13:00"), at("14:00")}


def test_without_a_place_she_attends_at_home_between_two_visits() -> None:
    """H, then A (10), home again (10) for the talk, and B (20)."""
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "B", 60, "11:00", "11:00")]
    asked = problem(visits, blocks=[block("R1", ["W1"], 30, "09:30", "10:00", site=None)])
    made = retime(asked, {("W1", 0): ["V1", "R1:1", "V2"]})
    assert made.issues == ()
    assert [stop.travel for stop in made.plan.routes[0].stops] == [10, 10, 20]
    assert hard_violations(asked, made.plan) == ()


# -- whose texts ------------------------------------------------------------------------------------------
def test_a_day_of_a_meeting_alone_is_under_the_employers_text() -> None:
    """S1 is under the other text: its limit of the day's work joins once she visits there."""
    rules = labour(bad={"MAX_DAILY_WORK": 100}, mandatory={"MAX_DAILY_WORK": 300})
    asked = problem([visit("V1", "A", 60)], blocks=[block("R1", minutes=150)], rules=rules)
    alone = plan(asked, route(asked, "W1", ("R1:1", "14:00")))
    assert hard_violations(asked, alone) == ()
    with_visit = retime(asked, {("W1", 0): ["V1", "R1:1"]}).plan
    assert [one.rule for one in hard_violations(asked, with_visit)] == ["MAX_DAILY_WORK"]


def test_a_meeting_counts_as_work_of_the_day_with_the_way_to_it() -> None:
    asked = problem([visit("V1", "A", 60, "12:30", "12:30")], blocks=[block("R1", site="B", minutes=90)])
    made = retime(asked, {("W1", 0): ["V1", "R1:1"]}).plan
    (day,) = work_days(asked, made, asked.workers[0])
    assert day.hosts == {"S1"}
    assert day.work == 60 + 90  # no text makes travel work here
    assert (day.start, day.end) == (at("12:30"), at("15:30"))


def test_no_paper_no_zone_and_no_480_hours_are_asked_of_a_meeting() -> None:
    rules = labour(
        mandatory={
            "COMMUTE_NORMAL.zone_minutes": 30,
            "AI_480H": {"value": 1, "unit": "min"},
        }
    )
    lent = worker("W1", providers=())
    asked = problem(
        [],
        [lent],
        blocks=[block(site="D")],
        rules=rules,
        employers=(employer("E1", kind=EmployerKind.INTERMEDIARY_ASSOCIATION),),
    )
    made = plan(asked, route(asked, "W1", ("R1:1", "14:00")))
    for rule in (engagement, commute_zone, ai_480h):
        assert list(rule.check(asked, made)) == []


def test_what_may_be_done_at_homes_on_sundays_says_nothing_of_a_meeting() -> None:
    rules = labour(bad={"SUNDAY_HOLIDAY_ACTS.sunday_essential_only": FLAG})
    asked = problem([], blocks=[block()], rules=rules, first_day=date(2026, 3, 15))
    made = plan(asked, route(asked, "W1", ("R1:1", "14:00")))
    assert list(sunday_holiday_acts.check(asked, made)) == []
    assert blocked_hours(asked, asked.workers[0], asked.visits) == {"R1:1": ()}
