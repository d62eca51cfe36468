"""Where a table begins and ends in its grid: titles above its header, headers repeated, totals and notes
below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from brigade.errors import Issue
from brigade.exchange.documents.shape_faults import said
from brigade.exchange.grids.csv_text import LOOKED_AT
from brigade.exchange.grids.raw import Grid, RawCell, Row, StoredType, blank
from brigade.exchange.sheets.cells import read_cell
from brigade.exchange.sheets.clocks import PART_HOURS, CellFault
from brigade.exchange.sheets.layout import QUANTITIES, Column, TableLayout
from brigade.units import PARIS
from brigade.values.input_words import BEFORE_TOTALS, SUMMARIES, TOTALS, one_of, plain

TOTAL = re.compile(rf"(({one_of(BEFORE_TOTALS)})_)?({one_of(TOTALS)})(_.*)?")
SUMMARY = re.compile(rf"({one_of(SUMMARIES)})(_.*)?")
"""What else stands under a table: nothing that adds up, and no row of it."""
SUM = re.compile(r"=\s*(of:)?(SUM|SUBTOTAL|SOMME|SOUS\.TOTAL)\(", re.IGNORECASE)
# Sums of decimals differ in their last digits, by the order in which they were added.
NEAR = 1e-6
OF_HUNDREDTHS = 0.3
"""Minutes that half a hundredth of an hour holds."""

Columns = Sequence[Column | None]


@dataclass
class TableBody:
    """The numbers of a table's rows; `issues`: rows that are none; `remarks`: what was passed over, and is
    said."""

    rows: list[int] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    remarks: list[Issue] = field(default_factory=list)


def header_row(grid: Grid, table: TableLayout) -> int:
    """The first row that names half of the required columns and at least two, else the one that names
    most."""
    scores = [sum(plain(cell.text) in table.by_name for cell in row) for row in grid.rows[:LOOKED_AT]]
    wanted = max(2, (sum(column.required for column in table.columns) + 1) // 2)
    enough = next((number for number, score in enumerate(scores) if score >= wanted), None)
    if enough is not None:
        return enough
    best = max(scores, default=0)
    first = next((number for number, row in enumerate(grid.rows) if not blank(row)), 0)
    return scores.index(best) if best else first


def body_of(grid: Grid, table: TableLayout, columns: Columns, header: int) -> TableBody:
    """The rows under the header that are rows of the table."""
    body = TableBody()
    _say_above(grid, header, body)
    for number in range(header + 1, len(grid.rows)):
        row = grid.rows[number]
        if blank(row) or all(cell.is_blank or _is_of_header(cell, header) for cell in row):
            continue
        if _repeats(row, grid.rows[header], columns):
            body.remarks.append(Issue("C207", grid.at(number), "header_repeated"))
        else:
            body.rows.append(number)
    _set_totals_aside(grid, table, columns, body)
    return body


def _say_above(grid: Grid, header: int, body: TableBody) -> None:
    above = [number for number in range(header) if not blank(grid.rows[number])]
    if above:
        met = next(cell.text for cell in grid.rows[above[0]] if not cell.is_blank)
        body.remarks.append(
            Issue("C203", grid.at(above[0]), "above_header", {"met": said(met), "row": header + 1})
        )


def _is_of_header(cell: RawCell, header: int) -> bool:
    return cell.merge is not None and cell.merge.top <= header


def _repeats(row: Row, head: Row, columns: Columns) -> bool:
    """Whether a row names its columns again, at the top of a page: the same words, or other names of the same
    columns."""
    filled = [
        (position, plain(cell.text))
        for position, cell in enumerate(row)
        if not cell.is_blank and not cell.repeated
    ]
    return len(filled) > 1 and all(name in _names(position, head, columns) for position, name in filled)


def _names(position: int, head: Row, columns: Columns) -> Sequence[str]:
    column = columns[position] if position < len(columns) else None
    written = [plain(head[position].text)] if position < len(head) else []
    return [*written, *(column.names() if column else ())]


# -- totals and notes --------------------------------------------------------------------------------------
def _set_totals_aside(grid: Grid, table: TableLayout, columns: Columns, body: TableBody) -> None:
    """A last row that adds up the others, or all rows of the file, is passed over; any other row that looks
    like a total or a note is told."""
    while body.rows and _is_total(table, columns, grid.rows[body.rows[-1]]):
        number = body.rows[-1]
        rows = [grid.rows[one] for one in body.rows[:-1]]
        # A program adds up its whole export: the cancelled visits too, which a mapping leaves out.
        whole = rows + [row for at, row in grid.left_out.items() if at < number]
        if not any(_adds_up(columns, counted, grid.rows[number]) for counted in (rows, whole)):
            break
        body.rows.pop()
        body.remarks.append(Issue("C204", grid.at(number), "total_row", {"met": _met(grid.rows[number])}))
    for number in list(body.rows):
        row = grid.rows[number]
        if _is_total(table, columns, row):
            words = "perhaps_total_row"
        elif _is_note(table, columns, row):
            words = "perhaps_note_row"
        else:
            continue
        body.rows.remove(number)
        body.issues.append(Issue("C119", grid.at(number), words, {"met": _met(row)}))


def _met(row: Row) -> str:
    return said(" ; ".join(cell.text.strip() for cell in row if not cell.is_blank))


def _filled(columns: Columns, row: Row) -> Iterator[tuple[Column | None, RawCell]]:
    for position, cell in enumerate(row):
        if not cell.is_blank and not cell.repeated:
            yield columns[position] if position < len(columns) else None, cell


def _lacks_a_name(table: TableLayout, columns: Columns, row: Row) -> bool:
    """Whether a required cell that is no quantity is blank: the row could not be read anyway."""
    named = {
        column for column, cell in zip(columns, row, strict=False) if column is not None and not cell.is_blank
    }
    wanted = {
        column
        for column in table.columns
        if column.required and column.cell not in QUANTITIES and column in columns
    }
    return bool(wanted - named)


def _is_total(table: TableLayout, columns: Columns, row: Row) -> bool:
    """Quantities only, under the word « total » or under nobody's name."""
    labels = [cell for column, cell in _filled(columns, row) if not _is_quantity(column, cell)]
    quantities = [column for column, cell in _filled(columns, row) if _is_quantity(column, cell)]
    if not quantities or len(labels) > 1:
        return False
    if labels:
        label = plain(labels[0].text)
        return bool(
            TOTAL.fullmatch(label) or (SUMMARY.fullmatch(label) and _lacks_a_name(table, columns, row))
        )
    return _lacks_a_name(table, columns, row)


