"""Rules in words: a value with its unit, a rule's sentence with the values of one rule set.

Sentences are data (`data/rules/heads.toml`). `{name}` stands for a parameter; a part in [brackets] is left
out when one of its parameters has no value, `{?name}` shows nothing and keeps its part only when the flag is
1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from brigade.texts.rule_sets import RuleHead, RuleSet, RuleValue
from brigade.words import coded, word
from brigade.words.formats import duration, fixed

PARAMETER = re.compile(r"\{(\??)(\w+)\}")
PART = re.compile(r"\[([^][]*)\]")
NAMED_PARTS = (3, 10)
"""A third and a tenth; others are said as fractions."""

COUNTED = frozenset({"days", "working_days", "weeks", "months", "points"})


def _part(value: int, lang: str) -> str:
    return coded("rule_unit.part", value, lang) if value in NAMED_PARTS else f"1/{value}"


_SAY: Mapping[str, Callable[[int, str], str]] = {
    "min": lambda value, lang: duration(value),
    "min_of_day": lambda value, lang: f"{value // 60:02}:{value % 60:02}",
    "count": lambda value, lang: str(value),
    "percent": lambda value, lang: word("rule_unit.percent", lang, n=str(value)),
    "cents_per_km": lambda value, lang: word("rule_unit.cents_per_km", lang, n=fixed(value / 100, lang, 2)),
    "metres": lambda value, lang: f"{value // 1000} km" if value % 1000 == 0 else f"{value} m",
    "flag": lambda value, lang: coded("rule_unit.flag", value, lang),
    "part": _part,
    "parity": lambda value, lang: coded("rule_unit.parity", value, lang),
}
UNITS = frozenset(_SAY) | COUNTED


def in_words(value: RuleValue, lang: str = "fr") -> str:
    """`value` with its unit, in French or English."""
    if value.unit in _SAY:
        return _SAY[value.unit](value.value, lang)
    return word(f"rule_unit.{value.unit}", lang, n=value.value)


def parameters(head: RuleHead) -> frozenset[str]:
    """Every parameter its sentence speaks of."""
    return frozenset(name for _, name in PARAMETER.findall(head.sentence))


def sentence(head: RuleHead, rules: RuleSet) -> str:
    """What the rule says with the values of `rules`, in French."""
    said = PART.sub(lambda part: _say(part.group(1), head.id, rules) or "", head.sentence)
    if (
        "[ : " in head.sentence and " : " not in said
    ):  # the part that opens the list was left out: the next one opens it
        said = re.sub(r"( ;|,) ", " : ", said, count=1)
    return " ".join(said.split())


def _say(part: str, rule: str, rules: RuleSet) -> str | None:
    """`part` with its values in place; None when one is missing or a flag is off."""
    found = {name: rules.get(rule, name) for _, name in PARAMETER.findall(part)}
    flags = {name for mark, name in PARAMETER.findall(part) if mark}
    known = {
        name: value
        for name, value in found.items()
        if value is not None and not _is_no_exception(value, rules)
    }
    # All or nothing: a part that says half of a condition would say something else than the text.
    if len(known) < len(found) or any(known[name].value == 0 for name in flags):
        return None
    return PARAMETER.sub(lambda one: "" if one.group(1) else in_words(known[one.group(2)]), part)


def _is_no_exception(value: RuleValue, rules: RuleSet) -> bool:
    """Whether an exceptional limit goes no further than the usual one: then there is nothing to say."""
    usual = rules.get(value.rule, value.name.removesuffix("exceptional") + "limit")
    return value.name.endswith("exceptional") and usual is not None and not usual.stricter_than(value)
