"""Notice: how long before a visit its worker is told, and the instant at which a number of days of notice is
up.

A notice of n days that begins at an instant is up at the same wall clock time n days later; of n working
days, n days later of those that are neither Saturday, Sunday nor public holiday. Nights when the clocks
change make no notice shorter.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from brigade.texts.rule_sets import RuleValue
from brigade.units import Horizon, Ticks
from brigade.values.calendar import is_public_holiday
from brigade.values.demand import Visit
from brigade.values.problem import Problem
from brigade.values.problem_parts import Request

SATURDAY = 6
"""By `isoweekday`; Sunday is 7."""


def told_at(problem: Problem, request: Request) -> Ticks:
    """From when notice counts: the moment the plan is made, or the absence became known if that is later."""
    return max(problem.now, request.known_at) if request.absence else problem.now


def is_given(problem: Problem, visit: Visit, told: Ticks, start: Ticks, needed: RuleValue) -> bool:
    """Whether a visit that begins at `start` has its notice when it is told of at `told`; the exact instant
    is in time."""
    return start >= end_of_notice(problem, visit, told, needed)


def end_of_notice(problem: Problem, visit: Visit, told: Ticks, needed: RuleValue) -> Ticks:
    """`needed` is in days (calendar days) or working_days, by the holidays where the visit takes place.

    Raises: ValueError for another unit.
    """
    if needed.unit == "days":
        return _after_days(problem.horizon, told, needed.value)
    if needed.unit == "working_days":
        return _after_days(problem.horizon, told, needed.value, problem.department_at(visit))
    raise ValueError(f"{needed.rule}.{needed.name} counts in {needed.unit}, neither days nor working_days")


@lru_cache(maxsize=4096)
def _after_days(horizon: Horizon, told: Ticks, count: int, department: str | None = None) -> Ticks:
    """Asked alike of everybody who might be sent. `department`: working days by its holidays; None: all
    days."""
    local = horizon.instant(told)
    if department is None:
        day = local.date() + timedelta(days=count)
    else:
        day = _after_working_days(department, local.date(), count)
    # On the wall clock, as a text counts days: 24-hour steps would move the hour when the clocks change.
    return horizon.tick(datetime.combine(day, local.time(), horizon.zone))


def _after_working_days(department: str, day: date, count: int) -> date:
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day, department)
    return day


def is_working_day(day: date, department: str) -> bool:
    """Monday to Friday but public holidays: "jours ouvrés"."""
    return day.isoweekday() < SATURDAY and not is_public_holiday(day, department)
