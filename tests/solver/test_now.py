"""Now and afterwards: nothing is planned before `now`, what has begun stays, lateness is a worker's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from brigade.changes.edits import Unassign
from brigade.changes.events import (
    EmployeeAway,
    Event,
    VisitAdded,
    VisitCancelled,
    VisitMoved,
    WorkerAway,
    WorkerLate,
    apply_events,
)
from brigade.errors import InvalidProblem
from brigade.units import Interval, TimeWindow
from brigade.values.demand import Employee, Link, LinkKind, RotaEntry, RotaFeed
from brigade.values.plan import Plan, Reason
from brigade.values.problem import Problem
from solver.hand_edits import EditSession, judge_edit
from solver.model.search_settings import SearchSettings
from solver.replan import Replan, replan
from solver.replan_terms import ReplanTerms
from solver.solve import solve
from tests import builders
from tests.builders import at
from tests.sayings import refusals

QUICK = SearchSettings(time_limit_s=None, iterations=200, threads=1, prove=False)


def starts(plan: Plan) -> dict[str, tuple[str, int]]:
    return {stop.visit_id: (route.worker_id, stop.start) for route in plan.routes for stop in route.stops}


def causes(plan: Plan) -> dict[str, list[str]]:
    return {left.visit_id: [reason.code for reason in left.reasons] for left in plan.uncovered}


# -- a first plan ------------------------------------------------------------------------------------------
def test_no_stop_of_a_first_plan_begins_before_now() -> None:
    """Noon; two visits may begin from 08:00 to 16:00, a third only until 09:00."""
    visits = [
        builders.visit("V1", "A", earliest="08:00", latest="16:00"),
        builders.visit("V2", "B", earliest="08:00", latest="16:00"),
        builders.visit("V3", "C", earliest="08:00", latest="09:00"),
    ]
    problem = builders.problem(visits, [builders.worker(hours=(("07:30", "18:00"),))], now=at("12:00"))
    plan = solve(problem, QUICK).plan
    assert plan is not None
    assert starts(plan).keys() == {"V1", "V2"}
    assert all(start >= at("12:00") for _, start in starts(plan).values())
    assert all(route.departure >= at("12:00") for route in plan.routes)
    assert causes(plan) == {"V3": ["too_late_now"]}


def test_links_that_no_hour_left_suits_leave_their_visits_out_and_are_no_fault() -> None:
    """The second must begin by 09:30, half an hour after the first, which cannot begin before 09:15 any
    more."""
    visits = [
        builders.visit("V1", "A", earliest="08:00", latest="16:00"),
        builders.visit("V2", "B", earliest="08:00", latest="09:30"),
    ]
    gap = Link(LinkKind.GAP, "V1", "V2", 30)
    workers = [builders.worker(hours=(("07:30", "18:00"),))]
    plan = solve(builders.problem(visits, workers, now=at("09:15"), links=(gap,)), QUICK).plan
    assert plan is not None
    assert plan.routes == ()
    assert causes(plan) == {"V1": ["pair_unable", "goes_with_unable"], "V2": ["pair_waits", "all_of"]}


def test_a_link_to_what_an_employee_has_done_leaves_the_visit_out_and_is_no_fault() -> None:
    """Her own employee did the second at 10:00; the first had to begin half an hour before, and it is
    11:00."""
    visits = [
        builders.visit("V1", "A", earliest="08:00", latest="16:00"),
        builders.visit("V2", "B", earliest="08:00", latest="10:30"),
    ]
    received = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
    problem = builders.problem(
        visits,
        [builders.worker(hours=(("07:30", "18:00"),))],
        now=at("11:00"),
        links=(Link(LinkKind.GAP, "V1", "V2", 30),),
        employees=(Employee("AS1", "S1"),),
        rota=(RotaFeed("S1", received, (RotaEntry("V2", "AS1", at("10:00")),)),),
    )
    plan = solve(problem, QUICK).plan
    assert plan is not None
    assert causes(plan) == {"V1": ["tied_to_usual", "tied_to_fixed"]}
    terms = ReplanTerms(freeze=at("12:00"))
    assert causes(replan(problem, plan, terms, QUICK).plan).keys() == {"V1"}


def test_what_a_start_plan_had_begun_by_now_stays() -> None:
    visits = [builders.visit(id, earliest="08:00", latest="16:00") for id in ("V1", "V2")]
    problem = builders.problem(visits, [builders.worker(hours=(("07:30", "18:00"),))], now=at("12:00"))
    told = builders.plan(problem, builders.route(problem, "W1", ("V1", "09:00"), ("V2", "11:00")))
    later = solve(replace(problem, now=at("10:00")), QUICK, start=told).plan
    assert later is not None
    assert starts(later)["V1"] == ("W1", at("09:00"))
    assert starts(later)["V2"][1] >= at("10:00")


# -- a replan ----------------------------------------------------------------------------------------------
def morning() -> tuple[Problem, Plan]:
    """V1 from 08:31, V2 from 09:15, both with W1; W2 is free from 09:00."""
    visits = [
        builders.visit("V1", "A", 30, earliest="08:00", latest="09:00"),
        builders.visit("V2", "B", 45, earliest="09:15", latest="10:30"),
    ]
    workers = [
        builders.worker("W1", home="D", hours=(("07:30", "20:00"),)),
        builders.worker("W2", home="D", hours=(("09:00", "13:30"),)),
    ]
    problem = builders.problem(visits, workers)
    return problem, builders.plan(problem, builders.route(problem, "W1", ("V1", "08:31"), ("V2", "09:15")))


def after(events: list[Event], now: int, terms: ReplanTerms | None = None) -> tuple[Problem, Replan]:
    problem, told = morning()
    changed = apply_events(problem, events, published=told, now=now)
    return changed, replan(changed, told, terms, QUICK)


def added(earliest: str, latest: str, length: int = 30) -> VisitAdded:
    return VisitAdded(builders.visit("VN", "B", length, earliest=earliest, latest=latest))


@pytest.mark.parametrize(
    "terms", [None, ReplanTerms(), ReplanTerms(freeze=at("08:00")), ReplanTerms(freeze=at("10:00"))]
)
def test_nothing_new_begins_before_now_with_or_without_a_freeze(terms: ReplanTerms | None) -> None:
    """Told at 10:00: a visit whose hours end at 08:30 is too late, one that may begin until 13:00 begins
    after 10:00."""
    _, too_late = after([added("08:00", "08:30")], at("10:00"), terms)
    assert causes(too_late.plan) == {"VN": ["too_late_now"]}
    assert too_late.diff.left == {"VN"}
    _, in_time = after([added("08:00", "13:00")], at("10:00"), terms)
    assert starts(in_time.plan)["VN"][1] >= at("10:00")
    for done in (too_late, in_time):
        assert starts(done.plan)["V1"] == ("W1", at("08:31"))
        assert starts(done.plan)["V2"] == ("W1", at("09:15"))


def test_who_goes_at_noon_has_done_the_morning() -> None:
    """W1 is away from 11:50, told at noon: both visits of the morning are done and stay."""
    _, done = after([WorkerAway("W1", at("11:50"))], at("12:00"))
    assert starts(done.plan) == {"V1": ("W1", at("08:31")), "V2": ("W1", at("09:15"))}


@pytest.mark.parametrize("now", ["08:45", "09:05", "09:30"])
@pytest.mark.parametrize("late", [60, 400])
def test_lateness_binds_its_worker_whatever_becomes_of_the_visit(now: str, late: int) -> None:
    """At 09:05 W1 loses so many minutes, after V1: begins nothing before they are over. V1 stays; V2, which
    may begin until 10:30, goes to W2 where they are too many; told at 09:30 as well, when it should have
    begun."""
    changed, done = after([WorkerLate("W1", at("09:05"), late)], at(now))
    assert starts(done.plan)["V1"] == ("W1", at("08:31"))
    who, when = starts(done.plan)["V2"]
    assert who == "W2" or when >= at("09:05") + late
    assert who == "W2" or late == 60
    assert changed.visit_by_id["V1"].forbidden_workers >= {"W2"}
    _, more = after([WorkerLate("W1", at("09:05"), late), added("12:00", "19:00")], at(now))
    worker, start = starts(more.plan)["VN"]
    assert worker == "W2" or start >= at("09:05") + late


@pytest.mark.parametrize("now", ["09:00", "09:30"])
def test_a_visit_moved_is_not_under_way_although_its_old_hour_is_past(now: str) -> None:
    """V2, told for 09:15, is wanted at noon: told before that hour or after it."""
    _, done = after([VisitMoved("V2", (TimeWindow.hard(at("12:00"), at("13:00")),))], at(now))
    assert at("12:00") <= starts(done.plan)["V2"][1] <= at("13:00")


def test_what_lateness_told_afterwards_has_put_off_began_when_it_could() -> None:
    """W1 lost 20 minutes in V1, told at 10:00: V2 began on arrival, not at 09:15 as told, and stays."""
    _, done = after([WorkerLate("W1", at("08:40"), 20)], at("10:00"))
    first, second = done.plan.routes[0].stops
    assert (first.visit_id, first.end) == ("V1", at("09:21"))
    assert (second.visit_id, second.start) == ("V2", first.end + second.travel)
    assert done.disturbed == frozenset()


@pytest.mark.parametrize(
    ("late", "terms", "expected", "rules"),
    [
        (60, ReplanTerms(freeze=at("11:00")), ("W1", at("10:11")), []),
        (90, ReplanTerms(freeze=at("10:00")), ("W2", at("10:20")), []),
        (90, ReplanTerms(pinned=frozenset({"V2"})), ("W1", at("10:41")), ["TIME_WINDOW"]),
        (90, ReplanTerms(pinned_workers=frozenset({"W1"})), ("W1", at("10:41")), ["TIME_WINDOW"]),
    ],
)
def test_a_held_stop_that_lateness_makes_impossible_is_not_told_at_its_old_hour(
    late: int, terms: ReplanTerms, expected: tuple[str, int], rules: list[str]
) -> None:
    """V1 ends `late` minutes after 09:01, B is ten minutes away. Frozen, V2 (until 10:30) stays W1's while it
    can still begin; pinned, it does all the same, and the rule that this breaks is told. The change says who
    cannot be there before when."""
    _, done = after([WorkerLate("W1", at("08:40"), late)], at("08:45"), terms)
    assert starts(done.plan)["V2"] == expected
    assert [one.rule for one in done.kept_unlawful] == rules
    (change,) = done.diff.touched
    there = Reason.of("change_late", worker="W1", earliest_at=at("09:11") + late)
    assert (change.visit_id, change.reasons) == ("V2", (there,))
    assert done.disturbed == frozenset()


@pytest.mark.parametrize("freeze", [None, at("10:00")])
def test_a_frozen_stop_waits_for_whoever_leaves_home_later(freeze: int | None) -> None:
    """W1 was to leave at 08:01 for V1 at 08:31, and leaves 25 minutes later: V1 begins at 08:56, still in its
    window, and ends at 09:26; nobody is told that she leaves before she can."""
    _, done = after([WorkerLate("W1", at("07:35"), 25)], at("07:35"), ReplanTerms(freeze=freeze))
    assert starts(done.plan)["V1"] == ("W1", at("08:56"))
    assert starts(done.plan)["V2"] in {("W1", at("09:36")), ("W2", at("09:20"))}
    assert done.kept_unlawful == ()


def test_lateness_told_before_the_day_begins_stays_too() -> None:
    """Told at 07:00 for 09:05: V1, not begun yet, is W1's all the same, and nobody else gets its delay."""
    _, done = after([WorkerLate("W1", at("09:05"), 400)], at("07:00"))
    assert starts(done.plan)["V1"] == ("W1", at("08:31"))
    assert starts(done.plan)["V2"][0] == "W2"


