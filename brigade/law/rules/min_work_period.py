"""MIN_WORK_PERIOD: a day of work holds one continuous period of an hour at least, travel inside it included.

Waits that are work do not end a period; a pause or an unpaid interruption does, and so does going home
between two tours.
"""

from __future__ import annotations

from collections.abc import Iterator

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.texts.rule_sets import RuleSet
from brigade.timing.duty_days import WorkDay, minutes_of, short_gap, ticks_of, work_days
from brigade.timing.free_time import broken, limit_min
from brigade.units import Ticks
from brigade.values.plan import Plan, Route, Stop, Violation
from brigade.values.problem import Problem

CODES = ("MIN_WORK_PERIOD",)
SCOPE = Scope.WORKER
AS_OBSTACLE = AsObstacle()


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Days in which the plan puts something; the rules of the hosts of that day."""
    for worker in problem.workers:
        for day in work_days(problem, plan, worker):
            rules = problem.rules_for(worker, day.hosts)
            least = rules.get("MIN_WORK_PERIOD")
            longest = longest_period(problem, rules, day)
            if least is not None and longest < ticks_of(problem, least):
                met = {"work_min": minutes_of(problem, longest), "limit_min": limit_min(least)}
                yield broken(least, worker, str(day.day), **met)


def longest_period(problem: Problem, rules: RuleSet, day: WorkDay) -> Ticks:
    """The longest continuous period of work among the day's tours."""
    short = short_gap(problem, rules)
    return max(period[-1].end - period[0].start for route in day.routes for period in _periods(route, short))


def _periods(route: Route, short: Ticks) -> Iterator[list[Stop]]:
    """The stops of a tour, cut where something unpaid lies between two of them."""
    period: list[Stop] = []
    for stop in route.stops:
        # A wait of nothing is none, even where no gap is short (`short` is 0 without SHORT_GAP_PAID).
        if period and (stop.pause > 0 or (stop.wait > 0 and stop.wait >= short)):
            yield period
            period = []
        period.append(stop)
    yield period
