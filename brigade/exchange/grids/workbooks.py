"""The sheets of an .xlsx as grids: values by openpyxl; merged blocks, formulas and hidden rows from the
sheets' own XML."""

from __future__ import annotations

import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from brigade.errors import Issue, UnreadableInput, step
from brigade.exchange.grids.number_formats import exact, shown_number, shows_clock, with_unit
from brigade.exchange.grids.raw import (
    BLANK,
    Grid,
    MergedBlock,
    RawCell,
    Row,
    StoredType,
    kept_rows,
    raw_moment,
    raw_span,
    struck_rows,
    with_merges,
)

BROKEN = (
    *(
        KeyError,
        ValueError,
        OSError,
        IndexError,
        TypeError,
        AttributeError,
        ParseError,
        EOFError,
        NotImplementedError,
    ),
    *(zipfile.BadZipFile, InvalidFileException, RuntimeError),
)
"""What a damaged or encrypted workbook makes the readers raise."""
EXTRAS = re.compile(rb'<(?:\w+:)?(?:f[\s>/]|mergeCell\b)|\bhidden="(?:1|true)"')
STRIKE = re.compile(rb"<(?:\w+:)?strike\b")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
TRUTHS = ("1", "true")
STYLES, TEXTS = "xl/styles.xml", "xl/sharedStrings.xml"


@dataclass
class _Extras:
    """What openpyxl's reader of large sheets leaves out."""

    merges: list[MergedBlock] = field(default_factory=list)
    uncomputed: dict[int, dict[int, str]] = field(default_factory=dict)
    """Formulas by row and column."""
    hidden_rows: int = 0
    struck: set[int] = field(default_factory=set)
    """Rows in which a part of a text is struck out."""


def read_workbook(path: Path, remarks: list[Issue]) -> list[Grid]:
    """Raises: UnreadableInput."""
    try:
        with path.open("rb") as file, zipfile.ZipFile(path) as archive, warnings.catch_warnings():
            # openpyxl warns of styles and validations that it leaves aside: no cell is in them.
            warnings.simplefilter("ignore")
            # An open file and no path: openpyxl would refuse another suffix without a look at the content.
            book = load_workbook(file, read_only=True, data_only=True)
            try:
                return list(_grids(path.name, book, archive, remarks))
            finally:
                book.close()
    except BROKEN as broken:
        raise UnreadableInput(
            [Issue("C010", path.name, "workbook_unreadable", {"error": type(broken).__name__})]
        ) from None


def _grids(file: str, book: Any, archive: zipfile.ZipFile, remarks: list[Issue]) -> Iterator[Grid]:
    parts, is_stale = _parts(archive)
    strikes = STYLES in archive.namelist() and STRIKE.search(archive.read(STYLES)) is not None
    shared = _struck_texts(archive)
    for sheet in book.worksheets:
        part = parts.get(sheet.title)
        extras = _Extras() if part is None else _extras(archive, part, is_stale, shared)
        sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
        label = f"{file}, {step('sheet', str(sheet.title))}"
        struck: list[int] = []
        rows = kept_rows(_rows(sheet, extras, struck if strikes else None), label)
        if extras.hidden_rows:
            remarks.append(Issue("C206", label, "hidden_parts", {"count": extras.hidden_rows}))
        remarks += struck_rows(label, sorted(extras.struck.union(struck)))
        yield Grid(str(sheet.title), label, with_merges(rows, extras.merges), sheet.sheet_state != "visible")


def _rows(sheet: Any, extras: _Extras, struck: list[int] | None) -> Iterator[Row]:
    """Args: struck: takes the rows with a value that is struck out; None where the workbook strikes nothing
    out."""
    for number, cells in enumerate(sheet.iter_rows()):
        row = [_cell(cell) for cell in cells]
        if struck is not None and any(_is_struck(cell) for cell in cells):
            struck.append(number)
        for column, formula in extras.uncomputed.get(number, {}).items():
            row += [BLANK] * (column + 1 - len(row))
            row[column] = RawCell(formula, StoredType.UNCOMPUTED)
        yield tuple(row)


def _cell(cell: Any) -> RawCell:
    value = cell.value
    if value is None or value == "":
        return BLANK
    if cell.data_type == "e":
        return RawCell(str(value), StoredType.ERROR)
    return raw_value(value, cell.number_format or "General")


def _is_struck(cell: Any) -> bool:
    return cell.value not in (None, "") and bool(cell.font.strike)


