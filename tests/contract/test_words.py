"""French stands in data and in the catalogue, never in code."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from brigade.values.validation.communes import place_name
from brigade.words import LANGUAGES
from brigade.words.catalogue import messages
from tests.languages import is_foreign, is_french

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("brigade", "solver", "api", "scenarios")
ALLOWED = {
    "api/letters/sms.py": "the alphabet of SMS (GSM 03.38)",
    "brigade/exchange/grids/csv_text.py": "the marks that wrong encodings leave",
    "brigade/values/validation/communes.py": "a letter that names are compared without",
    "brigade/words/elision.py": "the vowels that short words meet",
    "brigade/words/__init__.py": "the typography of French: spaces before its marks",
    "scenarios/cli/console/encoding.py": "the nearest letters of encodings that lack ours",
}
"""Letters, not words."""
EXAMPLES, EXAMPLE_TABLES = {"examples", "example", "json_schema_extra"}, "tables_body"
"""Keywords and a call of the OpenAPI document: input as French people write it."""
OF_BOTH = frozenset({"word.page.language"})
"""Languages are called by their own names."""
FIELD = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)
"""Of the templates."""
STRAIGHT = re.compile(r"[^\W\d_]'[\w«{\[]")
NAMED = re.compile(r"\{\w*(:\w+)?")
"""The name of a field and its form; the words of a plural stay."""


def test_no_french_stands_in_code() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text[:60]}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if str(path.relative_to(ROOT)) not in ALLOWED
        for line, text in literals(ast.parse(path.read_text("utf-8")))
        if is_french(text)
    ]
    assert found == []


@pytest.mark.parametrize("path", ALLOWED)
def test_what_is_allowed_is_needed(path: str) -> None:
    assert any(is_french(text) for _, text in literals(ast.parse((ROOT / path).read_text("utf-8"))))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_catalogue_of_a_language_holds_no_other(lang: str) -> None:
    said = {str(one.id): NAMED.sub(" ", str(one.string)) for one in messages(lang) if one.id}
    assert len(said) > 1500
    foreign = {key: text for key, text in said.items() if is_foreign(text, lang) and key not in OF_BOTH}
    assert foreign == {}


def told_texts() -> Iterator[tuple[str, str]]:
    """(where, text) of what people read: both catalogues, French letters, and strings of the data."""
    yield from (
        (f"{lang}: {one.id}", str(one.string)) for lang in LANGUAGES for one in messages(lang) if one.id
    )
    for folder, kind in (("api/letters/texts/fr", "*.txt"), ("brigade/data", "*.csv")):
        yield from ((file.name, file.read_text("utf-8")) for file in sorted((ROOT / folder).glob(kind)))
    for file in (*sorted((ROOT / "brigade/data").rglob("*.toml")), ROOT / "scenarios/generator/names.toml"):
        data = tomllib.loads(file.read_text("utf-8"))
        yield from ((file.name, text) for text in strings(data))
    yield "communes", place_name("01001") or ""  # L’Abergement


def strings(value: object) -> Iterator[str]:
    """Keys included: remarks of articles are keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for one in pair for text in strings(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in strings(one))


def test_apostrophes_are_of_one_kind() -> None:
    """ "l’heure", never "l'heure": both side by side read as carelessness. Commands quote with the other."""
    assert {where: text for where, text in told_texts() if STRAIGHT.search(text)} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_letters_of_a_language_hold_no_other(lang: str) -> None:
    """Their fields are said by the catalogue, or are names."""
    files = sorted((ROOT / "api/letters/texts" / lang).glob("*.txt"))
    assert len(files) > 10
    lines = [line for file in files for line in FIELD.sub(" ", file.read_text("utf-8")).splitlines()]
    assert [line for line in lines if is_foreign(line, lang)] == []


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of each literal but docstrings, examples and what a module calls its input."""
    passed = {id(inner) for node in ast.walk(tree) if is_passed(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node.lineno, node.value


def is_passed(node: ast.AST) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_table = isinstance(node, ast.Call) and ast.unparse(node.func).endswith(EXAMPLE_TABLES)
    return is_text or is_table or (isinstance(node, ast.keyword) and node.arg in EXAMPLES)
