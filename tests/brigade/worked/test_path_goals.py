"""Paths of inclusion, by hand: what is due of a week, what counts, what a plan says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from brigade.judging.objective import breakdown
from brigade.judging.remarks import remarks
from brigade.units import Interval
from brigade.values.acts import ActClass
from brigade.values.demand import Priority
from brigade.values.problem import Problem
from brigade.values.workforce import Counters, Learning, PastDay, PathStep, Worker
from brigade.words import say
from brigade.worked.path_goals import WeekProgress, progress, step_of, week_goals
from solver.solve import solve
from tests.builders import MONDAY, at, block, plan, problem, route, visit, worker
from tests.solving import QUICK

GOAL = PathStep(MONDAY, essential_percent=50, weekly=600, familiar_clients=4)
HERS = frozenset({"W1"})


def on_path(*steps: PathStep, **more: Any) -> Worker:
    return worker(path=steps or (GOAL,), **more)


def week(asked: Problem, *stops: tuple[str, str]) -> WeekProgress:
    made = plan(asked, route(asked, "W1", *stops)) if stops else plan(asked)
    (found,) = progress(asked, made, asked.worker_by_id["W1"])
    return found


@pytest.mark.parametrize(
    ("day", "hours", "clients"), [(0, 120, 1), (1, 240, 2), (2, 360, 3), (4, 600, 4), (6, 600, 4)]
)
def test_a_fifth_of_the_week_is_due_for_each_of_its_days_until_friday(
    day: int, hours: int, clients: int
) -> None:
    """Of 600 minutes 120 a day; of 4 clients 0.8, rounded up."""
    (goal,) = week_goals(problem([], [on_path()], first_day=MONDAY + timedelta(days=day)), on_path())
    assert (goal.work, goal.clients) == (hours, clients)


def test_what_the_days_before_gave_is_taken_off_and_what_they_left_stays_due() -> None:
    """On Tuesday 240 minutes are due; Monday gave 50, the plan gives 60: 130 are missing."""
    past = PastDay(MONDAY, at("08:00", -1), at("09:00", -1), 50)
    last_week = PastDay(MONDAY - timedelta(days=3), at("08:00", -4), at("12:00", -4), 240)
    person = on_path(counters=Counters(days=(last_week, past)))
    asked = problem([visit("V1")], [person], first_day=MONDAY + timedelta(days=1))
    assert week(asked, ("V1", "08:00")).missing_work == 240 - 50 - 60


def test_work_elsewhere_counts_until_the_last_day_planned() -> None:
    """90 minutes today count, those of tomorrow do not: a plan of Monday is asked for Monday's part."""
    other = (Interval(at("02:00"), at("03:30")), Interval(at("08:00", 1), at("12:00", 1)))
    person = worker("W1", "06:00", "22:00", path=(GOAL,), other_work=other)
    assert week(problem([], [person])).missing_work == 120 - 90


def test_of_five_visits_three_are_to_be_essential_where_half_are_aimed_at() -> None:
    """Half of 3 + 2 visits, rounded up: 3. One before and one today are."""
    person = on_path(counters=Counters(week_visits=3, week_essential=1))
    visits = [visit("V1"), visit("V2", act_class=ActClass.ORDINARY)]
    found = week(problem(visits, [person]), ("V1", "08:00"), ("V2", "10:00"))
    assert (found.visits, found.essential, found.aimed, found.missing_essential) == (5, 2, 3, 1)


def test_a_shared_visit_counts_and_a_meeting_does_not() -> None:
    learns = Learning(client_id="S1:A", shared_needed=1)
    people = [on_path(learning=(learns,)), worker("W2")]
    asked = problem([visit("V1", usual_workers=frozenset({"W2"}))], people, blocks=[block("R1")])
    made = plan(
        asked,
        route(asked, "W1", ("V1:W1", "08:00"), ("R1:1", "14:00")),
        route(asked, "W2", ("V1", "08:00")),
    )
    (found,) = progress(asked, made, asked.worker_by_id["W1"])
    assert (found.visits, found.essential) == (1, 1)


