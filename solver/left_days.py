"""Days that a replan leaves as told: whose they are, the search never sees, and its reasons must not say that
they have no time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from brigade.values.plan import Reason, UncoveredVisit


def left_as_told(one: UncoveredVisit, people: Collection[str], pinned: Collection[str]) -> UncoveredVisit:
    """The same visit with the truth about `people`, whose days stay as they are: some were `pinned`, the
    others break a rule already."""
    met = {name for reason in one.reasons for name in _named(reason) if name in people}
    if not met:
        return one
    kept = [other for reason in one.reasons for other in _of_others(reason, people)]
    told = [
        Reason.of(code, workers=tuple(sorted(names)))
        for code, names in (("day_pinned", met & set(pinned)), ("stands_by_waiver", met - set(pinned)))
        if names
    ]
    return replace(one, reasons=(*kept, *told))


def _named(reason: Reason) -> tuple[str, ...]:
    return tuple(dict(reason.values).get("workers", ()))


def _of_others(reason: Reason, people: Collection[str]) -> Iterator[Reason]:
    if not any(name in people for name in _named(reason)):
        yield reason
        return
    others = tuple(name for name in _named(reason) if name not in people)
    if others:
        yield Reason.of(reason.code, **{**dict(reason.values), "workers": others})
