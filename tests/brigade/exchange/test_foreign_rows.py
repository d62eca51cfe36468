"""Rows of another program's export: remarks that look like totals, blocks merged over its columns, one date
for two hours."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from brigade.errors import Issue, Refused
from brigade.exchange.grids.raw import Grid
from brigade.exchange.mapping.applying import is_named
from brigade.exchange.mapping.mapping_document import mapping_from_json
from brigade.exchange.problem_tables import write_tables
from brigade.exchange.reading import read_any
from brigade.values.problem import Problem
from tests.faults.base import sound, tables
from tests.sayings import refusals

LEAVE: dict[str, Any] = {
    "table": "absences",
    "file": "congés*",
    "columns": {
        "identifiant": {"headers": ["N°"]},
        "saad": {"value": "S1"},
        "salarié": {"headers": ["Qui"]},
        "type": {"value": "autre_congé"},
        "début": {"headers": ["Du"]},
        "fin": {"headers": ["Au"]},
        "connue_le": {"value": "2026-03-08 14:00"},
    },
}
OTHER_WORK: dict[str, Any] = {
    "table": "autres_travaux",
    "file": "cumul",
    "columns": {
        "intervenant": {"headers": ["Qui"]},
        "début": {"headers": ["Jour", "De"]},
        "fin": {"headers": ["Jour", "À"]},
    },
}


def mapping(table: dict[str, Any], *ignored: str) -> Any:
    head = {"format": "brigade-mapping", "version": 1, "source": "Essai"}
    return mapping_from_json({**head, "tables": [table], "ignored": list(ignored)})


def exported(folder: Path, ours: str, name: str, text: str) -> Path:
    """Our tables, with one of them in another program's file."""
    place = tables(folder)
    (place / f"{ours}.csv").unlink()
    (place / f"{name}.csv").write_text(text, encoding="utf-8")
    return place


def absences(problem: Problem) -> list[str]:
    return [one.id for one in problem.absences]


@pytest.mark.parametrize("remark", ["Total 1 jour", "TOTAL", "Total : 7 h"])
def test_a_remark_that_begins_like_a_total_is_a_row(tmp_path: Path, remark: str) -> None:
    """A table without amounts has no total: the absence was passed over, and nobody was told."""
    text = (
        f"N°;Qui;Du;Au;Remarque\r\nX1;A1;09/03/2026;09/03/2026;{remark}\r\nX2;A1;11/03/2026;12/03/2026;\r\n"
    )
    place = exported(tmp_path, "absences", "congés", text)
    assert absences(read_any(place, mapping=mapping(LEAVE, "Remarque"))) == ["X1", "X2"]


@pytest.mark.parametrize("amount", ["2", "2,5", "7 h", "1h30", "12,40 €", "1 200"])
def test_a_total_beside_an_amount_is_none(tmp_path: Path, amount: str) -> None:
    text = f"N°;Qui;Du;Au;Jours\r\nX1;A1;09/03/2026;09/03/2026;1\r\nTotal;;;;{amount}\r\n"
    place = exported(tmp_path, "absences", "congés", text)
    assert absences(read_any(place, mapping=mapping(LEAVE, "Jours"))) == ["X1"]


def workbook(folder: Path, rows: list[list[Any]], merge: str) -> Path:
    path = folder / "export.xlsx"
    write_tables(sound(), path)
    book: Workbook = load_workbook(path)
    del book["absences"]
    sheet = book.create_sheet("congés")
    for row in rows:
        sheet.append(row)
    sheet.merge_cells(merge)
    book.save(path)
    return path


BESIDE = [f"Colonne {number}" for number in range(8)]
"""As many columns as our table has and one more: what is merged behind them is none of the first ones."""
DAY = date(2026, 3, 9)


def test_a_block_over_two_columns_is_asked_for_wherever_they_stand(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[*BESIDE, "N°", "Qui", "Du", "Au"], [*["-"] * 8, "X1", "A1", DAY, None]]
    with pytest.raises(Refused) as refused:
        read_any(workbook(tmp_path, rows, "K2:L2"), mapping=mapping(LEAVE, *BESIDE))
    assert {(one.code, one.where) for one in refusals(refused)} >= {
        ("C118", "export.xlsx, feuille « congés », ligne 2, colonne « Du »")
    }


def test_a_block_over_a_column_that_is_not_read_is_the_others_value(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["N°", "Qui", "Surnom", "Du", "Au"], ["X1", "A1", None, DAY, DAY]]
    found = read_any(workbook(tmp_path, rows, "B2:C2"), mapping=mapping(LEAVE, "Surnom"))
    assert [one.employee_id for one in found.absences] == ["A1"]


# -- one date, two hours -----------------------------------------------------------------------------------
def worked(folder: Path, row: str) -> tuple[Problem, list[str]]:
    place = exported(folder, "autres_travaux", "cumul", f"Qui;Jour;De;À\r\n{row}\r\n")
    remarks: list[Issue] = []
    return read_any(place, remarks=remarks, mapping=mapping(OTHER_WORK)), [one.code for one in remarks]


def test_a_night_ends_on_the_next_day(tmp_path: Path) -> None:
    found, remarks = worked(tmp_path, "W1;09/03/2026;22:00;06:00")
    (night,) = found.workers[0].other_work
    assert (night.start, night.end, remarks) == (22 * 60, 30 * 60, ["M203"])


def test_an_end_long_before_its_start_is_a_slip(tmp_path: Path) -> None:
    """From 14:00 to 12:00 it would be 22 hours."""
    with pytest.raises(Refused) as refused:
        worked(tmp_path, "W1;09/03/2026;14:00;12:00")
    assert [one.code for one in refusals(refused)] == ["P217"]


def test_a_midnight_behind_the_date_is_none_of_the_hour(tmp_path: Path) -> None:
    """As databases write a date that stands apart from its hour."""
    found, remarks = worked(tmp_path, "W1;2026-03-09 00:00:00.000;20:30;21:30")
    (evening,) = found.workers[0].other_work
    assert (evening.start, evening.end, remarks) == (20 * 60 + 30, 21 * 60 + 30, [])


# -- names of files ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("file", "name", "is_it"),
    [
        ("planning [mars]", "Planning  [mars]", True),
        ("planning?", "planning?", True),
        ("planning?", "plannings", False),
        ("planning [ab]", "planning a", False),
        ("congés*", unicodedata.normalize("NFD", "Congés été"), True),
        (unicodedata.normalize("NFD", "congés*"), "congés", True),
        ("*.2026*", "plan.2026-03", True),
        ("*.2026*", "plan-2026-03", False),
    ],
)
def test_only_the_star_stands_for_something_else(file: str, name: str, is_it: bool) -> None:
    assert is_named(Grid(name, f"{name}.csv", ()), file) == is_it
