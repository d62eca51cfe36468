"""Where the solver's fast code once differed from the plain one: each case is a difference that random
problems found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from brigade.judging.checker import hard_violations
from brigade.judging.objective import breakdown
from brigade.timing.plan_timing import retime
from brigade.values.demand import Link, LinkKind
from brigade.values.places import TravelMode
from brigade.values.problem import Problem
from brigade.values.workforce import HeldCertificate, PersonalLimits
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.builders import LINE, at, labour, matrix, problem, visit, worker
from tests.solving import searched

MEAL = labour(
    bad={
        "MEAL_BREAK.length": {"value": 30, "stricter": "higher"},
        "MEAL_BREAK.due_before": {"value": 720, "unit": "min_of_day"},
        "MEAL_BREAK.due_after": {"value": 840, "unit": "min_of_day"},
        "MEAL_BREAK.from": {"value": 660, "unit": "min_of_day"},
        "MEAL_BREAK.to": {"value": 900, "unit": "min_of_day"},
    }
)


def cost_of(asked: Problem, order: list[str]) -> tuple[int, int]:
    """The kernel's cost of W1's tour in that order, and the plain one's."""
    model = build_model(asked)
    search = Search(model.arrays, 1)
    assert search.load([[model.visit_row[id] for id in order]])
    return search.facts.present, breakdown(asked, retime(asked, {("W1", 0): order}).plan).total


def test_a_later_departure_may_call_for_a_pause_to_eat() -> None:
    """V1 from 10:00 leaves an hour to eat before V2 at 13:00. Leaving at 11:00, it ends at 13:00: then a
    pause of 30 min comes before V2, which still ends at 15:30, when V3 begins. Nobody waits."""
    visits = [
        visit("V1", "A", 120, "10:00", "11:00"),
        visit("V2", "A", 120, "13:00", "15:00"),
        visit("V3", "A", 60, "15:30", "16:30"),
    ]
    asked = problem(visits, [worker("W1", home=None)], rules=MEAL)
    kernel, plain = cost_of(asked, ["V1", "V2", "V3"])
    stops = retime(asked, {("W1", 0): ["V1", "V2", "V3"]}).plan.routes[0].stops
    assert [(stop.start, stop.pause) for stop in stops] == [
        (at("11:00"), 0),
        (at("13:30"), 30),
        (at("15:30"), 0),
    ]
    assert kernel == plain == 0


def test_half_of_two_visits_is_never_covered_alone() -> None:
    """Nobody but W1 comes, and cannot be at two places at once; or nobody replaces V2, whose client wants no
    one."""
    pair = (Link(LinkKind.DIFFERENT_WORKERS, "V1", "V2"),)
    alone = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "D", 60, "08:00", "08:00")]
    unwanted = [alone[0], replace(alone[1], wants_replacement=False)]
    for visits in (alone, unwanted):
        asked = problem(visits, links=pair)
        found = searched(asked)
        assert found.orders == {}
        assert hard_violations(asked, retime(asked, found.orders).plan) == ()


def test_a_tour_that_loses_its_first_visit_does_not_begin_too_far_from_home() -> None:
    """V2 is 40 min away, more than the personal 25; V1 on the way makes it lawful, so both are covered or V2
    is not."""
    near, far = visit("V1", "B", 30, "08:00", "10:00"), visit("V2", "D", 30, "08:00", "12:00")
    last = visit("V3", "B", 30, "12:00", "14:00")
    person = worker("W1", limits=PersonalLimits(max_commute=25))
    asked = problem([near, far, last], [person])
    model = build_model(asked)
    search = Search(model.arrays, 1)
    assert search.load([[0, 1, 2]])
    assert not search.load([[1, 2]])
    assert not search.load([[0, 1]])
    for seed in range(5):
        search = Search(model.arrays, seed)
        search.construct()
        for _ in range(60):
            search.anneal(1, 1e9, 1e9)
            order = search.plan(best=False)[0]
            assert not order or (order[0] != 1 and order[-1] != 1)


