"""On call: the hours in which nothing is planned for who is on call, or has just been called out (BAD V.21 to
V.23, CT L3121-9, L3121-10).

On call is no work. A call is, with both its ways, and the daily rest begins anew when it is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

from brigade.timing.duty_days import ticks_of, touched_dates
from brigade.units import Interval
from brigade.values.calendar import is_sunday_or_holiday
from brigade.values.demand import Visit
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

ON_CALL = "ON_CALL"


def closed_hours(problem: Problem, worker: Worker, visit: Visit) -> Iterator[tuple[str, Interval]]:
    """The hours in which this worker does not serve the visit, each with the detail of the rule that says
    so."""
    if ON_CALL in problem.rule_sets_off or not (worker.on_call or worker.calls):
        return
    rules = problem.rules_for(worker, problem.hosts_at(visit))
    yield from (("hours", period) for period in worker.on_call)
    resets, rest = rules.get(ON_CALL, "call_resets_rest"), rules.get("DAILY_REST")
    if resets is not None and resets.value and rest is not None:
        for call in worker.calls:
            yield "rest", Interval(call.start, call.end + ticks_of(problem, rest))
    after = rules.get(ON_CALL, "none_after_worked")
    if after is not None and after.value:
        department = problem.department_at(visit)
        end = visit.windows[-1].hard_latest + visit.service_by(worker.id)
        for day in touched_dates(problem, visit.windows[0].earliest, end):
            if is_before_on_call(problem, worker, day, department):
                yield "reserved", problem.horizon.day(day)


def is_before_on_call(problem: Problem, worker: Worker, day: date, department: str) -> bool:
    """Whether `day` is a Sunday or public holiday, and the person is on call on the next one."""
    if not is_sunday_or_holiday(day, department):
        return False
    following = next_reserved(day, department)
    return any(following in touched_dates(problem, one.start, one.end) for one in worker.on_call)


def next_reserved(day: date, department: str) -> date:
    """The first Sunday or public holiday after it."""
    later = (date.fromordinal(day.toordinal() + n) for n in count(1))
    return next(one for one in later if is_sunday_or_holiday(one, department))


def previous_reserved(day: date, department: str) -> date:
    """The last Sunday or public holiday before it."""
    earlier = (date.fromordinal(day.toordinal() - n) for n in count(1))
    return next(one for one in earlier if is_sunday_or_holiday(one, department))
