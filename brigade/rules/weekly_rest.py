"""WEEKLY_REST: free hours in a row each ISO week; rest days a week and a fortnight, some in a row, a Sunday among them.

Only what is certain is a violation: days after the horizon are free unless other work says otherwise, as are days before it
that no history tells of. A rest day is a date that is nobody's duty day; the Sunday must also be free of a minute's work.

The hours in a row are a rest of that length of which a whole day lies in the week (CT L3132-2: a day of 24 hours, and then
the daily rest): Saturday 20:00 to Monday 08:00 is a rest of the week that ends in it: 28 of its 36 hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from brigade.labour import RuleSet, RuleValue
from brigade.measures import WorkDay, by_week, fortnight_of, hosts_met, minutes_of, ticks_of, timeline
from brigade.periods import DAY, broken, free_stretches, limit_min, runs, service_dates, week_interval, week_name, worked_dates
from brigade.plan import Plan, Violation
from brigade.problem import Problem
from brigade.units import Interval
from brigade.workforce import Worker

CODES = ("WEEKLY_REST",)
REST_DAY_MIN = 24 * 60
FORTNIGHT = 14


def check(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Weeks and fortnights in which the plan puts something; rules of the hosts of that week or fortnight."""
    for worker in problem.workers:
        days = timeline(problem, plan, worker)
        for monday, week in by_week(days).items():
            if any(day.planned for day in week):
                rules = problem.rules_for(worker, hosts_met(week))
                yield from _hours_in_row(problem, rules, worker, monday, days)
                yield from _days_of_week(rules, worker, monday, week)
        yield from _fortnights(problem, worker, days)


def _hours_in_row(
    problem: Problem, rules: RuleSet, worker: Worker, monday: date, days: tuple[WorkDay, ...]
) -> Iterator[Violation]:
    owed, week = rules.get("WEEKLY_REST", "hours_in_row"), week_interval(problem, monday)
    if owed is None:
        return
    free = [rest for rest in free_stretches(Interval(day.start, day.end) for day in days) if rest.overlap(week)]
    in_week = [rest.length for rest in free if rest.overlap(week) >= problem.horizon.ticks(REST_DAY_MIN)]
    # Where no rest has a day of its own in the week, the longest piece inside it tells best how far off it is.
    longest = max(in_week or [rest.overlap(week) for rest in free], default=0)
    if not in_week or longest < ticks_of(problem, owed):
        met = {"rest_min": minutes_of(problem, longest), "limit_min": limit_min(owed)}
        yield broken(owed, worker, week_name(monday), "hours", **met)


def _days_of_week(rules: RuleSet, worker: Worker, monday: date, week: tuple[WorkDay, ...]) -> Iterator[Violation]:
    owed = rules.get("WEEKLY_REST", "rest_days_per_week")
    if owed is not None and 7 - len(week) < owed.value:
        yield broken(owed, worker, week_name(monday), "week_days", days=7 - len(week), limit=owed.value)


def _fortnights(problem: Problem, worker: Worker, days: tuple[WorkDay, ...]) -> Iterator[Violation]:
    hosts_by_date = {day.day: day for day in days}
    anchors = {_anchor(problem.rules_for(worker, hosts_met(week))) for week in by_week(days).values()}
    for anchor in sorted(anchors):
        for first in sorted({fortnight_of(day.day, anchor) for day in days if day.planned}):
            dates = [day for day in (first + offset * DAY for offset in range(FORTNIGHT)) if fortnight_of(day, anchor) == first]
            known = [hosts_by_date[day] for day in dates if day in hosts_by_date]
            rules = problem.rules_for(worker, hosts_met(known))
            if _anchor(rules) == anchor:
                yield from _fortnight(problem, rules, worker, dates, days)


def _fortnight(
    problem: Problem, rules: RuleSet, worker: Worker, dates: list[date], days: tuple[WorkDay, ...]
) -> Iterator[Violation]:
    where, duty = f"{week_name(dates[0])}/{week_name(dates[-1])}", {day.day for day in days}
    rest = [day for day in dates if day not in duty]
    in_row = max((len(run) for run in runs(rest)), default=0)
    worked = worked_dates(problem, worker, days)
    # Sundays that history alone has taken are nobody's fault now: the plan answers for those it reaches into.
    planned = frozenset[date]().union(*(service_dates(problem, day) | {day.day} for day in days if day.planned))
    has_say = any(day.isoweekday() == 7 and day in planned for day in dates)
    sundays = sum(day.isoweekday() == 7 and day not in worked for day in rest)
    # Teams of volunteers for weekends follow SUNDAY_RHYTHM's own rhythm instead of a free Sunday each fortnight.
    volunteer = worker.contract.sunday_agreed and rules.get("SUNDAY_RHYTHM", "volunteers_max_in_row") is not None
    for name, detail, met in (
        ("rest_days_per_fortnight", "fortnight_days", len(rest)),
        ("rest_days_in_row", "in_row", in_row),
        ("sundays_per_fortnight", "sunday", sundays),
    ):
        owed = rules.get("WEEKLY_REST", name)
        if owed is None or (detail == "sunday" and (volunteer or not has_say)):
            continue
        least = _share(owed, dates)
        if met < least:
            yield broken(owed, worker, where, detail, days=met, limit=least)


def _share(owed: RuleValue, dates: list[date]) -> int:
    """What the text wants of those dates: a week 53 stands alone, and owes half of a fortnight's days, rounded down."""
    return owed.value * len(dates) // FORTNIGHT


def _anchor(rules: RuleSet) -> int:
    anchor = rules.get("WEEKLY_REST", "anchor")
    return 1 if anchor is None else anchor.value
