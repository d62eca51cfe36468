"""How quickly questions about a plan are answered on invented days, many questions a day.

Every visit is asked about on one loaded session, as the service does. Loading the session is a line of its
own: it is paid once a plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from brigade.values.plan import Plan
from brigade.values.problem import Problem
from solver.advice import AdviceSession, candidates_for, contribution, explain, suggest
from solver.explain import reasons
from solver.model.model import build_model

COVERED_ASKED = 40
TARGETS_MS = {
    "bench.ask.candidates_uncovered": 100,
    "bench.ask.candidates_covered": 100,
}
"""What a coordinator may wait, at the median."""
Asked = TypeVar("Asked")


def timed(ask: Callable[[Asked], object], many: Iterable[Asked]) -> list[float]:
    """Seconds of each call."""
    found = []
    for one in many:
        began = time.perf_counter()
        ask(one)
        found.append(time.perf_counter() - began)
    return found


def figures(problem: Problem, plan: Plan) -> dict[str, list[float]]:
    """Seconds of every question put to one plan, by kind."""
    session = AdviceSession(problem, plan)
    left, covered = [one.visit_id for one in plan.uncovered], sorted(plan.covered)[:COVERED_ASKED]
    halves = [[stop.visit_id for stop in route.stops][:4] for route in plan.routes]
    model, bare = build_model(problem), replace(plan, uncovered=())
    # Without the reasons the plan has: they are what is measured.
    return {
        "bench.ask.plan_loaded": timed(lambda _: AdviceSession(problem, plan), range(3)),
        "bench.ask.candidates_uncovered": timed(lambda id: candidates_for(session, id), left),
        "bench.ask.candidates_covered": timed(lambda id: candidates_for(session, id), covered),
        "bench.ask.candidates_moves": timed(lambda id: candidates_for(session, id, moves_allowed=True), left),
        "bench.ask.candidates_four": timed(lambda ids: candidates_for(session, ids), halves),
        "bench.ask.why_uncovered": timed(lambda id: explain(session, id), left),
        "bench.ask.what_would_cover": timed(lambda id: suggest(session, id), left),
        "bench.ask.why_this_worker": timed(lambda id: contribution(session, id), covered),
        "bench.ask.all_reasons": timed(lambda _: reasons(model, bare), range(3)),
    }
