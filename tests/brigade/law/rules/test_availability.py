"""AVAILABILITY: inside the availability up to its hard end, nothing over work elsewhere."""

from __future__ import annotations

from brigade.law.rules import availability
from brigade.units import Interval
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from brigade.values.workforce import Availability
from tests.builders import at, plan, problem, route, visit, worker


def codes(asked: Problem, made: Plan) -> list[str]:
    return [violation.reason.code for violation in availability.check(asked, made)]


def test_leaving_at_the_first_tick_is_in_time_and_before_it_is_not() -> None:
    """10 min to A: a start at 06:10 leaves at 06:00, when the availability begins."""
    asked = problem([visit("V1", "A")])
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "06:10")))) == []
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "06:09")))) == ["availability_start"]


def test_overtime_reaches_to_the_hard_end_and_no_further() -> None:
    """60 min and 10 back: a start at 08:50 is back at 10:00, the hard end; 09:00 was the soft one."""
    person = worker(availability=(Availability(at("06:00"), at("09:00"), at("10:00")),))
    asked = problem([visit("V1", "A")], [person])
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:50")))) == []
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "08:51")))) == ["availability_end"]


def test_each_tour_answers_to_its_own_availability() -> None:
    person = worker(hours=(("06:00", "10:00"), ("14:00", "20:00")))
    asked = problem([visit("V1", "A")], [person])
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "15:00"), tour=1))) == []
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "15:00"), tour=0))) == ["availability_end"]


def test_a_service_may_touch_work_elsewhere_but_not_overlap_it() -> None:
    """Other work from 10:00, in a tour that is already too late: the overlap is a fault of its own."""
    person = worker(end="09:00", other_work=(Interval(at("10:00"), at("12:00")),))
    asked = problem([visit("V1", "A")], [person])
    assert codes(asked, plan(asked, route(asked, "W1", ("V1", "09:00")))) == ["availability_end"]
    late = plan(asked, route(asked, "W1", ("V1", "09:01")))
    assert codes(asked, late) == ["availability_end", "availability_other_work"]
