"""First plans: orders given to a search, kept as far as they are lawful, and those it makes itself."""

from __future__ import annotations

from brigade.timing.plan_timing import retime
from brigade.units import TimeWindow
from brigade.values.demand import Link, LinkKind
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.brigade.timing.test_plan_timing import MEAL
from tests.builders import at, labour, problem, visit, worker


def test_two_of_three_that_go_together_are_not_kept() -> None:
    """V1 with V2, V2 with V3. V2 and V1 fit and are each other's half; V3, which V2 goes with too, is not
    there."""
    chain = (Link(LinkKind.SAME_WORKER, "V1", "V2"), Link(LinkKind.DIFFERENT_WORKERS, "V2", "V3"))
    visits = [visit("V1", "A"), visit("V2", "B"), visit("V3", "C"), visit("V4", "D")]
    asked = problem(visits, [worker("W1"), worker("W2")], links=chain)
    search = Search(build_model(asked).arrays, 1)
    rows = {request.visit.id: row for row, request in enumerate(build_model(asked).requests)}
    assert not search.load([[rows["V4"], rows["V2"], rows["V1"]], []])
    assert search.plan(best=True) == [[rows["V4"]], []]
    assert search.load([[rows["V1"], rows["V2"]], [rows["V3"]]])


def test_what_is_left_of_a_torn_chain_is_judged_before_it_is_kept() -> None:
    """V2 and V3 begin together and there is one worker, so that V1, which goes with V2, is dropped too.
    Behind V1, at 14:00, V4 owed no meal; alone it begins at 11:50, ends at 14:50 and has no room for one."""
    chain = (Link(LinkKind.SAME_START, "V3", "V2"), Link(LinkKind.SAME_WORKER, "V2", "V1"))
    visits = [
        visit("V1", "A", 25, "14:00", "16:45"),
        visit("V2", "A", 60, "17:10", "20:00"),
        visit("V3", "A", 60, "17:10", "20:00"),
        visit("V4", "A", 180, windows=(_from("11:50", "13:00"), _from("14:15", "15:15"))),
    ]
    asked = problem(visits, [worker(home=None)], links=chain, rules=labour(mandatory=MEAL))
    model = build_model(asked)
    search = Search(model.arrays, 1)
    search.construct()
    orders = {("W1", 0): [model.requests[row].visit.id for row in search.plan(best=True)[0]]}
    assert not retime(asked, orders).issues


def _from(first: str, last: str) -> TimeWindow:
    return TimeWindow.hard(at(first), at(last))
