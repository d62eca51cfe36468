"""FORBIDDEN_PAIR: somebody set aside for a visit is never sent there."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

CODES = ("FORBIDDEN_PAIR",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        for stop in route.stops:
            if route.worker_id in problem.visit_by_id[stop.visit_id].forbidden_workers:
                yield breach(problem, "FORBIDDEN_PAIR", route, visit=stop.visit_id)