@pytest.mark.parametrize("late", [60, 400])
@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("now", ["07:00", "09:05"])
@pytest.mark.parametrize(
    "gone", [VisitCancelled("V1"), VisitMoved("V1", (TimeWindow.hard(at("18:00"), at("19:00")),))]
)
def test_lateness_stays_with_its_worker_when_its_visit_is_called_off(
    gone: Event, now: str, late: int, is_first: bool
) -> None:
    """W1 loses the time at 09:05, in or after V1, which is cancelled or moved, told in either order: W1
    begins nothing before it is over. V1 moved before it has begun takes no longer than it did."""
    told = [WorkerLate("W1", at("09:05"), late), gone]
    changed, done = after(told if is_first else told[::-1], at(now))
    who, when = starts(done.plan)["V2"]
    assert who == "W2" or when >= at("09:05") + late
    if now == "07:00":
        assert all(visit.duration <= 45 for visit in changed.visits)


def test_time_lost_at_a_cancelled_visit_is_lost_after_the_one_before_it() -> None:
    """V0 from 08:00 to 08:15 is done, V1 of 08:31 is cancelled: V0 lasts until 10:05, its worker's
    lateness."""
    problem, _ = morning()
    wider = replace(
        problem, visits=(builders.visit("V0", "A", 15, earliest="08:00", latest="08:30"), *problem.visits)
    )
    told = builders.plan(
        wider, builders.route(wider, "W1", ("V0", "08:00"), ("V1", "08:31"), ("V2", "09:15"))
    )
    events: list[Event] = [WorkerLate("W1", at("09:05"), 60), VisitCancelled("V1")]
    changed = apply_events(wider, events, published=told, now=at("09:05"))
    assert changed.visit_by_id["V0"].duration == at("10:05") - at("08:00")


