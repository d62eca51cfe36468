"""One file for each planning rule: `CODES`, and `check(problem, plan)` that yields every violation of them.

The registry finds the files by name, in name order, and importing it reads none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem


class Rule(Protocol):
    """What every module of this package offers."""

    CODES: tuple[str, ...]

    def check(self, problem: Problem, plan: Plan) -> Iterator[Violation]: ...


def names() -> tuple[str, ...]:
    """Module names of all rules, in the order in which they are checked."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


@cache
def all_rules() -> tuple[tuple[str, Rule], ...]:
    """(module name, module) of every rule."""
    return tuple((name, cast(Rule, import_module(f"{__name__}.{name}"))) for name in names())


def codes() -> frozenset[str]:
    """Every code that a check may report."""
    return frozenset(code for _, rule in all_rules() for code in rule.CODES)
