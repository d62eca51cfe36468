"""Faults in words: what was met and something to try, at a place said in the same language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from brigade.errors import Clause, Issue, Values
from brigade.words.catalogue import LANGUAGES, text_of
from brigade.words.sentences import SentenceSetting, fill, say_place

FAULT, CLAUSE = "fault.", "clause."


class SaidIssue(NamedTuple):
    """A fault as people read it, and as documents hold it (`_asdict`)."""

    code: str
    where: str
    what: str
    hint: str

    def __str__(self) -> str:
        return f"{self.code} {self.where}: {self.what} — {self.hint}"


def say_issue(issue: Issue, lang: str = "fr") -> SaidIssue:
    """The two sentences of a fault, without their full stops.

    A fault without words in this version is said by its key and values: a stored one may be of another.
    """
    values = _spoken(issue.values, lang)
    what, hint = (text_of(f"{FAULT}{issue.words}.{part}", lang) for part in ("what", "hint"))
    if what is None or hint is None:
        values = {
            "words": issue.words,
            "details": ", ".join(f"{name} = {one}" for name, one in values.items()),
        }
        what, hint = (text_of(f"{FAULT}unknown.{part}", lang) or "" for part in ("what", "hint"))
    setting = SentenceSetting(lang)
    return SaidIssue(
        issue.code, say_place(issue.where, lang), fill(what, values, setting), fill(hint, values, setting)
    )


def say_clause(clause: Clause, lang: str = "fr") -> str:
    """Raises: KeyError, when the catalogue has no such clause: a slip of ours."""
    text = text_of(CLAUSE + clause.words, lang)
    if text is None:
        raise KeyError(f"{CLAUSE}{clause.words} ({lang})")
    return fill(text, _spoken(clause.values, lang), SentenceSetting(lang))


def _spoken(values: Values, lang: str) -> dict[str, Any]:
    return {name: _in_language(value, lang) for name, value in values.items()}


def _in_language(value: Any, lang: str) -> Any:
    if isinstance(value, Clause):
        return say_clause(value, lang)
    if isinstance(value, Issue):
        return say_issue(value, lang)
    # A value that carries its own two languages, such as a title: no catalogue could know it.
    if isinstance(value, Mapping) and value.keys() == set(LANGUAGES):
        return value[lang]
    if isinstance(value, list | tuple):
        return [_in_language(one, lang) for one in value]
    return value
