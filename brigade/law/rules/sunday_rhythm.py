"""SUNDAY_RHYTHM: how often a person's Sundays are worked, with the Sundays before the horizon.

`max_per_fortnight` of any two Sundays in a row; volunteers for weekend teams (`Contract.weekend_team`) may
have `volunteers_max_in_row`, then a free one. `max_per_month` of a calendar month, unless the person
agreed to more (`Contract.sunday_agreed`). A Sunday is worked when any minute of service or other work lies in
it, whatever the duty day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import hosts_met, timeline
from brigade.timing.free_time import broken, month_name, worked_dates
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = ("SUNDAY_RHYTHM",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()
WEEK = timedelta(days=7)


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """At most one violation a Sunday and limit; rules of the hosts met on the duty days that reach into that
    Sunday."""
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        planned = [day for day in days if day.planned]
        # Counters and days may both tell of a Sunday: a set counts it once.
        worked = worked_dates(problem, worker, days) | worker.counters.sundays_worked
        sundays = sorted(day for day in worked if day.isoweekday() == 7)
        for sunday in sundays:
            reaching = [day for day in planned if sunday in day.service_dates]
            if reaching:
                rules = problem.rules_for(worker, hosts_met(reaching))
                yield from _in_a_row(rules, worker, sunday, sundays)
                yield from _in_a_month(rules, worker, sunday, sundays)


def _in_a_row(rules: RuleSet, worker: Worker, sunday: date, sundays: list[date]) -> Iterator[Violation]:
    limit, volunteers = (
        rules.get("SUNDAY_RHYTHM", "max_per_fortnight"),
        rules.get("SUNDAY_RHYTHM", "volunteers_max_in_row"),
    )
    if limit is None:
        return
    if worker.contract.in_weekend_team and volunteers is not None:
        limit = volunteers
    row = _row_through(sunday, sundays)
    if row > limit.value:
        yield broken(limit, worker, str(sunday), "in_row", sundays=row, limit=limit.value)


def _in_a_month(rules: RuleSet, worker: Worker, sunday: date, sundays: list[date]) -> Iterator[Violation]:
    limit = rules.get("SUNDAY_RHYTHM", "max_per_month")
    if limit is None or worker.contract.sunday_agreed:
        return
    count = sum(month_name(day) == month_name(sunday) for day in sundays)
    if count > limit.value:
        yield broken(limit, worker, str(sunday), "month", sundays=count, limit=limit.value)


def _row_through(sunday: date, sundays: list[date]) -> int:
    """How many worked Sundays in a row contain `sunday`."""
    before = after = 0
    while sunday - (before + 1) * WEEK in sundays:
        before += 1
    while sunday + (after + 1) * WEEK in sundays:
        after += 1
    return before + 1 + after
