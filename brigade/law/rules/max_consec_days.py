"""MAX_CONSEC_DAYS: dates of work in a row (`limit`) and in an ISO week (`per_week`), with history and other
work around.

A date counts from the first minute of work on it: a night takes the evening's and the morning's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import WorkDay, hosts_met, monday_of, timeline
from brigade.timing.free_time import broken, reaching, runs, week_name, worked_dates
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = ("MAX_CONSEC_DAYS",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        yield from _in_a_row(problem, worker, days)
        yield from _in_a_week(problem, worker, days)


def _in_a_row(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """One violation a run, placed on its last date that the plan reaches into; the rules of the hosts met in
    the run."""
    for run in runs(worked_dates(problem, worker, days)):
        planned = [day for day in run if reaching(days, [day])]
        limit = problem.rules_for(worker, hosts_met(reaching(days, run))).get("MAX_CONSEC_DAYS")
        if planned and limit is not None and len(run) > limit.value:
            yield broken(limit, worker, str(planned[-1]), days=len(run), limit=limit.value, first=str(run[0]))


def _in_a_week(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    worked = worked_dates(problem, worker, days)
    # Weeks of the dates, not of the duty days: a Sunday night works on Monday, in the next week.
    for monday in sorted({monday_of(day) for day in worked}):
        week = [day for day in worked if monday <= day < monday + timedelta(days=7)]
        planned = reaching(days, week)
        limit = problem.rules_for(worker, hosts_met(planned)).get("MAX_CONSEC_DAYS", "per_week")
        if planned and limit is not None and len(week) > limit.value:
            yield broken(limit, worker, week_name(monday), "week", days=len(week), limit=limit.value)
