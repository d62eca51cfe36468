"""Orders of the kernel as a plan: also where only waiting for somebody makes the break that a tour owes."""

from __future__ import annotations

from collections.abc import Iterable

from brigade.judging.checker import check
from brigade.timing.plan_timing import retime
from brigade.values.demand import Link, LinkKind
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.kernel.local_search import Search
from solver.model.decode import decode
from solver.model.model import Model, build_model
from tests.builders import at, labour, problem, visit, worker

ORDERS = {"C": ["x-C"], "B": ["b", "x-B", "u", "v", "y-B"], "A": ["y-A", "z"]}
"""B serves from 8:00. Alone, B would be at x at 11:00 and owe a break at y: 13:20, too late for what A has
after it. With C, who comes at 11:20, B has waited for twenty minutes; that is the break, and y begins at
13:00."""


def _day(ids: Iterable[str]) -> Problem:
    return problem(
        workers=[worker(id, home=None) for id in ids],
        visits=[
            visit("x-C", minutes=30, earliest="11:20", latest="12:00"),
            visit("b", minutes=180, earliest="08:00", latest="08:00"),
            visit("x-B", minutes=30, earliest="11:00", latest="12:00"),
            visit("u", minutes=30, earliest="11:45", latest="12:15"),
            visit("v", minutes=30, earliest="12:30", latest="12:45"),
            visit("y-B", minutes=180, earliest="13:00", latest="13:30"),
            visit("y-A", minutes=180, earliest="13:00", latest="13:30"),
            visit("z", minutes=60, earliest="16:00", latest="16:05"),
        ],
        links=[Link(LinkKind.SAME_START, "x-B", "x-C"), Link(LinkKind.SAME_START, "y-A", "y-B")],
        labour=labour(
            bad={"REST_BREAK.after": 360, "REST_BREAK.length": {"value": 20, "stricter": "higher"}}
        ),
    )


def _orders(model: Model) -> list[list[int]]:
    return [[model.visit_row[id] for id in ORDERS[tour.worker.id]] for tour in model.tours]


def _starts(plan: Plan) -> dict[str, int]:
    return {stop.visit_id: stop.start for route in plan.routes for stop in route.stops}


def test_waiting_for_a_colleague_is_a_break_and_the_tour_ends_earlier_for_it() -> None:
    day = _day(ORDERS)
    model, search = build_model(day), Search(build_model(day).arrays, 1)
    assert search.load(_orders(model)), "the kernel finds the times"
    assert retime(day, {(id, 0): order for id, order in ORDERS.items()}).issues, (
        "starts that only rise pass them by"
    )
    plan = decode(model, _orders(model), search.starts())
    starts = _starts(plan)
    assert (starts["x-B"], starts["y-B"], starts["y-A"]) == (at("11:20"), at("13:00"), at("13:00"))
    assert len(starts) == 8
    assert not check(day, plan)


def test_a_plan_found_so_is_loaded_whole_with_its_starts_whoever_is_timed_first() -> None:
    """B first: alone she is at y at 13:20, which A takes for a floor, and then both hold each other there."""
    day = _day(["B", "A", "C"])
    model, search = build_model(day), Search(build_model(day).arrays, 1)
    found = {model.visit_row[id]: tick for id, tick in _starts(_found()).items()}
    assert not search.load(_orders(model)), "orders alone do not tell of the wait"
    assert search.load(_orders(model), found)
    assert search.plan() == _orders(model)
    assert {id: search.starts()[model.visit_row[id]] for id in ("y-A", "y-B")} == {
        "y-A": at("13:00"),
        "y-B": at("13:00"),
    }
    plan = decode(model, search.plan(), search.starts())
    assert _starts(plan) == _starts(_found())
    assert not check(day, plan)


def _found() -> Plan:
    model = build_model(_day(ORDERS))
    search = Search(model.arrays, 1)
    search.load(_orders(model))
    return decode(model, _orders(model), search.starts())