# -- events that say nothing -------------------------------------------------------------------------------
@pytest.mark.parametrize("event", [WorkerAway("W1", 2880), WorkerLate("W1", 1440, 10)])
def test_an_event_after_the_horizon_is_refused(event: Event) -> None:
    problem, told = morning()
    with pytest.raises(InvalidProblem) as refused:
        apply_events(problem, [event], published=told)
    assert [(one.code, one.where) for one in refusals(refused)] == [("E103", "events[0].at")]


def test_an_absence_after_the_horizon_is_refused() -> None:
    from brigade.values.demand import Absence, AbsenceKind, Employee

    problem, _ = morning()
    known = replace(problem, employees=(Employee("P1", "S1"),))
    away = Absence("A9", "S1", "P1", AbsenceKind.UNPLANNED, Interval(1440, 2880), 0)
    with pytest.raises(InvalidProblem) as refused:
        apply_events(known, [EmployeeAway(away)])
    assert {one.code for one in refusals(refused)} == {"E103"}


def test_a_visit_left_out_costs_as_much_at_noon_as_in_the_morning() -> None:
    """What is left of her day is shorter, so that plans could cost less: a hint says what the edit then
    costs."""
    visits = [builders.visit(id, "B", earliest="08:00", latest="16:00") for id in ("V1", "V2")]
    problem = builders.problem(visits, [builders.worker(hours=(("07:30", "18:00"),))], now=at("12:00"))
    plan = builders.plan(problem, builders.route(problem, "W1", ("V1", "13:00"), ("V2", "14:00")))
    judged = judge_edit(EditSession.opened(problem, plan), Unassign("V1"))
    assert judged.hints
    for hint in judged.hints:
        assert judge_edit(judged.after, hint.edit).cost == hint.cost
