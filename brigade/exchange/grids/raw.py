"""A table as its file holds it, before anything is interpreted: cells with the type a workbook gives them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from brigade.errors import Issue, UnreadableInput, step
from brigade.values.input_words import ERROR_MARKS, ERROR_NAMES, one_of

MOST_COLUMNS, MOST_ROWS, MOST_CELLS = 500, 200_000, 2_000_000
"""Of one table, its rows as wide as the widest: what is read later is a full rectangle, however few cells the
file names."""
MOST_BLANK_ROWS = 2_000_000
"""Sheets of a million rows are honest: office programs write their blank ones as one."""
MOST_ROWS_TOLD = 20
"""Of those struck out, the numbers that are told; the others are counted."""


ERROR_WORD = re.compile(r"err:5\d\d|#(n/[ad]|nv|getting_data|[^\W\d_][\w/]*[!?])", re.IGNORECASE)
"""What spreadsheets show where a formula fails, in the language of whoever saved the file: #REF!, #NOM ?,
Err:508."""
WRITTEN_ERROR = re.compile(
    r"err:5\d\d|#(n/[ad]|nv|getting_data"
    r"|(div/0|ref|null|num|value|name|spill|calc|blocked|field|connect|busy|error|unknown"
    rf"|{one_of(ERROR_MARKS)})!|(name|{one_of(ERROR_NAMES)})\?)",
    re.IGNORECASE,
)
"""Those of them that a text of somebody's would not be: « #urgent ! » is no error."""


class StoredType(StrEnum):
    """The type of a cell in its file. A CSV knows texts only; what a workbook holds says more than what it
    shows."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MIDNIGHT = "midnight"
    """A date at 00:00 in a format that shows the hour: nobody can tell it from a date without an hour."""
    MOMENT = "moment"
    SPAN = "span"
    FLAG = "flag"
    ERROR = "error"
    UNCOMPUTED = "uncomputed"
    """A formula that no spreadsheet has computed; the text is the formula."""


class MergedBlock(NamedTuple):
    """A block of merged cells, rows and columns counted from 0, ends included."""

    ref: str
    top: int
    left: int
    bottom: int
    right: int


class RawCell(NamedTuple):
    """One cell. `text`: its exact value; `shown`: what the spreadsheet shows of a number, where its format
    adds to the digits (1001 as 01001); `merge`: the block it belongs to, `repeated`: it only repeats the
    block's first cell."""

    text: str = ""
    stored: StoredType = StoredType.TEXT
    shown: str = ""
    merge: MergedBlock | None = None
    repeated: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


