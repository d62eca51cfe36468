"""The few checks that every part repeats: taken twice, unknown, negative, out of order."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from brigade.errors import NO_VALUES, Clause, Issue, Values
from brigade.units import Ticks
from brigade.values.input_words import BETWEEN_VALUES, CHOICES, one_of, plain
from brigade.values.problem_parts import ProblemParts

BETWEEN = re.compile(rf"[\s/+&•]+(?:(?:{one_of(BETWEEN_VALUES)})\s+)?", re.IGNORECASE)
"""What people write between two values of a cell, where a list has « | »."""
SHOWN = 6
"""Names that would do, before "…"."""
FAR_DAYS = 180
"""A date so long before or after the horizon is most often another year's; a month's export holds nearer
ones."""
UNSEEN = {"Cc", "Cf", "Mn", "Zs"}
"""Unicode categories that look like nothing, like any space, or like a part of the letter before."""


def duplicates(code: str, group: str, ids: Iterable[str]) -> Iterator[Issue]:
    """One issue for each id met more than once."""
    for id, count in Counter(ids).items():
        if count > 1:
            yield Issue(code, f"{group}.{id}", "id_twice", {"id": id, "count": count})


def unknown(code: str, where: str, ids: Iterable[str], known: Collection[str], kind: str) -> Iterator[Issue]:
    """One issue for each id that is not among `known`; `kind`: what is looked for (`word.thing.<kind>`)."""
    for id in sorted({id for id in ids if id not in known}):
        yield Issue(code, where, "unknown_id", {"kind": kind, "id": id, "suggestion": suggestion(id, known)})


def suggestion(met: str, known: Collection[str], titles: Mapping[str, Values] = NO_VALUES) -> Clause:
    """The name meant, or the first names that would do, or that there is none.

    Args: titles: of those that have a name in each language.
    """
    names = sorted(known)
    several = [part for part in BETWEEN.split(met) if part]
    if len(several) > 1 and known and all(part in known for part in several):
        return Clause("several_values", {"names": " | ".join(several)})
    # Compared letter by letter, "w1" has too little in common with "W1".
    same = [name for name in names if plain(name) == plain(met) != ""]
    close = same if len(same) == 1 else get_close_matches(met, names, n=1, cutoff=0.6)
    if close:
        return did_you_mean(met, close[0], titles.get(close[0], close[0]))
    if not names:
        return Clause("declare_or_remove")
    shown = [titles.get(name, name) for name in names[:SHOWN]]
    return Clause("one_of_these", {"names": shown, "more": "…" if len(names) > SHOWN else None})


def did_you_mean(met: str, name: str, title: str | Values | None = None) -> Clause:
    """The name meant, by its title if it has one; where both look alike, with what nobody sees of them."""
    return Clause("did_you_mean", {"name": title or name, "unseen": _unseen_difference(met, name)})


def _unseen_difference(met: str, name: str) -> str | None:
    """The code points that only one of two texts has which look alike; None where they do not."""
    if _as_seen(met) != _as_seen(name):
        return None
    one, other = Counter(met), Counter(name)
    apart = sorted(c for c in (one - other) | (other - one) if unicodedata.category(c) in UNSEEN)
    return ", ".join(f"U+{ord(c):04X}" for c in apart) or None


def _as_seen(text: str) -> str:
    spaced = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(c for c in spaced if unicodedata.category(c) not in ("Cc", "Cf"))


def choice_titles(choice: str) -> Values:
    """A choice in the words of tables: its code is English already."""
    return {"fr": CHOICES.get(choice, choice), "en": choice}


def negative(code: str, where: str, **values: int | None) -> Iterator[Issue]:
    """One issue for each value below zero; None passes."""
    for name, value in values.items():
        if value is not None and value < 0:
            yield Issue(code, f"{where}.{name}", "negative_value", {"met": str(value)})


def far_ticks(problem: ProblemParts) -> Ticks:
    """What lies further than this before or after the horizon has most often the wrong year."""
    return problem.horizon.ticks(FAR_DAYS * 24 * 60)


def say(problem: ProblemParts, tick: int) -> str:
    """The local wall-clock time of a tick; the bare number when no calendar reaches so far."""
    try:
        return problem.horizon.instant(tick).strftime("%Y-%m-%d %H:%M")
    # An instant beyond year 9999 is itself a fault that is being told: telling it must not fail.
    except OverflowError:
        return f"{tick} ticks"
