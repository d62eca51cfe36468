"""The text of a CSV as rows of cells: its encoding, its separator, its quotes. No cell is interpreted
here."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Collection
from io import StringIO
from itertools import islice

import pandas as pd

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.grids.raw import RawCell, Row, kept_rows, refuse_beyond
from brigade.values.input_words import plain

ENCODINGS = ("utf-8-sig", "cp1252")
END_OF_FILE = "\x1a"
"""What MS-DOS programs write last."""
SEPARATORS = (";", ",", "\t")
SAID_SEPARATOR = re.compile(r'"?sep ?= ?(.)"?[;,\t ]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
"""The first line by which a file tells Excel its separator; no spreadsheet shows or counts it."""
OTHER_CONTENT = (
    (re.compile(rb"%PDF-"), "csv_is_pdf"),
    (re.compile(rb"PK\x03\x04|\xd0\xcf\x11\xe0"), "csv_is_workbook"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|table)", re.IGNORECASE), "csv_is_html"),
    (re.compile(rb"\{\\rtf"), "csv_is_rtf"),
    (re.compile(rb"\x1f\x8b"), "csv_is_compressed"),
)
"""How files begin that a name in .csv does not make a table."""
MISREAD = re.compile("[a-z\u00e0-\u00ff][ŽŠ‚ƒ„†‡ˆ‰‹][a-z_]|[A-Za-z][ŽŠ‚ƒ„†‡ˆ‰‹][a-z]{2}")
"""What é, è, ê, ç of Mac Roman or MS-DOS look like in cp1252: capitals or marks in the middle of a word."""
TWICE = re.compile("Ã[\u0080-\u00bf©¨ª«§´®¢¹»¼‰€ˆŠ]|â€[™œ¦“”]")
"""What UTF-8 looks like once a program has taken it for cp1252 and saved it as UTF-8 again."""
LOST = "\ufffd"
LOOKED_AT = 20
"""Rows among which a header is looked for: titles and dates of printing stand above it."""


def csv_rows(data: bytes, label: str, known: Collection[str]) -> tuple[Row, ...]:
    """Args: known: names of columns, as `plain` writes them, by which the separator is told.

    Raises: UnreadableInput.
    """
    text = _decode(data, label)
    said = SAID_SEPARATOR.match(text)
    text = text[said.end() :] if said else text
    if not text.strip():
        return ()
    separator = said[1] if said else _separator(text, known)
    try:
        # pandas takes the width from the first row: give it a width that no row exceeds, the reader judges
        # what is beyond.
        width = _width(text, separator, label)
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = _frame(text, separator, width)
    except (csv.Error, pd.errors.ParserError, pd.errors.ParserWarning, TypeError, ValueError) as fault:
        row = re.search(r"row (\d+)|line (\d+)", str(fault))
        if row is None:
            raise UnreadableInput([Issue("C011", label, "quotes_do_not_close")]) from None
        line = int(row[1]) + 1 if row[1] else int(row[2])
        raise UnreadableInput([Issue("C011", label, "open_quote", {"line": line})]) from None
    rows = (
        tuple(RawCell("" if pd.isna(cell) else str(cell)) for cell in row)
        for row in frame.itertuples(index=False)
    )
    return kept_rows(rows, label)


def _width(text: str, separator: str, label: str) -> int:
    """Raises: UnreadableInput, as soon as the rectangle of all rows is too large; csv.Error."""
    rows = width = 0
    for rows, row in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator), 1):
        width = max(width, len(row))
        refuse_beyond(label, rows, width)
    return max(width, 1) if rows else 1


def _decode(data: bytes, label: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4000]:
        raise UnreadableInput([Issue("C004", label, "binary_file")])
    for pattern, words in OTHER_CONTENT:
        if pattern.match(data):
            raise UnreadableInput([Issue("C004", label, words)])
    # UTF-8 first: cp1252 reads nearly any bytes, so its success proves nothing.
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding).removesuffix(END_OF_FILE)
        except UnicodeDecodeError as fault:
            last = fault
        else:
            return _as_meant(text, label, is_guessed=encoding != ENCODINGS[0])
    raise UnreadableInput(
        [
            Issue(
                "C004",
                label,
                "csv_not_utf8",
                {"byte": f"0x{data[last.start]:02x}", "line": data.count(bytes([10]), 0, last.start) + 1},
            )
        ]
    )


def _as_meant(text: str, label: str, *, is_guessed: bool) -> str:
    """The text, unless its accents are another encoding's. Raises: UnreadableInput."""
    found = TWICE.search(text) or re.search(LOST, text) or (MISREAD.search(text) if is_guessed else None)
    if found is None:
        return text
    start, end = max(0, found.start() - 8), found.end() + 8
    met = {"met": " ".join(text[start:end].split()), "line": text.count("\n", 0, found.start()) + 1}
    raise UnreadableInput([Issue("C004", label, "accents_of_another_encoding", met)])


def _separator(text: str, known: Collection[str]) -> str:
    """The one that parts most of the known names; of a table that has none, what its first parted line uses
    most."""
    head = "\n".join(text.splitlines()[:LOOKED_AT])
    names = {separator: _names(head, separator, known) for separator in SEPARATORS}
    best = max(SEPARATORS, key=names.__getitem__)
    # One known name may be the word of a title; two stand in a header.
    if names[best] > 1:
        return best
    for line in head.splitlines():
        bare = "".join(part for n, part in enumerate(line.split('"')) if n % 2 == 0)
        if any(separator in bare for separator in SEPARATORS):
            return max(SEPARATORS, key=bare.count)
    return SEPARATORS[0]


def _names(head: str, separator: str, known: Collection[str]) -> int:
    """Known names in the row that has most of them."""
    rows = islice(csv.reader(StringIO(head, newline=""), delimiter=separator), LOOKED_AT)
    try:
        return max((sum(plain(cell) in known for cell in row) for row in rows), default=0)
    except csv.Error:
        return 0


def _frame(text: str, separator: str, width: int) -> pd.DataFrame:
    return pd.read_csv(
        StringIO(text, newline=""),
        sep=separator,
        header=None,
        names=range(width),
        index_col=False,
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        skip_blank_lines=False,
        engine="c",
    )
