"""A message and its values become a sentence.

Messages hold fields with a form: `{late_min:duration}`, `{arrival_at:clock}`, `{workers:list}`,
`{n:plural:visite:visites}`; a form left out is known by the value's name (`_min`, `_at`: a tick, `_m`:
metres, `_cents`).
Square brackets hold what is said only if its values are known: `limite {limit_min:duration}[ ({article})]`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from typing import Any

from brigade.errors import AND
from brigade.texts.articles import article_in
from brigade.texts.labour_code import shipped_labour_code
from brigade.units import Horizon
from brigade.values.competencies import shipped_catalogue
from brigade.words import formats
from brigade.words.catalogue import WORD, text_of, word_of
from brigade.words.elision import joined

PLACE = "place."
STEP = re.compile(r'\b([a-z_]+)=(\d+|"(?:[^"\\]|\\.)*")')
"""What `brigade.errors.step` writes."""
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
UNKNOWN_VALUE = "?"
# Below two of them a length is said in hours: "24 h" is exact, "1 day" might be a date.
DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class SentenceSetting:
    """What a sentence needs beside its values: the language and, to turn ticks into times, the horizon."""

    lang: str = "fr"
    horizon: Horizon | None = None


def fields(message: str) -> frozenset[str]:
    """The value names a message speaks of, optional ones included."""
    return frozenset(name for _, name, _, _ in Formatter().parse(_flat(message)) if name)


def needed_fields(message: str) -> frozenset[str]:
    """Those it cannot do without."""
    return fields(OPTIONAL.sub("", message))


def _flat(message: str) -> str:
    return message.replace("[", "").replace("]", "")


def fill(message: str, values: Mapping[str, Any], setting: SentenceSetting) -> str:
    """The sentence. A value that misses reads "?": a plan of another version must still be shown, never crash
    a screen."""

    def keep(optional: re.Match[str]) -> str:
        inner = optional.group(1)
        return inner if all(_is_known(values.get(name)) for name in fields(inner)) else ""

    said = ""
    for before, name, spec, _ in Formatter().parse(OPTIONAL.sub(keep, message)):
        value = "" if name is None else _value(values, name, spec or "", setting)
        said = joined(said + before, value) if setting.lang == "fr" else said + before + value
    return said


def _is_known(value: Any) -> bool:
    return value is not None and value != "" and value != () and value != []


def _value(values: Mapping[str, Any], name: str, spec: str, setting: SentenceSetting) -> str:
    value = values.get(name)
    if value == "":
        return ""
    if not _is_known(value):
        return UNKNOWN_VALUE
    form, *rest = spec.split(":")
    written = FORMS.get(form or form_by_name(name, value))
    if written is None:
        return str(value)
    return written(value, tuple(rest), setting)


def form_by_name(name: str, value: Any) -> str:
    """The form of a value whose message gives none, by the unit its name carries."""
    if isinstance(value, list | tuple | set | frozenset):
        return "list"
    if isinstance(value, str) or not isinstance(value, int | float):
        return "article" if name == "article" else "text"
    for suffix, form in (("_min", "duration"), ("_at", "clock"), ("_cents", "money"), ("_m", "km")):
        if name.endswith(suffix):
            return form
    return "number"


def coded(prefix: str, code: Any, lang: str) -> str:
    """The word under a code, such as a competency's; the code itself where nobody gave it a word."""
    return text_of(f"{WORD}{prefix}.{code}", lang) or str(code)


def say_place(where: str, lang: str) -> str:
    """A place as people read it: `visits.csv, row=14` as "visits.csv, row 14"; of one word, its name."""
    whole = text_of(PLACE + where, lang)
    if whole is not None:
        return whole
    both = f" {text_of(f'{PLACE}and', lang)} "
    return STEP.sub(lambda found: _step(found, lang), where).replace(AND, both)


def _step(found: re.Match[str], lang: str) -> str:
    text = text_of(PLACE + found[1], lang)
    return (
        found[0] if text is None else fill(text, {"value": str(json.loads(found[2]))}, SentenceSetting(lang))
    )


def _list(value: Any, style: Any, setting: SentenceSetting) -> str:
    if isinstance(value, str):
        return value
    # Sets have no order, and a sentence must read the same each time.
    ordered = sorted(map(str, value)) if isinstance(value, set | frozenset) else value
    others = text_of(f"{WORD}others", setting.lang) or "+{n}"
    return formats.names(ordered, setting.lang, others, style)


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _quoted(value: Any, lang: str) -> str:
    """Each in the quotation marks of the language."""
    marked = word_of("quoted", lang)
    return ", ".join(marked.format(text=one) for one in ([value] if isinstance(value, str) else value))


