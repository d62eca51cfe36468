"""The shifts of an on-call rota, and which of them a person may not take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from brigade.timing.duty_days import touched_dates
from brigade.timing.on_call import previous_reserved
from brigade.units import Interval
from brigade.values.calendar import is_sunday_or_holiday
from brigade.values.problem import Problem
from brigade.values.unavailability import stretches
from brigade.values.workforce import Worker

DAY = timedelta(days=1)
SATURDAY = 6
HALF_DAY_MIN = 12 * 60
"""An on-call duty of 24 h is two of 12 h (BAD V.23)."""


@dataclass(frozen=True, slots=True)
class ShiftHours:
    """From when to when on the wall, on the next day where `end` is no later."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class RotaRequest:
    """The dates `first` to `last`, ends included: an evening on call on each, and longer hours on Saturdays,
    Sundays and public holidays; None: as on other days. `people`: at once. `worker_ids`: who takes part;
    none: everybody."""

    first: date
    last: date
    evening: ShiftHours
    weekend: ShiftHours | None = None
    people: int = 1
    worker_ids: tuple[str, ...] = ()
    limit_s: float = 20.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Shift:
    """`is_weekend`: of a Saturday, a Sunday or a public holiday. `halves`: started halves of a day."""

    day: date
    hours: Interval
    is_weekend: bool
    halves: int


def shifts_of(problem: Problem, asked: RotaRequest) -> tuple[Shift, ...]:
    return tuple(_shifts(problem, asked))


def _shifts(problem: Problem, asked: RotaRequest) -> Iterator[Shift]:
    at, department = problem.horizon.at, problem.basin.department
    for day in (asked.first + n * DAY for n in range((asked.last - asked.first).days + 1)):
        is_weekend = day.isoweekday() == SATURDAY or is_sunday_or_holiday(day, department)
        own = asked.weekend if is_weekend and asked.weekend is not None else asked.evening
        hours = Interval(at(day, own.start), at(day if own.start < own.end else day + DAY, own.end))
        # Rounded: a night in which the clock changes is no longer duty by the text.
        halves = max(1, round(problem.horizon.minutes(hours.length) / HALF_DAY_MIN))
        yield Shift(day, hours, is_weekend, halves)


def may_take(problem: Problem, worker: Worker, shift: Shift) -> bool:
    """Whether leave, other work, other hours on call, the contract's unavailability and a worked Sunday or
    holiday before leave the shift to this person."""
    dates = touched_dates(problem, shift.hours.start, shift.hours.end)
    if any(one.first <= dates[-1] and dates[0] <= one.last for one in worker.leave):
        return False
    if any(shift.hours.overlap(one) for one in (*worker.other_work, *worker.on_call)):
        return False
    department = problem.basin.department
    if any(stretches(problem, worker.contract, department, shift.hours)):
        return False
    after = problem.rules_for(worker).get("ON_CALL", "none_after_worked")
    if after is None or not after.value:
        return True
    worked = _worked(problem, worker)
    reserved = (day for day in dates if is_sunday_or_holiday(day, department))
    return not any(previous_reserved(day, department) in worked for day in reserved)


def _worked(problem: Problem, worker: Worker) -> set[date]:
    """Sundays and holidays known to be worked: told of, and those of work elsewhere."""
    found = set(worker.counters.sundays_worked | worker.counters.holidays_worked)
    for one in worker.other_work:
        found.update(touched_dates(problem, one.start, one.end))
    return found