def _is_quantity(column: Column | None, cell: RawCell) -> bool:
    if column is None:
        return (
            cell.stored in (StoredType.NUMBER, StoredType.SPAN)
            or cell.text.strip().replace(",", "").replace(".", "").isdigit()
        )
    return column.cell in QUANTITIES


def _is_note(table: TableLayout, columns: Columns, row: Row) -> bool:
    """One filled cell where several are needed."""
    filled = list(_filled(columns, row))
    return (
        len(filled) == 1
        and sum(column.required for column in table.columns) > 1
        and _lacks_a_name(table, columns, row)
    )


def _adds_up(columns: Columns, rows: Sequence[Row], total: Row) -> bool:
    """Whether every quantity of a row is the sum of its column, or the formula of one."""
    checked = 0
    for position, cell in enumerate(total):
        column = columns[position] if position < len(columns) else None
        if column is None or column.cell not in QUANTITIES or cell.is_blank:
            continue
        checked += 1
        if cell.stored is StoredType.UNCOMPUTED and SUM.match(cell.text):
            continue
        values = [_quantity(row, position, column) for row in (*rows, total)]
        # 0,33 h thrice is 0,99 h to who adds hundredths of hours, an hour to who adds minutes.
        near = OF_HUNDREDTHS * len(values) if PART_HOURS.fullmatch(cell.text.strip()) else NEAR
        if None in values or abs(sum(value for value in values[:-1] if value) - (values[-1] or 0)) > near:
            return False
    return checked > 0


def _quantity(row: Row, position: int, column: Column) -> float | None:
    """A cell's number, 0 for a blank one; None where it has none."""
    if position >= len(row) or row[position].is_blank:
        return 0
    try:
        value = read_cell(row[position], column, PARIS)
    except CellFault:
        return None
    return float(sum(value) if isinstance(value, list) else value)
