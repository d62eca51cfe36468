"""The French words that input may be written in (`data/input_words.toml`); the document has the English
ones."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

_FILE = files("brigade").joinpath("data/input_words.toml")
_WORDS: Mapping[str, Any] = tomllib.loads(_FILE.read_text("utf-8"))


def plain(name: str) -> str:
    """A name as it is compared: no accents, no case, every separator an underscore."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return "_".join("".join(c if c.isalnum() else " " for c in bare.casefold()).split())


TABLES: Mapping[str, str] = _WORDS["tables"]
COLUMNS: Mapping[str, str] = _WORDS["columns"]
COLUMNS_OF: Mapping[str, Mapping[str, str]] = _WORDS["columns_of"]
"""Those that one table calls otherwise."""
PARAMETERS: Mapping[str, str] = _WORDS["parameters"]
CHOICES: Mapping[str, str] = _WORDS["choices"]
"""A choice that is not here is written as in the document."""
TRUE_WORDS: Sequence[str] = _WORDS["words"]["true"]
FALSE_WORDS: Sequence[str] = _WORDS["words"]["false"]
"""The first of each is what we write."""
BETWEEN_VALUES: Sequence[str] = _WORDS["words"]["between_values"]
ESTIMATE: str = _WORDS["words"]["estimate"]

WEEKDAYS = tuple(
    CHOICES[day] for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)
MONTHS = tuple(plain(month) for month in _WORDS["time"]["months"])
FIRST_OF_MONTH: str = _WORDS["time"]["first_of_month"]
BEFORE_CLOCK: str = _WORDS["time"]["before_clock"]
HOLIDAY: Sequence[str] = _WORDS["time"]["holiday"]
HOURS: Sequence[str] = _WORDS["time"]["hours"]
MINUTES: Sequence[str] = _WORDS["time"]["minutes"]

TOTALS: Sequence[str] = _WORDS["rows"]["totals"]
BEFORE_TOTALS: Sequence[str] = _WORDS["rows"]["before_totals"]
SUMMARIES: Sequence[str] = _WORDS["rows"]["summaries"]
ERROR_MARKS: Sequence[str] = _WORDS["formula_errors"]["marks"]
ERROR_NAMES: Sequence[str] = _WORDS["formula_errors"]["names"]

HEADERS: Mapping[str, Sequence[str]] = _WORDS["headers"]
CANCELLED: Sequence[str] = _WORDS["statuses"]["cancelled"]
UNITS: Mapping[str, Sequence[str]] = _WORDS["units"]
SYNONYMS: Mapping[str, Sequence[str]] = _WORDS["synonyms"]
"""What French home-care programs call our columns, as `plain` writes it."""
CAUSES: Mapping[str, Sequence[str]] = _WORDS["causes"]
KINDS: Mapping[str, Mapping[str, Sequence[str]]] = _WORDS["kinds"]
"""Whom a row is about, by table, in both languages."""
ROLES: Mapping[str, Sequence[str]] = _WORDS["roles"]
CHANNELS: Mapping[str, Sequence[str]] = _WORDS["channels"]


def column(english: str, table: str = "") -> str:
    """The French name of a column, as `table` calls it. Raises: KeyError when nobody named it: a slip of
    ours."""
    return COLUMNS_OF.get(table, {}).get(english) or COLUMNS[english]


def by_word(words: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    """What each word of a vocabulary stands for, the words as `plain` writes them."""
    return {plain(word): meant for meant, said in words.items() for word in said}


def one_of(words: Sequence[str]) -> str:
    """A regular expression of any of them, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
