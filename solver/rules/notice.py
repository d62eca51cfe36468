"""SCHEDULE_NOTICE, only where the policy asks it: nothing inside the notice period that is not urgent.

A visit whose windows lie partly inside the period is kept off whole: the plan never counts on a start that is
too soon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.law.marking import urgent_cause
from brigade.law.notice import end_of_notice, told_at
from brigade.texts.rule_sets import RuleSet
from brigade.values.demand import ActClass
from brigade.values.problem_parts import Request
from brigade.values.workforce import Worker

if TYPE_CHECKING:
    from solver.primitives.builder import ModelBuilder

CODES = ("SCHEDULE_NOTICE",)


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    if not problem.policy.only_urgent_inside_notice:
        return
    for row, tour in enumerate(builder.tours):
        builder.forbid(
            row, (v for v, request in enumerate(builder.requests) if _too_soon(builder, tour.worker, request))
        )


def _too_soon(builder: ModelBuilder, worker: Worker, request: Request) -> bool:
    problem = builder.problem
    rules = builder.rules_at(worker, builder.host_class[problem.provider_of(request.visit).id])
    # Windows are in order of time: the first one says how soon the visit may begin.
    told, soonest = told_at(problem, request), request.visit.windows[0].earliest
    texts = problem.texts_for(worker, [problem.provider_of(request.visit).id])
    speaking = [text for text in texts if "URGENT_CAUSES" in text.rules()]
    if speaking and not any(_refuses(text, request) for text in speaking):
        return False
    owed = (rules.get("SCHEDULE_NOTICE", name) for name in ("days", "working_days"))
    return any(
        value is not None and soonest < end_of_notice(problem, request.visit, told, value) for value in owed
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
