"""SCHEDULE_NOTICE, only where the policy asks it: nothing inside the notice period that is not urgent.

A visit whose windows lie partly inside the period is kept off whole: the plan never counts on a start that is too soon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brigade.demand import ActClass
from brigade.marking import Case, urgent_cause
from brigade.notice import end_of_notice, told_at
from brigade.problem import Request
from brigade.workforce import Worker

if TYPE_CHECKING:
    from solver.builder import ModelBuilder

CODES = ("SCHEDULE_NOTICE",)


def contribute(builder: ModelBuilder) -> None:
    problem = builder.problem
    if not problem.policy.only_urgent_inside_notice:
        return
    for row, tour in enumerate(builder.tours):
        builder.forbid(row, (v for v, request in enumerate(builder.requests) if _too_soon(builder, tour.worker, request)))


def _too_soon(builder: ModelBuilder, worker: Worker, request: Request) -> bool:
    problem = builder.problem
    rules = builder.rules_at(worker, builder.host_class[problem.provider_of(request.visit).id])
    told, soonest = told_at(problem, request), request.visit.windows[0].earliest
    case = Case(problem, worker, request, rules, told, soonest)
    essential = rules.get("URGENT_CAUSES", "essential_required")
    fits = request.visit.act_class is ActClass.ESSENTIAL or essential is None or not essential.value
    if urgent_cause(case) is not None and fits:
        return False
    owed = (rules.get("SCHEDULE_NOTICE", name) for name in ("days", "working_days"))
    return any(value is not None and soonest < end_of_notice(problem, told, value) for value in owed)
