"""What is proven of a plan, in the words of the report."""

from __future__ import annotations

from brigade.judging.coverage_levels import least_by_level
from brigade.judging.objective import CostBreakdown
from brigade.values.plan import Plan, Proof
from brigade.values.policy import CoverageMode
from brigade.values.problem import Problem
from solver.engines.portfolio import Solution


def proof_of(problem: Problem, plan: Plan, costs: CostBreakdown, solution: Solution) -> Proof:
    """Objective and bound in cost units, coverage in points; the plan's own cost is the plain breakdown's.
    The bound of the day
    entire comes as a double: its rounding may not pass the plan."""
    bound = costs.total if solution.is_optimal else min(solution.bound, costs.total)
    comes_first = problem.policy.mode is CoverageMode.LEXICOGRAPHIC
    return Proof(
        costs.total,
        bound,
        costs.points,
        solution.coverage_bound,
        solution.relaxed,
        uncovered=costs.uncovered,
        least_uncovered=least_by_level(problem, bound) if comes_first else (),
        soft=costs.soft,
        soft_bound=min(costs.soft, max(0, bound - costs.coverage)),
    )
