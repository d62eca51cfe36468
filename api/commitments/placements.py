"""Who does what in a plan document; what changes between two of them, visit by visit: the page a coordinator
reads before publishing."""

from __future__ import annotations

from collections.abc import Set

from api.shapes.planning.plan_views import ChangeView, PlacementsView, PlaceView
from api.store.plan_parts import stops_of
from brigade.exchange.documents.json_text import JsonObject


def diff(before: JsonObject | None, after: JsonObject, again: Set[str] = frozenset()) -> PlacementsView:
    """From one plan document to another (None: nothing was published). Args: again: visits whose worker is
    told or asked anew, wherever the documents say the same of them."""
    old, new = covered(before) if before is not None else {}, covered(after)
    names = ("added", "dropped", "moved", "retimed", "asked_again")
    changes: dict[str, list[ChangeView]] = {name: [] for name in names}
    for visit in sorted(old.keys() | new.keys()):
        kind = _kind(old.get(visit), new.get(visit)) or ("asked_again" if visit in again else None)
        if kind is not None:
            changes[kind].append(ChangeView(visit_id=visit, from_=old.get(visit), to=new.get(visit)))
    same = {visit for visit, stop in new.items() if old.get(visit) == stop}
    return PlacementsView(
        **changes,
        untouched=len(same - again),
        uncovered=after.get("uncovered", []),
        unwanted=after.get("unwanted", []),
    )


def covered(document: JsonObject) -> dict[str, PlaceView]:
    """Who does what, from when to when, by visit."""
    return {
        # Not checked again: the document was when it was kept, and a day has hundreds of stops.
        stop.visit_id: PlaceView.model_construct(worker_id=stop.worker_id, start=stop.start, end=stop.end)
        for stop in stops_of(document)
    }


def _kind(old: PlaceView | None, new: PlaceView | None) -> str | None:
    if old is None or new is None:
        return "added" if old is None else "dropped"
    if old.worker_id != new.worker_id:
        return "moved"
    return "retimed" if old.start != new.start else None
