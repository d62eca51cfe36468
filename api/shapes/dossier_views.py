"""What is told of one person: whom she met, what was written to her, her feed, what is held and forgotten."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from api.shapes.cycle_views import BlockView, VisitedView
from api.shapes.person_shapes import ContactShape, IdentityIn
from api.shapes.record_views import EventView
from brigade.exchange.documents.json_text import JsonObject


class WrittenView(BaseModel):
    """That it was written, and nothing of what was."""

    id: str
    version: int
    changed_at: datetime


class LegVehicleView(BaseModel):
    """A shared vehicle to take on the way, and where it stands."""

    id: str
    name: str
    site_id: str


class LegView(BaseModel):
    """The way to a stop, from the stop before or from where the tour starts; of plans that time it.
    `vehicle`: of a tour's first stop, the one to take on the way there."""

    minutes: float
    metres: int
    mode: str
    vehicle: LegVehicleView | None = None


class MeetingView(BaseModel):
    """One visit of the plans in force. `client`: for its worker, from `shown_from` on. `worker_name`: for the
    manager. `before_*`: the hours told before these. `place`: its commune as on an envelope; `act`: what is
    to be done, coarsely. `block`: it is no visit, but this (`client_id`: ""). `replies`: what its
    worker may answer now; `article`: of the text that says so. `leg`: how its worker comes there by the plan
    in force."""

    offer_id: str
    visit_id: str
    client_id: str
    worker_id: str
    kind: Literal["firm", "to_offer"]
    state: Literal["offered", "ordered", "accepted", "acknowledged"]
    starts_at: datetime
    ends_at: datetime
    before_starts_at: datetime | None
    before_ends_at: datetime | None
    reply_by: datetime
    short_notice: bool
    article: str
    replies: list[Literal["accept", "decline", "acknowledge"]]
    commune: str | None
    place: str | None
    provider: str | None
    act: Literal["essential", "ordinary"] | None
    block: BlockView | None
    leg: LegView | None
    shown_from: date | None
    client: VisitedView | None
    worker_name: str | None


class FeedView(BaseModel):
    """A worker's calendar. `url` is told once, when it is made: whoever has it reads the calendar."""

    worker_id: str
    version: int
    created_at: datetime
    url: str | None = None


Subject = Literal["clients", "workers"]


class ErasureView(BaseModel):
    """`done_at`: when the last document was rewritten. `pseudonym`: told once, to the asker alone: under it
    stand the rows that the law keeps; null when none was."""

    id: str
    kind: Subject
    created_at: datetime
    done_at: datetime | None
    pseudonym: str | None = None


class DossierPlanView(BaseModel):
    """`parts`: her tours, or the stops at her home, as the plan document has them."""

    plan_id: str
    state: str
    first_day: date
    parts: list[JsonObject]


class DossierTokenView(BaseModel):
    name: str
    created_at: datetime


class DossierAccountView(BaseModel):
    """`sessions`: when she logged in."""

    id: str
    login: str
    created_at: datetime
    sessions: list[datetime]
    tokens: list[DossierTokenView]


class DossierView(BaseModel):
    """Everything held about a person. `rows`: by table. `plans`: her part of each. `trail`: who wrote or read
    what of her."""

    format: Literal["brigade-dossier"]
    version: int
    made_at: datetime
    basin_id: str
    kind: Subject
    id: str
    identity: IdentityIn | None
    contacts: list[ContactShape]
    record: JsonObject
    rows: dict[str, list[JsonObject]]
    plans: list[DossierPlanView]
    accounts: list[DossierAccountView]
    trail: list[EventView]
