"""PERSONAL_LIMIT: one person's own limits, over all employers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.timing.blocked_hours import wall_band
from brigade.units import Interval, Ticks
from brigade.values.calendar import is_public_holiday, is_sunday
from brigade.values.workforce import Contract, Worker, WorkingTimeMode
from solver.kernel.arrays import OWN_WORK, SPAN, TOTAL_DATES, TOTAL_WORK, WORK
from solver.primitives.builder import constant

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("PERSONAL_LIMIT",)


def contribute(builder: ModelBuilder) -> None:
    # Before the loop over workers: which days a visit can reach does not depend on who comes.
    sundays = _hours_off(builder, lambda day, _: is_sunday(day))
    holidays = _hours_off(builder, is_public_holiday)
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
                builder.block(worker, band)
        if limits.no_sundays:
            builder.keep_off(worker, sundays)
        if limits.no_holidays:
            builder.keep_off(worker, holidays)


def _hours_off(builder: ModelBuilder, is_off: Callable[[date, str], bool]) -> dict[int, tuple[Interval, ...]]:
    """The days off in a visit's department, by each visit that could take place on one."""
    found, dates = {}, builder.all_dates()
    for row, request in enumerate(builder.requests):
        department = builder.problem.department_at(request.visit)
        days = [day for day in dates if is_off(day, department)]
        if hours := builder.hours_on(row, days):
            found[row] = hours
    return found


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
