"""What a file tells of a thing over what is known of it: nothing is lost in silence.

A file adds: what it does not tell stays. Of lists, an entry takes the place of the one that it is about (the
same visit of a rota, hours that overlap), the others stay. In replacement, a list that is told takes the
place of what was still ahead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from brigade.exchange.documents.json_text import JsonObject
from brigade.exchange.shapes.workforce_shapes import latest_end
from brigade.units import PARIS

Body: TypeAlias = Mapping[str, Any]
Paths: TypeAlias = frozenset[tuple[str, ...]]
SHALLOW = ("counters", "accords", "limits")
"""Objects whose fields are told one by one."""


class Mode(StrEnum):
    """What becomes of what a file does not name."""

    ADD = "add"
    REPLACE = "replace"


@dataclass(frozen=True)
class ListParts:
    """A list inside a document. `is_same`: whether an entry that is told is about a known one; `at`: when it
    takes place, by which the list is in order; `is_over`: whether it is past, and so none of a replacement's
    business; `named_by`: a field that entries about the same share."""

    name: str
    is_same: Callable[[Body, Body], bool]
    is_over: Callable[[Body, datetime], bool]
    at: Callable[[Body], Any] | None = None
    named_by: str = ""


@dataclass
class MergedDocument:
    """`body`: told over known. `sources`: of each entry of a list that is told, its place in the file, None:
    it was known.
    `added`, `gone`, `changed`: entries by list; `gone`: what nothing told takes the place of."""

    body: JsonObject
    sources: dict[str, list[int | None]] = field(default_factory=dict)
    added: dict[str, list[Body]] = field(default_factory=dict)
    changed: dict[str, list[Body]] = field(default_factory=dict)
    gone: dict[str, list[Body]] = field(default_factory=dict)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _overlaps(one: Body, other: Body) -> bool:
    return instant(one["start"]) < latest_end(other) and instant(other["start"]) < latest_end(one)


def _share_a_day(one: Body, other: Body) -> bool:
    return bool(one["first"] <= _last(other) and other["first"] <= _last(one))


def _last(entry: Body) -> str:
    """Hours with no end yet have none."""
    return str(entry.get("last") or date.max.isoformat())


def _has_ended(entry: Body, now: datetime) -> bool:
    return latest_end(entry) <= now


def _is_over(entry: Body, now: datetime) -> bool:
    return bool(_last(entry) < now.astimezone(PARIS).date().isoformat())


PARTS: Mapping[str, tuple[ListParts, ...]] = {
    "workers": (
        ListParts("availability", _overlaps, _has_ended, lambda entry: instant(entry["start"])),
        ListParts("other_work", _overlaps, _has_ended, lambda entry: instant(entry["start"])),
        ListParts(
            "engagements",
            _share_a_day,
            _is_over,
            lambda entry: (entry["first"], entry["provider_id"]),
            "provider_id",
        ),
        ListParts("leave", _share_a_day, _is_over, lambda entry: entry["first"]),
        ListParts("dated_hours", _share_a_day, _is_over, lambda entry: entry["first"], "kind"),
        ListParts("certificates", lambda one, other: True, lambda entry, now: False, named_by="code"),
    ),
    "rota-feeds": (
        ListParts(
            "entries",
            lambda one, other: True,
            lambda entry, now: instant(entry["start"]) <= now,
            named_by="visit_id",
        ),
    ),
}
"""By kind, the lists that another file continues."""


def merge(
    kind: str, known: Body | None, told: Body, columns: Paths | None, mode: Mode, now: datetime
) -> MergedDocument:
    """Args: columns: what a table has columns for; None: it is no table, and every field that stands there is
    told."""
    lists = {part.name: part for part in PARTS.get(kind, ())}
    body = deepcopy(dict(known or {}))
    # A column that the table has and a cell that is blank mean: none. What has no column stays.
    for path in columns or ():
        _drop(body, path)
    for name, value in told.items():
        if name in lists:
            continue
        if (name in SHALLOW and mode is Mode.ADD) or (
            name not in SHALLOW and columns is not None and isinstance(value, dict)
        ):
            body[name] = {**body.get(name, {}), **value}
        else:
            body[name] = value
    # An object emptied cell by cell is gone, unless the file itself says that it is empty.
    merged = MergedDocument({name: value for name, value in body.items() if value != {} or name in told})
    for name, part in lists.items():
        if name in told:
            _merge_list(merged, part, (known or {}).get(name, []), told[name], mode, now)
    return merged


def _drop(body: JsonObject, path: tuple[str, ...]) -> None:
    held: Any = body
    for step in path[:-1]:
        held = held.get(step)
        if not isinstance(held, dict):
            return
    held.pop(path[-1], None)


def _merge_list(
    merged: MergedDocument,
    part: ListParts,
    known: Sequence[Body],
    told: Sequence[Body],
    mode: Mode,
    now: datetime,
) -> None:
    by_key: dict[Any, list[int]] = defaultdict(list)
    for number, one in enumerate(told):
        by_key[_key(part, one)].append(number)
    entries: list[tuple[Body, int | None]] = []
    taken: set[int] = set()
    for one in known:
        about = [n for n in by_key.get(_key(part, one), ()) if _is_about(part, told[n], one)]
        # An entry told as it is known changes nothing, and is not told as a change.
        same = next((n for n in about if n not in taken and same_values(told[n], one)), None)
        if same is not None:
            taken.add(same)
            entries.append((one, same))
        elif about:
            merged.changed.setdefault(part.name, []).append(one)
            # One known stretch may be told as two: a day cut by a lunch break.
            entries += [(told[n], n) for n in about if n not in taken]
            taken.update(about)
        # What is past is history, which no later file takes away.
        elif mode is Mode.ADD or part.is_over(one, now):
            entries.append((one, None))
        else:
            merged.gone.setdefault(part.name, []).append(one)
    new = [(one, n) for n, one in enumerate(told) if n not in taken]
    if new:
        merged.added[part.name] = [one for one, _ in new]
    entries += new
    at = part.at
    # In order only where all have times: an entry that has none is a fault, and is to be told at its own
    # place.
    if at is not None and all(_is_timed(part, entry) for entry, _ in entries):
        entries.sort(key=lambda pair: at(pair[0]))
    merged.body[part.name] = [entry for entry, _ in entries]
    merged.sources[part.name] = [source for _, source in entries]


def _key(part: ListParts, entry: Body) -> Any:
    return entry.get(part.named_by) if part.named_by else None


def _is_about(part: ListParts, told: Body, known: Body) -> bool:
    """False for an entry whose fields are missing or no times: its own fault is told."""
    try:
        return part.is_same(told, known)
    except (KeyError, TypeError, ValueError):
        return False


def _is_timed(part: ListParts, entry: Body) -> bool:
    try:
        return part.at is None or part.at(entry) is not None
    except (KeyError, TypeError, ValueError):
        return False


def same_values(one: Any, other: Any) -> bool:
    """The same whatever offset its instants are written in."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(
            same_values(value, other[name]) for name, value in one.items()
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_values, one, other))
    if one == other:
        return True
    # By a letter rather than by trying: ids and notes would be parsed as dates thousands of times.
    if isinstance(one, str) and isinstance(other, str) and "T" in one and "T" in other:
        try:
            return instant(one) == instant(other)
        except (ValueError, TypeError):
            return False
    return False


# -- what is lost ------------------------------------------------------------------------------------------
def minutes_lost(known: Iterable[Body], kept: Iterable[Body]) -> int:
    """Minutes of `known` that no hours of `kept` cover; those of a last resort count."""
    # In order of time, so that one walk finds what no stretch covers.
    spans = sorted((instant(one["start"]), latest_end(one)) for one in kept)
    lost = 0.0
    for one in known:
        start, end = instant(one["start"]), latest_end(one)
        for begins, ends in spans:
            if ends <= start or begins >= end:
                continue
            lost += max(0.0, (begins - start).total_seconds())
            # Stretches that overlap cover a minute once.
            start = max(start, ends)
        lost += max(0.0, (end - start).total_seconds())
    return round(lost / 60)


def days_of(entries: Iterable[Body]) -> list[date]:
    """The local days on which entries begin, those that have a time."""
    return sorted({instant(one["start"]).astimezone(PARIS).date() for one in entries if "start" in one})
