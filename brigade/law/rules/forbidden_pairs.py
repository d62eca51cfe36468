"""FORBIDDEN_PAIR: somebody set aside for a visit is never sent there."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.values.plan import Plan, Reason, Violation
from brigade.values.problem import Problem

CODES = ("FORBIDDEN_PAIR",)
SCOPE = Scope.WORKER


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    return Reason.of("forbidden")


AS_OBSTACLE = AsObstacle(rank=0, words=_as_obstacle)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        for stop in route.stops:
            if route.worker_id in problem.visit_by_id[stop.visit_id].forbidden_workers:
                yield breach(problem, "FORBIDDEN_PAIR", route, visit=stop.visit_id)
