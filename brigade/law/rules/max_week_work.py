"""MAX_WEEK_WORK: effective work of an ISO week, the days before the horizon included.

What other employers add inside the horizon is MULTI_EMPLOYER's.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import by_week, hosts_met, minutes_of, ticks_of, timeline
from brigade.timing.free_time import broken, limit_min, own_hours, week_name
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

CODES = ("MAX_WEEK_WORK",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Weeks in which the plan puts something; the rules of the hosts of that week."""
    for worker in problem.workers:
        for monday, days in by_week(timeline(problem, plan, worker)).items():
            limit = problem.rules_for(worker, hosts_met(days)).get("MAX_WEEK_WORK")
            work = own_hours(problem, worker, days)
            if any(day.planned for day in days) and limit is not None and work > ticks_of(problem, limit):
                values = {"work_min": minutes_of(problem, work), "limit_min": limit_min(limit)}
                yield broken(limit, worker, week_name(monday), **values)
