"""What the timing makes, the checker accepts; what is off by one tick, it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brigade.judging.checker import check, hard_violations
from brigade.judging.objective import breakdown
from brigade.timing.duty_days import work_days
from brigade.timing.plan_timing import Orders, retime
from brigade.values.demand import Link, LinkKind
from brigade.values.plan import Plan, Route, Stop
from brigade.values.problem import Problem
from tests.builders import labour, problem, visit, worker
from tests.strategies_links import tied

RULES = labour(
    mandatory={"REST_BREAK.after": 240, "REST_BREAK.length": {"value": 20, "stricter": "higher"}},
    bad={
        "SHORT_GAP_PAID": {"value": 15, "stricter": "higher"},
        "MEAL_BREAK.length": {"value": 30, "stricter": "higher"},
        "MEAL_BREAK.due_before": {"value": 720, "unit": "min_of_day"},
        "MEAL_BREAK.due_after": {"value": 840, "unit": "min_of_day"},
        "MEAL_BREAK.from": {"value": 660, "unit": "min_of_day"},
        "MEAL_BREAK.to": {"value": 900, "unit": "min_of_day"},
    },
)
SITES = st.sampled_from("ABCD")


@st.composite
def _link(draw: st.DrawFn) -> Link:
    kind, gap = draw(st.sampled_from(list(LinkKind))), draw(st.integers(1, 120))
    if kind is not LinkKind.GAP:
        return Link(kind, "V0", "V1", together=False)
    return Link(kind, "V0", "V1", gap, gap + draw(st.integers(0, 300)), together=False)


@st.composite
def orders(draw: st.DrawFn) -> tuple[Problem, dict[tuple[str, int], list[str]]]:
    """Up to six visits of two providers, given to two workers in some order, some of them tied."""
    visits = []
    for number in range(draw(st.integers(1, 6))):
        earliest = draw(st.integers(360, 800))
        latest = earliest + draw(st.integers(0, 500))
        hard = latest + draw(st.integers(0, 120))
        minutes, provider = draw(st.integers(1, 200)), draw(st.sampled_from(["S1", "S2"]))
        one = visit(f"V{number}", draw(SITES), minutes, earliest, latest, hard_latest=hard, provider=provider)
        visits.append(one)
    owner = [draw(st.sampled_from(["W1", "W2"])) for _ in visits]
    links = [draw(_link())] if len(visits) > 1 and draw(st.booleans()) else []
    given_to: dict[tuple[str, int], list[str]] = {("W1", 0): [], ("W2", 0): []}
    for one, person in zip(draw(st.permutations(visits)), owner, strict=True):
        given_to[person, 0].append(one.id)
    people = [worker("W1", "05:00", "23:59"), worker("W2", "07:00", "23:59", home=None)]
    return tied(problem(visits, people, rules=RULES), links), given_to


@settings(max_examples=150)
@given(case=orders())
def test_what_is_timed_without_issue_breaks_no_rule_of_time(case: tuple[Problem, Orders]) -> None:
    asked, given_to = case
    done = retime(asked, given_to)
    found = check(asked, done.plan)
    assert "TIMING" not in {violation.rule for violation in found}
    if not done.issues:
        assert {violation.reason.code for violation in found} <= {
            "link_same_worker",
            "link_different_workers",
        }


@settings(max_examples=100)
@given(case=orders())
def test_what_could_not_be_timed_is_condemned(case: tuple[Problem, Orders]) -> None:
    asked, given_to = case
    done = retime(asked, given_to)
    assert bool(done.issues) <= bool(hard_violations(asked, done.plan))


@settings(max_examples=50)
@given(case=orders())
def test_timing_again_what_was_timed_changes_nothing(case: tuple[Problem, Orders]) -> None:
    asked, given_to = case
    plan = retime(asked, given_to).plan
    again = {(route.worker_id, route.tour): [stop.visit_id for stop in route.stops] for route in plan.routes}
    assert retime(asked, again).plan == plan


FIELDS = ["arrival", "start", "end", "travel", "metres", "pause"]


@settings(max_examples=150)
@given(
    case=orders(),
    name=st.sampled_from([*FIELDS, "departure", "back"]),
    by=st.sampled_from([-1, 1]),
    data=st.data(),
)
def test_one_field_off_by_one_tick_is_condemned(
    case: tuple[Problem, Orders], name: str, by: int, data: st.DataObject
) -> None:
    asked, given_to = case
    plan = retime(asked, given_to).plan
    route = data.draw(st.sampled_from(plan.routes))
    stop = data.draw(st.sampled_from(route.stops))
    nudged = _nudged(plan, route, stop, name, by)
    assert any(violation.rule == "TIMING" for violation in check(asked, nudged))


def _nudged(plan: Plan, route: Route, stop: Stop, name: str, by: int) -> Plan:
    change: dict[str, Any]
    if name in FIELDS:
        change = {name: getattr(stop, name) + by}
        stops = tuple(replace(one, **change) if one is stop else one for one in route.stops)
        changed = replace(route, stops=stops)
    else:
        change = {name: getattr(route, name) + by}
        changed = replace(route, **change)
    return replace(plan, routes=tuple(changed if one is route else one for one in plan.routes))


@settings(max_examples=100)
@given(case=orders())
def test_a_day_adds_up(case: tuple[Problem, Orders]) -> None:
    """Span = service + travel + waits + pauses + the free time between tours; costs are whole and never
    negative."""
    asked, given_to = case
    plan = retime(asked, given_to).plan
    assume(plan.routes)
    for person in asked.workers:
        for day in work_days(asked, plan, person):
            (route,) = day.routes
            service = sum(stop.end - stop.start for stop in route.stops)
            moving = sum(stop.travel for stop in route.stops[1:])
            still = sum(stop.start - stop.arrival for stop in route.stops)
            assert day.span == service + moving + still
            assert service <= day.work <= day.span
    assert all(cost >= 0 for cost in breakdown(asked, plan).terms.values())


@pytest.mark.parametrize(
    "link", [Link(LinkKind.SAME_START, "V0", "V1"), Link(LinkKind.GAP, "V0", "V1", 0, 30)]
)
def test_a_visit_tied_too_closely_to_the_next_one_of_its_tour_ends(link: Link) -> None:
    """An hour's visit and the next one cannot begin together, nor within 30 min: the timing stops pushing and
    says so."""
    asked = problem([visit("V0", "A"), visit("V1", "A")], links=(link,))
    assert retime(asked, {("W1", 0): ["V0", "V1"]}).issues
