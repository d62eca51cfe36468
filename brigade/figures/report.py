"""What one plan says in figures: named values with their unit, so that JSON, CSV and HTML show the same ones.

An indicator may speak of a part (`of`): a priority, a provider, a worker, a funding line; without it, of the
whole plan. Each is counted once, in `brigade.figures`, and defined in docs/figures.md. What needs several
plans over time (time to fill, forecast) is not told by one plan and is not here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from brigade.figures import (
    audit_figures,
    coverage_figures,
    lenders,
    money_figures,
    people_figures,
    quality_figures,
    travel_figures,
)
from brigade.figures.counted import CountedPlan, Row
from brigade.figures.definitions import definitions
from brigade.figures.figure_assumptions import FigureAssumptions, parse_assumptions, shipped_assumptions
from brigade.judging import checker
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem

__all__ = [
    "FigureAssumptions",
    "Indicator",
    "Indicators",
    "indicators",
    "parse_assumptions",
    "shipped_assumptions",
    "sums",
]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure. `unit`: count, points, share (0 to 1), min, metres, cents, g, hours, coefficient (0 to
    1)."""

    name: str
    value: int | float
    unit: str
    of: str | None = None

    @property
    def key(self) -> str:
        """The name alone for the whole plan, "name:part" for a part: unique in a plan."""
        return self.name if self.of is None else f"{self.name}:{self.of}"


@dataclass(frozen=True)
class Indicators:
    """All figures of a plan, in a fixed order."""

    values: tuple[Indicator, ...]

    def value(self, name: str, of: str | None = None) -> int | float | None:
        """The figure of that name and part; None when the plan has none, such as a share of nothing."""
        return next((one.value for one in self.values if (one.name, one.of) == (name, of)), None)

    def by_part(self, name: str) -> dict[str, int | float]:
        """The figures of that name by part, the whole left out."""
        return {one.of: one.value for one in self.values if one.name == name and one.of is not None}

    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.name for one in self.values))


def indicators(
    problem: Problem,
    plan: Plan,
    *,
    violations: Sequence[Violation] | None = None,
    assumptions: FigureAssumptions | None = None,
) -> Indicators:
    """Every figure of `plan`.

    Args: violations: what the checker found, if it was asked already. assumptions: those shipped, unless
    given.
    Raises: InvalidPlan when the plan does not speak of the problem.
    """
    found = checker.check(problem, plan) if violations is None else violations
    counted = CountedPlan.of(problem, plan, assumptions or shipped_assumptions())
    return Indicators(tuple(Indicator(*row) for row in _all(counted, found)))


def sums(problem: Problem, plan: Plan, days: Collection[date] | None = None) -> Indicators:
    """Of `plan`, or of some of its days, the figures that add up over days and plans: what a month is made
    of."""
    rows = _counts(CountedPlan.of(problem, plan, shipped_assumptions(), days))
    # Shares and spreads of days do not add up to those of a month: they are made anew from the sums.
    return Indicators(tuple(Indicator(*row) for row in rows if definitions()[row[0]].adds_up))


def _counts(counted: CountedPlan) -> Iterator[Row]:
    """What can be counted of any days of a plan."""
    yield from coverage_figures.coverage(counted)
    yield from coverage_figures.equity(counted)
    yield from coverage_figures.work_blocks(counted)
    yield from coverage_figures.shared_visits(counted)
    yield from travel_figures.travel(counted)
    yield from quality_figures.quality(counted)
    yield from lenders.lenders(counted)
    yield from money_figures.money(counted)
    yield from people_figures.workers(counted)
    yield from people_figures.short_notice(counted)


def _all(counted: CountedPlan, found: Iterable[Violation]) -> Iterator[Row]:
    yield from _counts(counted)
    yield from lenders.alerts(counted)
    yield from money_figures.lines(counted)
    yield from people_figures.extra_hours(counted.problem, counted.plan)
    yield from people_figures.sundays(counted)
    yield from people_figures.compensating_rest(counted.problem, counted.plan)
    yield from audit_figures.audit(counted, found)
