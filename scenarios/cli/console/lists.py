"""Options that hold a list in one word: `--seeds 1,2,7-9`, `--limits 2,10,60`, `--sizes S,M`."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from brigade.errors import Clause, Issue, UnreadableInput

Value = TypeVar("Value")
# A range mistyped must not become a million runs.
MOST = 1000


def names(option: str, text: str, known: Collection[str]) -> list[str]:
    """Raises: UnreadableInput (O103) naming every part that is not known."""
    return _parts(option, text, lambda part: part if part in known else None, "names_option", list(known))


def seconds(option: str, text: str) -> list[float]:
    return _parts(option, text, _seconds, "seconds_list")


def numbers(option: str, text: str) -> list[int]:
    """Whole numbers from 0 on; `4-6` is 4, 5 and 6."""
    found = _parts(option, text, _range, "numbers_list")
    return list(dict.fromkeys(number for part in found for number in part))


def together(*reads: Callable[[], list[Any]]) -> list[list[Any]]:
    """Several lists read. Raises: UnreadableInput with the faults of all of them."""
    found, issues = list[list[Any]](), list[Issue]()
    for read in reads:
        try:
            found.append(read())
        except UnreadableInput as refused:
            issues += refused.issues
    if issues:
        raise UnreadableInput(issues)
    return found


def _parts(
    option: str, text: str, read: Callable[[str], Value | None], words: str, known: Sequence[str] = ()
) -> list[Value]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = [(part, read(part)) for part in parts]
    wrong = [Clause("quoted", {"met": part}) for part, value in found if value is None]
    if wrong or not parts:
        unread = wrong or [Clause("nothing")]
        raise UnreadableInput([Issue("O103", option, words, {"met": met, "known": known}) for met in unread])
    return [value for _, value in found if value is not None]


def _seconds(part: str) -> float | None:
    try:
        value = float(part)
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _range(part: str) -> range | None:
    first, dash, last = part.partition("-")
    # `isdigit` alone takes digits of every script, of which `int` takes most and not all.
    if not (first.isascii() and first.isdigit()) or (dash and not (last.isascii() and last.isdigit())):
        return None
    low, high = int(first), int(last or first)
    return range(low, high + 1) if low <= high < low + MOST else None
