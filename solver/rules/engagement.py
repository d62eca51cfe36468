"""ENGAGEMENT: no paper, signed or promised, that covers the provider on that date: not allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.timing.duty_days import engagement_of

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("ENGAGEMENT",)


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    rows: dict[frozenset[str], list[int]] = {}
    for row, request in enumerate(builder.requests):
        rows.setdefault(problem.hosts_at(request.visit), []).append(row)
    for row, tour in enumerate(builder.tours):
        for hosts, visits in rows.items():
            if any(engagement_of(tour.worker, one, tour.day) is None for one in hosts):
                builder.forbid(row, visits)
