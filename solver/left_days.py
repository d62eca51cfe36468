"""Days that a replan leaves as told: whose they are, the search never sees, and its reasons must not say that
they have no time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from brigade.values.plan import Plan, Reason, UncoveredVisit


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


def tied_as_planned(one: UncoveredVisit, plan: Plan) -> UncoveredVisit:
    """The same visit with who does those it is tied to: to the search, the visits of such days are done by
    somebody of their own."""
    return replace(one, reasons=tuple(_as_planned(reason, plan) for reason in one.reasons))


def _as_planned(reason: Reason, plan: Plan) -> Reason:
    found = plan.stop_of(reason.value("other")) if reason.code == "tied_to_usual" else None
    if found is None:
        return reason
    route, stop = found
    return Reason.of("tied_to_covered", other=stop.visit_id, by=route.worker_id, start=stop.start)


def _named(reason: Reason) -> tuple[str, ...]:
    return tuple(dict(reason.values).get("workers", ()))


def _of_others(reason: Reason, people: Collection[str]) -> Iterator[Reason]:
    if not any(name in people for name in _named(reason)):
        yield reason
        return
    others = tuple(name for name in _named(reason) if name not in people)
    if others:
        yield Reason.of(reason.code, **{**dict(reason.values), "workers": others})
