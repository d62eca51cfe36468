"""The glossary speaks of names that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = re.findall(
    r"^\| `(\w+)` \|([^|]+)\|([^|]+)\|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.MULTILINE
)
CORE = "\n".join(
    path.read_text("utf-8") for room in ("brigade", "solver") for path in sorted((ROOT / room).rglob("*.py"))
)


def test_the_glossary_has_its_words_once() -> None:
    words = [word for word, _, _ in ROWS]
    assert len(words) > 40
    assert len(words) == len(set(words))


@pytest.mark.parametrize(("word", "screen", "meaning"), ROWS, ids=[word for word, _, _ in ROWS])
def test_a_word_of_the_glossary_is_a_word_of_the_code(word: str, screen: str, meaning: str) -> None:
    assert re.search(rf"\bclass {word}\b" if word[0].isupper() else rf"\b(\w+_)?{word}(_\w+)?\b", CORE)
    assert screen.strip()
    assert meaning.strip()
