"""Plans that a search once returned although they could be better, kept whole: what was missed is found."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from brigade.exchange.documents.problem_document import read_problem
from brigade.judging.checker import hard_violations
from brigade.timing.plan_timing import retime
from solver.kernel.local_search import Search
from solver.model.model import build_model
from tests.solving import named

DATA = Path(__file__).parents[2] / "data" / "search"


def test_visits_that_fit_into_a_week_as_it_is_are_covered_by_the_last_pass() -> None:
    """126 visits of a country week, 23 left out: one lawful insertion covers V067, one V076, one V200, and
    nothing more."""
    case = json.loads(gzip.decompress((DATA / "week_with_room_left.json.gz").read_bytes()))
    problem = read_problem(json.dumps(case["problem"]).encode())
    orders = {(one["worker"], one["tour"]): one["visits"] for one in case["orders"]}
    model = build_model(problem)
    engine = Search(model.arrays, 1)
    assert engine.load(model.order_of(retime(problem, orders).plan))
    assert engine.complete() == 3
    completed = named(model, engine.plan())
    added = {id for visits in completed.values() for id in visits} - {
        id for one in orders.values() for id in one
    }
    assert sorted(added) == case["covered_by_one_insertion"]
    timed = retime(problem, completed)
    assert not timed.issues
    assert hard_violations(problem, timed.plan) == ()
