"""A meal that an availability asks for: where it is put, when it is had at home, what it costs to miss it."""

from __future__ import annotations

import pytest

from brigade.judging.checker import check
from brigade.judging.objective import amounts
from brigade.timing.meals import MealPlace, MealTime, eats, idle_times, where_meal_begins
from brigade.timing.plan_timing import retime
from brigade.values.plan import Plan, Route
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from tests.builders import at, labour, problem, visit, worker

NO_TEXT = labour()


def day(
    *visits: tuple[str, str, str, int], hours: tuple[str, str] = ("08:00", "18:00"), required: bool = False
) -> Problem:
    """Visits (place, from, to, minutes) of one person who eats for 30 min, begun from 12:00 to 13:30, no home
    legs."""
    stay = Availability(at(hours[0]), at(hours[1]), at(hours[1]), 30, at("12:00"), at("13:30"), required)
    made = [
        visit(f"V{n}", place, minutes, first, last)
        for n, (place, first, last, minutes) in enumerate(visits, start=1)
    ]
    return problem(made, [worker("W1", home=None, availability=(stay,))], rules=NO_TEXT)


def timed(asked: Problem) -> tuple[Plan, Route]:
    found = retime(asked, {("W1", 0): [one.id for one in asked.visits]})
    return found.plan, found.plan.routes[0]


def test_the_meal_comes_where_it_delays_the_end_least() -> None:
    """V2 cannot be put off; the hour before V3 holds it for nothing."""
    asked = day(("A", "10:00", "10:00", 120), ("A", "12:00", "12:00", 60), ("A", "14:00", "15:00", 60))
    plan, route = timed(asked)
    assert [(stop.start, stop.pause) for stop in route.stops] == [
        (at("10:00"), 0),
        (at("12:00"), 0),
        (at("14:00"), 30),
    ]
    assert where_meal_begins(asked, route) == MealTime(2, at("13:00"), at_next=True)
    assert eats(asked, plan, route) is MealPlace.ON_THE_WAY
    assert amounts(asked, plan)["missed_meal"] == 0


@pytest.mark.parametrize(
    ("first", "expected"),
    [("12:30", MealTime(0, at("12:00"))), ("10:00", MealTime(1, at("12:00"))), ("08:00", None)],
)
def test_it_is_had_at_home_before_leaving_or_right_on_return(first: str, expected: MealTime | None) -> None:
    """Two hours from 12:30 leave half an hour before; from 10:00, the return at 12:00; at 10:00 nobody is
    hungry yet."""
    asked = day(("A", first, first, 120))
    plan, route = timed(asked)
    assert where_meal_begins(asked, route) == expected
    assert amounts(asked, plan)["missed_meal"] == int(expected is None)


def test_a_required_meal_without_a_place_is_a_fault() -> None:
    asked = day(("A", "11:00", "11:00", 180), required=True)
    plan, _ = timed(asked)
    assert [issue.code for issue in retime(asked, {("W1", 0): ["V1"]}).issues] == ["T102"]
    assert [(one.rule, one.reason.code) for one in check(asked, plan)] == [
        ("AVAILABILITY", "availability_meal")
    ]


def test_idle_is_what_an_availability_holds_beyond_work_roads_and_meal() -> None:
    """Ten hours less 120 + 60 + 60 min of care less the meal: 330 min. Nobody out: ten hours less the meal at
    home."""
    asked = day(("A", "10:00", "10:00", 120), ("A", "12:00", "13:00", 60), ("A", "14:00", "15:00", 60))
    plan, _ = timed(asked)
    (person,) = asked.workers
    assert idle_times(asked, plan, person) == [330]
    assert idle_times(asked, Plan(()), person) == [570]
