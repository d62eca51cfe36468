"""Tables dressed as French spreadsheets keep them: typed dates, clock lengths, titles, totals, hidden
sheets."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook, load_workbook

from brigade.exchange.documents.problem_document import problem_to_json
from brigade.exchange.problem_tables import sheets_of, write_tables
from brigade.exchange.sheets.layout import ALL_TABLES, SETTINGS, Cell, Column
from brigade.values.problem import Problem
from tests.faults.base import sound

HEADERS = {table.french: {column.french: column for column in table.columns} for table in ALL_TABLES}
PARAMETERS = {column.french: column for column in SETTINGS}
WHOLE_DAYS = ("absences",)
QUANTITIES = (Cell.COUNT, Cell.MINUTES)


@cache
def expected() -> Problem:
    """A problem that holds a little of everything, some of its communes beginning with a zero."""
    problem = sound()
    communes = ("01001", "62498", "2A004")
    return replace(
        problem,
        sites=tuple(replace(site, commune=communes[n % 3]) for n, site in enumerate(problem.sites)),
        employers=tuple(replace(one, communes=frozenset(communes)) for one in problem.employers),
    )


@dataclass(frozen=True)
class Typed:
    """A cell as a spreadsheet holds it: a value and its number format."""

    value: Any
    form: str = "General"


@dataclass
class Sheet:
    """Rows from the first line of the sheet on; `merges` as « A1:C1 »; `header`: the header's row from 0."""

    name: str
    rows: list[list[Typed]]
    header: int = 0
    merges: list[str] = field(default_factory=list)
    is_hidden: bool = False


Dress = Callable[[Column, Any], Typed]


def sheets(dress: Dress) -> Iterator[Sheet]:
    """Every table of the problem, each value dressed by its column."""
    problem = expected()
    for name, header, rows in sheets_of(problem_to_json(problem), problem.horizon.zone):
        made = [[Typed(title) for title in header]]
        for row in rows:
            cells = [
                _dressed(dress, name, title, row[0], value) for title, value in zip(header, row, strict=True)
            ]
            made.append(_whole_days(header, cells) if name in WHOLE_DAYS else cells)
        yield Sheet(name, made)


def _dressed(dress: Dress, table: str, title: str, first: Any, value: Any) -> Typed:
    column = PARAMETERS[str(first)] if table == "paramètres" and title == "valeur" else HEADERS[table][title]
    return Typed(None) if value == "" else dress(column, value)


def _whole_days(header: Sequence[str], cells: list[Typed]) -> list[Typed]:
    """An absence from midnight to midnight, as people write it: from a day to a day, the last one
    included."""
    start, end = header.index("début"), header.index("fin")
    made = list(cells)
    made[start] = Typed(date(2026, 3, 9), "dd/mm/yyyy")
    made[end] = Typed(date(2026, 3, 9), "dd/mm/yyyy")
    return made


# -- ways to dress -----------------------------------------------------------------------------------------
def as_excel(column: Column, value: Any) -> Typed:
    """Typed cells: dates, lengths in [h]:mm, booleans, codes as numbers of the format 00000, lists by
    Alt+Enter."""
    match column.cell:
        case Cell.MOMENT if is_plain(value):
            return Typed(datetime.fromisoformat(value), "dd/mm/yyyy hh:mm")
        case Cell.DAY:
            return Typed(datetime.fromisoformat(value), "dd/mm/yyyy")
        case Cell.MINUTES:
            return Typed(timedelta(minutes=float(value)), "[h]:mm")
        case Cell.FLAG:
            return Typed(value == "oui")
        case Cell.CODE if str(value).isdigit():
            return Typed(int(value), "0" * len(value))
        case Cell.CODES | Cell.DAYS | Cell.SPELLS:
            return Typed(str(value).replace(" | ", "\n"))
        case Cell.EUROS | Cell.COUNT | Cell.NUMBER:
            return Typed(float(value) + (2e-13 if float(value) % 1 else 0))
    return Typed(value)


