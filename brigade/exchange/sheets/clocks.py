"""Days, instants and lengths as people write them; what could mean two things is asked for, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from zoneinfo import ZoneInfo

from brigade.errors import NO_VALUES, Clause, Issue, Values
from brigade.values import input_words
from brigade.values.input_words import FIRST_OF_MONTH, MONTHS, WEEKDAYS, one_of, plain

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")
GROUPED = re.compile(r"[+-]?\s?\d{1,3}(\s\d{3})+([.,]\d+)?")
"""Thousands apart: 1 200. Two numbers in a cell, 45 45, are none."""
# Far beyond any amount: a cell of thousands of digits would take seconds to read.
MOST_DIGITS = 40
GROUPED_OR_DECIMAL = re.compile(r"([+-]?[1-9]\d{0,2})[.,](\d{3})")
"""12.345 is some twelve to some, and twelve thousand and more to others."""
DAY = re.compile(
    rf"(?:(?P<weekday>{'|'.join(f'{name[:3]}(?:{name[3:]}|[.])?' for name in WEEKDAYS)}),?\s+)?"
    r"(?:(?P<iso_year>\d{4})-(?P<iso_month>\d{2})-(?P<iso_day>\d{2})"
    r"|(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})"
    rf"|(?P<said_day>\d{{1,2}})(?:{FIRST_OF_MONTH})?[\s-]+(?P<said_month>[^\W\d_]{{3,9}})[.]?[\s-]+(?P<said_year>\d{{4}}))(?!\d)",
    re.IGNORECASE,
)
CLOCK = re.compile(r"(\d{1,2})(?:\s*[:hH]\s*(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?|\s*[hH])")
BEFORE_CLOCK = re.compile(rf"T(?=\d)|\s*,\s*|\s+{input_words.BEFORE_CLOCK}\s+|\s+", re.IGNORECASE)
OFFSET = re.compile(
    r"^\d{4}-.*:\d{2}(?:[.,]\d{1,6})?\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d(?::\d{2}(?:\.\d{1,6})?)?)$"
)
"""Behind an ISO instant only: « 10/03/2026 08:00-09:00 » is a span of hours, and no instant nine hours
west."""
CLOCK_SPAN = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d)(?:[.,]0+)?)?")
ISO_SPAN = re.compile(r"PT(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?", re.IGNORECASE)
MINUTE_MARKS = f"(?:{one_of(input_words.MINUTES)})[.]?"
HOUR_MARKS = f"(?:{one_of(input_words.HOURS)})"
HOURS = re.compile(rf"(\d{{1,4}})\s*{HOUR_MARKS}\s*(?:([0-5]\d)|([0-5]?\d)\s*{MINUTE_MARKS})?", re.IGNORECASE)
PART_HOURS = re.compile(rf"(\d{{1,4}}[.,](\d+))\s*{HOUR_MARKS}", re.IGNORECASE)
MINUTES = re.compile(rf"(\d{{1,5}}(?:[.,]\d+)?)\s*{MINUTE_MARKS}", re.IGNORECASE)
HALF_OF_LAST = Decimal("0.5")
SERIAL_DAYS = range(20_000, 80_000)
"""What numbers of days since 1900 a date between 1954 and 2119 has."""


class CellFault(Exception):
    """Why a cell cannot be read: an issue's code and words, without the value `met` and the place, which are
    the reader's to add."""

    def __init__(self, code: str, words: str, values: Values = NO_VALUES) -> None:
        self.code, self.words, self.values = code, words, values
        super().__init__(code, words, values)

    def issue(self, place: str, met: str | Clause) -> Issue:
        return Issue(self.code, place, self.words, {**self.values, "met": met})


class WholeDay(StrEnum):
    """What a date without an hour means where whole days are meant: the day's first instant, or the end of
    it."""

    FIRST = "first"
    LAST = "last"


# -- numbers and lengths -----------------------------------------------------------------------------------
def read_amount(text: str) -> Decimal:
    """A number, unless its point or comma may part thousands."""
    refuse_doubtful(text)
    return read_decimal(text)


def refuse_doubtful(text: str) -> None:
    """Raises: CellFault, for a number, with its unit or without, whose point or comma may part thousands."""
    marked = re.match(rf"{GROUPED_OR_DECIMAL.pattern}(?![\d.,])", text.strip())
    if marked:
        whole, digits = marked.groups()
        raise CellFault("C102", "cell_thousands", {"whole": whole, "digits": digits})


def unmistakable(text: str) -> str:
    """A number of known value with one more zero, where three decimals could be taken for thousands."""
    return f"{text}0" if GROUPED_OR_DECIMAL.fullmatch(text) else text


def read_decimal(text: str) -> Decimal:
    bare = text.strip()
    if GROUPED.fullmatch(bare):
        bare = "".join(bare.split())
    if not NUMBER.fullmatch(bare) or len(bare) > MOST_DIGITS:
        raise CellFault("C102", "cell_number")
    try:
        return Decimal(bare.replace(",", "."))
    except InvalidOperation:
        raise CellFault("C102", "cell_number") from None