def _coded_list(prefix: str) -> Callable[[Any, tuple[str, ...], SentenceSetting], str]:
    def write(value: Any, _: tuple[str, ...], setting: SentenceSetting) -> str:
        codes = [value] if isinstance(value, str) else sorted(map(str, value))
        return _list([coded(prefix, code, setting.lang) for code in codes], "standard", setting)

    return write


def _notice(minutes: float, setting: SentenceSetting) -> str:
    """A notice in whole days from two days on, as the texts count it; in hours below."""
    if abs(minutes) < 2 * DAY_MIN:
        return formats.duration(minutes)
    return fill(word_of("rule_unit.days", setting.lang), {"n": int(minutes // DAY_MIN)}, setting)


def _together(value: Any, lang: str) -> str:
    parts = value if isinstance(value, list | tuple) else [value]
    return word_of("all_together", lang).join(map(str, parts))


def _rules(value: Any, _: tuple[str, ...], setting: SentenceSetting) -> str:
    """Titles of rules, from their codes: what a coordinator reads is never a code."""
    codes = [value] if isinstance(value, str) else list(map(str, value))
    return _list([_rule_title(code, setting.lang) for code in codes], "standard", setting)


def _rule_title(code: str, lang: str) -> str:
    head = shipped_labour_code().heads.get(code)
    return code if head is None else head.title if lang == "fr" else head.title_en or head.title


def _certificate(value: Any) -> str:
    """What a diploma or training is called, from its code. In French in both languages: it is a French
    paper's name."""
    known = shipped_catalogue().certificates.get(str(value))
    return str(value) if known is None else known.name


def _commune(code: str) -> str:
    # Its package reads with numpy: help is told without it.
    from brigade.values.validation.communes import commune_name

    return commune_name(code)


FORMS: Mapping[str, Callable[[Any, tuple[str, ...], SentenceSetting], str]] = {
    "duration": lambda value, _, s: formats.duration(value, s.lang),
    "notice": lambda value, _, s: _notice(value, s),
    "ticks": lambda value, _, s: formats.duration(s.horizon.minutes(value) if s.horizon else value, s.lang),
    "clock": lambda value, _, s: formats.clock(value, s.horizon, s.lang),
    "day": lambda value, _, s: formats.long_day(value, s.lang),
    "shortday": lambda value, _, s: formats.short_day(value, s.lang),
    "money": lambda value, _, s: formats.euros(value, s.lang),
    "km": lambda value, _, s: formats.kilometres(value, s.lang),
    "number": lambda value, _, s: formats.number(value, s.lang),
    "percent": lambda value, _, s: formats.percent(value, s.lang),
    "plain": lambda value, _, s: f"{value:g}" if isinstance(value, float) else str(value),
    "wall": lambda value, _, s: formats.wall_clock(_instant(value), s.lang),
    "weekday": lambda value, _, s: formats.weekday(value, s.lang),
    "series": lambda value, _, s: value if isinstance(value, str) else ", ".join(map(str, value)),
    "lines": lambda value, _, s: value if isinstance(value, str) else "\n".join(map(str, value)),
    "quoted": lambda value, _, s: _quoted(value, s.lang),
    "list": lambda value, _, s: _list(value, "standard", s),
    "any": lambda value, _, s: _list(value, "or", s),
    "plural": lambda value, forms, s: formats.plural(value, forms, s.lang),
    "competency": _coded_list("competency"),
    "gap": lambda value, _, s: formats.gap(value, s.lang),
    "mode": _coded_list("mode"),
    "commune": lambda value, _, s: _commune(str(value)),
    "rule": _rules,
    "certificate": lambda value, _, s: _certificate(value),
    "together": lambda value, _, s: _together(value, s.lang),
    "article": lambda value, _, s: article_in(str(value), s.lang),
    "level": lambda value, _, s: coded("level", value, s.lang),
    "word": lambda value, prefix, s: coded(prefix[0], value, s.lang),
    "issue": lambda value, _, s: f"{value.code} {value.where}{word_of('colon', s.lang)}{value.what}",
    "hint": lambda value, _, s: str(value.hint),
    "place": lambda value, _, s: ", ".join(
        say_place(one, s.lang) for one in ([value] if isinstance(value, str) else value)
    ),
    "moment": lambda value, _, s: formats.moment(_instant(value), s.lang),
}
