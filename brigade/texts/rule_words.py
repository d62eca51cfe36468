"""Rules in words: a value with its unit, a rule's sentence with the values of one rule set.

Sentences are data (`data/rules/heads.toml`). `{name}` stands for a parameter; a part in [brackets] is left
out when one of its parameters has no value, `{?name}` shows nothing and keeps its part only when the flag is
1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from brigade.texts.rule_sets import RuleHead, RuleSet, RuleValue

PARAMETER = re.compile(r"\{(\??)(\w+)\}")
PART = re.compile(r"\[([^][]*)\]")

_NOUNS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "fr": {
        "days": ("jour", "jours"),
        "working_days": ("jour ouvré", "jours ouvrés"),
        "weeks": ("semaine", "semaines"),
        "months": ("mois", "mois"),
        "points": ("point", "points"),
    },
    "en": {
        "days": ("day", "days"),
        "working_days": ("working day", "working days"),
        "weeks": ("week", "weeks"),
        "months": ("month", "months"),
        "points": ("point", "points"),
    },
}
_PARTS = {"fr": {3: "un tiers", 10: "un dixième"}, "en": {3: "a third", 10: "a tenth"}}
_FLAGS = {"fr": ("non", "oui"), "en": ("no", "yes")}
_PARITY = {"fr": ("ISO paire", "ISO impaire"), "en": ("of even ISO number", "of odd ISO number")}


def _length(minutes: int) -> str:
    """660 -> "11 h", 270 -> "4 h 30", 45 -> "45 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def _euros(cents: int, lang: str) -> str:
    euros = f"{cents / 100:.2f}"
    return f"{euros.replace('.', ',')} €/km" if lang == "fr" else f"€{euros}/km"


_SAY: Mapping[str, Callable[[int, str], str]] = {
    "min": lambda value, lang: _length(value),
    "min_of_day": lambda value, lang: f"{value // 60:02}:{value % 60:02}",
    "count": lambda value, lang: str(value),
    "percent": lambda value, lang: f"{value} %" if lang == "fr" else f"{value}%",
    "cents_per_km": _euros,
    "metres": lambda value, lang: f"{value // 1000} km" if value % 1000 == 0 else f"{value} m",
    "flag": lambda value, lang: _FLAGS[lang][value],
    "part": lambda value, lang: _PARTS[lang].get(value, f"1/{value}"),
    "parity": lambda value, lang: _PARITY[lang][value],
}
UNITS = frozenset(_SAY) | frozenset(_NOUNS["fr"])


def in_words(value: RuleValue, lang: str = "fr") -> str:
    """`value` with its unit, in French or English."""
    if value.unit in _SAY:
        return _SAY[value.unit](value.value, lang)
    one, many = _NOUNS[lang][value.unit]
    return f"{value.value} {one if value.value <= 1 else many}"


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
    if len(known) < len(found) or any(known[name].value == 0 for name in flags):
        return None
    return PARAMETER.sub(lambda one: "" if one.group(1) else in_words(known[one.group(2)]), part)


def _is_no_exception(value: RuleValue, rules: RuleSet) -> bool:
    """Whether an exceptional limit goes no further than the usual one: then there is nothing to say."""
    usual = rules.get(value.rule, value.name.removesuffix("exceptional") + "limit")
    return value.name.endswith("exceptional") and usual is not None and not usual.stricter_than(value)
