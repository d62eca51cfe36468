"""The sheets of an .ods (ISO/IEC 26300) as grids, read from its content.xml.

By hand, as no kept library tells what must be told here: errors, formulas without value, merged blocks, shown
digits.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, fromstring

from openpyxl.utils.cell import get_column_letter

from brigade.errors import Issue, UnreadableInput, step
from brigade.exchange.grids.number_formats import CURRENCY_BEFORE, CURRENCY_SIGNS, exact
from brigade.exchange.grids.raw import (
    BLANK,
    MOST_COLUMNS,
    Grid,
    MergedBlock,
    RawCell,
    Row,
    StoredType,
    is_error,
    kept_runs,
    raw_moment,
    raw_span,
    struck_rows,
    with_merges,
)

NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT, STYLE = (f"{{{NAMES}{part}:1.0}}" for part in ("office", "table", "text", "style"))
LINE_THROUGH = f"{STYLE}text-line-through-style"
STYLES = "styles.xml"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
SPAN = re.compile(r"(-)?P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
GROUPS = {f"{TABLE}{name}" for name in ("table-header-rows", "table-row-group", "table-rows")}
CLOCK = re.compile(r":|\d\s*h", re.IGNORECASE)
"""An hour of the clock in what a date shows; « dimanche 15 mars » shows none."""
SHOWN_UNIT = re.compile(rf"[\d\s.,]*\d\s*([%‰{CURRENCY_SIGNS}]|[^\W\d_]).*|{CURRENCY_BEFORE}[\d\s.,]*")
VALUES = ("value", "date-value", "time-value")
SHOWN_DIGITS = re.compile(r"[^\d]*0*(\d+)[^\d]*")


@dataclass
class _Sheet:
    strikes: frozenset[str]
    """The styles that strike text out."""
    merges: list[MergedBlock] = field(default_factory=list)
    struck: list[int] = field(default_factory=list)
    hidden_rows: int = 0


def read_opendocument(path: Path, remarks: list[Issue]) -> list[Grid]:
    """Raises: UnreadableInput."""
    try:
        with zipfile.ZipFile(path) as archive:
            content = fromstring(archive.read("content.xml"))
            named = fromstring(archive.read(STYLES)) if STYLES in archive.namelist() else content
        hidden = {
            style.get(f"{STYLE}name")
            for style in content.iter(f"{STYLE}style")
            for one in style.iter(f"{STYLE}table-properties")
            if one.get(f"{TABLE}display") == "false"
        }
        strikes = _strikes(named, content)
        return [_grid(path.name, table, hidden, strikes, remarks) for table in content.iter(f"{TABLE}table")]
    except (KeyError, ValueError, OSError, EOFError, ParseError, RuntimeError, zipfile.BadZipFile) as broken:
        raise UnreadableInput(
            [Issue("C010", path.name, "ods_unreadable", {"error": type(broken).__name__})]
        ) from None


def _strikes(*parts: Element) -> frozenset[str]:
    """The names of the styles that strike text out, by themselves or after their parent, in whatever order
    they stand."""
    said, parents = dict[str, bool](), dict[str, str]()
    for style in (style for part in parts for style in part.iter(f"{STYLE}style")):
        name = style.get(f"{STYLE}name", "")
        parents[name] = style.get(f"{STYLE}parent-style-name", "")
        lines = (one.get(LINE_THROUGH) for one in style.iter(f"{STYLE}text-properties"))
        if (line := next((line for line in lines if line is not None), None)) is not None:
            said[name] = line != "none"
    return frozenset(name for name in parents if _is_striking(name, said, parents))


def _is_striking(name: str, said: Mapping[str, bool], parents: Mapping[str, str]) -> bool:
    seen = set[str]()
    # A damaged document may name a style among its own ancestors.
    while name in parents and name not in said and name not in seen:
        seen.add(name)
        name = parents[name]
    return said.get(name, False)


def _grid(
    file: str, table: Element, hidden: set[str | None], strikes: frozenset[str], remarks: list[Issue]
) -> Grid:
    name = table.get(f"{TABLE}name", "")
    label, sheet = f"{file}, {step('sheet', name)}", _Sheet(strikes)
    rows = kept_runs(_runs(table, sheet), label)
    columns = table.iter(f"{TABLE}table-column")
    hidden_parts = sheet.hidden_rows + sum(not _is_shown(column) for column in columns)
    if hidden_parts:
        remarks.append(Issue("C206", label, "hidden_parts", {"count": hidden_parts}))
    remarks += struck_rows(label, sheet.struck)
    return Grid(name, label, with_merges(rows, sheet.merges), table.get(f"{TABLE}style-name") in hidden)


def _runs(table: Element, sheet: _Sheet) -> Iterator[tuple[Row, int]]:
    """Each row with how many times it stands there: the blank ones below the last are a million, told in one
    element."""
    number = 0
    for element in _row_elements(table):
        times = int(element.get(f"{TABLE}number-rows-repeated", "1"))
        row = _row(element, number, sheet)
        if row and not _is_shown(element):
            sheet.hidden_rows += times
        if row and _is_struck(element, sheet.strikes):
            sheet.struck += range(number, number + times)
        number += times
        if times > 0:
            yield row, times


def _is_shown(element: Element) -> bool:
    """Whether a row or column is neither hidden nor filtered out."""
    return element.get(f"{TABLE}visibility", "visible") == "visible"


def _is_struck(row: Element, strikes: frozenset[str]) -> bool:
    """Whether text of the row is struck out: a cell's, by its own style or the row's, or a part of one."""
    usual = row.get(f"{TABLE}default-cell-style-name", "")
    return any(
        cell.get(f"{TABLE}style-name", usual) in strikes
        or any(span.get(f"{TEXT}style-name") in strikes for span in cell.iter(f"{TEXT}span"))
        for cell in row.iter(f"{TABLE}table-cell")
        if cell.find(f"{TEXT}p") is not None
    )


def _row_elements(table: Element) -> Iterator[Element]:
    for element in table:
        if element.tag == f"{TABLE}table-row":
            yield element
        elif element.tag in GROUPS:
            yield from _row_elements(element)


def _row(element: Element, number: int, sheet: _Sheet) -> Row:
    row: list[RawCell] = []
    blanks = 0
    for one in element:
        times = int(one.get(f"{TABLE}number-columns-repeated", "1"))
        # What a merged block covers keeps the text it had before; nobody sees it.
        cell = _cell(one) if one.tag == f"{TABLE}table-cell" else BLANK
        if cell.is_blank:
            blanks += times
            continue
        row += [BLANK] * min(blanks, MOST_COLUMNS + 1)
        blanks = 0
        _merged(one, number, len(row), sheet)
        # One more than may be: enough to be told as too wide, however often a file says it is repeated.
        row += [cell] * min(times, MOST_COLUMNS + 1)
        if len(row) > MOST_COLUMNS:
            break  # too wide, which is told of the whole table
    return tuple(row)


def _merged(one: Element, row: int, column: int, sheet: _Sheet) -> None:
    rows, columns = (int(one.get(f"{TABLE}number-{axis}-spanned", "1")) for axis in ("rows", "columns"))
    if (rows, columns) != (1, 1):
        last = (row + rows - 1, column + columns - 1)
        ref = f"{get_column_letter(column + 1)}{row + 1}:{get_column_letter(last[1] + 1)}{last[0] + 1}"
        sheet.merges.append(MergedBlock(ref, row, column, *last))


def _cell(one: Element) -> RawCell:
    shown = "\n".join(_text(paragraph) for paragraph in one.findall(f"{TEXT}p"))
    kind = one.get(f"{OFFICE}value-type")
    is_error_shown = is_error(shown, is_prose=kind in (None, "string"))
    if one.get(f"{CALC}value-type") == "error" or is_error_shown:  # older programs give an error the value 0
        return RawCell(shown or "#ERREUR", StoredType.ERROR)
    try:
        typed = _typed(one, kind, shown)
    except (ValueError, OverflowError):
        return _as_written(one, shown)
    if typed is not None:
        return typed
    match kind:
        case "boolean":
            return RawCell("VRAI" if one.get(f"{OFFICE}boolean-value") == "true" else "FAUX", StoredType.FLAG)
        case "string":
            return RawCell(shown or one.get(f"{OFFICE}string-value", ""))
    formula = one.get(f"{TABLE}formula")
    if formula is not None and not shown:
        return RawCell(f"={formula.partition('=')[2]}", StoredType.UNCOMPUTED)
    return RawCell(shown)


def _as_written(one: Element, shown: str) -> RawCell:
    """A year of five digits, a number too large: the cell alone is at fault, and is told where it is read."""
    written = next((one.get(f"{OFFICE}{name}") for name in VALUES if one.get(f"{OFFICE}{name}")), shown)
    return RawCell(written) if written else RawCell("#ERREUR", StoredType.ERROR)


def _typed(one: Element, kind: str | None, shown: str) -> RawCell | None:
    """The cell of a number, a date or a length; None for others. Raises: ValueError, OverflowError."""
    match kind:
        case "float" | "currency" | "percentage":
            return _number(float(one.get(f"{OFFICE}value", "")), shown)
        case "date":
            moment = datetime.fromisoformat(one.get(f"{OFFICE}date-value", ""))
            return raw_moment(moment, is_clock_shown=CLOCK.search(shown) is not None)
        case "time":
            return RawCell(_span(one.get(f"{OFFICE}time-value", "")), StoredType.SPAN)
    return None


def _number(value: float, shown: str) -> RawCell:
    """The value, and its digits with the zeros or letters that the format adds; a rounded or parted number is
    none of these."""
    text = exact(value)
    found = SHOWN_DIGITS.fullmatch(shown)
    # Other digits are a rounding of the value: what is stored counts then.
    adds = found is not None and found[1].lstrip("0") == text.lstrip("0")
    return RawCell(
        text, StoredType.NUMBER, shown if (adds or SHOWN_UNIT.fullmatch(shown)) and shown != text else ""
    )


def _span(text: str) -> str:
    found = SPAN.fullmatch(text)
    if not found:
        raise ValueError(text)
    days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in found.groups()[1:])
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return raw_span(-length if found[1] else length)


def _text(element: Element) -> str:
    """What a paragraph shows: spaces written as elements too, comments aside."""
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterable[str]:
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            yield " " * int(child.get(f"{TEXT}c", "1"))
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        elif child.tag != f"{OFFICE}annotation":
            yield _text(child)
        yield child.tail or ""
