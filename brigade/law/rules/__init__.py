"""One file for each planning rule: `CODES`, `check(problem, plan)` that yields every violation of them,
`SCOPE` (how far it looks) and `AS_OBSTACLE` (how it is told where it stands in the way of a visit).

The registry finds the files by name, in name order, and importing it reads none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Protocol, cast

from brigade.law.rule_traits import UNRANKED, AsObstacle, Scope
from brigade.values.plan import Plan, Violation
from brigade.values.problem import Problem


class Rule(Protocol):
    """What every module of this package offers."""

    CODES: tuple[str, ...]
    SCOPE: Scope
    AS_OBSTACLE: AsObstacle

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


@cache
def names_of(*scopes: Scope) -> frozenset[str]:
    """Module names of the rules of these scopes."""
    return frozenset(name for name, rule in all_rules() if rule.SCOPE in scopes)


@cache
def rule_by_code() -> Mapping[str, Rule]:
    return MappingProxyType({code: rule for _, rule in all_rules() for code in rule.CODES})


def rank_of(code: str | None) -> int:
    """The place of a rule among obstacles; what is no rule's comes last."""
    rule = rule_by_code().get(code or "")
    return UNRANKED if rule is None else rule.AS_OBSTACLE.rank
