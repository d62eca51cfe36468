"""Events and hand edits from JSON, and back for edits that a hint proposes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from brigade.changes import edits
from brigade.changes.events import Event
from brigade.errors import Issue, UnreadableInput
from brigade.exchange.documents.bridge import HorizonClock, build, show
from brigade.exchange.documents.json_text import decode, parse, read_bytes
from brigade.exchange.documents.problem_document import check_head
from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.event_shapes import (
    EDITS_FORMAT,
    EDITS_VERSION,
    EVENTS_FORMAT,
    EVENTS_VERSION,
    EditsDocument,
    EditShape,
    EventsDocument,
    EventShape,
    MoveShape,
    PinShape,
    SwapShape,
    TakeVehicleShape,
    ToldShape,
    UnassignShape,
    UnpinShape,
    WaiveShape,
)
from brigade.exchange.shapes.field_kinds import Shape
from brigade.units import Horizon, Ticks
from brigade.values.announced import AnnouncedPlan
from brigade.values.plan import Waiver

EDIT_SHAPES: dict[type, tuple[str, type[Shape]]] = {
    edits.Move: ("move", MoveShape),
    edits.Swap: ("swap", SwapShape),
    edits.Unassign: ("unassign", UnassignShape),
    edits.Pin: ("pin", PinShape),
    edits.Unpin: ("unpin", UnpinShape),
    edits.TakeVehicle: ("take_vehicle", TakeVehicleShape),
}


EDIT: TypeAdapter[EditShape] = TypeAdapter(EditShape)


@dataclass(frozen=True, slots=True)
class EventBatch:
    """What a document of events says: `now` None: as the problem says; the rest as a replan's terms."""

    events: tuple[Event, ...] = ()
    now: Ticks | None = None
    freeze: Ticks | None = None
    pinned: frozenset[str] = frozenset()
    pinned_workers: frozenset[str] = frozenset()
    people: int | None = None
    told: AnnouncedPlan = field(default_factory=AnnouncedPlan)


def read_events(source: Path | bytes, horizon: Horizon) -> EventBatch:
    """Raises: UnreadableInput with every fault of form or time."""
    return events_from_json(_parsed(source), horizon)


def events_from_json(value: Any, horizon: Horizon) -> EventBatch:
    """As `read_events`, from plain JSON values."""
    check_head(value, EVENTS_FORMAT, EVENTS_VERSION)
    document, clock = read_model(EventsDocument, value), HorizonClock(horizon)
    found = _events(document.events, clock)
    happening = EventBatch(
        found,
        None if document.now is None else clock.tick(document.now, "now", floor=True),
        None if document.freeze is None else clock.tick(document.freeze, "freeze"),
        frozenset(document.pinned),
        frozenset(document.pinned_workers),
        document.people,
        _told(document.told, clock),
    )
    _refuse(clock.issues)
    return happening


def events_of(shapes: Iterable[EventShape], horizon: Horizon) -> tuple[Event, ...]:
    """Events read already. Raises: UnreadableInput with every fault of their times."""
    clock = HorizonClock(horizon)
    found = _events(shapes, clock)
    _refuse(clock.issues)
    return found


def _events(shapes: Iterable[EventShape], clock: HorizonClock) -> tuple[Event, ...]:
    return tuple(build(shape, clock, f"events[{number}]") for number, shape in enumerate(shapes))


def _told(shape: ToldShape, clock: HorizonClock) -> AnnouncedPlan:
    workers, clients = (None if ids is None else frozenset(ids) for ids in (shape.workers, shape.clients))
    return AnnouncedPlan(workers, clients, clock.length(shape.tolerance_min, "told.tolerance_min"))


def edits_from_json(value: Any, horizon: Horizon) -> tuple[edits.Edit, ...]:
    """A document of edits; without its head, {"edits": [...]}, a list of edits and a single one are read too.

    Raises: UnreadableInput with every fault.
    """
    head = {"format": EDITS_FORMAT, "version": EDITS_VERSION}
    # Half a head is a head: a document of another version must not be read as a bare list.
    if isinstance(value, dict) and value.keys() & head.keys():
        check_head(value, EDITS_FORMAT, EDITS_VERSION)
    elif not isinstance(value, dict) or "edits" not in value:
        value = {"edits": value if isinstance(value, list) else [value]}
    return edits_of(read_model(EditsDocument, {**head, **value}).edits, horizon)


def edits_of(shapes: Iterable[EditShape], horizon: Horizon) -> tuple[edits.Edit, ...]:
    """Edits read already. Raises: UnreadableInput with every fault of their times."""
    clock, found = HorizonClock(horizon), list[edits.Edit]()
    for number, shape in enumerate(shapes):
        if isinstance(shape, WaiveShape):
            found.append(
                edits.Waive(
                    Waiver(shape.rule, shape.worker_id, shape.visit_id, shape.by, shape.at, shape.reason)
                )
            )
        else:
            found.append(build(shape, clock, f"edits[{number}]"))
    _refuse(clock.issues)
    return tuple(found)


def read_edits(source: Path | bytes, horizon: Horizon) -> tuple[edits.Edit, ...]:
    return edits_from_json(_parsed(source), horizon)


def show_edit(edit: edits.Edit, horizon: Horizon) -> dict[str, Any]:
    """The JSON that `edits_from_json` reads back."""
    if isinstance(edit, edits.Waive):
        one = edit.waiver
        told = {
            "rule": one.rule,
            "worker_id": one.worker_id,
            "by": one.by,
            "at": one.at.isoformat(),
            "reason": one.reason,
        }
        return {"kind": "waive", **told, **({} if one.visit_id is None else {"visit_id": one.visit_id})}
    kind, shape = EDIT_SHAPES[type(edit)]
    return show(_Kinded(edit, kind), shape, HorizonClock(horizon))


def edit_shape(edit: edits.Edit, horizon: Horizon) -> EditShape:
    """As `edits_of` reads it back."""
    return EDIT.validate_python(show_edit(edit, horizon), strict=False)


class _Kinded:
    """An edit that also answers for its kind, which the core says by its class."""

    def __init__(self, edit: object, kind: str) -> None:
        self.edit, self.kind = edit, kind

    def __getattr__(self, name: str) -> Any:
        return getattr(self.edit, name)


def _parsed(source: Path | bytes) -> Any:
    data = source if isinstance(source, bytes) else read_bytes(source)
    where = "document" if isinstance(source, bytes) else source.name
    return parse(decode(data, where), where)


def _refuse(issues: Iterable[Issue]) -> None:
    found = tuple(issues)
    if found:
        raise UnreadableInput(found)
