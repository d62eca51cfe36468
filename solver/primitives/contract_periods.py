"""Contract periods as the model counts them: the dates a tour can add to, and what is known of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from brigade.timing.duty_days import monday_of
from brigade.units import Ticks
from brigade.values.workforce import Worker
from brigade.worked.contract_hours import ContractPeriod, periods_of
from solver.kernel.arrays import TOTAL_OWN_WORK
from solver.primitives.builder import ModelBuilder
from solver.primitives.rule_readings import Reader


@dataclass(frozen=True, slots=True)
class CountedPeriod:
    """`base`: own hours of the period outside the horizon; `dates`: those of the horizon in it."""

    period: ContractPeriod
    dates: tuple[date, ...]
    base: Ticks


def counted_periods(builder: ModelBuilder, worker: Worker) -> Iterator[CountedPeriod]:
    """The contract's periods that the worker's tours can add hours to."""
    horizon = builder.horizon
    tours = (builder.tours[row].day for row in builder.tours_of(worker))
    for period in periods_of(builder.problem, worker, tours):
        inside = tuple(day for day in horizon.dates if period.first <= day <= period.last)
        base = _before(builder, worker, period) if period.first < horizon.first_day else 0
        if period.last > horizon.dates[-1]:
            base += worker.counters.period_promised or 0
        yield CountedPeriod(period, inside, base)


def _before(builder: ModelBuilder, worker: Worker, period: ContractPeriod) -> Ticks:
    """Told for the period, or added up: whole ISO weeks by their sums, other days one by one."""
    counters, this_week = worker.counters, monday_of(builder.horizon.first_day)
    if counters.period_work is not None:
        return counters.period_work
    total, summed = 0, set()
    for back in range(1, len(counters.week_work) + 1):
        monday = this_week - timedelta(weeks=back)
        if period.first <= monday and monday + timedelta(days=6) <= period.last:
            total += counters.week_work[-back]
            summed.add(monday)
    for past in counters.days:
        if period.first <= past.day <= period.last and monday_of(past.day) not in summed:
            total += past.work
    return total


def total_of(
    builder: ModelBuilder, worker: Worker, counted: CountedPeriod, at_most: Reader, price: int = 0
) -> None:
    """Own work of the period, all of it, stays within `at_most`, or costs the price beyond."""
    builder.total(worker, TOTAL_OWN_WORK, counted.dates, at_most, base=counted.base, price=price)
