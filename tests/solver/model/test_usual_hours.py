"""Stops near their usual hours: as far as it pays, breaks no rule and moves nothing that must stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import Orders, retime
from brigade.units import Ticks
from brigade.values.demand import Employee, Link, LinkKind, RotaEntry, RotaFeed
from brigade.values.plan import Plan, Status
from brigade.values.policy import Departure, Policy, Weights
from brigade.values.problem import Problem
from solver.model.search_settings import SearchSettings
from solver.model.usual_hours import at_usual_hours
from solver.solve import solve
from tests.builders import at, labour, problem, visit, worker

WORK = SearchSettings(iterations=200, threads=1)
BOTH = {("W1", 0): ["V1", "V2"]}


def policy(weight: int, **more: int) -> Policy:
    return Policy(weights=Weights(usual_hour=weight, **more))


def morning(weight: int = 2, usual: str = "08:00") -> Problem:
    """V1 at A from 08:00 to 09:00; half an hour there, ten minutes of road, V2 at B at 10:00 and no other
    time. Alone, the order says 09:00 for V1: 20 minutes of waiting at B are fewest."""
    visits = [
        visit("V1", "A", 30, "08:00", "09:00", planned_start=at(usual)),
        visit("V2", "B", 30, "10:00", "10:00"),
    ]
    return problem(visits, policy=policy(weight))


def starts(plan: Plan) -> dict[str, Ticks]:
    return {stop.visit_id: stop.start for route in plan.routes for stop in route.stops}


def timed(asked: Problem, orders: Orders = BOTH) -> Plan:
    plan = retime(asked, orders).plan
    return at_usual_hours(asked, plan)


# -- what it is worth --------------------------------------------------------------------------------------
def test_she_comes_at_the_usual_hour_and_not_in_the_last_minute() -> None:
    """Public case 82: a minute from the usual hour costs 2, a minute of waiting 1: 08:00."""
    plan = solve(morning(), WORK).plan
    assert plan is not None
    assert starts(plan) == {"V1": at("08:00"), "V2": at("10:00")}


def test_without_a_price_times_are_those_of_the_order() -> None:
    asked = morning(weight=0)
    plan = retime(asked, BOTH).plan
    assert starts(plan) == {"V1": at("09:00"), "V2": at("10:00")}
    assert at_usual_hours(asked, plan) is plan


def test_a_wish_inside_a_wide_window_is_met_to_the_minute() -> None:
    """Public case 82, wide: a window from 06:00 to 22:00 and a wish for 08:15."""
    asked = problem([visit("V1", planned_start=at("08:15"))], policy=policy(1))
    plan = solve(asked, WORK).plan
    assert plan is not None
    assert starts(plan) == {"V1": at("08:15")}


def test_waiting_is_not_made_where_it_costs_as_much() -> None:
    """A minute from the usual hour costs 1, as a minute of waiting does: nothing is gained by it."""
    assert starts(timed(morning(weight=1))) == {"V1": at("09:00"), "V2": at("10:00")}


def test_the_hour_of_the_rota_is_usual_where_none_was_agreed() -> None:
    asked = problem([visit("V1")], policy=policy(1))
    assert asked.usual_hour(asked.visits[0]) is None
    entry = RotaEntry("V1", "A1", at("11:20"))
    feed = RotaFeed("S1", asked.horizon.start, (entry,))
    listed = replace(asked, employees=(Employee("A1", "S1"),), rota=(feed,))
    assert listed.usual_hour(listed.visits[0]) == at("11:20")
    agreed = replace(listed, visits=(visit("V1", planned_start=at("08:15")),))
    assert agreed.usual_hour(agreed.visits[0]) == at("08:15")


# -- what it may not cost ----------------------------------------------------------------------------------
def test_no_rule_is_broken_for_it() -> None:
    """At most half an hour between V1 and V2: V1 no earlier than 08:50, as 10:00 less 30 min, 10 min of
    road and 30 min of interruption."""
    rules = labour(bad={"INTERRUPTIONS.max_total": 30})
    asked = replace(morning(), labour=rules)
    plan = timed(asked)
    assert starts(plan)["V1"] >= at("08:50")
    assert hard_violations(asked, plan) == ()


def test_what_is_pinned_stays() -> None:
    asked = morning()
    pinned = retime(asked, BOTH, fixed_starts={"V1": at("08:40")}).plan
    assert starts(at_usual_hours(asked, pinned))["V1"] == at("08:40")


def test_what_is_tied_to_another_visit_stays() -> None:
    """V1 and V3 begin together, as early as both workers can: 08:00 for a wish of 09:00."""
    visits = [
        visit("V1", "A", 30, "08:00", "09:00", planned_start=at("09:00")),
        visit("V3", "A", 30, "08:00", "09:00"),
    ]
    link = Link(LinkKind.SAME_START, "V1", "V3")
    asked = problem(visits, [worker("W1"), worker("W2")], links=(link,), policy=policy(9))
    plan = timed(asked, {("W1", 0): ["V1"], ("W2", 0): ["V3"]})
    assert set(starts(plan).values()) == {at("08:00")}


def test_what_has_begun_stays_and_nothing_is_moved_into_the_past() -> None:
    asked = replace(morning(usual="08:00"), now=at("08:30"))
    plan = retime(asked, BOTH, no_earlier={"V1": at("08:30")}).plan
    assert starts(at_usual_hours(asked, plan))["V1"] == at("08:30")
    begun = retime(asked, BOTH, no_earlier={"V1": at("08:10")}, no_later={"V1": at("08:10")}).plan
    assert starts(at_usual_hours(asked, begun))["V1"] == at("08:10")


def test_only_the_workers_named_are_timed_anew() -> None:
    asked = morning()
    plan = retime(asked, BOTH).plan
    assert at_usual_hours(asked, plan, worker_ids={"W2"}) is plan
    assert at_usual_hours(asked, plan, is_over=lambda: True) is plan


# -- the best times of an order ----------------------------------------------------------------------------
@pytest.mark.parametrize("weight", [1, 2, 5])
@pytest.mark.parametrize("wishes", [("08:00", "09:10"), ("08:20", "09:00"), ("08:30", "08:40")])
def test_no_other_times_of_the_order_cost_less(weight: int, wishes: tuple[str, str]) -> None:
    """Two visits, 31 x 31 starts, the last one lawful until back at 10:05: every lawful plan is judged."""
    visits = [
        visit("V1", "A", 30, "08:00", "08:30", planned_start=at(wishes[0])),
        visit("V2", "B", 30, "08:50", "09:15", hard_latest="09:20", planned_start=at(wishes[1])),
    ]
    people = [worker("W1", end="10:05")]
    asked = problem(visits, people, policy=policy(weight), rules=labour(bad={"SHORT_GAP_PAID": 15}))
    least = min(breakdown(asked, plan).soft for plan in every_timing(asked))
    assert breakdown(asked, timed(asked)).soft == least


def every_timing(asked: Problem) -> Iterator[Plan]:
    spans = [range(one.windows[0].earliest, one.windows[0].hard_latest + 1) for one in asked.visits]
    for ticks in product(*spans):
        at_once = dict(zip(("V1", "V2"), ticks, strict=True))
        found = retime(asked, BOTH, no_earlier=at_once, no_later=at_once)
        if not found.issues and not hard_violations(asked, found.plan):
            yield found.plan


# -- no later than needed ----------------------------------------------------------------------------------
def test_a_tour_may_set_out_as_early_as_it_can() -> None:
    """Public case 82: "no later than needed" brings her at 08:00, and she waits at B."""
    asked = morning(weight=0)
    early = replace(asked, policy=replace(asked.policy, departure=Departure.AS_EARLY))
    outcome = solve(early, WORK)
    assert outcome.plan is not None
    assert starts(outcome.plan) == {"V1": at("08:00"), "V2": at("10:00")}
    assert outcome.status is Status.OPTIMAL
