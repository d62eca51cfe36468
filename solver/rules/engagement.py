"""ENGAGEMENT: no paper, signed or promised, that covers the provider on that date: not allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.timing.duty_days import engagement_of

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("ENGAGEMENT",)


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    rows: dict[str, list[int]] = {}
    for row, request in enumerate(builder.requests):
        rows.setdefault(problem.provider_of(request.visit).id, []).append(row)
    for row, tour in enumerate(builder.tours):
        for provider, visits in rows.items():
            if engagement_of(tour.worker, provider, tour.day) is None:
                builder.forbid(row, visits)