def as_libreoffice(column: Column, value: Any) -> Typed:
    """Typed otherwise: ISO dates, clock times of the day, 1 and 0, letters added by a format."""
    match column.cell:
        case Cell.MOMENT if is_plain(value):
            return Typed(datetime.fromisoformat(value), "YYYY-MM-DD HH:MM:SS")
        case Cell.DAY:
            return Typed(date.fromisoformat(value), "DD/MM/YY")
        case Cell.MINUTES:
            return Typed(timedelta(minutes=float(value)), "[HH]:MM:SS")
        case Cell.FLAG:
            return Typed(int(value == "oui"))
        case Cell.CODE if str(value)[:1] in "VW" and str(value)[1:].isdigit():
            return Typed(int(value[1:]), f'"{value[0]}"' + "0" * len(value[1:]))
        case Cell.CODE if str(value).isdigit():
            return Typed(int(value), "0" * len(value))
        case Cell.COUNT | Cell.NUMBER | Cell.EUROS:
            return Typed(float(value))
    return Typed(value)


def as_typed_by_hand(column: Column, value: Any) -> Typed:
    """Texts as people type them."""
    match column.cell:
        case Cell.MOMENT if is_plain(value):
            moment = datetime.fromisoformat(value)
            return Typed(f"{moment:%d/%m/%Y} à {moment.hour}h{moment.minute or '':0>2}".removesuffix("00"))
        case Cell.DAY:
            return Typed(f"{date.fromisoformat(value):%d-%m-%Y}")
        case Cell.MINUTES:
            hours, minutes = divmod(int(value), 60)
            return Typed(f"{hours} h {minutes:02}" if hours else f"{minutes} min")
        case Cell.FLAG:
            return Typed("X" if value == "oui" else "Non")
        case Cell.EUROS:
            return Typed(f"{float(value):,.2f} €".replace(",", "\u202f").replace(".", ","))
        case Cell.CODES:
            return Typed(str(value).replace(" | ", "\r\n"))
        case Cell.COUNT | Cell.NUMBER:
            return Typed(str(value))
    return Typed(value)


def is_plain(value: Any) -> bool:
    """A local instant, not at midnight: a date cell cannot say midnight without doubt."""
    return len(str(value)) == 16 and not str(value).endswith("00:00")


# -- habits around the tables ------------------------------------------------------------------------------
def with_title(sheet: Sheet, title: str) -> Sheet:
    """A title merged over the columns, and a blank line, above the header."""
    width = len(sheet.rows[0])
    last = chr(ord("A") + min(width, 26) - 1)
    merges = [*sheet.merges, f"A1:{last}1"] if width > 1 else sheet.merges
    return replace(sheet, rows=[[Typed(title)], [], *sheet.rows], header=sheet.header + 2, merges=merges)


def with_total(sheet: Sheet, title: str, label: str = "Total") -> Sheet:
    """A last row that adds up one column, after a blank one."""
    at = next(n for n, cell in enumerate(sheet.rows[sheet.header]) if cell.value == title)
    values = [row[at].value for row in sheet.rows[sheet.header + 1 :] if row[at].value is not None]
    total = sum(values[1:], values[0])
    row = [Typed(label), *[Typed(None)] * (at - 1), Typed(total, sheet.rows[sheet.header + 1][at].form)]
    return replace(sheet, rows=[*sheet.rows, [], row])


# -- files -------------------------------------------------------------------------------------------------
def write_xlsx(made: list[Sheet], path: Path) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in made:
        page = book.create_sheet(sheet.name)
        page.sheet_state = "hidden" if sheet.is_hidden else "visible"
        for number, row in enumerate(sheet.rows, 1):
            for column, cell in enumerate(row, 1):
                if cell.value is not None:
                    written = page.cell(number, column, cell.value)
                    written.number_format = cell.form
        for block in sheet.merges:
            page.merge_cells(block)
    book.save(path)
    return path


