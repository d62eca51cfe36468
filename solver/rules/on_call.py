"""ON_CALL: hours on call and the rest after a call are blocked; so are Sundays and holidays before one on
call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.timing.duty_days import touched_dates
from brigade.timing.on_call import previous_reserved
from brigade.units import Interval
from brigade.values.calendar import is_sunday_or_holiday
from brigade.values.workforce import Worker

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("ON_CALL",)
RULE = CODES[0]


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        for period in worker.on_call:
            builder.block(worker, period)
        if worker.on_call or worker.calls:
            hours = {
                row: found for row in range(len(builder.requests)) if (found := _of(builder, worker, row))
            }
            builder.keep_off(worker, hours)


def _of(builder: ModelBuilder, worker: Worker, row: int) -> tuple[Interval, ...]:
    """What the texts at the visit's host keep free of it."""
    rules = builder.rules_at(worker, builder.host_class_of(row))
    rest = builder.minutes(rules, "DAILY_REST") if builder.count(rules, RULE, "call_resets_rest") else None
    after = [] if rest is None else [Interval(call.start, call.end + rest) for call in worker.calls]
    before = _days_before(builder, worker, row) if builder.count(rules, RULE, "none_after_worked") else ()
    return (*after, *before)


def _days_before(builder: ModelBuilder, worker: Worker, row: int) -> tuple[Interval, ...]:
    """The Sundays and holidays of the visit's place of which the next one is on call."""
    department = builder.problem.department_at(builder.requests[row].visit)
    on_call = {
        day
        for one in worker.on_call
        for day in touched_dates(builder.problem, one.start, one.end)
        if is_sunday_or_holiday(day, department)
    }
    return builder.hours_on(row, {previous_reserved(one, department) for one in on_call})
