"""Documents that act on a plan: what happened to a day (with the terms of its replan), and hand edits."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field

from brigade.changes import edits, events
from brigade.exchange.shapes.demand_shapes import AbsenceShape, ClientShape, VisitShape, WindowShape
from brigade.exchange.shapes.field_kinds import (
    Code,
    Codes,
    Count,
    GivenReason,
    Minutes,
    Moment,
    Shape,
    Text,
    WorkerCode,
    WorkerCodes,
)
from brigade.exchange.shapes.problem_shapes import STRICT
from brigade.exchange.shapes.workforce_shapes import AvailabilityShape

EVENTS_FORMAT: Literal["brigade-events"] = "brigade-events"
EVENTS_VERSION: Literal[1] = 1
EDITS_FORMAT: Literal["brigade-edits"] = "brigade-edits"
EDITS_VERSION: Literal[1] = 1


class TaggedShape(Shape):
    """A value told apart from its kin by `kind`."""

    @classmethod
    def complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if name != "kind"}


class EmployeeAwayShape(TaggedShape):
    makes: ClassVar[type] = events.EmployeeAway
    kind: Literal["employee_away"]
    absence: AbsenceShape


class EmployeeBackShape(TaggedShape):
    makes: ClassVar[type] = events.EmployeeBack
    kind: Literal["employee_back"]
    employee_id: Code
    at: Moment


class WorkerAwayShape(TaggedShape):
    makes: ClassVar[type] = events.WorkerAway
    kind: Literal["worker_away"]
    worker_id: WorkerCode
    at: Moment
    until: Moment | None = None


class WorkerBackShape(TaggedShape):
    makes: ClassVar[type] = events.WorkerBack
    kind: Literal["worker_back"]
    worker_id: WorkerCode
    availability: list[AvailabilityShape]


class WorkerLateShape(TaggedShape):
    makes: ClassVar[type] = events.WorkerLate
    kind: Literal["worker_late"]
    worker_id: WorkerCode
    at: Moment
    late_min: Minutes


class VisitCancelledShape(TaggedShape):
    makes: ClassVar[type] = events.VisitCancelled
    kind: Literal["visit_cancelled"]
    visit_id: Code


class VisitMovedShape(TaggedShape):
    makes: ClassVar[type] = events.VisitMoved
    kind: Literal["visit_moved"]
    visit_id: Code
    windows: list[WindowShape]


class OfferRefusedShape(TaggedShape):
    makes: ClassVar[type] = events.OfferRefused
    kind: Literal["offer_refused"]
    visit_id: Code
    worker_id: WorkerCode


class VisitAddedShape(TaggedShape):
    makes: ClassVar[type] = events.VisitAdded
    kind: Literal["visit_added"]
    visit: VisitShape
    client: ClientShape | None = None


EventShape = Annotated[
    EmployeeAwayShape
    | EmployeeBackShape
    | WorkerAwayShape
    | WorkerBackShape
    | WorkerLateShape
    | VisitCancelledShape
    | VisitMovedShape
    | OfferRefusedShape
    | VisitAddedShape,
    Field(discriminator="kind"),
]


class ToldShape(BaseModel):
    """Who knows what of the plan; left out: everybody all of it."""

    model_config = STRICT
    workers: Codes | None = Field(None, description="Visits whose worker was told.")
    clients: Codes | None = Field(None, description="Visits whose client was told.")
    tolerance_min: Minutes = Field(0, ge=0, description="By how much an hour may move before a client minds.")


class EventsDocument(BaseModel):
    """What happened since a plan was told, and what its replan must respect."""

    model_config = STRICT
    format: Literal["brigade-events"]
    version: Literal[1]
    now: Moment | None = Field(None, description="When it is told; left out: as the problem says.")
    freeze: Moment | None = Field(
        None, description="Stops that begin before it stay, nothing new begins before it."
    )
    pinned: Codes = Field(default_factory=list, description="Visits that keep worker and start.")
    pinned_workers: WorkerCodes = Field(default_factory=list, description="Nothing of their tours changes.")
    people: Count | None = Field(None, ge=0, description="At most so many people may be disturbed.")
    told: ToldShape = Field(default_factory=ToldShape)
    events: list[EventShape] = Field(default_factory=list)


# -- hand edits --------------------------------------------------------------------------------------------
class MoveShape(TaggedShape):
    makes: ClassVar[type] = edits.Move
    kind: Literal["move"]
    visit_id: Code
    worker_id: WorkerCode
    tour: Count | None = Field(
        None, description="Which of the worker's availabilities; left out: the cheapest lawful one."
    )
    position: Count | None = Field(
        None, description="In that tour's order; left out: the cheapest lawful one."
    )


class SwapShape(TaggedShape):
    makes: ClassVar[type] = edits.Swap
    kind: Literal["swap"]
    first: Code
    second: Code


class UnassignShape(TaggedShape):
    makes: ClassVar[type] = edits.Unassign
    kind: Literal["unassign"]
    visit_id: Code


class PinShape(TaggedShape):
    makes: ClassVar[type] = edits.Pin
    kind: Literal["pin"]
    visit_id: Code
    start: Moment | None = None


class UnpinShape(TaggedShape):
    makes: ClassVar[type] = edits.Unpin
    kind: Literal["unpin"]
    visit_id: Code


class TakeVehicleShape(TaggedShape):
    """Drive a tour with a shared vehicle; without one, by her own mode."""

    makes: ClassVar[type] = edits.TakeVehicle
    kind: Literal["take_vehicle"]
    worker_id: WorkerCode
    tour: Annotated[int, Field(ge=0, le=1000)] = 0
    vehicle_id: Code | None = None


class WaiveShape(BaseModel):
    """The instant of a waiver is no tick of the horizon: it is kept as it was told."""

    model_config = STRICT
    kind: Literal["waive"]
    rule: Code
    worker_id: WorkerCode
    visit_id: Code | None = None
    by: Text = Field(min_length=1)
    at: Moment
    reason: GivenReason = Field(min_length=1)


EditShape = Annotated[
    MoveShape | SwapShape | UnassignShape | PinShape | UnpinShape | TakeVehicleShape | WaiveShape,
    Field(discriminator="kind"),
]


class EditsDocument(BaseModel):
    """Hand edits, one after the other."""

    model_config = STRICT
    format: Literal["brigade-edits"]
    version: Literal[1]
    edits: list[EditShape]
