"""The pages name files of the code: each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
NAMED = re.compile(r"`([\w/]+\.py)`")
ANY_RULE = frozenset({"brigade/law/rules/x.py", "solver/rules/x.py"})
"""Stand for whichever rule is added."""


@pytest.fixture(scope="module")
def endings() -> frozenset[str]:
    """Every way to name a file of the house: with all its folders, with some, with none."""
    rooms = ("api", "brigade", "solver", "scenarios", "tests", "tools")
    files = (path.relative_to(ROOT).parts for room in rooms for path in (ROOT / room).rglob("*.py"))
    return frozenset("/".join(parts[number:]) for parts in files for number in range(len(parts)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_file_that_a_page_names_is_there(page: Path, endings: frozenset[str]) -> None:
    named = set(NAMED.findall(page.read_text("utf-8")))
    assert named - endings - ANY_RULE == set()
