"""French stands in data and in the catalogue, never in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("brigade", "solver", "scenarios")
LETTERS = re.compile(r"[éèêëàâùûçôîïœÉÈÊÀÂÙÇÔÎŒ«»]")
WORDS = re.compile(
    r"(?<![\w/-])(le|la|les|des|une|du|est|pas|pour|dans|avec|sur|qui|vous|par|aux?|ou|sans|ne|sont|cette?)(?![\w/-])",
    re.IGNORECASE,
)
"""Of sentences: a word alone may be a name of something else."""
ALLOWED = {
    "api/letters/sms.py": "the alphabet of SMS (GSM 03.38)",
    "brigade/exchange/grids/csv_text.py": "the marks that wrong encodings leave",
    "brigade/values/validation/communes.py": "a letter that names are compared without",
    "brigade/words/__init__.py": "the typography of French: spaces before its marks",
    "scenarios/cli/console/encoding.py": "the nearest letters of encodings that lack ours",
}
"""Letters, not words."""
EXAMPLES = {"examples", "example", "openapi_extra"}
"""Of input as French people write it, in the OpenAPI document."""


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


def is_french(text: str) -> bool:
    return bool(LETTERS.search(text) or (len(text.split()) > 1 and WORDS.search(text)))


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of each literal but docstrings, examples and what a module calls its input."""
    passed = {id(inner) for node in ast.walk(tree) if is_passed(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node.lineno, node.value


def is_passed(node: ast.AST) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or (isinstance(node, ast.keyword) and node.arg in EXAMPLES)
