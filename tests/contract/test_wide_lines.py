"""Prose stands within 110 columns, so that a changed word is a changed line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WIDEST = 110
ONE_PIECE = re.compile(r"^\s*(\||<|\[!|.*\S{80})")
"""Rows of a table, tags and addresses cannot be broken."""


def prose(text: str) -> Iterator[tuple[int, str]]:
    """Lines by number, without blocks of code."""
    is_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code and not ONE_PIECE.match(line):
            yield number, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_line_of_prose_is_too_wide(page: Path) -> None:
    wide = [number for number, line in prose(page.read_text("utf-8")) if len(line) > WIDEST]
    assert wide == []
