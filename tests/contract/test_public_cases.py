"""Every case that was met in public reports, or at the command line, is held by a test
(`tests/data/public_cases.csv`)."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_every_public_case_names_a_test_that_is_there() -> None:
    with (TESTS / "data" / "public_cases.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numbers = {row["case"] for row in rows}
    assert len(numbers) == len(rows)
    missing = [
        row
        for row in rows
        if row["test"].partition("::")[2] not in functions_of(row["test"].partition("::")[0])
    ]
    assert missing == []


def functions_of(file: str) -> set[str]:
    """The tests of a file, given from `tests/` on."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
