"""ENGAGEMENT: a contract or a lending paper, signed or promised, covers the provider on the duty day."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.timing.duty_days import engagement_of
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

CODES = ("ENGAGEMENT",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        worker = problem.worker_by_id[route.worker_id]
        for stop in route.stops:
            provider = problem.provider_of(problem.visit_by_id[stop.visit_id])
            if engagement_of(worker, provider.id, route.day) is None:
                met = {"provider": provider.id, "day": str(route.day)}
                yield breach(problem, "ENGAGEMENT", route, met, visit=stop.visit_id)
