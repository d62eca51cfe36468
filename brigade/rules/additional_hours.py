"""ADDITIONAL_HOURS: how far a part-time week may go beyond the contract, and that it stays below a full-time week.

Contract hours are owed to one employer: other employers' hours inside the horizon do not count here.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.labour import RuleSet
from brigade.measures import by_week, hosts_met, minutes_of, ticks_of, timeline
from brigade.periods import broken, limit_min, own_hours, week_name
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.units import Ticks
from brigade.workforce import Worker

CODES = ("ADDITIONAL_HOURS",)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """ISO weeks in which the plan puts something, for part-time contracts of fixed weekly hours; rules of that week's hosts."""
    for worker in problem.workers:
        if worker.contract.weekly is None or worker.contract.full_time:
            continue
        for monday, days in by_week(timeline(problem, plan, worker)).items():
            if any(day.planned for day in days):
                work = own_hours(problem, worker, days)
                rules = problem.rules_for(worker, hosts_met(days))
                yield from _judge(problem, rules, worker, worker.contract.weekly, work, week_name(monday))


def _judge(problem: Problem, rules: RuleSet, worker: Worker, weekly: Ticks, work: Ticks, where: str) -> Iterator[Violation]:
    share, below = (
        rules.get("ADDITIONAL_HOURS", "percent_of_contract"),
        rules.get("ADDITIONAL_HOURS", "part_time_week_below"),
    )
    met = {"work_min": minutes_of(problem, work), "contract_min": minutes_of(problem, weekly)}
    if share is not None and 100 * work > weekly * (100 + share.value):
        most = minutes_of(problem, weekly * (100 + share.value) // 100)
        yield broken(share, worker, where, limit_min=most, percent=share.value, **met)
    # "Below" is strict in the text: reaching a full-time week turns the contract into a full-time one.
    if below is not None and work >= ticks_of(problem, below):
        yield broken(below, worker, where, "full_week", limit_min=limit_min(below), **met)
