"""The few checks that every part repeats: taken twice, unknown, negative, out of order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from brigade.errors import Issue
from brigade.values.problem_parts import ProblemParts


def duplicates(code: str, group: str, ids: Iterable[str]) -> Iterator[Issue]:
    """One issue for each id met more than once."""
    for id, count in Counter(ids).items():
        if count > 1:
            yield Issue(
                code,
                f"{group}.{id}",
                f"identifiant « {id} » donné {count} fois",
                "un identifiant différent par ligne",
            )


def unknown(code: str, where: str, ids: Iterable[str], known: Collection[str], what: str) -> Iterator[Issue]:
    """One issue for each id that is not among `known`; `what` is the French name of the thing looked for."""
    for id in sorted({id for id in ids if id not in known}):
        yield Issue(code, where, f"{what} « {id} » inconnu(e)", suggestion(id, known))


def suggestion(met: str, known: Collection[str]) -> str:
    """« vouliez-vous dire … ? », or the first names that would do, or that there is none."""
    names = sorted(known)
    close = get_close_matches(met, names, n=1, cutoff=0.6)
    if close:
        return f"vouliez-vous dire « {close[0]} » ?"
    if not names:
        return "en déclarer un(e), ou retirer la référence"
    shown = ", ".join(names[:6])
    return f"un(e) de : {shown}{'…' if len(names) > 6 else ''}"


def negative(code: str, where: str, **values: int | None) -> Iterator[Issue]:
    """One issue for each value below zero; None passes."""
    for name, value in values.items():
        if value is not None and value < 0:
            yield Issue(code, f"{where}.{name}", str(value), "une valeur positive ou nulle")


def say(problem: ProblemParts, tick: int) -> str:
    """The local wall-clock time of a tick; the bare number when no calendar reaches so far."""
    try:
        return problem.horizon.instant(tick).strftime("%Y-%m-%d %H:%M")
    except OverflowError:
        return f"{tick} ticks"