def read_minutes(text: str) -> float | int:
    """Minutes, or hours and minutes: 90 · 12,5 · 1h30 · 2 h · 1:30 · 01:30:00 · 90 min · 1 h 30 min · 1,5 h ·
    PT90M."""
    refuse_doubtful(text)
    minutes = _length(text)
    if minutes is None and not NUMBER.fullmatch(text.strip()) and not GROUPED.fullmatch(text.strip()):
        raise CellFault("C102", "cell_length")
    if minutes is None:
        minutes = read_decimal(text)
    return int(minutes) if abs(minutes) < 10**15 and minutes == int(minutes) else float(minutes)


def says_unit(text: str) -> bool:
    return _length(text) is not None


def _length(text: str) -> Decimal | None:
    """The length of a text that says its units; None for a bare number or something else."""
    if found := HOURS.fullmatch(text):
        return Decimal(int(found[1]) * 60 + int(found[2] or found[3] or 0))
    if found := CLOCK_SPAN.fullmatch(text) or ISO_SPAN.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return Decimal(hours * 60 + minutes) + Decimal(seconds) / 60
    if found := MINUTES.fullmatch(text):
        return Decimal(found[1].replace(",", "."))
    if found := PART_HOURS.fullmatch(text):
        return _whole_minutes(Decimal(found[1].replace(",", ".")) * 60, len(found[2]))
    return None


def _whole_minutes(minutes: Decimal, digits: int) -> Decimal:
    """Twenty minutes are written 0,33 h: the one whole minute that these digits of hours can stand for, where
    there is one."""
    nearest = minutes.to_integral_value()
    return nearest if digits > 1 and abs(nearest - minutes) <= HALF_OF_LAST.scaleb(-digits) * 60 else minutes


# -- days and instants -------------------------------------------------------------------------------------
def read_day(text: str) -> str:
    """ISO day of 31/12/2026, 31-12-2026, 31 décembre 2026 or 2026-12-31; a midnight behind it is what
    spreadsheets add."""
    day, rest = _day(text, "C103")
    if not set(rest.strip().removeprefix("T")) <= set("0:.,"):
        raise CellFault("C103", "cell_date_alone")
    return day.isoformat()


def _day(text: str, code: str) -> tuple[date, str]:
    """The day a text begins with, and what follows it."""
    example = "31/12/2026 08:30" if code == "C104" else "31/12/2026"
    found = DAY.match(text)
    if not found:
        raise CellFault(code, _no_day(text), {"example": example})
    year, month, day = (
        found[f"iso_{part}"] or found[part] or found[f"said_{part}"] for part in ("year", "month", "day")
    )
    try:
        made = date(int(year), _month(month), int(day))
    except ValueError:
        raise CellFault(code, "cell_no_such_date", {"example": example}) from None
    if found["weekday"] and not WEEKDAYS[made.weekday()].startswith(found["weekday"].lower().rstrip(".")):
        raise CellFault(code, "cell_weekday", {"day": made})
    return made, text[found.end() :]


def _no_day(text: str) -> str:
    """The words for a text that begins with no day."""
    number = text.replace(",", ".")
    if (
        NUMBER.fullmatch(number)
        and (whole := number.partition(".")[0]).isdigit()
        and int(whole) in SERIAL_DAYS
    ):
        return "cell_day_number"
    if re.match(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}(?!\d)", text):
        return "cell_short_year"
    return "cell_date"


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    found = [number for number, name in enumerate(MONTHS, 1) if name.startswith(plain(text))]
    # « jui » begins two months.
    if len(found) != 1:
        raise ValueError(text)
    return found[0]


def read_moment(text: str, zone: ZoneInfo, whole_day: WholeDay | None = None) -> str:
    """ISO instant with offset; a local time without one is in `zone`, if it exists there exactly once.

    Args: whole_day: what a date without an hour means; None: it means nothing.
    """
    offset = OFFSET.match(text)
    day, rest = _day(text[: offset.start(1)] if offset else text, "C104")
    if not rest.strip() and not offset and whole_day is not None:
        # 31/12/9999 has no morrow; its year is refused, whichever instant stands for it.
        is_whole = whole_day is WholeDay.LAST and day < date.max
        return _in_zone(datetime.combine(day, time()) + timedelta(is_whole), zone).isoformat()
    naive = datetime.combine(day, _clock(rest))
    if offset:
        return f"{naive.isoformat()}{'+00:00' if offset[1] == 'Z' else offset[1]}"
    return _in_zone(naive, zone).isoformat()


def _clock(rest: str) -> time:
    """The clock behind a day: after a T, a comma, an « à » or a space."""
    before = BEFORE_CLOCK.match(rest)
    found = CLOCK.fullmatch(rest[before.end() :].strip()) if before else None
    if not found:
        raise CellFault("C104", "cell_one_time")
    try:
        return time(
            int(found[1]), int(found[2] or 0), int(found[3] or 0), int((found[4] or "").ljust(6, "0"))
        )
    except ValueError:
        raise CellFault("C104", "cell_time_range") from None


def _in_zone(naive: datetime, zone: ZoneInfo) -> datetime:
    first, second = naive.replace(tzinfo=zone), naive.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    # There and back it is another time: it lies in the hour that spring leaves out.
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise CellFault("C107", "cell_no_such_time")
    one, other = (moment.isoformat(sep=" ", timespec="minutes") for moment in (first, second))
    raise CellFault("C107", "cell_time_twice", {"one": one, "other": other})
