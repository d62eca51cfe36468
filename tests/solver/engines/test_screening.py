"""What nobody can cover is seen before any search."""

from __future__ import annotations

from brigade.values.demand import Link, LinkKind
from solver.engines.screening import coverable, unavoidable_cost
from solver.model.model import build_model
from tests.builders import problem, visit, worker


def test_a_chain_of_visits_that_go_together_is_lost_whole_with_its_last() -> None:
    """V1 goes with V2 and V2 with V3, which nobody may do; V4 stands alone."""
    visits = [visit(f"V{n}", "A", 30, "08:00", "12:00") for n in (1, 2, 4)]
    visits.insert(2, visit("V3", "A", 30, "08:00", "12:00", forbidden_workers=frozenset({"W1"})))
    links = (Link(LinkKind.TOGETHER, "V1", "V2"), Link(LinkKind.TOGETHER, "V2", "V3"))
    model = build_model(problem(visits, [worker("W1")], links=links))
    assert coverable(model).tolist() == [False, False, False, True]
    assert unavoidable_cost(model) == int(model.arrays.visits["penalty"][:3].sum())
