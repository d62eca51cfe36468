"""`python -m scenarios.bench.advice [DAYS]`: how quickly questions about a plan are answered, medians over many of them.

For each invented `urban_day` (20 workers, 130 visits) a plan is found; then every visit is asked about on one loaded session,
as the service does. Loading the session is a line of its own: it is paid once a plan.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from statistics import median
from typing import TypeVar

from brigade.plan import Plan
from brigade.problem import Problem
from scenarios.generator.build import generate
from solver.advice import Session, candidates_for, contribution, explain, suggest
from solver.explain import reasons
from solver.model import build_model
from solver.settings import Settings
from solver.solve import solve

PRESET = "urban_day"
DAYS = 5
SEARCH_S = 3.0
COVERED_ASKED = 40
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
    session = Session(problem, plan)
    left, covered = [one.visit_id for one in plan.uncovered], sorted(plan.covered)[:COVERED_ASKED]
    halves = [[stop.visit_id for stop in route.stops][:4] for route in plan.routes]
    model, bare = build_model(problem), replace(plan, uncovered=())
    return {
        "session loaded": timed(lambda _: Session(problem, plan), range(3)),
        "candidates, uncovered visit": timed(lambda id: candidates_for(session, id), left),
        "candidates, covered visit": timed(lambda id: candidates_for(session, id), covered),
        "candidates, moves allowed": timed(lambda id: candidates_for(session, id, moves_allowed=True), left),
        "candidates, up to four visits": timed(lambda ids: candidates_for(session, ids), halves),
        "why uncovered": timed(lambda id: explain(session, id), left),
        "what would cover it": timed(lambda id: suggest(session, id), left),
        "why this worker": timed(lambda id: contribution(session, id), covered),
        "all reasons of a plan": timed(lambda _: reasons(model, bare), range(3)),
    }


def main(days: int = DAYS) -> None:
    found: dict[str, list[float]] = {}
    for seed in range(1, days + 1):
        problem = generate(PRESET, seed)
        plan = solve(problem, Settings(time_limit_s=SEARCH_S, threads=1)).plan
        assert plan is not None, "an urban day is not strict"
        for name, seconds in figures(problem, plan).items():
            found.setdefault(name, []).extend(seconds)
    print("| question | cases | median ms | 95 % below ms |\n| --- | ---: | ---: | ---: |")
    for name, seconds in found.items():
        slow = sorted(seconds)[int(0.95 * (len(seconds) - 1))]
        print(f"| {name} | {len(seconds)} | {1000 * median(seconds):.0f} | {1000 * slow:.0f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
