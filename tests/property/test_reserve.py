"""A reserve on random small days: whatever is likely, nothing that is asked gives way to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from brigade.changes.likely_absences import likely_visits
from brigade.judging.coverage_levels import most_soft_cost, uncovered_by_level, uncovered_costs
from brigade.values.demand import Employee, RotaEntry, RotaFeed
from brigade.values.plan import Status
from brigade.values.policy import CoverageMode, Reserve
from brigade.values.problem import Problem
from solver.model.search_settings import SearchSettings
from solver.reserve import plain_part
from solver.solve import solve
from tests.advice import examples
from tests.strategies import small_problems
from tests.strategies_coverable import coverable_problems

WORK = SearchSettings(iterations=120, threads=1)
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
RATES = st.builds(
    Reserve,
    absences_per_1000=st.sampled_from([30, 400, 1000, 1000]),
    by_hour=st.lists(st.integers(0, 3), min_size=24, max_size=24).map(lambda drawn: (*drawn[:23], 1)),
    by_month=st.just((100,) * 12),
    lead_min=st.sampled_from([0, 30]),
)


@st.composite
def days_with_people_present(draw: st.DrawFn) -> Problem:
    """Nobody is absent, and each second visit or so has an employee of its own, who may fall away; the other
    visits are asked for."""
    drawn = draw(coverable_problems() | small_problems(max_days=2, rota=False))
    carers = {visit.id: f"carer-{visit.id}" for visit in drawn.visits if draw(st.booleans())}
    feeds = {one.id: list[RotaEntry]() for one in drawn.providers}
    for visit in drawn.visits:
        if visit.id in carers:
            entry = RotaEntry(visit.id, carers[visit.id], visit.windows[0].earliest)
            feeds[drawn.provider_of(visit).id].append(entry)
    received = datetime(2026, 3, 1, 18, tzinfo=UTC)
    return replace(
        drawn,
        absences=(),
        employees=tuple(
            Employee(entry.employee_id, id) for id, entries in feeds.items() for entry in entries
        ),
        rota=tuple(RotaFeed(id, received, tuple(entries)) for id, entries in feeds.items()),
        now=min(drawn.now, 0),
    )


@settings(max_examples=examples(12), suppress_health_check=SLOW)
@given(problem=days_with_people_present(), rates=RATES)
def test_no_level_is_covered_worse_for_a_reserve(problem: Problem, rates: Reserve) -> None:
    """The plain plan of the same search; every plan has passed the checker on its way out of it."""
    asked = replace(problem, policy=replace(problem.policy, reserve=rates))
    plain, kept = solve(problem, plain_part(WORK)), solve(asked, WORK)
    assert plain.plan is not None
    assert kept.plan is not None
    assert kept.reserve is not None
    event(kept.reserve.code)
    before, after = uncovered_by_level(problem, plain.plan), uncovered_by_level(problem, kept.plan)
    assert all(left <= plainly for left, plainly in zip(after, before, strict=True))
    if kept.reserve.code == "reserve_kept":
        said = dict(kept.reserve.values)
        assert said["plain"] <= said["visits"]
        assert said["room"] > 0
        assert kept.breakdown is not None
        assert plain.breakdown is not None
        if kept.breakdown.total > plain.breakdown.total:
            assert kept.status is not Status.OPTIMAL
    else:
        assert kept.plan.routes == plain.plan.routes


@settings(max_examples=examples(30), suppress_health_check=SLOW)
@given(problem=days_with_people_present(), rates=RATES)
def test_all_that_is_likely_weighs_less_than_one_visit_that_is_asked(
    problem: Problem, rates: Reserve
) -> None:
    made = likely_visits(problem, rates).problem
    asked = {request.visit.id for request in problem.requests}
    costs = uncovered_costs(made)
    assert costs.keys() == asked | made.likely.keys()
    if problem.policy.mode is CoverageMode.LEXICOGRAPHIC:
        assert all(costs[id] > sum(made.likely.values()) for id in asked)
        assert most_soft_cost(made) >= sum(made.likely.values())
