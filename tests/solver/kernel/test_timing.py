"""Where the kernel goes its own way to the same answer: the fixpoint of links, and positions screened before
they are tried."""

from __future__ import annotations

import pytest

from brigade.timing.plan_timing import retime
from brigade.values.demand import Link, LinkKind
from brigade.values.problem import Problem
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.builders import at, labour, problem, visit, worker
from tests.solving import named

REST = labour(mandatory={"REST_BREAK.after": 241, "REST_BREAK.length": {"value": 20, "stricter": "higher"}})


def loaded(asked: Problem, orders: list[list[int]]) -> tuple[Search, bool]:
    search = Search(build_model(asked).arrays, 1)
    return search, search.load(orders)


# -- links -------------------------------------------------------------------------------------------------
def test_a_chain_of_links_settles_where_the_plain_timing_does() -> None:
    """V1 (W1) waits for V2 (W2), which comes 30 min after V3 (W3) at the earliest; V4 follows V1 in its tour
    and pulls V5, at most 15 min before it, along: four rounds until nothing moves any more."""
    links = (
        Link(LinkKind.SAME_START, "V1", "V2"),
        Link(LinkKind.GAP, "V3", "V2", 30),
        Link(LinkKind.GAP, "V5", "V4", 0, 15),
    )
    visits = [
        visit("V1", "A"),
        visit("V2", "B"),
        visit("V3", "C", 60, "09:00", "12:00"),
        visit("V4", "D"),
        visit("V5", "C"),
    ]
    asked = problem(visits, [worker("W1"), worker("W2"), worker("W3"), worker("W4")], links=links)
    orders = [[0, 3], [1], [2], [4]]
    search, lawful = loaded(asked, orders)
    assert lawful
    plan = retime(asked, named(build_model(asked), orders)).plan
    assert [route.stops[0].start for route in plan.routes] == [
        at("09:30"),
        at("09:30"),
        at("09:00"),
        at("10:45"),
    ]
    for row, route in enumerate(plan.routes):
        found = search.measures(row)
        assert found["count"] == len(route.stops)
        assert [found["first"], found["last"]] == [route.stops[0].start, route.stops[-1].end]
        assert [found["depart"], found["back"]] == [route.departure, route.back]


def test_links_that_chase_each_other_end() -> None:
    """Two pairs crossed over two tours: each tour would have to wait for the other one's second visit."""
    links = (Link(LinkKind.SAME_START, "V1", "V4"), Link(LinkKind.SAME_START, "V2", "V3"))
    visits = [visit(f"V{n}") for n in range(1, 5)]
    asked = problem(visits, [worker("W1"), worker("W2")], links=links)
    assert not loaded(asked, [[0, 1], [2, 3]])[1]
    assert retime(asked, {("W1", 0): ["V1", "V2"], ("W2", 0): ["V3", "V4"]}).issues
    assert loaded(asked, [[0, 1], [3, 2]])[1]


# -- screening ---------------------------------------------------------------------------------------------
def test_a_visit_that_only_fits_when_the_next_one_starts_later_is_placed() -> None:
    """V2 begins at 08:00 but may at 10:00: V1, 08:00 to 09:00 and as fixed, goes before it."""
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "08:00", "10:00")]
    search, _ = loaded(problem(visits, [worker("W1", home=None)]), [[1]])
    search.construct()
    assert search.plan(best=False) == [[0, 1]]


def test_a_visit_that_would_push_the_next_one_over_its_window_is_not() -> None:
    """One minute less for V2: it would begin at 09:00, and may until 08:59."""
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "08:00", "08:59")]
    search, _ = loaded(problem(visits, [worker("W1", home=None)]), [[1]])
    assert search.try_insertion(0, 0, 0) is None
    search.construct()
    assert search.plan(best=False) == [[1]]


@pytest.mark.parametrize(("kind", "own"), [(LinkKind.SAME_WORKER, True), (LinkKind.DIFFERENT_WORKERS, False)])
def test_whom_a_link_asks_for_is_judged_of_an_insertion(kind: LinkKind, own: bool) -> None:
    """V2 is W1's; V1, just before it, is tied to it."""
    visits = [visit("V1", "A", 60, "08:00", "08:00"), visit("V2", "A", 60, "09:00", "09:00")]
    asked = problem(
        visits,
        [worker("W1", home=None), worker("W2", home=None)],
        links=(Link(kind, "V1", "V2", together=False),),
    )
    search, _ = loaded(asked, [[1], []])
    assert (search.try_insertion(0, 0, 0) is not None, search.try_insertion(0, 1, 0) is not None) == (
        own,
        not own,
    )


def test_a_break_that_an_insertion_makes_due_is_judged_though_screening_cannot_see_it() -> None:
    """V2 and V3 need no break: four hours in all. With V1 before them the stretch is five, and the 20 min of
    the break push V3 from 12:00, its last start, to 12:20; without the break all three would fit."""
    visits = [
        visit("V1", "A", 60, "08:00", "08:00"),
        visit("V2", "A", 180, "09:00", "09:00"),
        visit("V3", "A", 60, "12:00", "12:00"),
    ]
    alone = problem(visits, [worker("W1", home=None)])
    search, _ = loaded(alone, [[1, 2]])
    search.construct()
    assert search.plan(best=False) == [[0, 1, 2]]
    search, lawful = loaded(problem(visits, [worker("W1", home=None)], rules=REST), [[1, 2]])
    assert lawful
    assert search.try_insertion(0, 0, 0) is None
    search.construct()
    assert search.plan(best=False) == [[1, 2]]


def test_a_visit_tied_to_a_covered_one_waits_for_it() -> None:
    """V1 (W1) begins at 10:00, so its twin V2 does too, although W2 could at 06:10."""
    visits = [visit("V1", "A", 60, "10:00", "10:00"), visit("V2", "A")]
    link = Link(LinkKind.SAME_START, "V1", "V2", together=False)
    search, _ = loaded(problem(visits, [worker("W1"), worker("W2")], links=(link,)), [[0], []])
    search.construct()
    assert search.plan(best=False) == [[0], [1]]
    assert search.measures(1)["first"] == at("10:00")


def test_a_plan_is_timed_by_the_model_as_it_is_now() -> None:
    """A trial of advice puts a visit an hour off between two questions: what was timed before, annealing
    included, does not stand."""
    arrays = build_model(problem([visit("V1", "A", 60, "10:00", "12:00")], [worker("W1")])).arrays
    search = Search(arrays, 1)
    search.load([[0]])
    search.anneal(50, 1e5, 1.0)
    for hour in ("10:00", "11:00"):
        arrays.windows["earliest"][0] = arrays.visits["opens"][0] = at(hour)
        assert search.load([[0]])
        assert search.measures(0)["first"] == at(hour)
