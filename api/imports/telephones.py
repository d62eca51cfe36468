"""Telephone numbers as people write them, and as they are dialled from anywhere."""

from __future__ import annotations

import re

from brigade.words.formats import FRENCH_PREFIXES

OVERSEAS = {
    "+262": ("262", "263", "269", "639", "692", "693"),
    "+590": ("590", "690", "691"),
    "+594": ("594", "694"),
    "+596": ("596", "696", "697"),
}
"""La Réunion and Mayotte, Guadeloupe, Guyane, Martinique: the areas of their numbers."""
NATIONAL = re.compile(r"0?([1-9]\d{8})")
"""As it is dialled in France, or as a spreadsheet leaves it that takes it for a number."""


def dialled(text: str) -> str:
    """A telephone number as it is dialled from anywhere."""
    digits = re.sub(r"[\s.\-()]", "", text)
    if national := NATIONAL.fullmatch(digits):
        return f"{_prefix_of(national[1])}{national[1]}"
    abroad = f"+{digits[2:]}" if digits.startswith("00") else digits
    # +33 (0)6 …: who dials the prefix leaves the zero out, and no French number begins with one.
    return re.sub(rf"^({'|'.join(map(re.escape, FRENCH_PREFIXES))})0(\d{{9}})$", r"\1\2", abroad)


def _prefix_of(number: str) -> str:
    """Of the nine digits behind the zero: those of overseas begin with the area's three."""
    # 06 39 98 is the mainland's range of invented numbers, within Mayotte's 06 39.
    area = "" if number.startswith("63998") else number[:3]
    return next((prefix for prefix, areas in OVERSEAS.items() if area in areas), "+33")
