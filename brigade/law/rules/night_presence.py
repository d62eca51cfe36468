"""NIGHT_PRESENCE: so many nights at clients' of which a part counts, in so many days (SAP II.2.j title 2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.timing.duty_days import WorkDay, hosts_met, work_days
from brigade.timing.free_time import DAY, broken
from brigade.timing.night_presence import PRESENCE, is_presence
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

CODES = (PRESENCE,)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Any days in a row that hold one of the plan's; at most one violation a person, of the first."""
    for worker in problem.workers if any(one.counted_percent for one in problem.visits) else ():
        days = work_days(problem, plan, worker)
        nights = {day.day: count for day in days if (count := _nights(problem, worker, day))}
        found = (_too_many(problem, worker, days, nights, first) for first in sorted(nights))
        yield from [one for one in found if one is not None][:1]


def _nights(problem: Problem, worker: Worker, day: WorkDay) -> int:
    visits = (problem.visit_by_id[stop.visit_id] for route in day.routes for stop in route.stops)
    return sum(is_presence(problem, worker, visit) for visit in visits)


def _too_many(
    problem: Problem, worker: Worker, days: tuple[WorkDay, ...], nights: dict[date, int], first: date
) -> Violation | None:
    """In the days that begin with `first`."""
    window = problem.rules_for(worker).get(PRESENCE, "in_days")
    if window is None:
        return None
    last = first + timedelta(days=window.value) - DAY
    inside = [day for day in days if first <= day.day <= last]
    most = problem.rules_for(worker, hosts_met(inside)).get(PRESENCE, "max_nights")
    count = sum(nights.get(day.day, 0) for day in inside)
    if most is None or count <= most.value:
        return None
    met = {"nights": count, "limit": most.value, "days": window.value}
    return broken(most, worker, f"{first}..{last}", **met)
