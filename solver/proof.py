"""What is proven of a plan, in the words of the report."""

from __future__ import annotations

from dataclasses import replace

from brigade.judging.coverage_levels import least_by_level, level_weights, most_soft_cost
from brigade.judging.objective import CostBreakdown
from brigade.values.plan import Plan, Proof
from brigade.values.policy import CoverageMode
from brigade.values.problem import Problem
from solver.engines.portfolio import Solution
from solver.model.search_settings import Progress


def proof_of(problem: Problem, plan: Plan, costs: CostBreakdown, solution: Solution) -> Proof:
    """Objective and bound in cost units, coverage in points; the plan's own cost is the plain breakdown's.
    The bound of the day entire comes as a double: its rounding may not pass the plan."""
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


def with_gap(problem: Problem, told: Progress) -> Progress:
    """With what a better plan could still be better by, as `Proof` says it of the last one. Without it where
    nothing is proven yet, or the objective does not tell costs from coverage."""
    if told.bound is None:
        return told
    bound = min(told.bound, told.objective)
    if problem.policy.mode is not CoverageMode.LEXICOGRAPHIC:
        return replace(told, gap=Proof(told.objective, bound, 0, 0).gap)
    uncovered, least = least_by_level(problem, told.objective), least_by_level(problem, bound)
    weights = level_weights(problem)
    coverage = sum(count * weight for count, weight in zip(uncovered, weights, strict=True))
    soft = told.objective - coverage
    if soft > most_soft_cost(problem):
        return told
    proof = Proof(
        told.objective,
        bound,
        0,
        0,
        uncovered=uncovered,
        least_uncovered=least,
        soft=soft,
        soft_bound=min(soft, max(0, bound - coverage)),
    )
    level = proof.open_level
    if level is None:
        return replace(told, gap=proof.gap)
    return replace(told, open_level=level, open_visits=uncovered[level] - least[level])
