"""What an import tells: how many of what, by their first ids; and in a sentence what would disappear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from api.imports.comparing import FileComparison, RowChange
from api.imports.merging import Body, days_of, instant, minutes_lost
from api.shapes.record_views import ImportPartView
from brigade.exchange.shapes.workforce_shapes import latest_end
from brigade.units import PARIS
from brigade.words import word

FIRST = 10
"""Ids named of each."""
HOURS = ("availability", "other_work")
PARTS_OF = {"entries": "rota"}
"""How a part is called in the answer, where it is not called as in the document."""


def counts(found: FileComparison) -> dict[str, dict[str, int]]:
    """By kind, what was created, changed and left as it is."""
    made: dict[str, Counter[str]] = {"created": Counter(), "changed": Counter(), "unchanged": Counter()}
    for change in found.changes:
        made[_state(change)][change.kind.name] += 1
    return {state: dict(by_kind) for state, by_kind in made.items()}


def ids(found: FileComparison) -> dict[str, dict[str, list[str]]]:
    """The first of what is created, changed or deleted."""
    named: dict[str, dict[str, list[str]]] = {"created": {}, "changed": {}, "deleted": {}}
    for change in found.changes:
        if change.is_changed:
            named[_state(change)].setdefault(change.kind.name, []).append(change.id)
    for row in found.drops:
        named["deleted"].setdefault(row.KIND, []).append(row.id)
    return {state: {kind: one[:FIRST] for kind, one in by_kind.items()} for state, by_kind in named.items()}


def deleted(found: FileComparison) -> dict[str, int]:
    return dict(Counter(row.KIND for row in found.drops))


def _state(change: RowChange) -> str:
    return "created" if change.is_new else "changed" if change.is_changed else "unchanged"


def parts(found: FileComparison, state: str) -> list[ImportPartView]:
    """Entries of lists that are added, changed, or gone. Args: state: as in `Merged`."""
    by_part: dict[str, list[tuple[RowChange, Body]]] = {}
    for change in found.changes:
        if change.is_changed and not (change.is_new and state != "added"):
            for name, entries in getattr(change.merged, state).items():
                by_part.setdefault(name, []).extend((change, entry) for entry in entries)
    return [_part(name, pairs, _minutes(found, name, state)) for name, pairs in sorted(by_part.items())]


def _part(name: str, pairs: Sequence[tuple[RowChange, Body]], minutes: int | None) -> ImportPartView:
    entries = [entry for _, entry in pairs]
    named = (entry["visit_id"] if name == "entries" else change.id for change, entry in pairs)
    return _told(
        PARTS_OF.get(name, name), len(entries), list(dict.fromkeys(named)), days_of(entries), minutes
    )


def _told(
    what: str, count: int, named: list[str], days: Sequence[date], minutes: int | None = None
) -> ImportPartView:
    span = {"first_day": days[0] if days else None, "last_day": days[-1] if days else None}
    return ImportPartView(what=what, count=count, minutes=minutes, ids=named[:FIRST], **span)


def _minutes(found: FileComparison, name: str, state: str) -> int | None:
    """Minutes added, or no longer there. Of what changed both are told by themselves."""
    if name not in HOURS or state == "changed":
        return None
    total = 0
    for change in found.of("workers"):
        known = (change.before or {}).get(name, [])
        kept = change.merged.body.get(name, [])
        total += minutes_lost(known, kept) if state == "gone" else minutes_lost(kept, known)
    return total


def gone(found: FileComparison) -> list[ImportPartView]:
    """All that disappears: rows, entries, hours that shorter ones take the place of, people left without
    any."""
    told = parts(found, "gone")
    for name in HOURS:
        lost = _minutes(found, name, "gone") or 0
        if lost and not any(one.what == name for one in told):
            cut = [
                one
                for one in found.of("workers")
                if minutes_lost(_of(one.before or {}, name), _of(one.merged.body, name))
            ]
            entries = [entry for one in cut for entry in one.merged.changed.get(name, ())]
            told.append(_told(name, len(entries), [one.id for one in cut], days_of(entries), lost))
    for kind, key in (("visits", "starts_at"), ("absences", "starts_at"), ("links", "")):
        rows = [row for row in found.drops if kind == row.KIND]
        if rows:
            days = sorted({getattr(row, key).astimezone(PARIS).date() for row in rows}) if key else []
            told.append(_told(kind, len(rows), [row.id for row in rows], days))
    # Told even where the hours are: a person without any is planned nowhere, which nobody may have meant.
    idle = [one.id for one in found.of("workers") if _is_left_idle(one)]
    return [*told, _told("people", len(idle), idle, [])] if idle else told


def _of(body: Body, name: str) -> Sequence[Body]:
    found: Sequence[Body] = body.get(name, ())
    return found


def _is_left_idle(change: RowChange) -> bool:
    lost = change.merged.gone.get("availability")
    if not lost:
        return False
    first = min(instant(one["start"]) for one in lost)
    return not any(latest_end(one) > first for one in change.merged.body["availability"])


def sentence(lost: Iterable[ImportPartView], lang: str) -> str | None:
    """« Disparaissent : 17 passages du roulement du 30/11 (V1, V2…) ; 6 disponibilités du 30/11, 42 h (W1,
    W2…) »"""
    told = [_said(one, lang) for one in lost]
    return word("import.gone", lang, parts=word("semicolon", lang).join(told)) if told else None


def _said(one: ImportPartView, lang: str) -> str:
    first, last = (None if day is None else f"{day:%d/%m}" for day in (one.first_day, one.last_day))
    span = {"day": first} if first == last else {"first": first, "last": last}
    what = word(f"import.what.{one.what}", lang, n=one.count)
    ids = ", ".join(one.ids[:3]) + ("…" if len(one.ids) > 3 else "")
    return word("import.part", lang, what=what, **span, minutes=one.minutes or None, ids=ids)


def is_unchanged(found: FileComparison) -> bool:
    return not found.drops and not any(change.is_changed for change in found.changes)
