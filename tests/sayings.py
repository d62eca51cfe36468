"""Refusals as people read them: what tests compare, in French; and whether a sentence is in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from api.runtime.faults import ServiceFault
from brigade.errors import Clause, Issue, Refused
from brigade.words import LANGUAGES, SaidIssue, say_issue

QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"|‹[^›]*›|\S*[_/.=:-]\w\S*")
"""What somebody wrote, and names of fields, files, options and addresses: they are in no language."""
MARKS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"[àâçéèêëîïôûùœ«»]|\b(?:le|la|les|l'|du|des|une|un|et|ou|où|pas|avec|sans|dans|pour|sur|est|sont|aux|"
        r"au|en|de|d'|ce|cette|ces|qui|que|deux|aucun|aucune|inconnu|ligne|colonne|feuille)\b",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        r"[“”]|\b(?:the|of|and|is|are|not|with|without|from|this|that|which|it|to|at|by|no|must|unknown|"
        r"missing|row|sheet|such|as)\b",
        re.IGNORECASE,
    ),
}
"""Words of the other language, by the one that a sentence should be in."""


def said_of(issues: Iterable[Issue], lang: str = "fr") -> list[SaidIssue]:
    return [say_issue(one, lang) for one in issues]


def refusals(caught: pytest.ExceptionInfo[Refused] | pytest.ExceptionInfo[ServiceFault]) -> list[SaidIssue]:
    """What was refused, said."""
    return said_of(caught.value.issues)


def foreign(sentence: str, lang: str, met: Iterable[str] = ()) -> list[str]:
    """The words of the other language in a sentence. Args: met: texts of somebody that it may repeat."""
    for text in sorted(met, key=len, reverse=True):
        sentence = sentence.replace(text, " ")
    return MARKS[lang].findall(QUOTED.sub(" ", sentence))


def assert_in_one_language(issues: Iterable[Issue]) -> None:
    for issue in issues:
        met = set(_texts(issue.values))
        for lang in LANGUAGES:
            said = say_issue(issue, lang)
            for sentence in (said.where, said.what, said.hint):
                assert not foreign(sentence, lang, met), (lang, said)


def _texts(value: Any) -> Iterator[str]:
    """The texts among the values of a fault, without those that have one in each language."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Clause):
        yield from _texts(value.values)
    elif isinstance(value, Mapping) and value.keys() != set(LANGUAGES):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
