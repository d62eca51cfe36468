"""The shifts of an on-call rota, and which of them a person may not take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

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


@dataclass(frozen=True, slots=True)
class ShiftObstacle:
    """What keeps somebody from a shift, as its fault says it."""

    words: str
    values: Mapping[str, Any]


def shifts_of(problem: Problem, asked: RotaRequest) -> tuple[Shift, ...]:
    return tuple(_shifts(problem, asked))


def _shifts(problem: Problem, asked: RotaRequest) -> Iterator[Shift]:
    at, department = problem.horizon.at, problem.basin.department
    for day in (asked.first + n * DAY for n in range((asked.last - asked.first).days + 1)):
        is_weekend = day.isoweekday() == SATURDAY or is_sunday_or_holiday(day, department)
        own = asked.weekend if is_weekend and asked.weekend is not None else asked.evening
        hours = Interval(at(day, own.start), at(day if own.start < own.end else day + DAY, own.end))
        yield Shift(day, hours, is_weekend, halves_of(problem, hours))


def halves_of(problem: Problem, hours: Interval) -> int:
    """Started halves of a day on call."""
    # Rounded: a night in which the clock changes is no longer duty by the text.
    return max(1, round(problem.horizon.minutes(hours.length) / HALF_DAY_MIN))


def known_halves(problem: Problem, worker: Worker, month: tuple[int, int]) -> int:
    """Of the month, what the person has already."""
    begins = ((problem.horizon.day_of(one.start), one) for one in worker.on_call)
    return sum(halves_of(problem, one) for day, one in begins if (day.year, day.month) == month)


def may_take(problem: Problem, worker: Worker, shift: Shift) -> bool:
    """Whether nothing stands between this person and the shift."""
    return next(obstacles(problem, worker, shift), None) is None


def obstacles(problem: Problem, worker: Worker, shift: Shift) -> Iterator[ShiftObstacle]:
    """Leave, other work, other hours on call, the contract's unavailability and a worked Sunday or holiday
    before, each by the words of its fault."""
    dates = touched_dates(problem, shift.hours.start, shift.hours.end)
    for one in worker.leave:
        if one.first <= dates[-1] and dates[0] <= one.last:
            yield ShiftObstacle("rota_on_leave", {"first": one.first, "last": one.last})
    for name, taken in (("rota_at_work", worker.other_work), ("rota_on_call", worker.on_call)):
        at = problem.horizon.instant
        for hours in taken:
            if shift.hours.overlap(hours):
                yield ShiftObstacle(name, {"start": at(hours.start), "end": at(hours.end)})
    department = problem.basin.department
    if any(stretches(problem, worker.contract, department, shift.hours)):
        yield ShiftObstacle("rota_unavailable", {"day": shift.day})
    after = problem.rules_for(worker).get("ON_CALL", "none_after_worked")
    if after is None or not after.value:
        return
    worked = _worked(problem, worker)
    for day in dates:
        before = previous_reserved(day, department) if is_sunday_or_holiday(day, department) else None
        if before in worked:
            yield ShiftObstacle("rota_after_worked", {"day": day, "before": before, "article": after.article})


def _worked(problem: Problem, worker: Worker) -> set[date]:
    """Sundays and holidays known to be worked: told of, and those of work elsewhere."""
    found = set(worker.counters.sundays_worked | worker.counters.holidays_worked)
    for one in worker.other_work:
        found.update(touched_dates(problem, one.start, one.end))
    return found
