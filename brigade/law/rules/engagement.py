"""ENGAGEMENT: a contract or a lending paper, signed or promised, covers the provider on the duty day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import engagement_of
from brigade.values.plan import Plan, Reason, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = ("ENGAGEMENT",)
SCOPE = Scope.WORKER


def _as_obstacle(problem: Problem, visit_id: str, broken: Violation) -> Reason | None:
    met = {name: value for name, value in broken.reason.values if name != "visit"}
    return Reason.of("not_engaged", **met)


AS_OBSTACLE = AsObstacle(rank=2, words=_as_obstacle, several=frozenset({"not_engaged"}))


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for route in plan.routes:
        worker = problem.worker_by_id[route.worker_id]
        for stop in route.stops:
            provider = problem.host_of(problem.visit_by_id[stop.visit_id])
            if provider is not None and engagement_of(worker, provider.id, route.day) is None:
                known = engaged_on_other_days(worker, provider.id, route.day)
                met = {"provider": provider.id, "day": str(route.day), **known}
                yield breach(problem, "ENGAGEMENT", route, met, visit=stop.visit_id)


def engaged_on_other_days(worker: Worker, provider_id: str, day: date) -> dict[str, str]:
    """Values of a reason: `ended`, the last day of the latest engagement over before `day`; `begins`, the
    first day of the next one. Each only where there is one."""
    papers = [one for one in worker.engagements if one.provider_id == provider_id]
    ended = max((one.last for one in papers if one.last < day), default=None)
    begins = min((one.first for one in papers if day < one.first), default=None)
    return {name: str(met) for name, met in (("ended", ended), ("begins", begins)) if met is not None}
