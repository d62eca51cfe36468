"""Events that name a seat of a meeting speak of the meeting."""

from __future__ import annotations

from brigade.changes.events import OfferRefused, VisitCancelled, VisitMoved, apply_events
from brigade.exchange.documents.problem_document import problem_from_json, problem_to_json
from brigade.units import TimeWindow
from brigade.values.problem import Problem
from solver.solve import solve
from tests.builders import at, block, problem, visit, worker
from tests.sameness import differences
from tests.solving import QUICK


def asked(at_least: int | None = None) -> Problem:
    people = [worker("W1"), worker("W2"), worker("W3")]
    return problem(
        [visit("V1")], people, blocks=[block("R1", ["W1", "W2", "W3"], at_least=at_least), block("R2")]
    )


def test_cancelled_it_goes_with_its_seats_and_ties() -> None:
    left = apply_events(asked(), [VisitCancelled("R1:2")])
    assert [one.id for one in left.visits] == ["V1", "R2:1"]
    assert (left.links, [one.id for one in left.work_blocks]) == ((), ["R2"])
    assert differences(left, problem_from_json(problem_to_json(left))) == []


def test_moved_it_is_for_everybody() -> None:
    hours = TimeWindow.hard(at("16:00"), at("16:30"))
    moved = apply_events(asked(), [VisitMoved("R1:2", (hours,))])
    assert {one.windows for one in moved.visits if one.id.startswith("R1")} == {(hours,)}
    assert moved.work_blocks[0].windows == (hours,)
    assert differences(moved, problem_from_json(problem_to_json(moved))) == []


def test_who_refuses_takes_none_of_its_seats() -> None:
    after = solve(apply_events(asked(at_least=2), [OfferRefused("R1:1", "W1")]), QUICK).plan
    assert after is not None
    assert {tour.worker_id for tour in after.routes for stop in tour.stops if stop.visit_id[:2] == "R1"} == {
        "W2",
        "W3",
    }


def test_where_everybody_is_needed_it_does_not_take_place_without_her() -> None:
    after = solve(apply_events(asked(), [OfferRefused("R1:1", "W1")]), QUICK).plan
    assert after is not None
    assert {one.visit_id for one in after.uncovered} >= {"R1:1", "R1:2", "R1:3"}
