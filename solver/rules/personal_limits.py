"""PERSONAL_LIMIT: one person's own limits, over all employers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.tour import wall_band
from solver.arrays import SPAN, TOTAL_DAYS, TOTAL_WORK, WORK
from solver.builder import constant

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("PERSONAL_LIMIT",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        limits = worker.limits
        builder.day_limit(worker, WORK, constant(limits.max_daily_work))
        builder.day_limit(worker, SPAN, constant(limits.max_span))
        builder.rest_between_days(worker, constant(limits.daily_rest))
        for days in builder.weeks(worker):
            builder.total(worker, TOTAL_WORK, days, constant(limits.max_week_work))
            builder.total(worker, TOTAL_DAYS, days, constant(limits.max_days_per_week))
        for text in limits.no_work_bands:
            for band in builder.horizon.bands(*wall_band(text)):
                builder.block(worker, band)
        if limits.no_sundays:
            for row in builder.tours_of(worker):
                builder.forbid(row, [v for v in range(len(builder.requests)) if _may_be_sunday(builder, row, v)])


def _may_be_sunday(builder: ModelBuilder, tour: int, visit: int) -> bool:
    return any(day.isoweekday() == 7 for day in builder.possible_dates(tour, visit))