def raw_value(value: object, form: str) -> RawCell:
    """A typed value of a workbook, with the number format it is shown in."""
    match value:
        # Before numbers: in Python True is an int.
        case bool():
            return RawCell("VRAI" if value else "FAUX", StoredType.FLAG)
        case int() | float():
            text = exact(value)
            shown = shown_number(int(text), form) if text.isdigit() else ""
            return RawCell(text, StoredType.NUMBER, shown or with_unit(text, form))
        case datetime():
            return raw_moment(value, is_clock_shown=shows_clock(form))
        case date():
            return RawCell(value.isoformat(), StoredType.DAY)
        case time():
            return RawCell(value.isoformat("seconds"), StoredType.SPAN)
        case timedelta():
            return RawCell(raw_span(value), StoredType.SPAN)
    return RawCell(str(value))


# -- the sheets' own XML -----------------------------------------------------------------------------------
def _parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    """The part of each sheet by its title; whether the workbook asks to be computed when opened, as programs
    that cannot compute write it."""
    book = fromstring(archive.read("xl/workbook.xml"))
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {
        one.get("Id"): posixpath.normpath(posixpath.join("xl", one.get("Target", ""))) for one in relations
    }
    parts = {
        sheet.get("name", ""): targets.get(sheet.get(RELATION), "").lstrip("/")
        for sheet in book.iter()
        if _tag(sheet) == "sheet"
    }
    is_stale = any(_tag(one) == "calcPr" and one.get("fullCalcOnLoad") in TRUTHS for one in book.iter())
    return {title: part for title, part in parts.items() if part in archive.namelist()}, is_stale


def _struck_texts(archive: zipfile.ZipFile) -> frozenset[str]:
    """Of the texts that the sheets share, the numbers of those of which a part is struck out."""
    if TEXTS not in archive.namelist() or STRIKE.search(data := archive.read(TEXTS)) is None:
        return frozenset()
    texts = (one for one in fromstring(data) if _tag(one) == "si")
    return frozenset(str(number) for number, text in enumerate(texts) if _strikes(text))


def _strikes(text: Element) -> bool:
    marks = (one for one in text.iter() if _tag(one) == "strike")
    return any(one.get("val", "1") in TRUTHS for one in marks)


def _extras(archive: zipfile.ZipFile, part: str, is_stale: bool, shared: frozenset[str]) -> _Extras:
    # The bytes are searched first: walking the XML is slow, and most sheets have no extras.
    data = archive.read(part)
    if not (EXTRAS.search(data) or STRIKE.search(data) or shared):
        return _Extras()
    with archive.open(part) as file:
        return _walked(file, is_stale, shared)


def _walked(file: IO[bytes], is_stale: bool, shared: frozenset[str]) -> _Extras:
    extras, row, column = _Extras(), -1, -1
    # Each element is cleared once it is read, or those of a long sheet would fill the memory.
    for event, element in iterparse(file, ("start", "end")):
        tag = _tag(element)
        if event == "start" and tag == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif event == "start" and tag == "c":
            row, column = _position(element, row, column)
        elif event == "end" and tag == "c":
            formula = _uncomputed(element, is_stale)
            if formula is not None:
                extras.uncomputed.setdefault(row, {})[column] = formula
            if _is_partly_struck(element, shared):
                extras.struck.add(row)
            element.clear()
        elif event == "end" and tag in ("row", "col"):
            extras.hidden_rows += element.get("hidden") in TRUTHS
            element.clear()
        elif event == "end" and tag == "mergeCell":
            extras.merges.append(_merge(element.get("ref", "")))
    return extras


def _position(element: Element, row: int, column: int) -> tuple[int, int]:
    """A cell may leave out its coordinate: it then follows the one before."""
    if "r" not in element.attrib:
        return row, column + 1
    found = coordinate_to_tuple(element.attrib["r"])
    return found[0] - 1, found[1] - 1


def _uncomputed(element: Element, is_stale: bool) -> str | None:
    """The formula of a cell whose value nobody has computed. A computed empty text has an empty value, of
    type `str`; the 0 that programs write under a formula is none where the workbook asks to be computed."""
    parts = {_tag(one): one for one in element}
    if "f" not in parts:
        return None
    kind, value = element.get("t", "n"), parts.get("v")
    text = None if value is None else value.text or ""
    if text is None or (text == "" and kind != "str") or (is_stale and kind == "n" and text == "0"):
        return f"={parts['f'].text or ''}"
    return None


def _is_partly_struck(element: Element, shared: frozenset[str]) -> bool:
    """A cell holds its text itself, or the number of a shared one."""
    if element.get("t") != "s":
        return _strikes(element)
    return any(_tag(one) == "v" and one.text in shared for one in element)


def _merge(ref: str) -> MergedBlock:
    left, top, right, bottom = range_boundaries(ref)
    return MergedBlock(ref, (top or 1) - 1, (left or 1) - 1, (bottom or 1) - 1, (right or 1) - 1)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]
