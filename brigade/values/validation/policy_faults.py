"""What the basin wants: weights and points that make sense, rules switched off that exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from brigade.errors import Clause, Issue
from brigade.values.policy import DEFAULT_POINTS, Reserve
from brigade.values.problem_parts import ProblemParts
from brigade.values.validation.checks import negative, unknown

LARGEST = 10**9
"""Beyond it the total cost of a plan could leave 64 bits."""


MOST_LEAD_MIN, MOST_WEIGHT, MOST_SHARE = 24 * 60, 10_000, 1000
"""Of a reserve's figures: beyond, something else was meant."""


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
    if policy.reserve is not None:
        yield from _reserve(policy.reserve)


def _reserve(reserve: Reserve) -> Iterator[Issue]:
    """Rates that are no rates: each is told, not the first alone."""
    where = "policy.reserve"
    for name, met, most in (
        ("absences_per_1000", reserve.absences_per_1000, 1000),
        ("lead_min", reserve.lead_min, MOST_LEAD_MIN),
        *((f"by_hour[{hour}]", weight, MOST_WEIGHT) for hour, weight in enumerate(reserve.by_hour)),
        *((f"by_month[{month}]", share, MOST_SHARE) for month, share in enumerate(reserve.by_month)),
    ):
        if not 0 <= met <= most:
            yield Issue("P411", f"{where}.{name}", "reserve_out_of_range", {"met": str(met), "most": most})
    for name, values, asked in (("by_hour", reserve.by_hour, 24), ("by_month", reserve.by_month, 12)):
        if len(values) != asked:
            yield Issue("P411", f"{where}.{name}", "reserve_of_length", {"met": len(values), "asked": asked})
    if len(reserve.by_hour) == 24 and not any(reserve.by_hour):
        yield Issue("P411", f"{where}.by_hour", "reserve_without_hours", {})
