"""Texts on their way into a spreadsheet: none is computed, and none holds what no spreadsheet can."""

from __future__ import annotations

from unicodedata import category

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet begins to compute at; the last four are the same in full width, which some of them read
alike."""
KEPT_CONTROLS = frozenset("\t\n\r")


def safe_cell(text: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would otherwise compute it.

    Controls are gone: a text of an older version may hold them, and a workbook cannot be written with them.
    """
    if not text.isprintable():
        text = "".join(c for c in text if c in KEPT_CONTROLS or category(c) not in ("Cc", "Cs"))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
