"""Rows struck out: people cancel so, and a table is read whole; each is said with its number."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from brigade.errors import Issue
from brigade.exchange.reading import read_any
from tests.faults.base import sound
from tests.sameness import differences
from tests.sayings import said_of
from tests.spreadsheets import HIDDEN, as_libreoffice, changed, expected, sheets, write_ods


def cell_style(name: str, parent: str = "", line: str = "") -> str:
    through = f'<style:text-properties style:text-line-through-style="{line}"/>' if line else ""
    after = f' style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="table-cell"{after}>{through}</style:style>'


STYLES = (
    cell_style("before", "struck")
    + cell_style("round", "around")
    + cell_style("around", "round")
    + cell_style("usual")
    + cell_style("struck", line="solid")
    + cell_style("after", "struck")
    + cell_style("freed", "struck", "none")
)
FIRST = "<table:table-row><table:table-cell "


def with_first_visit(path: Path, *, cell: str, row: str, text: str) -> Path:
    """The document with the row of V1 in those styles: of its first cell, of the row, of the cell's text."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    content = parts["content.xml"].replace(HIDDEN, HIDDEN + STYLES)
    end = content.index("V1</text:p>")
    start = content.rindex(FIRST, 0, end)
    styled = f'<table:table-row table:default-cell-style-name="{row}"><table:table-cell '
    first = content[start:end].replace(FIRST, styled + (f'table:style-name="{cell}" ' if cell else ""))
    shown = f'<text:span text:style-name="{text}">V1</text:span>'
    parts["content.xml"] = content[:start] + first + shown + content[end + len("V1") :]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def test_rows_struck_out_in_an_xlsx_are_said_with_their_numbers(tmp_path: Path) -> None:
    """A style that strikes nothing out says nothing, nor does a blank cell that is struck."""

    def strike(book: Workbook) -> None:
        for place, strikes in (("A2", False), ("A3", True), ("C4", True), ("ZZ9", True)):
            book["interventions"][place].font = Font(strike=strikes)

    remarks: list[Issue] = []
    found = read_any(changed(tmp_path, strike), remarks=remarks)
    assert differences(sound(), found) == []
    (said,) = said_of(remarks)
    assert (said.code, said.what) == ("C209", "2 lignes barrées (n° 3 et 4)")
    assert said.where == "classeur.xlsx, feuille « interventions »"


SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def with_struck_part(path: Path, mark: str, *, is_shared: bool) -> Path:
    """The first "V1" of the workbook as a text of parts, in its cell or among the shared texts, as Excel has
    it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    name = next(name for name, data in parts.items() if "<is><t>V1</t></is>" in data)
    run = f'<r><rPr>{mark}<sz val="11"/></rPr><t>V1</t></r>'
    if is_shared:
        parts[name] = parts[name].replace('t="inlineStr"><is><t>V1</t></is>', 't="s"><v>1</v>', 1)
        texts = f"<si><t>V1</t></si><si>{run}</si>"
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{texts}</sst>'
        more = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED}"/></Types>'
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", more)
    else:
        parts[name] = parts[name].replace("<is><t>V1</t></is>", f"<is>{run}</is>", 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("is_shared", [False, True])
@pytest.mark.parametrize(("mark", "said"), [("<strike/>", ["C209"]), ('<strike val="0"/>', [])])
def test_a_part_of_a_cell_struck_out_in_an_xlsx_is_said(
    mark: str, said: list[str], is_shared: bool, tmp_path: Path
) -> None:
    """Of that cell alone, though others say the same."""
    path = with_struck_part(changed(tmp_path, lambda book: None), mark, is_shared=is_shared)
    remarks: list[Issue] = []
    assert differences(sound(), read_any(path, remarks=remarks)) == []
    assert [one.code for one in remarks] == said


@pytest.mark.parametrize(
    ("cell", "row", "text", "said"),
    [
        ("struck", "", "", ["C209"]),
        ("after", "", "", ["C209"]),
        ("before", "", "", ["C209"]),
        ("round", "", "", []),
        ("freed", "", "", []),
        ("", "struck", "", ["C209"]),
        ("", "", "struck", ["C209"]),
        ("usual", "usual", "usual", []),
    ],
)
def test_an_ods_strikes_out_by_its_styles(
    cell: str, row: str, text: str, said: list[str], tmp_path: Path
) -> None:
    path = write_ods(list(sheets(as_libreoffice)), tmp_path / "classeur.ods")
    remarks: list[Issue] = []
    found = read_any(with_first_visit(path, cell=cell, row=row, text=text), remarks=remarks)
    assert differences(expected(), found) == []
    assert [one.code for one in remarks] == said
