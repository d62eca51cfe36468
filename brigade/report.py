"""What one plan says in figures: named values with their unit, so that JSON, CSV and HTML show the same ones.

An indicator may speak of a part (`of`): a priority, a provider, a worker, a funding line; without it, of the whole plan.
What needs several plans over time (time to fill, forecast) is not told by one plan and is not here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from brigade import checker, figures
from brigade.places import TravelMode
from brigade.plan import Plan, Violation
from brigade.problem import Problem


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Figures of `data/indicators.toml`. `co2_g_per_km`: grams of CO2-equivalent by mode."""

    co2_g_per_km: Mapping[TravelMode, int]
    stale_after_hours: int = 24
    short_notice_hours: int = 96


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure. `unit`: count, points, share (0 to 1), min, metres, cents, g, hours, coefficient (0 to 1)."""

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
    assumptions: Assumptions | None = None,
) -> Indicators:
    """Every figure of `plan`.

    Args: violations: what the checker found, if it was asked already. assumptions: those shipped, unless given.
    Raises: InvalidPlan when the plan does not speak of the problem.
    """
    found = checker.check(problem, plan) if violations is None else violations
    given = assumptions or shipped_assumptions()
    return Indicators(tuple(_all(problem, plan, found, given)))


def _all(problem: Problem, plan: Plan, found: Iterable[Violation], given: Assumptions) -> Iterator[Indicator]:
    rows = [
        *figures.coverage(problem, plan),
        *figures.equity(problem, plan),
        *figures.travel(problem, plan, given.co2_g_per_km),
        *figures.quality(problem, plan),
        *figures.associations(problem, plan),
        *figures.money(problem, plan),
        *figures.workers(problem, plan, given.short_notice_hours),
        *figures.compensating_rest(problem, plan),
        *figures.audit(problem, plan, found, given.stale_after_hours),
    ]
    for name, value, unit, of in rows:
        yield Indicator(name, value, unit, of)


def parse_assumptions(text: str) -> Assumptions:
    """Read the TOML form of `data/indicators.toml`. Raises: KeyError when a figure misses."""
    data = tomllib.loads(text)
    return Assumptions(
        {mode: data["co2_g_per_km"][mode]["value"] for mode in TravelMode},
        data["stale_feed"]["after_hours"]["value"],
        data["short_notice"]["below_hours"]["value"],
    )


@cache
def shipped_assumptions() -> Assumptions:
    return parse_assumptions(files("brigade").joinpath("data/indicators.toml").read_text("utf-8"))
