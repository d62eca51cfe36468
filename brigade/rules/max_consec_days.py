"""MAX_CONSEC_DAYS: duty days in a row (`limit`) and in an ISO week (`per_week`), with history and other work around."""

from __future__ import annotations

from collections.abc import Iterator

from brigade.measures import WorkDay, by_week, hosts_met, timeline
from brigade.periods import broken, runs, week_name
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.workforce import Worker

CODES = ("MAX_CONSEC_DAYS",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        yield from _in_a_row(problem, worker, days)
        yield from _in_a_week(problem, worker, days)


def _in_a_row(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    """One violation a run, placed on its last planned day; the rules of the hosts met in the run."""
    by_date = {day.day: day for day in days}
    for run in runs(by_date):
        planned = [day for day in run if by_date[day].planned]
        limit = problem.rules_for(worker, hosts_met(by_date[day] for day in run)).get("MAX_CONSEC_DAYS")
        if planned and limit is not None and len(run) > limit.value:
            yield broken(limit, worker, str(planned[-1]), days=len(run), limit=limit.value, first=str(run[0]))


def _in_a_week(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    for monday, week in by_week(days).items():
        limit = problem.rules_for(worker, hosts_met(week)).get("MAX_CONSEC_DAYS", "per_week")
        if any(day.planned for day in week) and limit is not None and len(week) > limit.value:
            yield broken(limit, worker, week_name(monday), "week", days=len(week), limit=limit.value)
