"""PERSONAL_LIMIT: one person's own limits, over all employers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.timing.tour import wall_band
from brigade.units import Ticks
from brigade.values.calendar import is_public_holiday
from brigade.values.workforce import Contract, Worker, WorkingTimeMode
from solver.kernel.arrays import OWN_WORK, SPAN, TOTAL_DATES, TOTAL_WORK, WORK
from solver.primitives.builder import constant

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("PERSONAL_LIMIT",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        limits = worker.limits
        builder.day_limit(worker, WORK, constant(limits.max_daily_work))
        builder.day_limit(worker, OWN_WORK, constant(_shorter_day(builder, worker)))
        builder.day_limit(worker, SPAN, constant(limits.max_span))
        builder.rest_between_days(worker, constant(limits.daily_rest))
        for days in builder.weeks(worker):
            builder.total(worker, TOTAL_WORK, days, constant(limits.max_week_work))
        for days in builder.weeks_touched(worker):
            builder.total(worker, TOTAL_DATES, days, constant(limits.max_days_per_week))
            builder.free_days_within(worker, days[0], days[-1], constant(limits.rest_days_in_row))
        for text in limits.no_work_bands:
            for band in builder.horizon.bands(*wall_band(text)):
                # A band may be worked around in a tour, a Sunday may not: the one blocks time, the other
                # forbids the pair.
                builder.block(worker, band)
        for row in builder.tours_of(worker):
            if limits.no_sundays:
                builder.forbid(
                    row, [v for v in range(len(builder.requests)) if _may_be_sunday(builder, row, v)]
                )
            if limits.no_holidays:
                builder.forbid(
                    row, [v for v in range(len(builder.requests)) if _may_be_holiday(builder, row, v)]
                )


def _shorter_day(builder: ModelBuilder, worker: Worker) -> Ticks | None:
    """The contract's day less the reduction; a contract that names no day has a week, or a full one, to share
    out."""
    reduction, day = worker.limits.daily_reduction, worker.contract.daily
    if reduction is None:
        return None
    rules = builder.problem.rules_for(worker)
    share, full_week = (
        rules.get("SCHEDULED_DAY", "days_per_week"),
        builder.minutes(rules, "SCHEDULED_DAY", "full_time_week"),
    )
    if day is None and share is not None and full_week is not None:
        day = _week(builder, rules, worker.contract, full_week) // share.value
    return None if day is None else max(0, day - reduction)


def _week(builder: ModelBuilder, rules: RuleSet, contract: Contract, full_week: Ticks) -> Ticks:
    """Hours of the contract's week, or its share of a full one by those of its longer period."""
    if contract.weekly is not None or contract.period_hours is None:
        return full_week if contract.weekly is None else contract.weekly
    match contract.working_time_mode:
        case WorkingTimeMode.TWO_WEEKS | WorkingTimeMode.FOUR_WEEKS as weeks:
            return contract.period_hours // (2 if weeks is WorkingTimeMode.TWO_WEEKS else 4)
        case WorkingTimeMode.MONTHLY | WorkingTimeMode.ANNUAL as longer:
            whole = builder.minutes(
                rules, "FULL_TIME", "month" if longer is WorkingTimeMode.MONTHLY else "year"
            )
            week = builder.minutes(rules, "FULL_TIME", "week")
            return full_week if whole is None or week is None else contract.period_hours * week // whole
    return contract.period_hours


def _may_be_sunday(builder: ModelBuilder, tour: int, visit: int) -> bool:
    return any(day.isoweekday() == 7 for day in builder.possible_dates(tour, visit))


def _may_be_holiday(builder: ModelBuilder, tour: int, visit: int) -> bool:
    department = builder.problem.department_at(builder.requests[visit].visit)
    return any(is_public_holiday(day, department) for day in builder.possible_dates(tour, visit))
