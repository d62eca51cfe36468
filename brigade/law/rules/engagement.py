"""ENGAGEMENT: a contract or a lending paper, signed or promised, covers the provider on the duty day."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import engagement_of
from brigade.values.plan import Plan, Reason, Violation
from brigade.values.problem import Problem

CODES = ("ENGAGEMENT",)
SCOPE = Scope.WORKER


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    met = dict(broken.reason.values)
    return Reason.of("not_engaged", provider=met["provider"], day=met["day"])


AS_OBSTACLE = AsObstacle(rank=2, words=_as_obstacle, several=frozenset({"not_engaged"}))


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        worker = problem.worker_by_id[route.worker_id]
        for stop in route.stops:
            provider = problem.provider_of(problem.visit_by_id[stop.visit_id])
            if engagement_of(worker, provider.id, route.day) is None:
                met = {"provider": provider.id, "day": str(route.day)}
                yield breach(problem, "ENGAGEMENT", route, met, visit=stop.visit_id)
