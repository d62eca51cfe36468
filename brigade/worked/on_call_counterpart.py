"""What being on call is owed, by the employer's text: points for 24 hours, more of them at night and on
Sundays and public holidays (BAD III.19), or compensating rest (SAP II.2.k). Calls are paid as work beside
it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brigade.timing.duty_days import ticks_of, touched_dates, wall_time
from brigade.timing.free_time import DAY
from brigade.units import Interval
from brigade.values.calendar import is_sunday_or_holiday
from brigade.values.problem import Problem
from brigade.values.workforce import Worker

DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class OnCallCounterpart:
    """`hours`: on call. `points`: to the hundredth, None: the text gives none; `rest_min` likewise."""

    hours: float
    points: float | None
    rest_min: int | None


def counterpart(problem: Problem, worker: Worker, periods: Iterable[Interval]) -> OnCallCounterpart:
    """Each period in proportion to 24 hours; nights, Sundays and holidays at the dearer rate."""
    rules, horizon = problem.rules_for(worker), problem.horizon
    whole = dear = 0
    for period in periods:
        whole += period.length
        for day in touched_dates(problem, period.start, period.end):
            part = _inside(period, horizon.day(day))
            if is_sunday_or_holiday(day, problem.basin.department):
                dear += part.length
            else:
                dear += _night(problem, worker, part)
    plain, dearer, rest = (
        rules.get("ON_CALL", name) for name in ("day_points", "reserved_day_points", "day_rest")
    )
    unit = horizon.ticks(DAY_MIN)
    points = None
    if plain is not None:
        raised = plain.value if dearer is None else dearer.value
        points = round((plain.value * (whole - dear) + raised * dear) / unit, 2)
    rest_min = None if rest is None else int(horizon.minutes(ticks_of(problem, rest) * whole // unit))
    return OnCallCounterpart(round(horizon.minutes(whole) / 60, 2), points, rest_min)


def _inside(period: Interval, day: Interval) -> Interval:
    return Interval(max(period.start, day.start), min(period.end, day.end))


def _night(problem: Problem, worker: Worker, part: Interval) -> int:
    """Of a stretch within one date, what lies in the text's night."""
    rules, at = problem.rules_for(worker), problem.horizon.at
    first, last = rules.get("NIGHT_WINDOW", "from"), rules.get("NIGHT_WINDOW", "to")
    if first is None or last is None:
        return 0
    day = problem.day_of(part.start)
    dusk, dawn = wall_time(first.value), wall_time(last.value)
    bands = (Interval(at(one, dusk), at(one + DAY, dawn)) for one in (day - DAY, day))
    return sum(part.overlap(band) for band in bands)
