"""The page on input names every table, column, parameter and choice, and its example is a real one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from brigade.exchange.documents.problem_document import read_problem
from brigade.exchange.grids.french_names import CHOICES, COLUMNS, PARAMETERS
from brigade.exchange.sheets.layout import ALL_TABLES, SETTINGS, TableLayout

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "input.md").read_text("utf-8")


def section(table: TableLayout) -> str:
    title = f"### `{table.french}` (`{table.english}`)"
    assert title in PAGE, title
    return PAGE.split(title, 1)[1].split("\n### ", 1)[0]


@pytest.mark.parametrize("table", ALL_TABLES, ids=lambda table: table.english)
def test_each_table_lists_its_columns_and_choices(table: TableLayout) -> None:
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| (.*?) \| (.*?) \|$", section(table), re.MULTILINE)
    assert [(row[0], row[1], row[3] == "required") for row in rows] == [
        (column.french, column.english, column.required) for column in table.columns
    ]
    for row, column in zip(rows, table.columns, strict=True):
        assert all(f"`{CHOICES.get(choice, choice)}`" in row[2] for choice in column.choices)


def test_each_parameter_is_listed() -> None:
    assert all(f"| `{column.french}` | `{column.english}` |" in PAGE for column in SETTINGS)


def test_no_french_word_is_kept_for_nothing() -> None:
    used = {column.english for table in ALL_TABLES for column in table.columns}
    assert COLUMNS.keys() <= used
    assert PARAMETERS.keys() == {column.english for column in SETTINGS}


def test_two_columns_of_a_table_never_share_a_name() -> None:
    for columns in (SETTINGS, *(table.columns for table in ALL_TABLES)):
        names = [name for column in columns for name in set(column.names())]
        assert len(names) == len(set(names))


def test_the_example_is_read() -> None:
    example = PAGE.split("```json\n", 1)[1].split("```", 1)[0]
    assert [visit.id for visit in read_problem(example.encode()).visits] == ["V-204"]
