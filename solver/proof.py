"""What is proven of a plan, in the words of the report."""

from __future__ import annotations

from brigade.objective import CostBreakdown
from brigade.plan import Plan, Proof
from brigade.problem import Problem
from solver.engines.together import Solution


def proof_of(problem: Problem, plan: Plan, costs: CostBreakdown, solution: Solution) -> Proof:
    """Objective and bound in cost units, coverage in points; the plan's own cost is the plain breakdown's. The bound of the day
    entire comes as a double: its rounding may not pass the plan."""
    return Proof(costs.total, min(solution.bound, costs.total), costs.points, solution.coverage_bound, solution.relaxed)
