"""Terminals that are not UTF-8 still get their answer: what their encoding lacks is told with what it has."""

from __future__ import annotations

import codecs
import sys
from unicodedata import normalize

HANDLER = "brigade.nearest"
NEAREST = {
    "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "…": "...", "–": "-", "—": "-", "−": "-",
    "→": "->", "←": "<-", "≥": ">=", "≤": "<=", "×": "x", "·": "-", "•": "-",
    "œ": "oe", "Œ": "OE", "€": "EUR", "⚠": "!",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "²": "2", "°": "o",
}  # fmt: skip
"""French typography, letter by letter; accents are taken off where they must, anything else becomes a
question mark."""


def nearest(error: UnicodeError) -> tuple[str | bytes, int]:
    """An error handler of `codecs`: the nearest text that every encoding of a terminal has."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    met = error.object[error.start : error.end]
    return "".join(map(_plain, met)), error.end


def _plain(letter: str) -> str:
    if letter in NEAREST:
        return NEAREST[letter]
    return normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"


def speak_any_encoding() -> None:
    """Make stdout and stderr say everything, whatever encoding the terminal or the pipe asks for."""
    codecs.register_error(HANDLER, nearest)
    for stream in (sys.stdout, sys.stderr):
        # A program that runs these commands may have replaced the stream by one of its own.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=HANDLER)
