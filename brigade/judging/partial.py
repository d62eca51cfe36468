"""Judging a change: when only some workers' tours changed, only their rules are asked again.

Most rules speak of one worker at a time. Those of another scope look across the plan, and are asked about all
of it.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable
from dataclasses import replace

from brigade.judging.checker import breaches
from brigade.law.rule_traits import Scope
from brigade.law.rules import names_of
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem


def excerpt(problem: Problem, worker_ids: Collection[str]) -> Problem:
    """The problem with only these workers to go through. Everything else, lookups included, stays whole: no
    new problem is made, so nothing is validated again."""
    view = copy.copy(problem)
    object.__setattr__(
        view, "workers", tuple(worker for worker in problem.workers if worker.id in worker_ids)
    )
    return view


def own_breaches(problem: Problem, plan: Plan, worker_ids: Collection[str]) -> tuple[Violation, ...]:
    """What the rules about one worker at a time find of these workers."""
    routes = tuple(route for route in plan.routes if route.worker_id in worker_ids)
    return breaches_alone(excerpt(problem, worker_ids), replace(plan, routes=routes))


def breaches_alone(view: Problem, plan: Plan) -> tuple[Violation, ...]:
    """What these rules find of an excerpt and of a plan that holds its workers' tours alone."""
    return breaches(view, plan, names_of(Scope.WORKER))


def whole_breaches(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """What the rules across workers find of the whole plan."""
    return breaches(problem, plan, names_of(Scope.TIED, Scope.PLAN))


def of_workers(found: Iterable[Violation], worker_ids: Collection[str]) -> tuple[Violation, ...]:
    return tuple(one for one in found if one.worker_id in worker_ids)
