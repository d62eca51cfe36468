"""Accords that a company may declare under the shipped texts: of every row that has room for one, to both
sides of its value.

What is drawn is what `brigade.values.validation` lets through; half of the companies declare none, the others
one to four.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from brigade.errors import InvalidProblem
from brigade.texts.accords import Accord
from brigade.texts.labour_code import shipped_labour_code
from brigade.texts.rule_sets import RuleKind, RuleValue
from brigade.units import Horizon
from brigade.values.demand import Provider
from brigade.values.workforce import Employer, EmployerKind

STEPS = {"min": (15, 60, 120), "min_of_day": (60,), "metres": (10_000,), "percent": (5,)}
"""How far beside its value an accord goes, by unit; other units are counted one by one."""
BINDING = frozenset({RuleKind.LIMIT, RuleKind.MEASURE})
PRESETS = frozenset({"MINOR", "PREGNANCY"})
"""They fill forms in, and bind no plan by themselves."""
MADE_FOR = date(2026, 3, 9)
"""The rows of this day are taken for those of all the days that are drawn: the texts do not change between
them."""


@dataclass(frozen=True)
class Choice:
    """One row of an agreement, and the values that a company may put in its place."""

    rule: str
    name: str
    values: tuple[int, ...]

    @property
    def key(self) -> str:
        return f"{self.rule}.{self.name}"


@cache
def choices(agreement: str) -> Mapping[str, tuple[Choice, ...]]:
    """What a company under this agreement may declare of the rules that bind plans, by rule."""
    code, found = shipped_labour_code(), dict[str, list[Choice]]()
    for row in code.on(MADE_FOR).party(agreement).values.values():
        values = tuple(value for value in _beside(row) if _is_allowed(agreement, row, value))
        if code.heads[row.rule].kind in BINDING and row.rule not in PRESETS and values:
            found.setdefault(row.rule, []).append(Choice(row.rule, row.name, values))
    return {rule: tuple(found[rule]) for rule in sorted(found)}


def _beside(row: RuleValue) -> tuple[int, ...]:
    if row.unit in ("flag", "parity"):
        return (1 - row.value,)
    return tuple(
        sorted({row.value + sign * step for step in STEPS.get(row.unit, (1, 2)) for sign in (-1, 1)})
    )


def _is_allowed(agreement: str, row: RuleValue, value: int) -> bool:
    try:
        shipped_labour_code().on(MADE_FOR).party(agreement, {f"{row.rule}.{row.name}": Accord(value)})
    except InvalidProblem:
        return False
    return True


@st.composite
def accords(draw: DrawFn, agreement: str, horizon: Horizon) -> dict[str, Accord]:
    """Every rule is as likely as any other, so that those of many parameters hide none."""
    if not draw(st.integers(0, 1)):
        return {}
    found, known = dict[str, Accord](), choices(agreement)
    for rule in draw(st.lists(st.sampled_from(list(known)), min_size=1, max_size=3, unique=True)):
        for one in draw(st.lists(st.sampled_from(known[rule]), min_size=1, max_size=2, unique=True)):
            found[one.key] = replace(draw(days_of(horizon)), value=draw(st.sampled_from(one.values)))
    return found


def days_of(horizon: Horizon) -> st.SearchStrategy[Accord]:
    """Mostly of all days; else from the last day on, to the first one alone, over the whole horizon, or over
    before."""
    first, last, day = horizon.dates[0], horizon.dates[-1], timedelta(days=1)
    spans = [
        (last, None),
        (None, first),
        (first, last),
        (first - 300 * day, last + 300 * day),
        (None, first - day),
    ]
    signed = "accord d'entreprise du 12 mars 2024"
    return st.sampled_from([Accord(0)] * 5 + [Accord(0, signed, *span) for span in spans])


def lenders(saad: Provider, horizon: Horizon) -> st.SearchStrategy[Employer]:
    """A SAAD that lends its staff: employer and provider under one id, with accords of its own as an employer
    or with those of the provider."""
    own = accords(saad.agreement, horizon)
    return own.map(
        lambda signed: Employer(saad.id, saad.name, EmployerKind.PROVIDER, saad.agreement, accords=signed)
    )
