"""A plan written as JSON and read again is the same plan, with what was said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.errors import InvalidPlan
from brigade.exchange.documents.facts import Indicator, ReportInput
from brigade.exchange.documents.json_text import pretty
from brigade.exchange.documents.plan_document import (
    SearchRun,
    plan_record_from_json,
    plan_text,
    plan_to_json,
    read_plan,
    read_plan_record,
)
from brigade.timing.plan_timing import retime
from brigade.values.plan import Marking, MarkingKind, Plan, Proof, Reason, Status, Waiver
from brigade.values.problem import Problem
from brigade.words import say
from tests import builders
from tests.sayings import refusals
from tests.strategies import small_problems

NOTE = Reason.of(
    "stale_feed",
    received=datetime(2026, 3, 1, tzinfo=UTC),
    day=date(2026, 3, 9),
    who=("W1", "W2"),
    share=0.25,
)


@st.composite
def problems_with_plans(draw: DrawFn) -> tuple[Problem, Plan]:
    """Visits dealt at random to tours, lawful or not, with markings, waivers and pins on some."""
    problem = draw(small_problems())
    tours = [(worker.id, n) for worker in problem.workers for n in range(len(worker.availability))]
    orders: dict[tuple[str, int], list[str]] = {}
    for visit in problem.visits:
        tour = draw(st.sampled_from([None, *tours]))
        if tour is not None:
            orders.setdefault(tour, []).append(visit.id)
    plan = retime(problem, orders).plan
    marking = Marking(
        draw(st.sampled_from(MarkingKind)), Reason.of("notice", hours=20, urgent=True), "BAD V.37"
    )
    routes = tuple(
        replace(route, stops=(replace(route.stops[0], marking=marking, paper_to_sign="S1"), *route.stops[1:]))
        for route in plan.routes
    )
    worker = problem.workers[0].id
    waiver = Waiver("MAX_SPAN", worker, None, "coord-1", datetime(2026, 3, 8, 12, tzinfo=UTC), "accord écrit")
    left = tuple(replace(visit, action=Reason.of("widen_window", minutes=30)) for visit in plan.uncovered)
    return problem, replace(
        plan, routes=routes, uncovered=left, waivers=(waiver,), pinned=frozenset(sorted(plan.covered)[:1])
    )


@settings(max_examples=24)
@given(both=problems_with_plans())
def test_reading_what_was_written_gives_the_same_plan(both: tuple[Problem, Plan]) -> None:
    problem, plan = both
    facts = ReportInput(
        status=Status.FEASIBLE,
        proof=Proof(1200, 900, 30, 10, ("WEEKLY_REST",)),
        costs=(("travel", 1200),),
        indicators=(Indicator("distance", 12.5, "metres"), Indicator("covered", 3, "count", "S1")),
        notes=(NOTE,),
    )
    text = plan_text(problem, plan, facts, SearchRun("brigade 0.1.0", 7, 5000, 10.0))
    record = read_plan_record(text.encode(), problem)
    assert (record.plan, record.facts, record.run) == (plan, facts, SearchRun("brigade 0.1.0", 7, 5000, 10.0))


@settings(max_examples=8)
@given(both=problems_with_plans())
def test_a_plan_of_another_problem_is_refused_unless_asked_for(both: tuple[Problem, Plan]) -> None:
    problem, plan = both
    text = plan_text(problem, plan).encode()
    changed = replace(problem, now=problem.now - 1)
    with pytest.raises(InvalidPlan) as refused:
        read_plan(text, changed)
    assert [issue.code for issue in refusals(refused)] == ["L101"]
    assert read_plan(text, changed, same_problem=False) == plan


@settings(max_examples=8)
@given(both=problems_with_plans())
def test_a_stop_that_contradicts_itself_or_the_problem_is_refused(both: tuple[Problem, Plan]) -> None:
    problem, plan = both
    document = plan_to_json(problem, plan)
    for route in document["routes"]:
        route["stops"][0] |= {"wait_min": route["stops"][0]["wait_min"] + 1, "mode": "bus"}
    if plan.routes:
        with pytest.raises(InvalidPlan) as refused:
            read_plan(pretty(document).encode(), problem)
        assert [issue.code for issue in refusals(refused)] == ["L102"] * (2 * len(plan.routes))


def test_a_value_of_a_reason_may_have_any_name() -> None:
    """As a document may write it: "code", "cls" and "values" are names like others."""
    asked = builders.problem([builders.visit("V1")])
    document = plan_to_json(asked, builders.plan(asked))
    document["uncovered"][0]["reasons"] = [
        {"code": "of_tomorrow", "values": {"code": 1, "cls": 2, "values": 3}}
    ]
    (left,) = plan_record_from_json(document, asked).plan.uncovered
    assert dict(left.reasons[0].values) == {"code": 1, "cls": 2, "values": 3}
    assert "of_tomorrow" in say(left.reasons[0])
