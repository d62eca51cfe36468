"""A table is refused for its rectangle before anything of that size is built, however small its file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.grids import raw
from brigade.exchange.grids.grids import read_grids
from brigade.exchange.grids.raw import (
    BLANK,
    MergedBlock,
    RawCell,
    Vocabulary,
    kept_rows,
    kept_runs,
    with_merges,
)
from tests.sayings import said_of

CONTENT = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table
table:name="visits">{rows}</table:table></office:spreadsheet></office:body> </office:document-content>"""
CELL = "<table:table-cell{more}><text:p>x</text:p></table:table-cell>"


def workbook(folder: Path, *cells: str) -> Path:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("visits", 0)
    for cell in cells:
        sheet[cell] = "x"
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def opendocument(folder: Path, rows: str) -> Path:
    with zipfile.ZipFile(folder / "t.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", CONTENT.format(rows=rows))
    return folder / "t.ods"


def archive(folder: Path, text: str) -> Path:
    with zipfile.ZipFile(folder / "t.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("visits.csv", text)
    return folder / "t.zip"


def repeated(what: str, times: int) -> str:
    return f' table:number-{what}-repeated="{times}"'


BOMBS: dict[str, Callable[[Path], Path]] = {
    "last cell of a sheet": lambda folder: workbook(folder, "A1", "XFD1048576"),
    "wide rows": lambda folder: workbook(folder, *(f"XFD{row}" for row in range(1, 4))),
    "far row": lambda folder: workbook(folder, "A1", "A1048576"),
    "blank columns repeated": lambda folder: opendocument(
        folder,
        f"<table:table-row><table:table-cell{repeated('columns', 10**9)}/>"
        f"{CELL.format(more='')}</table:table-row>",
    ),
    "a cell repeated": lambda folder: opendocument(
        folder, f"<table:table-row>{CELL.format(more=repeated('columns', 10**9))}</table:table-row>"
    ),
    "a row repeated": lambda folder: opendocument(
        folder, f"<table:table-row{repeated('rows', 10**9)}>{CELL.format(more='')}</table:table-row>"
    ),
    "separators, then lines": lambda folder: archive(folder, ";" * 3000 + "\n" * 3000),
    "lines, then separators": lambda folder: archive(folder, "a;b\n" * 10_000 + ";" * 499),
    "lines without end": lambda folder: archive(folder, "a\n" * 200_001),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_unfolds_to_a_large_table_is_refused(tmp_path: Path, name: str) -> None:
    issues = said_of(read_grids(BOMBS[name](tmp_path), Vocabulary(frozenset({"visits"}))).issues)
    assert [issue.code for issue in issues] == ["C010"]
    assert issues[0].what.startswith("plus de")


def test_a_sheet_of_a_million_blank_rows_below_its_table_is_read(tmp_path: Path) -> None:
    """As office programs write it: 1 048 575 rows in one element."""
    cell = f"<table:table-cell{repeated('columns', 1024)}/>"
    blank = f"<table:table-row{repeated('rows', 1_048_575)}>{cell}</table:table-row>"
    path = opendocument(tmp_path, f"<table:table-row>{CELL.format(more='')}</table:table-row>{blank}")
    found = read_grids(path, Vocabulary())
    assert ([grid.texts() for grid in found.grids], found.issues) == ([(("x",),)], [])


@pytest.mark.parametrize(("rows", "columns"), [(1, 501), (200_001, 1), (4_001, 500)])
def test_the_bounds_of_a_table(rows: int, columns: int) -> None:
    with pytest.raises(UnreadableInput):
        raw.refuse_beyond("t", rows, columns)
    raw.refuse_beyond("t", 4_000, 500)
    raw.refuse_beyond("t", 200_000, 10)


def test_blank_rows_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "MOST_BLANK_ROWS", 10)
    endless = iter(lambda: (BLANK,), None)
    with pytest.raises(UnreadableInput) as refused:
        kept_rows(endless, "t")
    assert refused.value.issues == (Issue("C010", "t", "too_many_rows", {"most": 10}),)


def test_a_row_repeated_is_one_step_however_often_it_is() -> None:
    """LibreOffice ends each sheet with a million blank rows: they are counted, never walked through."""
    full, blank = (RawCell("x"), BLANK), (BLANK,)
    assert kept_runs([(full, 2), (blank, 3), (full, 1), (blank, 1_000_000)], "t") == (
        (RawCell("x"),),
    ) * 2 + ((),) * 3 + ((RawCell("x"),),)
    for runs, most in (([(blank, 10**15)], 2_000_000), ([(blank, 9), (full, 10**15)], 200_000)):
        with pytest.raises(UnreadableInput) as refused:
            kept_runs(runs, "t")
        assert refused.value.issues == (Issue("C010", "t", "too_many_rows", {"most": most}),)


def test_blocks_merged_over_blocks_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand blocks over one square of ten by ten fill it ten times and no more."""
    monkeypatch.setattr(raw, "MOST_CELLS", 1_000)
    rows = [tuple(RawCell("x") for _ in range(10)) for _ in range(10)]
    looked = 0

    def merges() -> object:
        nonlocal looked
        for _ in range(1_000):
            looked += 1
            yield MergedBlock("A1:J10", 0, 0, 9, 9)

    with_merges(rows, merges())  # type: ignore[arg-type]
    assert looked <= 12
