"""SCHEDULE_NOTICE, only where the policy asks it: nothing inside the notice period that is not urgent.

A visit whose windows lie partly inside the period begins after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from brigade.texts.rule_sets import RuleSet
from brigade.timing.notice import end_of_notice, told_at, urgent_cause
from brigade.units import Interval, Ticks
from brigade.values.demand import ActClass
from brigade.values.problem_parts import Request
from brigade.values.workforce import Worker
from solver.kernel.arrays import FAR

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("SCHEDULE_NOTICE",)


def contribute(builder: ModelBuilder) -> None:
    if not builder.problem.policy.only_urgent_inside_notice:
        return
    for worker in builder.problem.workers:
        builder.keep_off(worker, dict(_inside_notice(builder, worker)))


def _inside_notice(builder: ModelBuilder, worker: Worker) -> Iterator[tuple[int, tuple[Interval]]]:
    """The time until the end of the notice, by each visit that could begin before it."""
    for row in range(len(builder.requests)):
        end = _end_of_notice(builder, worker, row)
        if end is not None and end > builder.windows_of(row)[0][0]:
            yield row, (Interval(-FAR, end),)


def _end_of_notice(builder: ModelBuilder, worker: Worker, row: int) -> Ticks | None:
    """When all notice owed to the worker is over; None for an urgency, and where none is owed."""
    problem, request = builder.problem, builder.requests[row]
    rules = builder.rules_at(worker, builder.host_class_of(row))
    texts = problem.texts_for(worker, problem.hosts_at(request.visit))
    speaking = [text for text in texts if "URGENT_CAUSES" in text.rules()]
    if speaking and not any(_refuses(text, request) for text in speaking):
        return None
    owed = (rules.get("SCHEDULE_NOTICE", name) for name in ("days", "working_days"))
    told = told_at(problem, request)
    return max(
        (end_of_notice(problem, request.visit, told, value) for value in owed if value is not None),
        default=None,
    )


def _refuses(text: RuleSet, request: Request) -> bool:
    """Whether this text takes the request for no urgency."""
    asks_essential = text.get("URGENT_CAUSES", "essential_required")
    is_too_little = (
        asks_essential is not None
        and asks_essential.value
        and request.visit.act_class is not ActClass.ESSENTIAL
    )
    return bool(is_too_little) or urgent_cause(text, request) is None
