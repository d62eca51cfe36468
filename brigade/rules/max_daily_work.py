"""MAX_DAILY_WORK: effective work that the plan gives on a duty day, at all its hosts together.

Other employers' hours are MULTI_EMPLOYER's. A longer day that an agreement allows some days a year (`exceptional`) is not
planned: nobody carries that count in, so it is a coordinator's override.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.measures import minutes_of, ticks_of, work_days
from brigade.periods import broken, limit_min, own_hours
from brigade.plan import Plan, Violation
from brigade.problem import Problem

CODES = ("MAX_DAILY_WORK",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Rules of the employer and of the hosts of the duty day."""
    for worker in problem.workers:
        for day in work_days(problem, plan, worker):
            limit = problem.rules_for(worker, day.hosts).get("MAX_DAILY_WORK")
            work = own_hours(problem, worker, [day])
            if limit is not None and work > ticks_of(problem, limit):
                yield broken(limit, worker, str(day.day), work_min=minutes_of(problem, work), limit_min=limit_min(limit))
