"""Every fault has its two sentences in both languages, with the values that it is given; no sentence is
unused."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from brigade.words import LANGUAGES
from brigade.words.catalogue import keys, text_of
from brigade.words.issue_sentences import CLAUSE, FAULT
from brigade.words.sentences import fields
from tests.sayings import foreign
from tools.fault_words import (
    FaultUse,
    clause_words,
    fault_words,
    literals,
    parsed,
    patterns,
    uses,
)

SERVICE = (
    *("Unauthenticated", "Forbidden", "NotFound", "Conflict", "Gone", "Stale", "NoPrecondition", "KeyReused"),
    *("Unfit", "BadRequest", "TooLarge", "Unavailable", "TooManyAttempts", "Outdated"),
)
POSITION = {"Issue": 2, "CellFault": 1, "EventFault": 1, "Clause": 0} | dict.fromkeys(SERVICE, 2)
"""Of what makes a fault: which of its arguments is the key of its words."""
READ_BEFORE = frozenset({"as_told", "unknown"})
"""Of rows of before, and of faults of another version."""
ADDED = frozenset({"met"})
"""By whoever knows the cell (`CellFault.issue`)."""


def made() -> Iterator[tuple[str, str, str]]:
    """Place, what is made and its words, wherever they are written out."""
    for file, call in ((one.place, call) for one in parsed() for call in one.calls):
        if isinstance(call.func, ast.Name):
            position = POSITION.get(call.func.id)
            words = call.args[position] if position is not None and position < len(call.args) else None
            if isinstance(words, ast.Constant):
                yield f"{file}:{call.lineno}", call.func.id, str(words.value)


def test_every_fault_names_a_sentence_of_the_catalogue() -> None:
    known = {True: clause_words(), False: fault_words()}
    lost = [(place, words) for place, kind, words in made() if words not in known[kind == "Clause"]]
    assert lost == []


@pytest.mark.parametrize("prefix", [FAULT, CLAUSE, "place."])
def test_both_languages_say_the_same_of_the_same_values(prefix: str) -> None:
    french, english = (keys(lang, prefix) for lang in LANGUAGES)
    assert french == english
    differ = [
        key
        for key in french
        if fields(text_of(prefix + key, "fr") or "") != fields(text_of(prefix + key, "en") or "")
    ]
    assert differ == []


def test_every_fault_says_what_was_met_and_a_way_out() -> None:
    whole = {f"{words}.{part}" for words in fault_words() for part in ("what", "hint")}
    assert keys("fr", FAULT) == whole


def needed(use: FaultUse) -> frozenset[str]:
    texts = [text_of(f"{FAULT}{use.words}.{part}", "fr") or "" for part in ("what", "hint")]
    return frozenset().union(*(fields(text) for text in texts))


def test_a_sentence_speaks_of_values_that_it_is_given() -> None:
    """Where both stand in one call."""
    makers = {f"{place}" for place, kind, _ in made() if kind != "Clause"}
    checked = [
        use for use in uses() if use.place in makers and use.values is not None and use.words in fault_words()
    ]
    assert len(checked) > 300
    assert [
        (use.place, needed(use) - (use.values or set()))
        for use in checked
        if needed(use) - (use.values or set()) - ADDED
    ] == []


def test_no_sentence_is_unused() -> None:
    written, pieces = literals(), patterns()

    def is_said(words: str) -> bool:
        return words in written or any(
            head and words.startswith(head) and words.endswith(tail) and len(words) > len(head + tail)
            for head, tail in pieces
        )

    assert [words for words in sorted(fault_words() | clause_words()) if not is_said(words)] == []
    assert fault_words() >= READ_BEFORE


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_is_in_its_own_language(lang: str) -> None:
    """Whatever values it will be given."""
    told = {key: text_of(f"{FAULT}{key}", lang) or "" for key in keys(lang, FAULT)}
    told |= {key: text_of(f"{CLAUSE}{key}", lang) or "" for key in keys(lang, CLAUSE)}
    assert {key: found for key, text in told.items() if (found := foreign(_bare(text), lang))} == {}


def _bare(text: str) -> str:
    """Without its fields, but with the words of their plurals."""
    kept = []
    for piece in text.replace("{{", "").replace("}}", "").split("{"):
        field, mark, rest = piece.partition("}")
        _, plural, forms = field.partition(":plural:") if mark else ("", "", "")
        kept.append(f" {forms.replace(':', ' ') if plural else ''} {rest if mark else piece}")
    return "".join(kept)
