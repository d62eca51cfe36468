"""One cell: read as people write it (1,5 · 31/12/2026 08:30 · oui), written so that nothing is lost and
nothing runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from brigade.errors import Clause
from brigade.exchange.grids.number_formats import CURRENCY_BEFORE, CURRENCY_SIGNS, SIGNIFICANT
from brigade.exchange.grids.raw import RawCell, StoredType, is_error
from brigade.exchange.sheets.clocks import (
    CellFault,
    WholeDay,
    read_amount,
    read_day,
    read_decimal,
    read_minutes,
    read_moment,
    says_unit,
    unmistakable,
)
from brigade.exchange.sheets.layout import QUANTITIES, Cell, Column
from brigade.values.input_words import CHOICES, FALSE_WORDS, TRUE_WORDS, plain
from brigade.values.validation.checks import choice_titles

Value: TypeAlias = str | int | float | Decimal
"""A written cell: numbers as numbers, so that a spreadsheet can add them."""

FORMULA = "=+-@\t\r"
GUARD = "'"
"""A spreadsheet takes a text in FORMULA for a formula and may run it: an apostrophe goes in front, and off
when read."""
TOO_NARROW = re.compile(r"#{2,}")
TYPED = frozenset({StoredType.DAY, StoredType.MIDNIGHT, StoredType.MOMENT, StoredType.SPAN, StoredType.FLAG})
NAMES = frozenset({Cell.CODE, Cell.CODES})
DEGREES = re.compile(r"\d\s*[°º]|\d\W*[NSEWO]$")
LENGTHS = frozenset({Cell.MINUTES, Cell.SPELLS})
COUNTED = frozenset({Cell.COUNT, Cell.NUMBER})
OTHER_UNIT = re.compile(rf"\d\s*([%‰kK{CURRENCY_SIGNS}]|M€)|{CURRENCY_BEFORE}")
"""A share, thousands or a currency beside a number: 12 km in a column of metres."""
ANY_UNIT = re.compile(rf"\d\s*([%‰{CURRENCY_SIGNS}]|[^\W\d_])|{CURRENCY_BEFORE}")
IN_EUROS = re.compile(
    r"\d\s*(€|euros?\b|eur\b)\s*(/|par\b|per\b|$)|^(€|eur\b)\s*-?\d[\d.,\s]*$", re.IGNORECASE
)
"""What stands beside an amount in euros: 0.38 €/km. Anything else is another currency, cents among them."""


def guard(text: str) -> str:
    return GUARD + text if text[:1] in (*FORMULA, GUARD) and text else text


def unguard(text: str) -> str:
    return text[1:] if text[:1] == GUARD and text[1:2] in (*FORMULA, GUARD) and len(text) > 1 else text


# -- reading -----------------------------------------------------------------------------------------------
def read_cell(cell: RawCell, column: Column, zone: ZoneInfo) -> Any:
    """The JSON value of a cell; None for a blank one that may be blank. Raises: CellFault."""
    refuse_unreadable(cell, is_prose=column.cell is Cell.TEXT)
    if column.cell is Cell.TEXT:
        raw = unguard(cell.shown or cell.text)
        return raw if raw or column.required else None
    text = _code_text(cell) if column.cell in NAMES else cell.text
    if cell.shown and column.cell in QUANTITIES:
        text = _quantity_text(cell, column)
    # Known exactly: the point of a stored number parts no thousands.
    if cell.stored is StoredType.NUMBER and column.cell in QUANTITIES:
        text = unmistakable(text)
    bare = unguard(text.strip()).strip()
    if TOO_NARROW.fullmatch(bare):
        raise CellFault("C116", "cell_too_narrow")
    if not bare:
        if column.required and column.cell is not Cell.CODES:
            raise CellFault("C101", "cell_empty")
        return [] if column.required else None
    if column.cell is Cell.MOMENT:
        return _moment(bare, cell.stored, column, zone)
    if column.cell is Cell.CHOICE:
        return read_choice(bare, column.choices)
    return READERS[column.cell](bare)


def refuse_unreadable(cell: RawCell, *, is_prose: bool = True) -> None:
    """Raises: CellFault, for a cell that shows no value of anybody's: an error, or a formula never
    computed."""
    if cell.stored is StoredType.ERROR or is_error(cell.text, is_prose=is_prose):
        raise CellFault("C116", "cell_error")
    if cell.stored is StoredType.UNCOMPUTED:
        raise CellFault("C117", "cell_not_computed")


def _code_text(cell: RawCell) -> str:
    """A code as the spreadsheet shows it: 01001 of the number 1001 in the format 00000."""
    # What stood there before the spreadsheet made a date of it, nobody can tell.
    if cell.stored in TYPED:
        raise CellFault("C115", "code_converted")
    if cell.stored is StoredType.NUMBER and len(cell.text.strip("-")) > SIGNIFICANT:
        raise CellFault("C115", "code_digits_lost", {"significant": SIGNIFICANT})
    if cell.stored is StoredType.NUMBER and "." in cell.text:
        raise CellFault("C115", "code_read_as_number")
    return "".join(cell.shown.split()) or cell.text


def _quantity_text(cell: RawCell, column: Column) -> str:
    """A quantity with the unit that its format shows: 2 in the format 0" h" is two hours. Raises:
    CellFault."""
    if column.cell in LENGTHS and says_unit(cell.shown):
        return cell.shown
    if column.cell is Cell.EUROS and IN_EUROS.search(cell.shown):
        return cell.text
    if (OTHER_UNIT if column.cell in COUNTED else ANY_UNIT).search(cell.shown):
        raise CellFault("C102", "cell_shows_unit", {"shown": cell.shown})
    return cell.text


def _moment(text: str, stored: StoredType, column: Column, zone: ZoneInfo) -> str:
    if stored is StoredType.MIDNIGHT and column.whole_day is not WholeDay.FIRST:
        raise CellFault("C104", "cell_midnight_or_day" if column.whole_day else "cell_midnight")
    return read_moment(text, zone, column.whole_day)


def read_choice(text: str, choices: Iterable[str]) -> str:
    words = {plain(choice): choice for choice in choices}
    words |= {plain(CHOICES[choice]): choice for choice in words.values() if choice in CHOICES}
    # Priorities are written 1 as well as P1.
    found = words.get(plain(text)) or words.get(f"p{plain(text)}")
    if found is None:
        close = get_close_matches(plain(text), words, n=1, cutoff=0.6)
        meant = (
            Clause("did_you_mean", {"name": choice_titles(words[close[0]])})
            if close
            else Clause(
                "one_of", {"names": [choice_titles(choice) for choice in dict.fromkeys(words.values())]}
            )
        )
        raise CellFault("C105", "cell_choice", {"suggestion": meant})
    return found


def read_flag(text: str) -> bool:
    word = plain(text)
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise CellFault("C106", "cell_yes_or_no")


def read_number(text: str) -> float:
    if DEGREES.search(text):
        raise CellFault("C102", "cell_degrees")
    return float(read_decimal(text))


def read_count(text: str) -> int:
    value = read_amount(text)
    if abs(value) > 10**15 or value != int(value):
        raise CellFault("C102", "cell_whole_number")
    return int(value)


def read_euros(text: str) -> int:
    """Euro cents of an amount in euros."""
    cents = read_amount(text.removeprefix("€").removesuffix("€").strip()) * 100
    if abs(cents) > 10**15 or cents != int(cents):
        raise CellFault("C108", "cell_euros")
    return int(cents)


def _items(text: str, separators: str) -> list[str]:
    return [item for part in re.split(f"[{re.escape(separators)}]", text) if (item := unguard(part.strip()))]


def read_codes(text: str) -> list[str]:
    return _items(text, "|,;\n\r")


def read_days(text: str) -> list[str]:
    return [read_day(item) for item in _items(text, "|,;\n\r")]


def read_spells(text: str) -> list[float | int]:
    # No comma here: it is the decimal comma of a number.
    return [read_minutes(item) for item in _items(text, "|;\n\r")]


def read_counts(text: str) -> list[int]:
    return [read_count(item) for item in _items(text, "|;\n\r")]


READERS: Mapping[Cell, Callable[[str], Any]] = {
    Cell.CODE: lambda text: text,
    Cell.COUNT: read_count,
    Cell.EUROS: read_euros,
    Cell.MINUTES: read_minutes,
    Cell.NUMBER: read_number,
    Cell.DAY: read_day,
    Cell.FLAG: read_flag,
    Cell.CODES: read_codes,
    Cell.DAYS: read_days,
    Cell.SPELLS: read_spells,
    Cell.COUNTS: read_counts,
}


# -- writing -----------------------------------------------------------------------------------------------
def write_cell(value: Any, column: Column, zone: ZoneInfo) -> Value:
    """The cell of a JSON value, in French; blank for None."""
    if value is None:
        return ""
    match column.cell:
        case Cell.TEXT | Cell.CODE:
            return guard(value)
        case Cell.CHOICE:
            return CHOICES.get(str(value), str(value))
        case Cell.FLAG:
            return "oui" if value else "non"
        case Cell.EUROS:
            return Decimal(value) / 100
        case Cell.MOMENT:
            return write_moment(value, zone)
        case Cell.CODES:
            return " | ".join(guard(item) for item in value)
        case Cell.DAYS:
            return " | ".join(value)
        case Cell.SPELLS:
            return " | ".join(decimal_comma(item) for item in value)
        case Cell.COUNTS:
            return " | ".join(map(str, value))
    number: Value = value  # numbers and ISO days are written as they are
    return number


def write_moment(text: str, zone: ZoneInfo) -> str:
    """Local time without offset wherever that is the same instant; the whole ISO form elsewhere."""
    moment = datetime.fromisoformat(text)
    local = moment.astimezone(zone).replace(tzinfo=None, fold=0)
    short = local.isoformat(sep=" ", timespec="minutes" if local.second == local.microsecond == 0 else "auto")
    try:
        same = datetime.fromisoformat(read_moment(short, zone)) == moment
    except CellFault:
        same = False
    return short if same else text


def decimal_comma(value: Value) -> str:
    """A number as French spreadsheets write it, to its last digit, and so that nobody takes it for
    thousands."""
    if isinstance(value, str):
        return value
    return unmistakable((f"{value:f}" if isinstance(value, Decimal) else repr(value)).replace(".", ","))
