"""Service time that differs by worker: whoever has never been there takes longer."""

from __future__ import annotations

from typing import Any

from brigade.judging.checker import check
from brigade.timing.plan_timing import retime
from brigade.values.problem import Problem
from solver.solve import solve
from tests.builders import at, plan, problem, visit, worker
from tests.solving import QUICK


def two_visits(**more: Any) -> Problem:
    """V1 at A at 08:00 for an hour, a quarter more by whoever is none of `more`; B is ten minutes away."""
    first = visit("V1", "A", 60, "08:00", "08:00", unfamiliar_extra=15, **more)
    return problem([first, visit("V2", "B", 60, "09:10", "09:30")], [worker("W1"), worker("W2")])


def test_who_is_known_takes_as_long_as_planned_and_a_stranger_longer() -> None:
    """W1 has been at V1 and leaves at 09:00; W2 leaves at 09:15 and reaches B at 09:25."""
    asked = two_visits(usual_workers=frozenset({"W1"}))
    for worker_id, left, begins in (("W1", "09:00", "09:10"), ("W2", "09:15", "09:25")):
        made = retime(asked, {(worker_id, 0): ("V1", "V2")})
        (found,) = made.plan.routes
        assert [stop.end for stop in found.stops[:1]] == [at(left)]
        assert found.stops[1].start == at(begins)
        assert not made.issues
        assert not list(check(asked, plan(asked, found)))


def test_whom_the_client_asked_for_is_no_stranger() -> None:
    asked = two_visits(preferred_workers=frozenset({"W2"}))
    (found,) = retime(asked, {("W2", 0): ("V1",)}).plan.routes
    assert found.stops[0].service.length == 60


def test_where_nobody_has_been_everybody_takes_longer() -> None:
    asked = two_visits()
    assert [one.visit.service_by("W1") for one in asked.requests] == [75, 60]


def test_a_stranger_who_leaves_as_if_she_were_known_is_told() -> None:
    asked = two_visits(usual_workers=frozenset({"W1"}))
    known = two_visits(usual_workers=frozenset({"W1", "W2"}))
    (found,) = retime(known, {("W2", 0): ("V1",)}).plan.routes
    (broken,) = check(asked, plan(asked, found))
    assert (broken.rule, broken.reason.code) == ("TIMING", "timing_end")


def test_the_search_sends_to_the_next_visit_who_is_out_in_time() -> None:
    """V2 begins at 09:10 at the latest: W1 alone can do both, though W2 is as near."""
    first = visit("V1", "A", 60, "08:00", "08:00", unfamiliar_extra=15, usual_workers=frozenset({"W1"}))
    asked = problem([first, visit("V2", "B", 60, "09:10", "09:10")], [worker("W2"), worker("W1")])
    found = solve(asked, QUICK).plan
    assert found is not None
    assert not found.uncovered
    assert {(route.worker_id, *(stop.visit_id for stop in route.stops)) for route in found.routes} == {
        ("W1", "V1", "V2")
    }
