"""Routes put together anew: what no route of the plan at hand says, the pool and the rules do."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from brigade.values.demand import Link, LinkKind, Priority, Visit
from brigade.values.problem import Problem
from scenarios.generator.scenario import generate
from solver.engines import recombination
from solver.engines.annealing import level_rounds
from solver.engines.column_generation.columns import Column
from solver.engines.recombination import Recombination, ranks
from solver.engines.route_judgement import RouteConflict, RouteJudgement
from solver.kernel.local_search import Orders, Search
from solver.model.model import Model, build_model
from tests.builders import labour, problem, visit, worker


def recombined(asked: Problem, pooled: list[Column], orders: Orders) -> tuple[Model, list[Orders]]:
    model = build_model(asked)
    found = Recombination(model, 2).plans(pooled, orders, 1, lambda: 60.0, lambda: False)
    return model, list(found)


def test_a_visit_of_a_level_outweighs_all_of_the_levels_below_it() -> None:
    """Two of priority 2 count 1 each, two of priority 1 three, a mandatory one 1 + 2 + 6; what is not looked
    for nothing."""
    assert ranks(np.array([0, 1, 1, 2, 2, 3]), 2).tolist() == [9, 3, 3, 1, 1, 0]
    assert ranks(np.array([0, 1, 1, 2, 2, 3]), 1).tolist() == [3, 1, 1, 0, 0, 0]


def test_a_route_keeps_the_lower_visit_that_a_rule_asks_for() -> None:
    """Some tours of this day would hold too long an interruption without a visit of priority 3 to 5: the plan
    at hand would be none of the program's."""
    model = build_model(generate("summer", 8))
    engine, asked = Search(model.arrays, 1), Recombination(model, 2)
    engine.construct()
    engine.anneal(1500, 1e5, 10)
    orders = engine.plan()
    routes = asked.needed(enumerate(map(tuple, orders)))
    assert {v for row in orders for v in row if asked.counts[v]} == {
        v for _, row in routes for v in row if asked.counts[v]
    }
    assert any(not asked.counts[visit] for _, row in routes for visit in row)


def test_routes_alone_are_judged_as_plans_of_one_tour_are() -> None:
    model = build_model(generate("urban_day", 5))
    links = model.arrays.links.copy()
    links["together"] = 0  # one half of a visit for two makes no plan
    engine, alone = (Search(model.arrays._replace(links=links), 1) for _ in range(2))
    engine.construct()
    full = list(enumerate(map(tuple, engine.plan())))
    routes = [*full, *((tour, row[::2]) for tour, row in full), *((tour, row[::-1]) for tour, row in full)]
    spans = alone.spans_alone(routes)
    for (tour, row), found in zip(routes, spans, strict=True):
        orders: Orders = [[] for _ in model.tours]
        orders[tour] = list(row)
        assert found == (engine.spans() if engine.load(orders) else None)
    assert None in spans


def test_what_one_more_visit_needs_moves_along_a_chain_of_workers() -> None:
    """All at 08:00, one each: C suits W1 alone, who has A; A suits W2 too, who has B; B suits W3 too, who is
    free."""
    suits = {"A": {"W1", "W2"}, "B": {"W2", "W3"}, "C": {"W1"}}
    people = [worker(f"W{n}", start="07:00", end="12:00") for n in (1, 2, 3)]
    asked = problem(
        [
            visit(
                f"V{site}", site, 60, "08:00", "08:00", forbidden_workers=frozenset({"W1", "W2", "W3"} - own)
            )
            for site, own in suits.items()
        ],
        people,
    )
    _, (whole,) = recombined(asked, [(0, (2,)), (1, (0,)), (2, (1,))], [[0], [1], []])
    assert whole == [[2], [0], [1]]


def long_day(at: str, *ids: str) -> list[Visit]:
    return [
        visit(id, "A", 150, f"{int(at) + 3 * n:02}:00", f"{int(at) + 3 * n:02}:10")
        for n, id in enumerate(ids)
    ]


def test_two_tours_of_a_day_are_held_to_its_limits() -> None:
    """Two and a half hours each: two in the morning and two after noon make ten, a third after noon twelve
    and a half."""
    visits = [*long_day("05", "V0", "V1"), *long_day("12", "V2", "V3", "V4")]
    rules = labour(bad={"MAX_DAILY_WORK": 600})
    asked = problem(visits, [worker(hours=[("04:00", "10:40"), ("11:30", "22:00")])], rules=rules)
    model, plans = recombined(asked, [], [[], []])
    engine = Search(model.arrays, 1)
    assert plans
    assert engine.load(plans[-1])
    routes = [(), (0,), (0, 1)], [(), (2,), (2, 3), (2, 3, 4)]
    held = Search(model.arrays, 1).pairs_hold(0, routes[0], 1, routes[1])
    alone = [[engine.load([list(one), list(other)]) for other in routes[1]] for one in routes[0]]
    assert held.tolist() == [[int(one) for one in row] for row in alone]
    assert 0 < held.sum() < held.size


