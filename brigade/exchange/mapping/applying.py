"""A mapping applied to grids: what comes out are our tables, each cell still at its own row of the export.

It stands between the files and the reader of tables, and interprets nothing: cells keep their text and their
type, so that lengths, dates, errors and merged blocks are judged as in any table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from brigade.errors import Clause, Issue, Values, step
from brigade.exchange.documents.shape_faults import said
from brigade.exchange.grids.csv_text import LOOKED_AT
from brigade.exchange.grids.grids import Grids
from brigade.exchange.grids.raw import BLANK, Grid, RawCell, Row, StoredType, Vocabulary, blank
from brigade.exchange.mapping.export_cells import (
    ends_next_day,
    is_total,
    is_unreadable,
    joined,
    placed,
    with_unit,
)
from brigade.exchange.mapping.mapping_document import code_key, table_of
from brigade.exchange.mapping.mapping_shapes import ColumnMapping, MappingDocument, TableMapping
from brigade.exchange.sheets.cells import read_codes
from brigade.exchange.sheets.layout import QUANTITIES, VOCABULARY, Cell, Column
from brigade.values.input_words import plain

NIGHTS = (("start", "end"), ("earliest", "latest"))
"""What begins and ends: with one date and two hours, the end may be the next morning."""


def vocabulary_of(mapping: MappingDocument) -> Vocabulary:
    """Our names and theirs: a file is parted where most of them show."""
    theirs = {plain(header) for mapped in mapping.tables for header in mapped.header_names()} | set(
        map(plain, mapping.ignored)
    )
    return VOCABULARY.beside((), theirs)


def apply(mapping: MappingDocument, read: Grids) -> None:
    """Replace the grids that the mapping names by our tables; grids it does not name stay, as tables of
    ours."""
    made: list[Grid] = []
    used = {
        n for n, grid in enumerate(read.grids) if any(is_named(grid, file) for file in mapping.ignored_files)
    }
    passed = frozenset(used)
    ignored = {plain(one) for one in mapping.ignored}
    for mapped in mapping.tables:
        if mapped.file is None:
            made.append(_constant_table(mapped))
            continue
        found = [n for n, grid in enumerate(read.grids) if n not in passed and is_named(grid, mapped.file)]
        used |= set(found)
        if len(found) == 1:
            # Headers that another table takes from the same file count as known.
            others = [
                one
                for one in mapping.tables
                if one.file is not None and is_named(read.grids[found[0]], one.file)
            ]
            known = ignored | {plain(header) for one in others for header in one.header_names()}
            made.append(_Mapped(mapped, read.grids[found[0]], known, read).grid())
        elif found:
            places = ", ".join(read.grids[n].label for n in found[:3])
            _tell(read, Issue("M106", places, "several_files", {"file": mapped.file}))
        else:
            names = [grid.label for grid in read.grids[:5]] or Clause("no_file")
            _tell(read, Issue("M106", mapped.file, "no_file_of_that_name", {"names": names}))
    read.grids = [grid for n, grid in enumerate(read.grids) if n not in used] + made


def _tell(read: Grids, issue: Issue) -> None:
    if issue not in read.issues:  # several tables come out of one file
        read.issues.append(issue)


def is_named(grid: Grid, file: str) -> bool:
    """Whether a grid has the name of a mapping's `file`, where `*` stands for anything and other signs for
    themselves."""
    parts = map(re.escape, _words(file).split("*"))
    return re.fullmatch(".*".join(parts), _words(grid.name)) is not None


def _words(name: str) -> str:
    # A Mac writes é as two signs in the names of files.
    return " ".join(unicodedata.normalize("NFC", name.casefold()).split())


def _constant_table(mapped: TableMapping) -> Grid:
    table = table_of(mapped)
    names = list(dict.fromkeys(name for row in mapped.rows for name in row))
    head = tuple(RawCell(name) for name in names)
    rows = (tuple(RawCell(row.get(name, "")) for name in names) for row in mapped.rows)
    return Grid(table.french, step("mapped_table", table.french), (head, *rows))


@dataclass
class _Mapped:
    """One of our tables out of one grid. `known`: headers that some table of the mapping reads, or that it
    ignores."""

    mapped: TableMapping
    source: Grid
    known: set[str]
    read: Grids
    at: dict[str, int] = field(default_factory=dict)
    unlisted: dict[tuple[str, str], int] = field(default_factory=dict)
    left_out: dict[int, Row] = field(default_factory=dict)
    nights: list[int] = field(default_factory=list)

    def grid(self) -> Grid:
        table = table_of(self.mapped)
        header = self._header_row()
        self._find_headers(header)
        columns = [(table.by_name[plain(name)], column) for name, column in self.mapped.columns.items()]
        # Rows keep the numbers of the export: faults name those that its reader sees.
        rows: list[Row] = [()] * header
        rows.append(tuple(RawCell(column.french) for column, _ in columns))
        seen: set[tuple[str, ...]] = set()
        for number in range(header + 1, len(self.source.rows)):
            rows.append(self._row(number, columns, rows[header], seen))
        said_as = {column.french: " + ".join(how.headers) or None for column, how in columns}
        for (name, value), row in self.unlisted.items():
            self._tell_unlisted(name, value, row)
        if self.left_out:
            place = self.source.at(min(self.left_out))
            self.read.remarks.append(
                Issue("M201", place, "rows_left_out", {"count": len(self.left_out), "table": table.titles})
            )
        if self.nights:
            met = {"count": len(self.nights), "table": table.titles}
            self.read.remarks.append(Issue("M203", self.source.at(self.nights[0]), "ends_next_day", met))
        hidden, label = self.source.is_hidden, self.source.label
        return Grid(table.french, label, tuple(rows), hidden, said_as, self.left_out)

    # -- headers --------------------------------------------------------------------------------------------
    def _header_row(self) -> int:
        wanted = {plain(header) for header in self.mapped.header_names()}
        scores = [sum(plain(cell.text) in wanted for cell in row) for row in self.source.rows[:LOOKED_AT]]
        best = max(scores, default=0)
        return (
            scores.index(best)
            if best
            else next((n for n, row in enumerate(self.source.rows) if not blank(row)), 0)
        )

    def _find_headers(self, header: int) -> None:
        names = [plain(cell.text) for cell in self.source.rows[header]] if self.source.rows else []
        place = self.source.at(header)
        for position, name in enumerate(names):
            cell = self.source.rows[header][position]
            if not name or cell.repeated:
                continue
            if name in self.at:
                if any(plain(one) == name for one in self.mapped.header_names()):
                    self._issue("C006", place, "column_twice", {"name": cell.text.strip()})
                continue
            self.at[name] = position
            if name not in self.known:
                self._issue("M107", place, "column_not_mapped", {"name": cell.text.strip()[:60]})
        for wanted in dict.fromkeys(self.mapped.header_names()):
            if plain(wanted) not in self.at:
                close = get_close_matches(plain(wanted), list(self.at), n=1, cutoff=0.6)
                near = self.source.rows[header][self.at[close[0]]].text.strip() if close else None
                words = "mapped_column_renamed" if close else "mapped_column_gone"
                self._issue("M108", place, words, {"name": wanted, "near": near})

    def _issue(self, code: str, where: str, words: str, values: Values) -> None:
        _tell(self.read, Issue(code, where, words, values))

    # -- rows -----------------------------------------------------------------------------------------------
    def _row(
        self,
        number: int,
        columns: Sequence[tuple[Column, ColumnMapping]],
        head: Row,
        seen: set[tuple[str, ...]],
    ) -> Row:
        """The row as our table has it; blank for one that it has not, so that rows keep their numbers."""
        row = self.source.rows[number]
        if blank(row):
            return ()
        # Lists made for print repeat the header on each page.
        if self._repeats_header(row):
            return head
        adds_up = is_total(row)
        if adds_up and not any(column.cell in QUANTITIES and how.headers for column, how in columns):
            return ()  # judged in the table that holds what it adds up
        if not adds_up and not self._is_kept(number, row):
            self.left_out[number] = self._cells(number, columns, is_read=False)
            return ()
        made = self._over_night(number, columns, self._cells(number, columns, is_read=not adds_up))
        from_file = [cell for cell, (_, how) in zip(made, columns, strict=True) if how.headers]
        if all(cell.is_blank or cell.repeated for cell in from_file):
            return ()
        texts = tuple(cell.text for cell in made)
        if self.mapped.distinct and texts in seen:
            return ()
        seen.add(texts)
        return made

    def _cells(self, number: int, columns: Sequence[tuple[Column, ColumnMapping]], *, is_read: bool) -> Row:
        row = self.source.rows[number]
        made = (self._cell(number, row, column, how, is_read) for column, how in columns)
        return tuple(self._placed(cell, at, columns) for at, cell in enumerate(made))

    def _placed(self, cell: RawCell, at: int, columns: Sequence[tuple[Column, ColumnMapping]]) -> RawCell:
        """A merged block covers our columns whose headers it covers; one header read twice is no block of
        two."""
        if cell.merge is None:
            return cell
        block = range(cell.merge.left, cell.merge.right + 1)
        covered = {
            header for _, how in columns for header in how.headers if self.at.get(plain(header)) in block
        }
        ours = [n for n, (_, how) in enumerate(columns) if covered.intersection(how.headers)]
        return placed(cell, ours if len({plain(header) for header in covered}) > 1 else [at])

    def _over_night(self, number: int, columns: Sequence[tuple[Column, ColumnMapping]], made: Row) -> Row:
        """The row with the end of a night on the next day, where one date stands before both hours."""
        at = {column.path[-1]: n for n, (column, _) in enumerate(columns) if column.path}
        cells = list(made)
        for start, end in ((at[one], at[other]) for one, other in NIGHTS if one in at and other in at):
            first, last = columns[start][1].headers, columns[end][1].headers
            has_one_date = first[:-1] == last[:-1] and first[-1:] != last[-1:] and len(first) > 1
            later = ends_next_day(cells[start].text, cells[end].text) if has_one_date else None
            if later is not None:
                cells[end] = cells[end]._replace(text=later)
                self.nights.append(number)
        return tuple(cells)

    def _repeats_header(self, row: Row) -> bool:
        texts = [plain(cell.text) for cell in row]
        return all(position < len(texts) and texts[position] == name for name, position in self.at.items())

    def _is_kept(self, number: int, row: Row) -> bool:
        # All columns are asked before one decides, so that unknown values of each are told.
        verdicts = [self._verdict(number, name, told, row) for name, told in self.mapped.keep.items()]
        return all(verdicts)

    def _verdict(self, number: int, name: str, told: Mapping[str, bool], row: Row) -> bool:
        cell = self._met(row, name)
        known = {code_key(value): verdict for value, verdict in told.items()}
        found = known.get(code_key(cell.text))
        if found is None and plain(name) in self.at:
            self.unlisted.setdefault((name, cell.text.strip()), number)
        return bool(found)

    def _tell_unlisted(self, name: str, value: str, number: int) -> None:
        met = said(value) if value else Clause("empty_cell")
        self._issue("M109", self.source.at(number, name), "unlisted_value", {"met": met, "name": name})

    def _met(self, row: Row, header: str) -> RawCell:
        position = self.at.get(plain(header))
        return row[position] if position is not None and position < len(row) else BLANK

    # -- cells ----------------------------------------------------------------------------------------------
    def _cell(self, number: int, row: Row, column: Column, how: ColumnMapping, is_read: bool) -> RawCell:
        """`is_read`: not of a total, nor of a row left out, whose quantities alone are looked at."""
        if not how.headers:
            return RawCell(how.value or "") if is_read else BLANK
        parts = [with_unit(self._met(row, header), column, how.unit) for header in how.headers]
        made = parts[0] if len(parts) == 1 else joined(parts, how.join)
        if not is_read or is_unreadable(made):
            return made
        if how.codes and (not made.is_blank or "" in how.codes):
            made = self._translated(number, made, column, how)
        if made.is_blank and how.if_blank is not None:
            return RawCell(how.if_blank)
        return made

    def _translated(self, number: int, cell: RawCell, column: Column, how: ColumnMapping) -> RawCell:
        """A cell's code in our words; of a list, each of its codes. What the mapping does not know is a
        fault."""
        known = {code_key(theirs): ours for theirs, ours in how.codes.items()}
        shown = cell.shown or cell.text
        # The whole cell first: a code of theirs may hold a separator of our lists.
        whole = known.get(code_key(shown))
        if whole is not None:
            return cell._replace(text=whole, stored=StoredType.TEXT, shown="")
        parts = read_codes(shown) if column.cell is Cell.CODES else [shown]
        ours = [known.get(code_key(part)) for part in parts]
        for part, one in zip(parts, ours, strict=True):
            if one is None:
                where = self.source.at(number, " + ".join(how.headers))
                self._issue("M110", where, "code_not_mapped", {"code": said(part.strip())})
        return cell._replace(text=" | ".join(one for one in ours if one), stored=StoredType.TEXT, shown="")
