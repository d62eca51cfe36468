"""The public sets on the product's own model: instance -> Problem, plan -> the set's own solution. No special
solver.

One module a family, each with `problem_of(instance)`, `solution_of(instance, problem, plan)` and
`objective(instance, plan, costs)`: what the plan's own costs say in the set's formula, which the set's
evaluator, sharing nothing with it, must confirm.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol, cast

from brigade.judging.objective import CostBreakdown
from brigade.values.plan import Plan
from brigade.values.problem import Problem
from scenarios.bench.mapping.base import Unmapped
from scenarios.bench.sets import Family

__all__ = ["SetMapping", "Unmapped", "mapping_of"]


class SetMapping(Protocol):
    """What each module of a family offers; instances and solutions are those of `scenarios.bench.sets`."""

    def problem_of(self, instance: Any) -> Problem: ...

    def solution_of(self, instance: Any, problem: Problem, plan: Plan) -> Any: ...

    def objective(self, instance: Any, plan: Plan, costs: CostBreakdown) -> float: ...


def mapping_of(family: Family) -> SetMapping:
    return cast(SetMapping, import_module(f"{__name__}.{family}"))