@pytest.mark.parametrize(("opens", "is_possible"), [("09:00", True), ("09:05", False)])
def test_halves_that_cannot_begin_together_are_not_planned(opens: str, is_possible: bool) -> None:
    """Two carers at once, of whom one is there until 10:00: begun at 09:00 the visit ends in time, at 09:05
    it does not."""
    halves = [visit("V0", "A", 60, "08:00", "12:00"), visit("V1", "A", 60, opens, "12:00")]
    halves = [*halves, visit("V2", "B", 30, "07:00", "07:00", priority=Priority.P1)]
    people = [
        worker("W1", start="06:00", end="10:00", home="A"),
        worker("W2", start="06:00", end="14:00", home="A"),
    ]
    pair = Link(LinkKind.SAME_START, "V0", "V1")
    _, plans = recombined(problem(halves, people, links=(pair,)), [], [[], []])
    assert any({0, 1} <= {visit for row in orders for visit in row} for orders in plans) is is_possible


def test_a_program_grows_by_what_costs_more_until_it_holds_the_better_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One route, then two, then all: what the first programs lack the last one has."""
    monkeypatch.setattr(recombination, "SIZES", (1, 2, 50))
    test_what_one_more_visit_needs_moves_along_a_chain_of_workers()


def test_all_that_rules_forbid_of_a_plan_is_forbidden_at_once() -> None:
    """Two people with five hours in the morning and seven and a half after noon, where ten are the most."""
    visits = [*long_day("05", "V0", "V1"), *long_day("12", "V2", "V3", "V4")]
    visits += [replace(one, id=f"W{one.id}") for one in visits]
    hours = [("04:00", "10:40"), ("11:30", "22:00")]
    people = [worker("W1", hours=hours), worker("W2", hours=hours)]
    asked = RouteJudgement(build_model(problem(visits, people, rules=labour(bad={"MAX_DAILY_WORK": 600}))))
    chosen = [(0, (0, 1)), (1, (2, 3, 4)), (2, (5, 6)), (3, (7, 8, 9))]
    found = sorted(asked.conflicts(chosen), key=lambda conflict: conflict.routes)
    assert found == [RouteConflict(chosen[:2], set()), RouteConflict(chosen[2:], set())]
    assert asked.conflicts([chosen[0], chosen[3]]) == []


@pytest.mark.parametrize(("opens", "is_possible"), [("09:00", True), ("08:05", False)])
def test_a_pair_of_routes_is_planned_where_a_colleague_puts_its_start_off(
    opens: str, is_possible: bool
) -> None:
    """From 08:00 to 18:30 is more than ten hours, from 09:00 it is not. W1 alone would begin at 08:00."""
    visits = [
        visit("V0", "A", 60, "08:00", "10:00", forbidden_workers=frozenset({"W2"})),
        visit("V1", "A", 60, opens, opens, forbidden_workers=frozenset({"W1"})),
        visit("V2", "A", 30, "18:00", "18:00"),
    ]
    people = [
        worker("W1", hours=[("06:00", "12:00"), ("17:00", "20:00")], home="A"),
        worker("W2", start="08:00", end="12:00", home="A"),
    ]
    links = (Link(LinkKind.SAME_START, "V0", "V1"),)
    asked = problem(visits, people, links=links, rules=labour(bad={"MAX_SPAN": 600}))
    model, plans = recombined(asked, [], [[], [], []])
    assert Search(model.arrays, 1).pairs_hold(0, [(0,)], 1, [(2,)]) == [[2]]
    assert (
        any(sorted(visit for row in orders for visit in row) == [0, 1, 2] for orders in plans) is is_possible
    )


def test_a_visit_that_two_routes_hold_is_no_conflict_where_one_can_do_without_it() -> None:
    visits = [visit("V0", "A", 60, "08:00", "08:00"), visit("V1", "A", 60, "09:00", "09:00")]
    asked = RouteJudgement(build_model(problem(visits, [worker("W1"), worker("W2")])))
    assert asked.conflicts([(0, (0, 1)), (1, (1,))]) == []


def test_a_visit_that_no_route_can_do_without_is_held_by_one_alone() -> None:
    """At 08:00, 09:30 and 11:00 for an hour each, and no more than 60 minutes between them: without the one
    in the middle it is two hours."""
    visits = [
        visit(f"V{n}", "A", 60, at, at) for n, at in enumerate(["08:00", "09:30", "11:00", "08:00", "11:00"])
    ]
    people = [worker("W1", home="A"), worker("W2", home="A")]
    rules = labour(bad={"INTERRUPTIONS.max_total": 60})
    chosen: list[Column] = [(0, (0, 1, 2)), (1, (3, 1, 4))]
    model, plans = recombined(problem(visits, people, rules=rules), chosen, [[], []])
    (conflict,) = RouteJudgement(model).conflicts(chosen)
    assert conflict.left == {1}
    assert Search(model.arrays, 1).load(plans[-1])


def test_a_level_that_is_never_settled_leaves_the_one_below_its_turn() -> None:
    assert [*islice(level_rounds([1, 2]), 4)] == [1, 2, 2, 2]
    assert [*level_rounds([])] == []
