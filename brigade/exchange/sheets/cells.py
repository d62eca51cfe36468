"""One cell: read as people write it (1,5 · 31/12/2026 08:30 · oui), written so that nothing is lost and nothing runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from brigade.exchange.sheets.layout import Cell, Column
from brigade.exchange.sheets.words import CHOICES, FALSE_WORDS, TRUE_WORDS, plain

Value: TypeAlias = str | int | float | Decimal
"""A written cell: numbers as numbers, so that a spreadsheet can add them."""

FORMULA = "=+-@\t\r"
GUARD = "'"
"""A spreadsheet takes a text in FORMULA for a formula and may run it: an apostrophe goes in front, and off when read."""
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")
HOURS = re.compile(r"(\d{1,3})\s*h\s*([0-5]\d)?", re.IGNORECASE)
FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
CLOCK = re.compile(r"(\d{1,2})[:hH](\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?")
OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2}(?::\d{2}(?:\.\d{1,6})?)?)$")
MOST_DIGITS = 40


class CellFault(Exception):
    """Why a cell cannot be read: an issue's code and hint; place and value are the reader's to add."""

    def __init__(self, code: str, hint: str) -> None:
        self.code, self.hint = code, hint
        super().__init__(code, hint)


def guard(text: str) -> str:
    return GUARD + text if text[:1] in (*FORMULA, GUARD) and text else text


def unguard(text: str) -> str:
    return text[1:] if text[:1] == GUARD and text[1:2] in (*FORMULA, GUARD) and len(text) > 1 else text


# -- reading -----------------------------------------------------------------------------------------------------------
def read_cell(text: str, column: Column, zone: ZoneInfo) -> Any:
    """The JSON value of a cell; None for a blank one that may be blank. Raises: CellFault."""
    if column.cell is Cell.TEXT:
        raw = unguard(text)
        return raw if raw or column.required else None
    bare = unguard(text.strip()).strip()
    if not bare:
        if column.required and column.cell is not Cell.CODES:
            raise CellFault("C101", "remplir cette cellule")
        return [] if column.required else None
    if column.cell is Cell.MOMENT:
        return read_moment(bare, zone)
    if column.cell is Cell.CHOICE:
        return read_choice(bare, column.choices)
    return READERS[column.cell](bare)


def read_choice(text: str, choices: Iterable[str]) -> str:
    words = {plain(choice): choice for choice in choices}
    words |= {plain(CHOICES[choice]): choice for choice in words.values() if choice in CHOICES}
    found = words.get(plain(text)) or words.get(f"p{plain(text)}")
    if found is None:
        said = [CHOICES.get(choice, choice) for choice in dict.fromkeys(words.values())]
        close = get_close_matches(plain(text), words, n=1, cutoff=0.6)
        hint = (
            f"vouliez-vous dire « {CHOICES.get(words[close[0]], words[close[0]])} » ?"
            if close
            else f"un de : {', '.join(said)}"
        )
        raise CellFault("C105", hint)
    return found


def read_flag(text: str) -> bool:
    word = plain(text)
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise CellFault("C106", "oui ou non")


def read_decimal(text: str) -> Decimal:
    bare = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not NUMBER.fullmatch(bare) or len(bare) > MOST_DIGITS:
        raise CellFault("C102", "un nombre, comme 45 ou 12,5")
    try:
        return Decimal(bare.replace(",", "."))
    except InvalidOperation:
        raise CellFault("C102", "un nombre, comme 45 ou 12,5") from None


def read_number(text: str) -> float:
    return float(read_decimal(text))


def read_count(text: str) -> int:
    value = read_decimal(text)
    if abs(value) > 10**15 or value != int(value):
        raise CellFault("C102", "un nombre entier")
    return int(value)


def read_minutes(text: str) -> float | int:
    """Minutes, or hours and minutes: 90 · 12,5 · 1h30 · 2 h."""
    if hours := HOURS.fullmatch(text):
        return int(hours[1]) * 60 + int(hours[2] or 0)
    value = read_decimal(text)
    return int(value) if abs(value) < 10**15 and value == int(value) else float(value)


def read_euros(text: str) -> int:
    """Euro cents of an amount in euros."""
    cents = read_decimal(text.replace("€", "")) * 100
    if abs(cents) > 10**15 or cents != int(cents):
        raise CellFault("C108", "des euros, avec au plus deux décimales : 12,40")
    return int(cents)


def read_day(text: str) -> str:
    """ISO day of 31/12/2026 or 2026-12-31; a midnight behind it is what spreadsheets add to their dates."""
    words = text.split()
    if len(words) == 1 or (len(words) == 2 and set(words[1]) <= set("0:.,")):
        return _day(words[0]).isoformat()
    raise CellFault("C103", "une date, comme 31/12/2026")


def _day(text: str) -> date:
    french, iso = FRENCH_DAY.fullmatch(text), ISO_DAY.fullmatch(text)
    try:
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        raise CellFault("C103", "une date qui existe, comme 31/12/2026") from None
    raise CellFault("C103", "une date, comme 31/12/2026")


def read_moment(text: str, zone: ZoneInfo) -> str:
    """ISO instant with offset; a local time without one is in `zone`, if it exists there exactly once."""
    offset = OFFSET.search(text) if ":" in text else None
    local = text[: offset.start()].strip() if offset else text
    day, _, clock = re.sub(r"(?<=\d)T(?=\d)", " ", local).partition(" ")
    try:
        naive = datetime.combine(_day(day), _clock(clock.strip()))
    except CellFault as fault:
        hint = fault.hint if fault.code == "C104" else f"{fault.hint} 08:30"
        raise CellFault("C104", hint) from None
    if offset:
        return f"{naive.isoformat()}{'+00:00' if offset[1] == 'Z' else offset[1]}"
    return _in_zone(naive, zone).isoformat()


def _clock(text: str) -> time:
    found = CLOCK.fullmatch(text)
    if not found:
        raise CellFault("C104", "une date et une heure, comme 31/12/2026 08:30")
    try:
        return time(int(found[1]), int(found[2]), int(found[3] or 0), int((found[4] or "").ljust(6, "0")))
    except ValueError:
        raise CellFault("C104", "une heure de 00:00 à 23:59") from None


def _in_zone(naive: datetime, zone: ZoneInfo) -> datetime:
    first, second = naive.replace(tzinfo=zone), naive.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise CellFault("C107", "cette heure n'existe pas (passage à l'heure d'été)")
    one, other = (moment.isoformat(sep=" ", timespec="minutes") for moment in (first, second))
    raise CellFault("C107", f"cette heure existe deux fois : écrire « {one} » ou « {other} »")


def _items(text: str, separators: str) -> list[str]:
    return [item for part in re.split(f"[{re.escape(separators)}]", text) if (item := unguard(part.strip()))]


def read_codes(text: str) -> list[str]:
    return _items(text, "|,;")


def read_days(text: str) -> list[str]:
    return [read_day(item) for item in _items(text, "|,;")]


def read_spells(text: str) -> list[float | int]:
    # No comma here: it is the decimal comma of a number.
    return [read_minutes(item) for item in _items(text, "|;")]


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
}


# -- writing -----------------------------------------------------------------------------------------------------------
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
    """A number as French spreadsheets write it, to its last digit."""
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return value if isinstance(value, str) else repr(value).replace(".", ",")