def test_a_wish_for_a_competency_is_priced_on_the_day_of_the_tour() -> None:
    """ADVF expires on the first day, 9 March: on the 10th UPKEEP is no longer held, so the wish costs 40."""
    papers = (HeldCertificate("ADVF", date(2020, 1, 1), date(2026, 3, 9)),)
    person = worker("W1", hours=[("08:00", "12:00"), (1440 + 480, 1440 + 720)], certificates=papers)
    asked = problem([visit("V1", day=1, preferred=frozenset({"UPKEEP"}))], [person], days=2)
    model = build_model(asked)
    search = Search(model.arrays, 1)
    assert search.load([[], [0]])
    plan = retime(asked, {("W1", 1): ["V1"]}).plan
    assert breakdown(asked, plan).terms["missing_preferred"] == 40
    assert search.facts.present == breakdown(asked, plan).total


def test_a_limit_that_names_no_exception_has_none() -> None:
    """A span of at most 120 min, interruptions of at most 60 in all: no longer day is allowed, however many
    there were."""
    for rules in ({"MAX_SPAN": 120}, {"INTERRUPTIONS.max_total": 60}):
        ends = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "12:00", "12:00")]
        found = searched(problem(ends, [worker("W1", home=None)], rules=labour(bad=rules)))
        assert sum(len(order) for order in found.orders.values()) == 1


def test_a_plan_that_may_not_be_is_not_taken_as_it_is() -> None:
    """V1 asks for what W1 does not hold; V2 and V3 want two people; V2 without V3 is half a pair."""
    two = (Link(LinkKind.DIFFERENT_WORKERS, "V2", "V3"),)
    visits = [visit("V1", required=frozenset({"NIGHT"})), visit("V2"), visit("V3")]
    model = build_model(problem(visits, [worker("W1"), worker("W2")], links=two))
    search = Search(model.arrays, 1)
    for orders in ([[0], []], [[1, 2], []], [[1], []]):
        assert not search.load(orders)
    assert search.load([[1], [2]])


def test_what_fits_of_an_unlawful_plan_is_kept_whole() -> None:
    """Of V1, V2 and V3, V1 cannot be done by W1: the pair V2 and V3 stays, in two tours."""
    two = (Link(LinkKind.SAME_START, "V2", "V3"),)
    visits = [visit("V1", required=frozenset({"NIGHT"})), visit("V2"), visit("V3")]
    model = build_model(problem(visits, [worker("W1"), worker("W2")], links=two))
    search = Search(model.arrays, 1)
    assert not search.load([[0, 1], [2]])
    assert sorted(map(len, search.plan(best=False))) == [1, 1]


@pytest.mark.parametrize("orders", [[[0]], [[0], [], []], [[7], []], [[-1], []]])
def test_orders_of_another_problem_are_refused(orders: list[list[int]]) -> None:
    search = Search(build_model(problem([visit("V1"), visit("V2")], [worker("W1"), worker("W2")])).arrays, 1)
    with pytest.raises(ValueError, match="orders of"):
        search.load(orders)


def test_a_half_whose_other_half_fits_nowhere_is_left_out() -> None:
    """V3 may meet neither W1 nor W2: V2 cannot stay alone."""
    two = (Link(LinkKind.DIFFERENT_WORKERS, "V2", "V3"),)
    visits = [visit("V1"), visit("V2"), visit("V3", forbidden_workers=frozenset({"W1", "W2"}))]
    search = Search(build_model(problem(visits, [worker("W1"), worker("W2")], links=two)).arrays, 1)
    assert not search.load([[0, 1], [2]])
    assert search.plan(best=False) == [[0], []]


def test_a_visit_given_twice_is_kept_once() -> None:
    search = Search(build_model(problem([visit("V1"), visit("V2")], [worker("W1"), worker("W2")])).arrays, 1)
    for orders in ([[0, 1, 0], [1]], [[0, 1] * 500, []]):
        assert not search.load(orders)
        assert [sorted(row) for row in search.plan(best=False)] == [[0, 1], []]


def test_a_place_that_nobody_of_a_mode_goes_to_needs_no_line() -> None:
    """What the validator lets pass, the solver plans: a place of nobody's, and a home where only a worker by
    bus starts."""
    by_bus = worker("W2", mode=TravelMode.BUS, start_site="E")
    asked = problem(
        [visit("V1", "A"), visit("V2", "B")], [worker(), by_bus], places={**LINE, "E": 9, "NEW": 99}
    )
    travel = {TravelMode.CAR: matrix(LINE), TravelMode.BUS: matrix({**LINE, "E": 9}, TravelMode.BUS)}
    orders = searched(replace(asked, travel=travel)).orders
    assert sorted(id for order in orders.values() for id in order) == ["V1", "V2"]
