"""Grids to tables: which file is which table, which column is which, what is missing, doubled or misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from brigade.errors import Issue
from brigade.exchange.faults import said
from brigade.exchange.sheets.cells import CellFault, read_cell
from brigade.exchange.sheets.grids import Grid, filled_rows
from brigade.exchange.sheets.layout import ALL_TABLES, Column, Table
from brigade.exchange.sheets.words import plain

MOST_TOLD = 100


@dataclass(frozen=True)
class OpenTable:
    """A table with its grid and the column of each position; None where the position has no usable header."""

    table: Table
    grid: Grid
    columns: tuple[Column | None, ...]

    def place(self, row: int, column: Column | None = None) -> str:
        if column is None or column not in self.columns:
            return self.grid.at(row)
        return self.grid.at(row, self.grid.rows[0][self.columns.index(column)])

    def cell(self, row: int, name: str) -> str:
        """The text of a cell, by the column's English name; empty where the table lacks the column."""
        positions = [at for at, column in enumerate(self.columns) if column is not None and column.english == name]
        return self.grid.rows[row][positions[0]].strip() if positions else ""


@dataclass(frozen=True)
class Row:
    """The values met in a row, by column path; blank cells are left out. `parent`: the id in the parent column."""

    number: int
    values: dict[tuple[str, ...], Any]
    parent: str | None = None


def match_tables(grids: Iterable[Grid], issues: list[Issue]) -> dict[str, OpenTable]:
    """The tables by English name; every grid that is none of them, and every required table not there, is told."""
    by_name = {name: table for table in ALL_TABLES for name in table.names()}
    found: dict[str, OpenTable] = {}
    labels = []
    unread = {plain(issue.where.rpartition(".")[0]) for issue in issues}  # their own faults are told
    for grid in grids:
        labels.append(grid.label)
        table = by_name.get(plain(grid.name))
        if table is None:
            issues.append(Issue("C003", grid.label, f"table « {grid.name} » inconnue", _close(grid.name, by_name)))
        elif table.english in found:
            met = f"même table que {found[table.english].grid.label}"
            issues.append(Issue("C012", grid.label, met, "garder une seule des deux"))
        else:
            found[table.english] = _open(table, grid, issues)
    for table in ALL_TABLES:
        if table.required and table.english not in found and unread.isdisjoint(table.names()):
            where = labels[0].rpartition(", ")[0] or "dossier" if labels else "dossier"
            issues.append(Issue("C002", where, f"table « {table.french} » absente", f"ajouter « {table.french} »"))
    return found


def _open(table: Table, grid: Grid, issues: list[Issue]) -> OpenTable:
    header = grid.rows[0] if grid.rows else ()
    if not any(cell.strip() for cell in header):
        issues.append(Issue("C008", grid.label, "table sans en-tête", "une première ligne : " + ", ".join(_french(table))))
        return OpenTable(table, Grid(grid.name, grid.label, ((),)), ())
    columns: list[Column | None] = []
    for cell in header:
        column = table.by_name.get(plain(cell))
        if column is None and cell.strip():
            issues.append(Issue("C007", grid.at(0), f"colonne « {cell.strip()[:60]} » inconnue", _close(cell, table.by_name)))
        elif column is not None and column in columns:
            issues.append(Issue("C006", grid.at(0), f"colonne « {cell.strip()} » donnée deux fois", "en garder une"))
            column = None
        columns.append(column)
    for column in table.columns:
        if column.required and column not in columns:
            issues.append(Issue("C005", grid.at(0), f"colonne « {column.french} » absente", f"ajouter « {column.french} »"))
    return OpenTable(table, grid, tuple(columns))


def _french(table: Table) -> list[str]:
    return [column.french for column in table.columns if column.required]


def _close(met: str, known: Mapping[str, Table] | Mapping[str, Column]) -> str:
    """« vouliez-vous dire », in French whichever language the misspelt name resembles."""
    close = get_close_matches(plain(met), sorted(known), n=1, cutoff=0.6)
    if close:
        return f"vouliez-vous dire « {known[close[0]].french} » ?"
    return "la retirer, ou voir docs/input.md pour les noms connus"


def rows_of(opened: OpenTable, zone: ZoneInfo, issues: list[Issue]) -> Iterator[Row]:
    """The rows that hold something; every unreadable cell is told, and left out of its row."""
    reader = _CellReader(opened, zone)
    for number, cells in filled_rows(opened.grid):
        values: dict[tuple[str, ...], Any] = {}
        parent = None
        for position, text in enumerate(cells):
            column = opened.columns[position] if position < len(opened.columns) else None
            if column is None:
                reader.beyond(number, position, text)
                continue
            value = reader.read(number, position, column, text)
            if not column.path:
                parent = value
            elif value is not None:
                values[column.path] = value
        yield Row(number, values, parent)
    issues += reader.told()


@dataclass
class _CellReader:
    """Reads cells of one table, each text of a column once: a matrix repeats its sites thousands of times. Of one fault
    in one column the first `MOST_TOLD` are told, then how many more there are."""

    opened: OpenTable
    zone: ZoneInfo
    known: dict[tuple[int, str], Any] = field(default_factory=dict)
    faults: dict[tuple[int, str], list[Issue]] = field(default_factory=dict)

    def read(self, number: int, position: int, column: Column, text: str) -> Any:
        """The cell's value; None for a blank cell, and for an unreadable one, which is told."""
        if (position, text) not in self.known:
            try:
                self.known[position, text] = read_cell(text, column, self.zone)
            except CellFault as fault:
                self._tell(position, Issue(fault.code, self.opened.place(number, column), said(text), fault.hint))
                return None
        return self.known[position, text]

    def beyond(self, number: int, position: int, text: str) -> None:
        """A value under no header; one under an unusable header was told with the header."""
        header = self.opened.grid.rows[0]
        if text.strip() and (position >= len(self.opened.columns) or not header[position].strip()):
            hint = "vérifier le nombre de séparateurs, ou ajouter l'en-tête"
            self._tell(position, Issue("C009", self.opened.place(number), f"{said(text)} sous aucune colonne", hint))

    def _tell(self, position: int, issue: Issue) -> None:
        self.faults.setdefault((position, issue.code), []).append(issue)

    def told(self) -> Iterator[Issue]:
        for found in self.faults.values():
            yield from found[:MOST_TOLD]
            if len(found) > MOST_TOLD:
                more = f"et {len(found) - MOST_TOLD} autres cellules, jusqu'à {found[-1].where}"
                yield Issue(found[0].code, self.opened.grid.label, more, found[0].hint)
