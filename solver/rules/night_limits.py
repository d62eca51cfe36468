"""NIGHT_LIMITS: the work of a night, nights in a row, the rest after a long one, the mean week of night
workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.worked.night_workers import is_night_worker
from solver.kernel.arrays import NIGHT_WORK

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("NIGHT_LIMITS",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        always = is_night_worker(builder.problem, worker)
        builder.nights(worker, _nights_in_a_row)
        builder.rest_after_night(
            worker,
            lambda rules: builder.minutes(rules, "DAILY_REST"),
            lambda rules: builder.minutes(rules, "NIGHT_LIMITS", "rest_equal_over"),
            lambda rules: builder.minutes(rules, "NIGHT_LIMITS", "rest_equal_over_night"),
            lambda rules: builder.minutes(rules, "NIGHT_LIMITS", "whole_night"),
        )
        builder.day_limit(
            worker, NIGHT_WORK, lambda rules: builder.minutes(rules, "NIGHT_LIMITS", "max_work")
        )
        builder.mean_week(
            worker,
            lambda rules: builder.minutes(rules, "NIGHT_LIMITS", "average_week"),
            lambda rules: rules.get("NIGHT_LIMITS", "average_weeks"),
            nights_only=not always,
        )


def _nights_in_a_row(rules: RuleSet) -> int | None:
    value = rules.get("NIGHT_LIMITS", "max_nights_in_row")
    return None if value is None else value.value
