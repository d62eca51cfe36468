"""A mapping proposed from an example: headers by what they are called, columns by what their cells hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher

from brigade.exchange.grids.csv_text import LOOKED_AT
from brigade.exchange.grids.raw import BLANK, Grid, RawCell, Row, blank
from brigade.exchange.mapping.export_cells import HOURS_OF_A_DAY, joined, with_unit
from brigade.exchange.mapping.mapping_document import TABLES, UNITS, code_key
from brigade.exchange.mapping.mapping_shapes import Unit
from brigade.exchange.sheets.cells import TYPED, read_cell
from brigade.exchange.sheets.clocks import NUMBER, CellFault, read_day, read_decimal, says_unit
from brigade.exchange.sheets.headers import TOTAL
from brigade.exchange.sheets.layout import (
    ALL_TABLES,
    CLOCK_INS,
    TABLES_BY_NAME,
    Cell,
    Column,
    TableLayout,
)
from brigade.units import PARIS
from brigade.values import input_words
from brigade.values.input_words import HEADERS, SYNONYMS, plain

LIKE = 0.75
"""From here two names are taken for one: « heure_debut » and « heures_debut », not « date » and « durée »."""
SAMPLE = 200
"""Cells of a column by which it is told what it holds; its codes are looked for in all of its cells."""
UNIT_WORDS = {Unit(unit): frozenset(words) for unit, words in input_words.UNITS.items()}
FEWEST_MINUTES, MOST_HOURS = 5, 12
"""A column of lengths below the first is no minutes of anybody's work; up to the second it may be hours: it
is asked."""
CLOCKED = frozenset(HEADERS["clocked"])
"""Words by which an export says that it tells what happened, not what is planned."""


@dataclass(frozen=True)
class ExportExample:
    """One grid of an export: its headers as they stand, and the cells under each."""

    grid: Grid
    headers: tuple[str, ...]
    cells: Mapping[str, tuple[RawCell, ...]]
    rows: tuple[Row, ...]

    def values(self, header: str) -> list[str]:
        """The different codes under a header, in order, each as it is written first."""
        return different(cell.text.strip() for cell in self.cells[header])


def different(texts: Iterable[str]) -> list[str]:
    """As codes are compared: « Toilette » and « TOILETTE » are one."""
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(code_key(text), text)
    return list(found.values())


@dataclass(frozen=True)
class ColumnProposal:
    """Where a column may come from; `likeness`: 0 (nothing like it) to 1 (a name we know)."""

    column: Column
    headers: tuple[str, ...] = ()
    likeness: float = 0.0
    unread: tuple[str, ...] = field(default=())
    """Values that our column cannot hold as they are: codes to translate."""


def example_of(grid: Grid) -> ExportExample:
    """The first of the widest rows among the first lines is the header."""
    widths = [
        len({plain(cell.text) for cell in row if not cell.is_blank and not cell.repeated})
        for row in grid.rows[:LOOKED_AT]
    ]
    header = widths.index(max(widths)) if widths else 0
    names = (
        []
        if not grid.rows
        else [(n, cell.text.strip()) for n, cell in enumerate(grid.rows[header]) if cell.text.strip()]
    )
    body = tuple(row for row in grid.rows[header + 1 :] if not blank(row) and not _is_total(row))
    # Of two equal headers the first one counts: it is written last.
    cells = {name: tuple(row[n] if n < len(row) else BLANK for row in body) for n, name in reversed(names)}
    return ExportExample(grid, tuple(dict.fromkeys(name for _, name in names)), cells, body)


def is_ours(grid: Grid) -> bool:
    """Whether a grid is one of our tables as it stands: called like it, and most of its headers too."""
    table = TABLES.get(plain(grid.name))
    if table is None:
        return False
    headers = example_of(grid).headers
    return sum(plain(one) in table.by_name for one in headers) * 2 > len(headers)


def _is_total(row: Row) -> bool:
    return any(TOTAL.fullmatch(plain(cell.text)) for cell in row)


def likely_table(example: ExportExample) -> TableLayout:
    """The table that explains most of the headers and misses the fewest of its required columns."""
    # Without the settings: no export of another program holds ours.
    tables: tuple[TableLayout, ...] = ALL_TABLES[1:]
    if _tells_what_happened(example):
        tables = (*tables, CLOCK_INS)
    return max(tables, key=lambda table: _table_score(example, table))


def _tells_what_happened(example: ExportExample) -> bool:
    return any(CLOCKED & set(plain(name).split("_")) for name in (example.grid.name, *example.headers))


def _table_score(example: ExportExample, table: TableLayout) -> float:
    proposals = propose(example, table)
    explained = {header for proposal in proposals for header in proposal.headers}
    missing = sum(proposal.column.required and not proposal.headers for proposal in proposals)
    called = max(SequenceMatcher(None, plain(example.grid.name), name).ratio() for name in table.names())
    return len(explained) - missing / 2 + called


def with_tables_beside(table: TableLayout) -> list[TableLayout]:
    """An export of visits says when each begins: that is a table of its own."""
    windows = next(one for one in ALL_TABLES if one.english == "windows")
    return [table, windows] if table is TABLES_BY_NAME["visits"] else [table]


def propose(example: ExportExample, table: TableLayout) -> list[ColumnProposal]:
    """For each column the headers most like it, those that nothing resembles without any."""
    return [_proposal(example, table, column) for column in table.columns]


def _proposal(example: ExportExample, table: TableLayout, column: Column) -> ColumnProposal:
    ranked = sorted(
        ((likeness(table, column, one), one) for one in example.headers), key=lambda pair: -pair[0]
    )
    if column.cell is Cell.MOMENT:
        return _moment(example, column, ranked)
    for score, header in ranked:
        if score >= LIKE and _fits(example, column, [header]):
            return ColumnProposal(column, (header,), score, tuple(unread_values(example, column, [header])))
    return ColumnProposal(column)


def _moment(example: ExportExample, column: Column, ranked: Sequence[tuple[float, str]]) -> ColumnProposal:
    """One header whose cells are instants, or a day and an hour apart."""
    for score, header in ranked:
        if score >= LIKE and _fits(example, column, [header]):
            return ColumnProposal(column, (header,), score)
    dated = _with_word(ranked, HEADERS["day"])
    days = [(score, one) for score, one in dated if _all(example.cells[one], _is_day)]
    named = {one for _, one in _with_word(ranked, HEADERS["hour"])}
    hours = [
        (score, one)
        for score, one in ranked
        if (one in named or score >= LIKE) and not _all(example.cells[one], _is_day)
    ]
    units = (None, Unit.HOURS)
    for near, hour in hours:
        for far, day in days:
            if (
                max(near, far) >= LIKE
                and day != hour
                and any(_fits(example, column, [day, hour], unit) for unit in units)
            ):
                return ColumnProposal(column, (day, hour), max(near, far))
    return ColumnProposal(column)


def _with_word(ranked: Sequence[tuple[float, str]], words: Sequence[str]) -> Iterator[tuple[float, str]]:
    yield from ((score, one) for score, one in ranked if any(word in plain(one).split("_") for word in words))


def likeness(table: TableLayout, column: Column, header: str) -> float:
    name = plain(header)
    known = (*column.names(), *SYNONYMS.get(f"{table.english}.{column.english}", ()))
    if name in known:
        # Our own names first, then synonyms in their order: « date_debut » before « debut » where both are
        # there.
        return 1 - known.index(name) / 1000
    return max(SequenceMatcher(None, name, one).ratio() for one in known) * 0.95


def likely_unit(example: ExportExample, column: Column, headers: Sequence[str]) -> Unit | None:
    """What bare numbers under these headers seem to count; None where there are none, or a header says
    minutes."""
    bare = [value for header in headers for value in _bare_numbers(example.cells[header])]
    if not bare or column.cell not in UNITS:
        return None
    if column.cell is Cell.MOMENT:
        return Unit.HOURS if len(headers) > 1 and all(0 <= value < HOURS_OF_A_DAY for value in bare) else None
    words = {word for header in headers for word in plain(header).split("_")}
    named = next((unit for unit, names in UNIT_WORDS.items() if words & names), None)
    if named is not None:
        return None if named is Unit.MINUTES else named
    if any(value != int(value) for value in bare) or max(bare) < FEWEST_MINUTES:
        return Unit.HOURS
    return Unit.MINUTES if max(bare) <= MOST_HOURS else None


def _bare_numbers(cells: Sequence[RawCell]) -> Iterator[Decimal]:
    for cell in cells:
        text = cell.text.strip()
        if cell.stored not in TYPED and not says_unit(cell.shown) and NUMBER.fullmatch(text):
            yield read_decimal(text)


def cells_of(
    example: ExportExample,
    column: Column,
    headers: Sequence[str],
    unit: Unit | None = None,
    most: int | None = None,
) -> list[RawCell]:
    columns = [[with_unit(cell, column, unit) for cell in example.cells[header][:most]] for header in headers]
    return [parts[0] if len(parts) == 1 else joined(parts, " ") for parts in zip(*columns, strict=True)]


def _fits(example: ExportExample, column: Column, headers: Sequence[str], unit: Unit | None = None) -> bool:
    """Whether most filled cells can be read; codes are translated later, whatever they are."""
    if column.cell in (Cell.CHOICE, Cell.FLAG, Cell.CODES, Cell.CODE, Cell.TEXT):
        return True
    cells = cells_of(example, column, headers, unit, most=SAMPLE)
    filled = [cell for cell in cells if not cell.is_blank]
    return bool(filled) and sum(_is_read(cell, column) for cell in filled) * 2 > len(filled)


def unread_values(example: ExportExample, column: Column, headers: Sequence[str]) -> Iterator[str]:
    """What our column cannot hold: of choices and yes or no, the values that are none of ours."""
    if column.cell not in (Cell.CHOICE, Cell.FLAG):
        return
    cells = cells_of(example, column, headers)
    met = different(cell.text.strip() for cell in cells if not cell.is_blank or column.required)
    yield from (text for text in met if not _is_read(RawCell(text), column))


def _is_read(cell: RawCell, column: Column) -> bool:
    try:
        read_cell(cell, column, PARIS)
    except CellFault:
        return False
    return True


def _all(cells: Sequence[RawCell], is_one: object) -> bool:
    assert callable(is_one)
    filled = [cell for cell in cells[:SAMPLE] if not cell.is_blank]
    return bool(filled) and sum(bool(is_one(cell)) for cell in filled) * 2 > len(filled)


def _is_day(cell: RawCell) -> bool:
    try:
        read_day(cell.text.strip())
    except CellFault:
        return False
    return True
