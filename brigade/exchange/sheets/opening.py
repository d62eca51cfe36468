"""Grids to tables: which file is which table, which column is which, what is missing, doubled or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from brigade.errors import Clause, Issue, Values
from brigade.exchange.documents.shape_faults import said
from brigade.exchange.grids.grids import Grids
from brigade.exchange.grids.raw import BLANK, Grid, MergedBlock, RawCell, Row
from brigade.exchange.sheets.cells import read_cell, refuse_unreadable
from brigade.exchange.sheets.clocks import CellFault
from brigade.exchange.sheets.headers import body_of, header_row
from brigade.exchange.sheets.layout import ALL_TABLES, QUANTITIES, Cell, Column, TableLayout
from brigade.values.input_words import plain

# One wrong format makes a fault of every row: past a hundred nobody reads on.
MOST_TOLD = 100


@dataclass(frozen=True)
class OpenTable:
    """A table with its grid, the row of its header, the numbers of its rows, and the column of each position;
    None where the position has no usable header."""

    table: TableLayout
    grid: Grid
    columns: tuple[Column | None, ...]
    header: int = 0
    body: tuple[int, ...] = ()

    def place(self, row: int, column: Column | None = None) -> str:
        if column is None or column not in self.columns:
            return self.grid.at(row)
        return self.grid.at(row, self.grid.rows[self.header][self.columns.index(column)].text)

    def cell(self, row: int, name: str) -> str:
        """The text of a cell, by the column's English name; empty where the table lacks the column."""
        cells = self.grid.rows[row]
        positions = [
            at for at, column in enumerate(self.columns) if column is not None and column.english == name
        ]
        return cells[positions[0]].text.strip() if positions and positions[0] < len(cells) else ""

    def filled_rows(self) -> Iterator[tuple[int, Row]]:
        """Every row of the table with its number, as wide as the header at least."""
        for number in self.body:
            row = self.grid.rows[number]
            yield number, row + (BLANK,) * (len(self.columns) - len(row))


@dataclass(frozen=True)
class SheetRow:
    """The values met in a row, by column path; blank cells are left out. `parent`: the id in the parent
    column."""

    number: int
    values: dict[tuple[str, ...], Any]
    parent: str | None = None


def match_tables(
    read: Grids, tables: Sequence[TableLayout] = ALL_TABLES, *, is_partial: bool = False
) -> dict[str, OpenTable]:
    """The tables by English name; every grid that is none of them, and every required table not there, is
    told.

    Args: tables: those that may be there; is_partial: none of them has to be.
    """
    by_name = {name: table for table in tables for name in table.names()}
    issues, remarks = read.issues, read.remarks
    found: dict[str, OpenTable] = {}
    unread = {plain(issue.where.rpartition(".")[0]) for issue in issues}  # their own faults are told
    for grid in read.grids:
        table = by_name.get(plain(grid.name))
        if grid.is_empty and (table is None or not table.required):
            remarks.append(Issue("C202", grid.label, "empty_table"))
        elif table is None and grid.is_hidden:
            remarks.append(Issue("C201", grid.label, "hidden_sheet"))
        elif table is None:
            issues.append(
                Issue(
                    "C003",
                    grid.label,
                    "unknown_table",
                    {"name": grid.name, "suggestion": _close_table(grid, by_name)},
                )
            )
        elif table.english in found:
            issues.append(Issue("C012", grid.label, "same_table", {"other": found[table.english].grid.label}))
        else:
            if grid.is_hidden:
                remarks.append(Issue("C206", grid.label, "hidden_sheet_read"))
            found[table.english] = _open(table, grid, issues, remarks)
    # Rows that name a row of another table need that table, required or not: their feed, their worker.
    needed = {table.parent for table in tables if _has_rows(found, table)}
    for table in () if is_partial else tables:
        is_missing = table.english not in found and unread.isdisjoint(table.names())
        if is_missing and (table.required or table.english in needed):
            where = read.grids[0].label.rpartition(", ")[0] or "folder" if read.grids else "folder"
            issues.append(Issue("C002", where, "missing_table", {"table": table.titles}))
    return found


def _has_rows(found: Mapping[str, OpenTable], table: TableLayout) -> bool:
    return table.english in found and bool(found[table.english].body)


def _open(table: TableLayout, grid: Grid, issues: list[Issue], remarks: list[Issue]) -> OpenTable:
    if grid.is_empty:
        issues.append(Issue("C008", grid.label, "no_header", {"columns": _required(table)}))
        return OpenTable(table, grid, ())
    header = header_row(grid, table)
    if joined := _joined_header(grid, header, table):
        issues.append(joined)
        return OpenTable(table, grid, ())
    columns: list[Column | None] = []
    for cell in (BLANK if one.repeated else one for one in grid.rows[header]):
        name = cell.text.strip()
        column = table.by_name.get(plain(name))
        if unreadable := _unreadable(cell):
            issues.append(unreadable.issue(grid.at(header), Clause("header_met", {"name": said(name)})))
            column = None
        elif column is None and name:
            issues.append(
                Issue(
                    "C007",
                    grid.at(header),
                    "unknown_column",
                    {"name": name[:60], "suggestion": _close(name, table.by_name)},
                )
            )
        elif column is not None and column in columns:
            issues.append(Issue("C006", grid.at(header), "column_twice", {"name": name}))
            column = None
        columns.append(column)
    for column in table.columns:
        if column.required and column not in columns:
            issues.append(Issue("C005", grid.at(header), "missing_column", {"column": column.titles}))
    body = body_of(grid, table, columns, header)
    issues += body.issues
    remarks += body.remarks
    return OpenTable(table, grid, tuple(columns), header, tuple(body.rows))


