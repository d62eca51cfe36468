"""French stands in data and in the catalogue, never in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from brigade.words import LANGUAGES
from brigade.words.catalogue import messages
from tests.languages import is_foreign, is_french

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("brigade", "solver", "api", "scenarios")
ALLOWED = {
    "api/letters/sms.py": "the alphabet of SMS (GSM 03.38)",
    "brigade/exchange/grids/csv_text.py": "the marks that wrong encodings leave",
    "brigade/values/validation/communes.py": "a letter that names are compared without",
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
