"""SCHEDULE_NOTICE, only where the policy asks it: nothing inside the notice period that is not urgent.

By itself the notice forbids nothing: inside it a stop is offered, not imposed (`brigade.law.marking`).
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.breach import breach
from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import minutes_of
from brigade.timing.notice import end_of_notice, is_given, is_urgent, told_at
from brigade.values.plan import Plan, Route, Stop, Violation
from brigade.values.problem import Problem

CODES = ("SCHEDULE_NOTICE",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle(rank=5)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    if problem.policy.only_urgent_inside_notice:
        for route in plan.routes:
            for stop in route.stops:
                yield from _too_soon(problem, route, stop)


def _too_soon(problem: Problem, route: Route, stop: Stop) -> Iterator[Violation]:
    worker, request = problem.worker_by_id[route.worker_id], problem.request_by_visit.get(stop.visit_id)
    if request is None:
        return
    rules = problem.rules_for(worker, problem.hosts_at(request.visit))
    told = told_at(problem, request)
    for name in ("days", "working_days"):
        value = rules.get("SCHEDULE_NOTICE", name)
        if value is None or is_given(problem, request.visit, told, stop.start, value):
            continue
        if not is_urgent(problem, worker, request):
            owed = minutes_of(problem, end_of_notice(problem, request.visit, told, value) - told)
            met = {"notice_min": minutes_of(problem, stop.start - told), "limit_min": owed}
            yield breach(problem, "SCHEDULE_NOTICE", route, met, value=value, visit=stop.visit_id)
