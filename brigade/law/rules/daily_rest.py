"""DAILY_REST: the free time between two duty days, on the clock that never jumps and whatever midnight says.

The days before the horizon and other work inside or after it owe their rest as well. A rest lies between two
duty days, so the rules of the hosts of both apply.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import hosts_met, minutes_of, ticks_of, timeline
from brigade.timing.free_time import broken, limit_min, rests
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

CODES = ("DAILY_REST",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for worker in problem.workers:
        for rest in rests(timeline(problem, plan, worker)):
            owed = problem.rules_for(worker, hosts_met((rest.before, rest.after))).get("DAILY_REST")
            # A rest between two days of the past is nobody's to mend.
            if rest.planned and owed is not None and rest.length < ticks_of(problem, owed):
                yield broken(
                    owed,
                    worker,
                    str(rest.after.day),
                    rest_min=minutes_of(problem, rest.length),
                    limit_min=limit_min(owed),
                    before=str(rest.before.day),
                )
