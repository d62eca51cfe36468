"""FORBIDDEN_PAIR: somebody set aside for a visit is never sent there; a meeting is for those it names."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.values.plan import Plan, Reason, Violation
from brigade.values.problem import Problem

CODES = ("FORBIDDEN_PAIR",)
SCOPE = Scope.WORKER


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    return Reason.of("forbidden" if broken.reason.code == "forbidden_pair" else "not_participant")


AS_OBSTACLE = AsObstacle(rank=0, words=_as_obstacle)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        for stop in route.stops:
            visit = problem.visit_by_id[stop.visit_id]
            if route.worker_id in visit.forbidden_workers:
                yield breach(problem, "FORBIDDEN_PAIR", route, visit=visit.id)
            elif not visit.admits(route.worker_id):
                yield breach(problem, "FORBIDDEN_PAIR", route, detail="participant", visit=visit.id)