BLANK = RawCell()
Row = tuple[RawCell, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names looked for, as `plain` writes them: of tables, and of columns."""

    tables: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()

    def beside(self, tables: Iterable[str], columns: Iterable[str]) -> Vocabulary:
        """With more names."""
        return Vocabulary(self.tables | set(tables), self.columns | set(columns))


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one file or sheet; `rows[n]` is row n + 1 of the spreadsheet; `said_as`: what its columns
    are called in the file, where a mapping has given them our names; `left_out`: the rows that it leaves out,
    blank in `rows`, with their quantities: a total of the file counts them."""

    name: str
    label: str
    rows: tuple[Row, ...]
    is_hidden: bool = False
    said_as: Mapping[str, str | None] = field(default_factory=dict)
    left_out: Mapping[int, Row] = field(default_factory=dict)

    def at(self, row: int, column: str | None = None) -> str:
        """`visites.csv, row=14, column="début"`; `row` is counted from 0."""
        place = f"{self.label}, {step('row', row + 1)}"
        if column is None:
            return place
        said = self.said_as.get(column, column)
        return f"{place}, {step('fixed_value', 1) if said is None else step('column', said)}"

    def texts(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(cell.text for cell in row) for row in self.rows)

    @property
    def is_empty(self) -> bool:
        return all(blank(row) for row in self.rows)


def blank(row: Row) -> bool:
    """Whether a row holds nothing of its own: a block merged over rows below the table fills none of them."""
    return all(cell.is_blank or cell.repeated for cell in row)


def is_error(text: str, *, is_prose: bool) -> bool:
    """Whether a text is the error that a spreadsheet shows; saved as CSV it is a text like any other.

    Args: is_prose: it may be words of somebody's: only what programs are known to write counts, not all that
    looks like it.
    """
    known = WRITTEN_ERROR if is_prose else ERROR_WORD
    # The first character is looked at first: every cell of a file comes here, and nearly none is an error.
    return text[:1] in "#Ee" and known.fullmatch("".join(text.split())) is not None


def raw_moment(value: datetime, *, is_clock_shown: bool) -> RawCell:
    """To the second: serial numbers of days carry the noise of binary fractions."""
    try:
        whole = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    except OverflowError:  # the last second of 9999 has none to be rounded up to
        whole = value.replace(microsecond=0)
    if whole.time() != time():
        return RawCell(whole.isoformat(" "), StoredType.MOMENT)
    if is_clock_shown:
        return RawCell(whole.isoformat(" ", "minutes"), StoredType.MIDNIGHT)
    return RawCell(whole.date().isoformat(), StoredType.DAY)


def raw_span(value: timedelta) -> str:
    """Hours beyond 24 too: 26:30:00."""
    seconds = round(value.total_seconds())
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes // 60}:{minutes % 60:02}:{rest:02}"


def kept_rows(rows: Iterable[Row], label: str) -> tuple[Row, ...]:
    """The rows up to the last one that holds something, each up to its last such cell: spreadsheets keep
    blank ones by the million. Raises: UnreadableInput, when there are more cells than any table of ours
    has."""
    return kept_runs(((row, 1) for row in rows), label)


def kept_runs(runs: Iterable[tuple[Row, int]], label: str) -> tuple[Row, ...]:
    """The same of rows that come with how many times each is repeated, one or more."""
    made: list[Row] = []
    widest = 0
    known: dict[RawCell, RawCell] = {}  # a matrix repeats its sites thousands of times: each is kept once
    waiting = 0
    for row, times in runs:
        width = next((at for at in range(len(row), 0, -1) if not row[at - 1].is_blank), 0)
        if not width:
            waiting += times
            if len(made) + waiting > MOST_BLANK_ROWS + 1:
                raise _beyond(label, "too_many_rows", MOST_BLANK_ROWS)
            continue
        widest = max(widest, width)
        # Before they are made: one line of a file may stand for a million.
        refuse_beyond(label, len(made) + waiting + times, widest)
        made += [()] * waiting
        made += [tuple(known.setdefault(cell, cell) for cell in map(_composed, row[:width]))] * times
        waiting = 0
    return tuple(made)


def _composed(cell: RawCell) -> RawCell:
    """The cell with é as one character: files of a Mac write the accent apart, and no eye sees it."""
    if cell.text.isascii():
        return cell
    return cell._replace(
        text=unicodedata.normalize("NFC", cell.text), shown=unicodedata.normalize("NFC", cell.shown)
    )


def struck_rows(label: str, rows: Sequence[int]) -> Iterator[Issue]:
    """What is said of rows struck out, counted from 0: people cancel so, and they are read like the
    others."""
    if rows:
        shown = [str(row + 1) for row in rows[:MOST_ROWS_TOLD]] + ["…"] * (len(rows) > MOST_ROWS_TOLD)
        yield Issue("C209", label, "struck_rows", {"count": len(rows), "rows": shown})


def refuse_beyond(label: str, rows: int, columns: int) -> None:
    """Before the rectangle of a table is built. Raises: UnreadableInput."""
    for count, most, words in (
        (columns, MOST_COLUMNS, "too_many_columns"),
        (rows, MOST_ROWS, "too_many_rows"),
        (rows * columns, MOST_CELLS, "too_many_cells"),
    ):
        if count > most:
            raise _beyond(label, words, most)


def _beyond(label: str, words: str, most: int) -> UnreadableInput:
    return UnreadableInput([Issue("C010", label, words, {"most": most})])


def with_merges(rows: Sequence[Row], merges: Iterable[MergedBlock]) -> tuple[Row, ...]:
    """The rows with the value of each merged block in all its cells, as everybody reads it on the screen."""
    made = [list(row) for row in rows]
    width, filled = max((len(row) for row in rows), default=0), 0
    for merge in merges:
        if merge.top >= len(made) or merge.left >= len(made[merge.top]):
            continue
        first = made[merge.top][merge.left]
        if first.is_blank:
            continue
        for number in range(merge.top, min(merge.bottom + 1, len(made))):
            row = made[number]
            end = min(merge.right + 1, width)
            filled += max(0, end - merge.left)
            if filled > MOST_CELLS:
                return tuple(tuple(row) for row in made)  # blocks over blocks: no sheet that a person made
            row += [BLANK] * (end - len(row))
            for column in range(merge.left, end):
                is_first = (number, column) == (merge.top, merge.left)
                row[column] = first._replace(merge=merge, repeated=not is_first)
    return tuple(tuple(row) for row in made)
