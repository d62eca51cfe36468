"""DAILY_REST: the free time between two duty days, history and other work included."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("DAILY_REST",)


def contribute(builder: ModelBuilder) -> None:
    for worker in builder.problem.workers:
        builder.rest_between_days(worker, lambda rules: builder.minutes(rules, "DAILY_REST"))
