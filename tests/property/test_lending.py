"""Lending between two random small basins: what is lent keeps every rule over both days, and nobody who could
come on paper is missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.changes.help.lending import LendingAgreement
from brigade.judging.checker import hard_violations
from brigade.timing.plan_timing import retime
from brigade.values.demand import Visit
from brigade.values.places import Basin
from brigade.values.problem import Problem
from solver.advice.trial_plan import orders_of, pinned_starts
from solver.lending.department import lend, lenders_for
from solver.lending.joint_day import JointDay, joint_day
from solver.lending.planned_basin import PlannedBasin
from solver.model.search_settings import SearchSettings
from solver.solve import solve
from tests.advice import examples
from tests.insertions import Orders, inserted, second_judge, tours_of
from tests.solving import planned
from tests.strategies_coverable import coverable_problems

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
WORK = SearchSettings(iterations=120, threads=1)


@st.composite
def two_basins(draw: DrawFn, *, max_visits: int = 8) -> tuple[list[PlannedBasin], list[LendingAgreement]]:
    """One drawn problem dealt to two basins: both call their services, places and clients alike."""
    drawn = draw(
        coverable_problems(max_workers=3, max_visits=max_visits, usual_hours=False, fine_ticks=False)
    )
    assume(len(drawn.workers) > 1)
    east = {visit.id for visit in drawn.visits if draw(st.booleans())}
    here = {one.id for one in drawn.workers[: draw(st.integers(0, 1))]}
    there = {one.id for one in drawn.workers} - here
    west = {one.id for one in drawn.visits} - east
    days = [_basin(drawn, "EAST", here, east), _basin(drawn, "WEST", there, west)]
    notices = st.sampled_from([0, 0, 60])
    agreements = [LendingAgreement("WEST", "EAST", notice_min=draw(notices))]
    if draw(st.booleans()):
        agreements.append(LendingAgreement("EAST", "WEST", notice_min=draw(notices)))
    return days, agreements


def _basin(drawn: Problem, id: str, people: set[str], visits: set[str]) -> PlannedBasin:
    made = replace(
        drawn,
        basin=Basin(id, id.title(), "62"),
        workers=tuple(one for one in drawn.workers if one.id in people),
        visits=tuple(_for(one, people) for one in drawn.visits if one.id in visits),
        links=tuple(one for one in drawn.links if {one.first, one.second} <= visits),
    )
    return PlannedBasin(made, planned(made, WORK))


def _for(visit: Visit, people: set[str]) -> Visit:
    return replace(
        visit,
        preferred_workers=visit.preferred_workers & people,
        usual_workers=visit.usual_workers & people,
        forbidden_workers=visit.forbidden_workers & people,
    )


@settings(max_examples=examples(20), suppress_health_check=SLOW)
@given(case=two_basins())
def test_what_is_lent_keeps_every_rule_over_both_days(
    case: tuple[list[PlannedBasin], list[LendingAgreement]],
) -> None:
    days, agreements = case
    found = lend(days, (), agreements, WORK, solve)
    event(f"{sum(len(one.stops) for one in found.lendings)} lent")
    joint = joint_day(days, agreements)
    if joint is None:
        assert found.lendings == ()
        return
    assert found.with_lent is not None
    assert not hard_violations(joint.problem, found.with_lent)
    assert second_judge(joint.problem, found.with_lent) == set()
    starts = {stop.visit_id: stop.start for route in found.with_lent.routes for stop in route.stops}
    for id, start in pinned_starts(joint.plan).items():
        assert starts[id] == start
    pairs = {(one.lender, one.borrower) for one in agreements}
    assert {(one.lender, one.borrower) for one in found.lendings} <= pairs
    assert sum(found.uncovered) - sum(found.uncovered_with_lent) == len(starts) - len(joint.plan.pinned)


@settings(max_examples=examples(20), suppress_health_check=SLOW)
@given(case=two_basins(max_visits=6))
def test_somebody_could_be_lent_exactly_when_she_could_on_paper(
    case: tuple[list[PlannedBasin], list[LendingAgreement]],
) -> None:
    """One visit, every tour of everybody who may be lent, every place: plainly timed and checked."""
    days, agreements = case
    for day in days:
        for visit in day.left:
            joint = joint_day(days, agreements, frozenset({day.named(visit.id)}))
            if joint is None:
                continue
            assume(not hard_violations(joint.problem, joint.plan))
            people = {worker for worker, _ in _on_paper(joint, day.named(visit.id))}
            event("somebody" if people else "nobody")
            found = lenders_for(days, agreements, day.id, visit.id)
            assert {one.worker_id for _, one in found} == people


def _on_paper(joint: JointDay, visit_id: str) -> Iterator[tuple[str, Orders]]:
    pins = pinned_starts(joint.plan)
    for key in sorted(tours_of(joint.problem)):
        for orders in inserted(orders_of(joint.plan), visit_id, [key]):
            timed = retime(joint.problem, orders, fixed_starts=pins)
            if not timed.issues and not hard_violations(joint.problem, timed.plan):
                yield key[0], orders
