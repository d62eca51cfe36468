"""Codes made from the names that people give."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

LONGEST = 20


def code_of(name: str, taken: Collection[str], otherwise: str) -> str:
    """A code that tells its name, and is none of those taken. Args: otherwise: of a name without letters."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    code = re.sub(r"[^A-Z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-") or otherwise
    return next(one for one in _numbered(code) if one not in taken)


def _numbered(code: str) -> Iterator[str]:
    yield code
    number = 2
    while True:
        yield f"{code}-{number}"
        number += 1
