"""MAX_AVG_12W: the mean of effective work over any twelve ISO weeks in a row, with the weeks before the
horizon.

The mean is over the limit when the sum is over that many times it, so no division is needed. All employers
count.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import by_week, hosts_met, minutes_of, ticks_of, timeline
from brigade.timing.free_time import DAY, broken, limit_min, week_name, weekly_work
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

CODES = ("MAX_AVG_12W",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()
WEEKS = 12
"""Where the rule set names no `weeks`."""


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """The weeks up to each one in which the plan puts something; the rules of the hosts of that week."""
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        work = weekly_work(problem, worker, days)
        for monday, week in by_week(days).items():
            rules = problem.rules_for(worker, hosts_met(week))
            limit, span = rules.get("MAX_AVG_12W"), rules.get("MAX_AVG_12W", "weeks")
            if limit is None or not any(day.planned for day in week):
                continue
            weeks = WEEKS if span is None else span.value
            # Days not known are taken as free (docs/design.md, section 3); remarks say what nobody told.
            total = sum(work.get(monday - 7 * back * DAY, 0) for back in range(weeks))
            if total > weeks * ticks_of(problem, limit):
                mean = round(minutes_of(problem, total) / weeks, 1)
                yield broken(
                    limit, worker, week_name(monday), mean_min=mean, limit_min=limit_min(limit), weeks=weeks
                )
