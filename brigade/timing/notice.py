"""Notice: how long before a visit its worker is told, and the instant at which a number of days of notice is
up.

A notice of n days that begins at an instant is up at the same wall clock time n days later; of n working
days, n days later of those that are neither Saturday, Sunday nor public holiday. Nights when the clocks
change make no notice shorter.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from brigade.texts.rule_sets import RuleSet, RuleValue
from brigade.units import Horizon, Ticks
from brigade.values.calendar import is_public_holiday
from brigade.values.demand import ActClass, Visit
from brigade.values.problem import Problem
from brigade.values.problem_parts import Request
from brigade.values.workforce import Worker

SATURDAY = 6
"""By `isoweekday`; Sunday is 7."""


def told_at(problem: Problem, request: Request) -> Ticks:
    """From when notice counts: the moment the plan is made, or the absence became known if that is later; of
    a work block since it was announced, if that is earlier."""
    attendance = request.visit.attendance
    if attendance is not None:
        announced = attendance.block.announced_at
        return problem.now if announced is None else min(problem.now, announced)
    return max(problem.now, request.known_at) if request.absence else problem.now


def urgent_cause(text: RuleSet, request: Request) -> RuleValue | None:
    """The value by which `text` recognises the cause that was said; None: none was, or none that the text
    lists."""
    value = None if request.cause is None else text.get("URGENT_CAUSES", request.cause.value)
    return value if value is not None and value.value else None


def is_urgent(problem: Problem, worker: Worker, request: Request) -> bool:
    """Whether every text that lists causes of urgency lists this one and, where it asks for an essential act,
    the visit is one."""
    texts = problem.texts_for(worker, problem.hosts_at(request.visit))
    known = [text for text in texts if "URGENT_CAUSES" in text.rules()]
    # `all` of no text is true: where no text knows urgencies, nothing is one.
    return bool(known) and all(_recognises(text, request) for text in known)


def _recognises(text: RuleSet, request: Request) -> bool:
    essential = text.get("URGENT_CAUSES", "essential_required")
    needs_essential = essential is not None and bool(essential.value)
    is_essential = request.visit.act_class is ActClass.ESSENTIAL
    return urgent_cause(text, request) is not None and (is_essential or not needs_essential)


def soonest_start(problem: Problem, worker: Worker, request: Request) -> Ticks | None:
    """The end of all notice that is owed to the worker; None where none is owed, and for an urgency."""
    rules = problem.rules_for(worker, problem.hosts_at(request.visit))
    owed = (rules.get("SCHEDULE_NOTICE", name) for name in ("days", "working_days"))
    told = told_at(problem, request)
    ends = [end_of_notice(problem, request.visit, told, value) for value in owed if value is not None]
    return max(ends) if ends and not is_urgent(problem, worker, request) else None


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
