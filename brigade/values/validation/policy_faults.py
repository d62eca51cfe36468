"""What the basin wants: weights and points that make sense, rules switched off that exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from brigade.errors import Clause, Issue
from brigade.values.policy import DEFAULT_POINTS
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import negative, unknown

LARGEST = 10**9
"""Beyond it the total cost of a plan could leave 64 bits."""


def issues(problem: ProblemParts) -> Iterator[Issue]:
    policy = problem.policy
    weights = asdict(policy.weights)
    yield from negative("P405", "policy.weights", **weights)
    yield from negative("P405", "policy", units_per_point=policy.units_per_point)
    for name, value in {**weights, "units_per_point": policy.units_per_point}.items():
        if value > LARGEST:
            yield Issue("P405", f"policy.{name}", "above_limit", {"met": str(value), "most": LARGEST})
    if set(policy.points) != set(DEFAULT_POINTS):
        levels = [str(level) for level in sorted(policy.points)] or Clause("no_level")
        yield Issue("P406", "policy.points", "points_of_levels", {"levels": levels})
    for level, points in policy.points.items():
        if not 0 <= points <= LARGEST:
            yield Issue(
                "P406", f"policy.points.{level}", "points_out_of_range", {"met": str(points), "most": LARGEST}
            )
    heads = problem.labour.heads
    yield from unknown("P404", "policy.rules_off", problem.rule_sets_off, heads, "rule")
