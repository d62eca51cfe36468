"""A rule says all of itself in its file: its codes, how far it looks, how it is told as an obstacle."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any, get_type_hints

import pytest

from brigade.law.rule_traits import AsObstacle, Scope
from brigade.law.rules import Rule, all_rules, names, names_of, rank_of, rule_by_code
from brigade.words.catalogue import reason_codes

MODULES = dict(all_rules())
KINDS: dict[str, type] = {"CODES": tuple, "SCOPE": Scope, "AS_OBSTACLE": AsObstacle}


def forgotten(module: Any) -> Iterator[str]:
    """What every rule says and this one does not."""
    said = vars(module)
    yield from (name for name, kind in KINDS.items() if not isinstance(said.get(name), kind))
    if not callable(said.get("check")):
        yield "check"


@pytest.mark.parametrize("name", names())
def test_a_rule_forgets_nothing(name: str) -> None:
    assert isinstance(MODULES[name], ModuleType)
    assert list(forgotten(MODULES[name])) == []


def test_a_rule_that_forgets_something_is_seen() -> None:
    whole = {name: vars(MODULES["links"])[name] for name in (*KINDS, "check")}
    assert set(get_type_hints(Rule)) == set(KINDS)
    for name in whole:
        rest = {other: one for other, one in whole.items() if other != name}
        assert list(forgotten(SimpleNamespace(**rest))) == [name]


def test_every_rule_is_of_one_scope_and_every_code_of_one_rule() -> None:
    assert sum(len(names_of(scope)) for scope in Scope) == len(names())
    assert len(rule_by_code()) == sum(len(rule.CODES) for rule in MODULES.values())


def test_what_nobody_can_change_by_hours_is_told_first() -> None:
    """Who is set aside, then what is lacking, the papers, the place; then what is no rule's."""
    codes = ("FORBIDDEN_PAIR", "COMPETENCIES", "ENGAGEMENT", "AI_TERRITORY", "MAX_SPAN")
    ranks = [rank_of(code) for code in codes]
    assert ranks == sorted(set(ranks))
    assert rank_of(None) == rank_of("PINNED") == rank_of("MAX_SPAN")


def test_what_can_be_said_several_times_has_a_sentence() -> None:
    several = {code for rule in MODULES.values() for code in rule.AS_OBSTACLE.several}
    assert several
    assert several <= set(reason_codes())
