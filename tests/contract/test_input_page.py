"""The page on input names every table, column, parameter and choice, and its example is a real one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.imports.person_sections import TABLES as PERSON_TABLES
from brigade.exchange.documents.problem_document import read_problem
from brigade.exchange.sheets.layout import ALL_TABLES, OTHER_TABLES, SETTINGS, TableLayout
from brigade.values.input_words import CHOICES, COLUMNS, COLUMNS_OF, PARAMETERS, SYNONYMS, TABLES

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
    every = {table.english: table for table in (*ALL_TABLES, *OTHER_TABLES, *PERSON_TABLES)}
    columns = {name: {column.english for column in table.columns} for name, table in every.items()}
    assert TABLES.keys() == every.keys()
    assert COLUMNS.keys() <= set().union(*columns.values())
    assert [name for name, words in COLUMNS_OF.items() if not words.keys() <= columns[name]] == []
    assert {tuple(name.split(".")) for name in SYNONYMS} <= {
        (name, column) for name, found in columns.items() for column in found
    }
    cells = [*SETTINGS, *(column for table in every.values() for column in table.columns)]
    assert CHOICES.keys() <= {choice for column in cells for choice in column.choices}
    assert PARAMETERS.keys() == {column.english for column in SETTINGS}


def test_two_columns_of_a_table_never_share_a_name() -> None:
    for columns in (SETTINGS, *(table.columns for table in ALL_TABLES)):
        names = [name for column in columns for name in set(column.names())]
        assert len(names) == len(set(names))


def test_the_example_is_read() -> None:
    example = PAGE.split("```json\n", 1)[1].split("```", 1)[0]
    assert [visit.id for visit in read_problem(example.encode()).visits] == ["V-204"]