def test_different_clients_who_know_her_count_once_each() -> None:
    """V1 and V2 are at one home, V3's knows her not, C9 was met on Monday: two of four due on Friday."""
    person = on_path(counters=Counters(week_clients=frozenset({"C9"})))
    visits = [visit("V1", usual_workers=HERS), visit("V2", preferred_workers=HERS), visit("V3", "B")]
    asked = problem(visits, [person], first_day=MONDAY + timedelta(days=4))
    found = week(asked, ("V1", "08:00"), ("V2", "10:00"), ("V3", "12:00"))
    assert (len(found.clients), found.missing_clients) == (2, 2)


def test_the_last_step_begun_holds_and_one_without_goals_ends_the_path() -> None:
    steps = GOAL, PathStep(MONDAY + timedelta(weeks=2), weekly=900), PathStep(MONDAY + timedelta(weeks=4))
    person = on_path(*steps)
    met = [step_of(person, MONDAY + timedelta(weeks=n)) for n in range(-1, 6)]
    assert met == [None, GOAL, GOAL, steps[1], steps[1], None, None]


def test_history_is_of_the_week_in_which_the_horizon_begins() -> None:
    """Sunday and Monday: what was counted is the first week's."""
    hours = (("08:00", "12:00"), (at("08:00", 1), at("12:00", 1)))
    step, counters = replace(GOAL, first=MONDAY - timedelta(days=7)), Counters(week_visits=4)
    person = on_path(step, hours=hours, counters=counters)
    asked = problem([], [person], first_day=MONDAY - timedelta(days=1), days=2)
    assert [goal.visits for goal in week_goals(asked, asked.workers[0])] == [4, 0]


def test_a_week_in_which_she_is_not_there_asks_nothing() -> None:
    asked = problem([], [on_path(hours=())])
    assert week_goals(asked, asked.workers[0]) == ()


def test_costs_tell_of_paths_only_where_somebody_is_on_one() -> None:
    """120 minutes at 2, one client at 60: no visit yet, so no share of visits."""
    asked = problem([], [on_path()])
    terms = breakdown(asked, plan(asked)).terms
    assert (terms["path_essential"], terms["path_hours"], terms["path_clients"]) == (0, 240, 60)
    assert not {name for name in breakdown(problem([]), plan(problem([]))).terms if name.startswith("path")}


def test_the_plan_says_how_far_the_week_is() -> None:
    step, counters = replace(GOAL, first=date(2026, 3, 2)), Counters(week_visits=4, week_essential=2)
    person = on_path(step, counters=counters)
    asked = problem([visit("V1", usual_workers=HERS)], [person], first_day=date(2026, 3, 3))
    made = plan(asked, route(asked, "W1", ("V1", "08:00")))
    (note,) = [one for one in remarks(asked, made) if one.code == "path_week"]
    said = say(note, "fr", horizon=asked.horizon)
    assert "3 actes essentiels sur 3 visés, 1 h de travail sur 4 h, 1 personne connue sur 2" in said
    assert "3 visits of essential acts of 3 aimed at" in say(note, "en", horizon=asked.horizon)


def hands(asked: Problem) -> dict[str, str]:
    """Who does which visit in the plan found."""
    made = solve(asked, QUICK).plan
    assert made is not None
    return {stop.visit_id: route.worker_id for route in made.routes for stop in route.stops}


def test_the_search_gives_her_what_her_path_lacks() -> None:
    """W2 lives at V1's door: 20 minutes of ways cost 200. W1 lacks 120 minutes and a client: 300."""
    near = replace(worker("W2"), start_site="A", end_site="A")
    asked = visit("V1", "A", 120, "08:00", "08:00", usual_workers=frozenset({"W1", "W2"}))
    assert hands(problem([asked], [on_path(), near])) == {"V1": "W1"}
    assert hands(problem([asked], [worker(), near])) == {"V1": "W2"}


def test_no_path_is_worth_a_visit() -> None:
    """W1's path asks for V1, which W2 could do as well; V2 at the same hour is for W1 alone."""
    near = replace(worker("W2"), start_site="A", end_site="A")
    asked = visit("V1", "A", 120, "08:00", "08:00", usual_workers=frozenset({"W1", "W2"}))
    of_one = visit("V2", "D", 30, "08:00", "08:00", priority=Priority.P4, forbidden_workers=frozenset({"W2"}))
    assert hands(problem([asked, of_one], [on_path(), near])) == {"V1": "W2", "V2": "W1"}
