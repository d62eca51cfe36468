"""A class name has one meaning in all four rooms, and is made of words that a reader of the field knows."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("brigade", "solver", "api", "scenarios")
PAPERS = "scenarios/bench/sets/"
"""Each of these files speaks the words of the paper whose instances it reads: Patient, Route, Solution."""
ROWS, VALUES = "api/store/", "brigade/values/"
"""A table's class may bear the name of the value whose document its rows hold."""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+")


@cache
def classes() -> dict[str, list[str]]:
    """Public class name -> the files that define it, but for those of the papers."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        place = str(path.relative_to(ROOT))
        if not place.startswith(PAPERS):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(place)
    return found


def is_row_of_value(places: list[str]) -> bool:
    return len(places) == 2 and places[0].startswith(ROWS) and places[1].startswith(VALUES)


def known_words() -> frozenset[str]:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    fields = tomllib.loads((Path(__file__).parent / "class_words.toml").read_text("utf-8"))
    return frozenset(WORD_OF_TEXT.findall(" ".join([glossary, *fields.values()]).lower()))


WORD_OF_TEXT = re.compile(r"[a-z]+")


def is_known(word: str, known: frozenset[str]) -> bool:
    """As it stands, or in the plural."""
    return bool({word, word.removesuffix("s"), f"{word}s", f"{word.removesuffix('ies')}y"} & known)


def test_a_class_name_means_one_thing() -> None:
    twice = {name: places for name, places in classes().items() if len(places) > 1}
    assert not {name: places for name, places in twice.items() if not is_row_of_value(places)}


def test_a_class_name_is_made_of_words_of_the_field() -> None:
    known = known_words()
    strange = {
        name: unknown
        for name in classes()
        if (unknown := [word for word in map(str.lower, WORD.findall(name)) if not is_known(word, known)])
    }
    assert not strange, "a glossary word, or one more in tests/contract/class_words.toml"


def test_no_word_is_listed_that_no_class_bears() -> None:
    """Else the list grows until it lets everything pass."""
    borne = {word for name in classes() for word in map(str.lower, WORD.findall(name))}
    fields = tomllib.loads((Path(__file__).parent / "class_words.toml").read_text("utf-8"))
    listed = {word for text in fields.values() for word in text.split()}
    assert not sorted(word for word in listed if word not in borne)