@cache
def sound_workbook() -> bytes:
    """The sound problem as we write it, once for the many tests that change a cell of it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "classeur.xlsx"
        write_tables(sound(), path)
        return path.read_bytes()


def changed(folder: Path, change: Callable[[Workbook], object], problem: Problem | None = None) -> Path:
    """The workbook we write, changed in a spreadsheet."""
    path = folder / "classeur.xlsx"
    if problem is None:
        path.write_bytes(sound_workbook())
    else:
        write_tables(problem, path)
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def computed(path: Path, values: Mapping[str, str]) -> Path:
    """The workbook with values under its formulas, as a spreadsheet that has computed them keeps them;
    formula -> its `v`."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, data in parts.items():
        for formula, value in values.items():
            data = data.replace(f"<f>{formula}</f><v></v>".encode(), f"<f>{formula}</f>{value}".encode())
            data = data.replace(f"<f>{formula}</f><v />".encode(), f"<f>{formula}</f>{value}".encode())
        parts[name] = data
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
HIDDEN = (
    '<style:style style:name="hid" style:family="table"><style:table-properties '
    'table:display="false"/></style:style>'
)


def write_ods(made: list[Sheet], path: Path) -> Path:
    """As LibreOffice writes them: a million blank rows at the end, repeated cells, covered cells under merged
    blocks."""
    body = "".join(_ods_sheet(sheet) for sheet in made)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES} {CALC}>'
        f"<office:automatic-styles>{HIDDEN}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return path


def _ods_sheet(sheet: Sheet) -> str:
    spans = {_corner(block): _extent(block) for block in sheet.merges}
    rows = "".join(
        "<table:table-row>"
        + "".join(ods_cell(cell, spans.get((number, column))) for column, cell in enumerate(row))
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for number, row in enumerate(sheet.rows)
    )
    style = ' table:style-name="hid"' if sheet.is_hidden else ""
    end = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
    return f"<table:table table:name={quoteattr(sheet.name)}{style}>{rows}{end}</table:table>"


def _corner(block: str) -> tuple[int, int]:
    first = block.partition(":")[0]
    return int(first[1:]) - 1, ord(first[0]) - ord("A")


def _extent(block: str) -> tuple[int, int]:
    first, _, last = block.partition(":")
    return int(last[1:]) - int(first[1:]) + 1, ord(last[0]) - ord(first[0]) + 1


def ods_cell(cell: Typed, span: tuple[int, int] | None = None) -> str:
    kind, shown = _ods_value(cell)
    merged = (
        f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    )
    if cell.value is None:
        return "<table:table-cell/>"
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in shown.split("\n"))
    note = (
        "<office:annotation><text:p>une remarque de quelqu’un</text:p></office:annotation>"
        if shown == "V1"
        else ""
    )
    return f"<table:table-cell {kind}{merged}>{note}{lines}</table:table-cell>"


def _ods_value(cell: Typed) -> tuple[str, str]:
    """The attributes of a value, and what it is shown as."""
    match cell.value:
        case bool():
            return f'office:value-type="boolean" office:boolean-value="{str(cell.value).lower()}"', "VRAI"
        case int():
            return f'office:value-type="float" office:value="{cell.value}"', _shown_digits(cell)
        case float():
            return f'office:value-type="float" office:value="{cell.value!r}"', f"{cell.value:.2f}".replace(
                ".", ","
            )
        case datetime():
            shown = f"{cell.value:%d/%m/%Y %H:%M}" if "h" in cell.form.lower() else f"{cell.value:%d/%m/%Y}"
            value = (
                cell.value.isoformat() if cell.value.hour or cell.value.minute else f"{cell.value:%Y-%m-%d}"
            )
            return f'office:value-type="date" office:date-value="{value}"', shown
        case date():
            return (
                f'office:value-type="date" office:date-value="{cell.value.isoformat()}"',
                f"{cell.value:%d/%m/%y}",
            )
        case timedelta():
            minutes, seconds = divmod(round(cell.value.total_seconds()), 60)
            value = f"PT{minutes // 60:02}H{minutes % 60:02}M{seconds:02}S"
            return (
                f'office:value-type="time" office:time-value="{value}"',
                f"{minutes // 60}:{minutes % 60:02}",
            )
    return 'office:value-type="string" calcext:value-type="string"', str(cell.value or "").replace(
        "\r\n", "\n"
    )


def _shown_digits(cell: Typed) -> str:
    letters = cell.form.split('"')[1] if '"' in cell.form else ""
    return f"{letters}{cell.value:0{cell.form.count('0') or 1}}"
