"""Orders given to a search: kept whole where they are lawful, else what is lawful of them."""

from __future__ import annotations

from brigade.values.demand import Link, LinkKind
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.builders import problem, visit, worker


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
