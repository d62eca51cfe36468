"""The text of a CSV as rows of cells: its encoding, its separator, its quotes. No cell is interpreted here."""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Collection
from io import StringIO
from itertools import islice

import pandas as pd

from brigade.errors import Issue, UnreadableInput
from brigade.exchange.sheets.raw import RawCell, Row, kept_rows
from brigade.exchange.sheets.words import plain

ENCODINGS = ("utf-8-sig", "cp1252")
SEPARATORS = (";", ",", "\t")
SAID_SEPARATOR = re.compile(r'"?sep=(.)"?[;,\t ]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
"""The first line by which a file tells Excel its separator; no spreadsheet shows or counts it."""
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
        # pandas takes the width from the first row: give it a width that no row exceeds, the reader judges what is beyond.
        width = max((len(row) for row in csv.reader(StringIO(text, newline=""), delimiter=separator)), default=1)
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = _frame(text, separator, width)
    except (csv.Error, pd.errors.ParserError, pd.errors.ParserWarning, TypeError, ValueError) as fault:
        row = re.search(r"row (\d+)|line (\d+)", str(fault))
        met = f"guillemet ouvert vers la ligne {int(row[1]) + 1 if row[1] else row[2]}" if row else "guillemets mal fermés"
        raise UnreadableInput([Issue("C011", label, met, "vérifier les guillemets : chacun se ferme")]) from None
    rows = (tuple(RawCell("" if pd.isna(cell) else str(cell)) for cell in row) for row in frame.itertuples(index=False))
    return kept_rows(rows, label)


def _decode(data: bytes, label: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4000]:
        raise UnreadableInput([Issue("C004", label, "UTF-16 ou fichier binaire", "enregistrer en CSV UTF-8")])
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as fault:
            last = fault
    met = f"octet 0x{data[last.start]:02x}, ligne {data.count(bytes([10]), 0, last.start) + 1}"
    raise UnreadableInput([Issue("C004", label, met, "enregistrer en CSV UTF-8")])


def _separator(text: str, known: Collection[str]) -> str:
    """The one that parts most of the known names; of a table that has none, what its first parted line uses most."""
    head = "\n".join(text.splitlines()[:LOOKED_AT])
    names = {separator: _names(head, separator, known) for separator in SEPARATORS}
    best = max(SEPARATORS, key=names.__getitem__)
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
