"""Cells of an export as ours: bare numbers with their unit, a date and its hour as one text, nights that end
the next day, totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from brigade.exchange.grids.number_formats import CURRENCY_SIGNS
from brigade.exchange.grids.raw import MergedBlock, RawCell, Row, StoredType
from brigade.exchange.mapping.mapping_shapes import Unit
from brigade.exchange.sheets.cells import TYPED, refuse_unreadable
from brigade.exchange.sheets.clocks import (
    DAY,
    NUMBER,
    CellFault,
    read_decimal,
    read_moment,
    says_unit,
    unmistakable,
)
from brigade.exchange.sheets.headers import TOTAL
from brigade.exchange.sheets.layout import Cell, Column
from brigade.units import PARIS
from brigade.values.input_words import plain

SPELL_MARKS = re.compile(r"[^|;\n\r]+")
"""Each length of a cell: no comma here, it is the decimal comma of a number."""
HOURS_OF_A_DAY = 24
BEHIND_DAY = re.compile(r"[T ]+0?0:00(:00([.,]0+)?)?$")
"""The midnight that databases write behind a date."""
LONGEST_NIGHT = timedelta(hours=12)
"""From 22:00 to 06:00 is a night; from 14:00 to 12:00 is a slip."""
AMOUNT = re.compile(rf"[+-]?\s?\d[\d\s.,]*[{CURRENCY_SIGNS}]?")


def is_total(row: Row) -> bool:
    """Whether a row is the total of a table: that word alone, beside amounts. In a row of somebody's it is a
    remark."""
    labels = [cell for cell in row if not cell.is_blank and not cell.repeated and not _is_amount(cell)]
    return len(labels) == 1 and TOTAL.fullmatch(plain(labels[0].text)) is not None


def _is_amount(cell: RawCell) -> bool:
    is_typed = cell.stored in (StoredType.NUMBER, StoredType.SPAN, StoredType.UNCOMPUTED)
    return is_typed or says_unit(cell.text.strip()) or AMOUNT.fullmatch(cell.text.strip()) is not None


def placed(cell: RawCell, columns: Sequence[int]) -> RawCell:
    """The cell with its merged block over our columns: those that it covers in the export."""
    if cell.merge is None or not columns:
        return cell
    block = MergedBlock(cell.merge.ref, cell.merge.top, min(columns), cell.merge.bottom, max(columns))
    return cell._replace(merge=block)


def ends_next_day(start: str, end: str) -> str | None:
    """The end of a night whose one date is that of its start; None: it is none."""
    try:
        first, last = (datetime.fromisoformat(read_moment(text, PARIS)) for text in (start, end))
    except CellFault:
        return None
    night = last.replace(tzinfo=None) + timedelta(days=1) - first.replace(tzinfo=None)
    day = DAY.match(end)
    if day is None or last >= first or night > LONGEST_NIGHT:
        return None
    return f"{last.date() + timedelta(days=1)}{end[day.end() :]}"


def with_unit(cell: RawCell, column: Column, unit: Unit | None) -> RawCell:
    """A cell whose bare numbers say their unit: 1,5 is 1,5 h; of an instant, 8,5 is 08:30. Any other text
    stays as it is."""
    if unit is None or cell.stored in TYPED or says_unit(cell.shown):
        return cell
    if column.cell is Cell.MOMENT:
        made = as_clock(cell.text)
    else:
        text = unmistakable(cell.text) if cell.stored is StoredType.NUMBER else cell.text
        made = SPELL_MARKS.sub(partial(_with_mark, unit), text)
    return cell if made == cell.text else cell._replace(text=made, stored=StoredType.TEXT, shown="")


def _with_mark(unit: Unit, found: re.Match[str]) -> str:
    text = found[0].strip()
    if unit is Unit.SECONDS and text.isdecimal():
        return f"PT{text}S"  # as ISO 8601 writes them: nobody writes 2700 s in a table of ours
    return f"{text} {unit}" if NUMBER.fullmatch(text) else found[0]


def as_clock(text: str) -> str:
    """08:30 of 8,5 hours; a text that is no number of hours of a day as it is."""
    if not NUMBER.fullmatch(text.strip()):
        return text
    hours = read_decimal(text)
    if not 0 <= hours < HOURS_OF_A_DAY:
        return text
    hour, minute = divmod(round(hours * 60), 60)
    return f"{hour:02}:{minute:02}"


def joined(parts: Sequence[RawCell], between: str) -> RawCell:
    """Several cells as one text: a date and its hour, the parts of a name. A date cell beside an hour is its
    day alone."""
    unreadable = next((part for part in parts if is_unreadable(part)), None)
    if unreadable is not None:
        return unreadable
    filled = [part for part in parts if not part.is_blank]
    if len(filled) < 2:
        return filled[0] if filled else parts[0]
    # A merged block over rows is each row's: its name or day, and nothing to ask about once it stands in a
    # longer text.
    return RawCell(between.join([*(_day_alone(part) for part in filled[:-1]), _part(filled[-1])]))


def is_unreadable(cell: RawCell) -> bool:
    try:
        refuse_unreadable(cell)
    except CellFault:
        return True
    return False


def _day_alone(cell: RawCell) -> str:
    """What stands before another text: of a date at midnight its day."""
    text = _part(cell)
    return BEHIND_DAY.sub("", text) if DAY.match(text) else text


def _part(cell: RawCell) -> str:
    if cell.stored is StoredType.MIDNIGHT:
        return cell.text.split(" ")[0]
    return (cell.shown or cell.text).strip()
