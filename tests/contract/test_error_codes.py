"""Every issue code of the code has its line in the documentation, and no line outlives its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("brigade", "solver", "api", "scenarios")
CODE = re.compile(r"(?!S256)[A-Z]\d{3}")
"""S256 is a method of OAuth, and no code of ours."""
LINE = re.compile(r"^\| ([A-Z]\d{3}) \|", re.MULTILINE)
PAGES = {"errors.md": ROOT / "docs/errors.md", "travel.md": ROOT / "docs/travel.md"}


def codes_in(path: Path) -> Iterator[str]:
    """Whole string literals such as "P101", wherever they stand: some codes pass through a helper before
    their Issue."""
    text = path.read_text("utf-8")
    # Most files name none: they are not parsed.
    for node in ast.walk(ast.parse(text)) if CODE.search(text) else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value


@cache
def codes() -> set[str]:
    # Codes of the bench sets stay with their page, which explains their files.
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "bench" not in path.parts]
    return {code for path in files for code in codes_in(path)}


def documented() -> set[str]:
    return {code for page in PAGES.values() for code in LINE.findall(page.read_text("utf-8"))}


def test_every_code_has_its_line() -> None:
    assert codes() - documented() == set()


def test_no_line_outlives_its_code() -> None:
    assert documented() - codes() == set()