def _joined_header(grid: Grid, header: int, table: TableLayout) -> Issue | None:
    """Where one cell holds the names of several columns, its separator is none that was read, or quotes hold
    whole lines."""
    filled = [cell.text for cell in grid.rows[header] if not cell.is_blank]
    names = re.split(r"[;,|\t:]| {2,}", filled[0]) if len(filled) == 1 else []
    if sum(plain(name) in table.by_name for name in names) < 2:
        return None
    return Issue("C014", grid.at(header), "joined_header", {"met": said(filled[0])})


def _unreadable(cell: RawCell) -> CellFault | None:
    try:
        refuse_unreadable(cell)
    except CellFault as fault:
        return fault
    return None


def _required(table: TableLayout) -> list[Values]:
    return [column.titles for column in table.columns if column.required]


def _close_table(grid: Grid, known: Mapping[str, TableLayout]) -> Clause:
    """A name like one of ours is a misspelt table only where the header speaks of it too: « Listes » is no «
    limites »."""
    close = get_close_matches(plain(grid.name), sorted(known), n=1, cutoff=0.6)
    if close and any(plain(cell.text) in known[close[0]].by_name for row in grid.rows[:20] for cell in row):
        return Clause("did_you_mean", {"name": known[close[0]].titles})
    return Clause("take_table_out")


def _close(met: str, known: Mapping[str, Column]) -> Clause:
    """The column meant, in the reader's language whichever the misspelt name resembles."""
    close = get_close_matches(plain(met), sorted(known), n=1, cutoff=0.6)
    if close:
        column = known[close[0]]
        # A column of hours renamed would be read as minutes.
        words = "did_you_mean_minutes" if column.cell in (Cell.MINUTES, Cell.SPELLS) else "did_you_mean"
        return Clause(words, {"name": column.titles})
    return Clause("take_column_out")


def rows_of(opened: OpenTable, zone: ZoneInfo, issues: list[Issue]) -> Iterator[SheetRow]:
    """The rows that hold something; every unreadable cell is told, and left out of its row."""
    reader = _CellReader(opened, zone)
    for number, cells in opened.filled_rows():
        values: dict[tuple[str, ...], Any] = {}
        parent = None
        for position, cell in enumerate(cells):
            column = opened.columns[position] if position < len(opened.columns) else None
            if column is None:
                reader.beyond(number, position, cell)
                continue
            value = reader.read(number, position, column, cell)
            if not column.path:
                parent = value
            elif value is not None:
                values[column.path] = value
        yield SheetRow(number, values, parent)
    issues += reader.told()


@dataclass
class _CellReader:
    """Reads cells of one table, each text of a column once: a matrix repeats its sites thousands of times. Of
    one fault in one column the first `MOST_TOLD` are told, then how many more there are."""

    opened: OpenTable
    zone: ZoneInfo
    known: dict[tuple[int, RawCell], Any] = field(default_factory=dict)
    faults: dict[tuple[int, str], list[Issue]] = field(default_factory=dict)

    def read(self, number: int, position: int, column: Column, cell: RawCell) -> Any:
        """The cell's value; None for a blank cell, and for an unreadable one, which is told."""
        merge = cell.merge
        if merge is not None:
            if merge.top <= self.opened.header:
                cell = BLANK  # part of a header or title of several rows
            elif self._is_ambiguous(column, merge):
                if not cell.repeated:
                    self._tell(
                        position,
                        Issue(
                            "C118",
                            self.opened.place(number, column),
                            "merged_cells",
                            {"met": said(cell.text), "ref": merge.ref},
                        ),
                    )
                return None
        if (position, cell) not in self.known:
            try:
                self.known[position, cell] = read_cell(cell, column, self.zone)
            except CellFault as fault:
                self._tell(position, fault.issue(self.opened.place(number, column), said(cell.text)))
                return None
        return self.known[position, cell]

    def _is_ambiguous(self, column: Column, merge: MergedBlock) -> bool:
        """A name merged over rows is each row's; a quantity may be theirs together, and two columns are not
        one."""
        covered = [one for one in self.opened.columns[merge.left : merge.right + 1] if one is not None]
        return len(covered) > 1 or (column.cell in QUANTITIES and merge.bottom > merge.top)

    def beyond(self, number: int, position: int, cell: RawCell) -> None:
        """A value under no header; one under an unusable header was told with the header."""
        header = self.opened.grid.rows[self.opened.header]
        is_said = position < len(header) and not header[position].is_blank and not header[position].repeated
        if not cell.is_blank and not cell.repeated and not is_said:
            self._tell(
                position,
                Issue("C009", self.opened.place(number), "beside_columns", {"met": said(cell.text)}),
            )

    def _tell(self, position: int, issue: Issue) -> None:
        self.faults.setdefault((position, issue.code), []).append(issue)

    def told(self) -> Iterator[Issue]:
        for found in self.faults.values():
            yield from found[:MOST_TOLD]
            if len(found) > MOST_TOLD:
                more = {"count": len(found) - MOST_TOLD, "last": found[-1].where}
                yield Issue(found[0].code, self.opened.grid.label, "further_cells", more)
