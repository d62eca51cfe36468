"""What may happen to a day, as it is told: one call each (docs/incidents.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from api.shapes.cycle_requests import STRICT
from api.shapes.person_shapes import IdentityIn
from brigade.exchange.shapes.demand_shapes import ClientShape, VisitShape
from brigade.exchange.shapes.field_kinds import Code, Moment, PossibleReason
from brigade.exchange.shapes.place_shapes import SiteShape
from brigade.exchange.shapes.workforce_shapes import WorkerShape

Kind = Literal[
    "worker_away",
    "worker_late",
    "worker_moved",
    "worker_joined",
    "worker_left",
    "client_away",
    "client_moved",
    "client_joined",
    "client_left",
    "client_not_met",
]
Cause = Literal[
    "illness",
    "breakdown",
    "accident",
    "family",
    "traffic",
    "visit_overran",
    "absent",
    "hospital",
    "refused",
    "no_entry",
    "institution",
    "deceased",
    "contract_ended",
    "resigned",
    "other",
]
"""Of all kinds; each takes those that fit it."""


class Told(BaseModel):
    """Part of each. `at`: since when; left out: now."""

    model_config = STRICT
    at: Moment | None = Field(None, description="Since when; left out: now.")
    reason: PossibleReason = Field(
        None,
        min_length=1,
        description="In words, kept in the trail. No names, nothing about health.",
    )


class EndingIncident(Told):
    """Part of those that end by themselves."""

    until: Moment | None = Field(
        None, description="When she is back; left out: a worker the next day, a client until further notice."
    )


class Joined(Told):
    """Part of those that bring somebody to a place."""

    site: SiteShape | None = Field(None, description="A new place, or one of the basin as it is now.")
    identity: IdentityIn | None = Field(
        None, description="Who she is and where, sealed; left out: as it was."
    )


class Moved(Joined):
    """Part of those that bring somebody to another place: one that is told, or one that is known."""

    site_id: Code | None = Field(None, description="A place that the basin knows.")


class WorkerAwayIn(EndingIncident):
    """A breakdown, an illness in mid-tour: what she has begun she ends and goes home; the rest goes to
    others."""

    kind: Literal["worker_away"]
    worker_id: Code
    cause: Literal["illness", "breakdown", "accident", "family", "other"]


class WorkerLateIn(Told):
    """She has lost so much time: the visit she is at, or her leaving, takes so much longer; all she has left
    moves."""

    kind: Literal["worker_late"]
    worker_id: Code
    late_min: int = Field(ge=1, le=720)
    cause: Literal["traffic", "breakdown", "visit_overran", "other"] = "other"


class ClientAwayIn(EndingIncident):
    """Nobody at home, in hospital, with the family: no visit is wanted until she is back."""

    kind: Literal["client_away"]
    client_id: Code
    cause: Literal["absent", "hospital", "family", "refused", "other"]


class ClientLeftIn(Told):
    """Nobody comes to her any more; her visits, figures and outcomes are kept."""

    kind: Literal["client_left"]
    client_id: Code
    cause: Literal["contract_ended", "institution", "deceased", "other"] = "other"


class ClientNotMetIn(Told):
    """Somebody stands at the door for nothing: the visit is not done, her slot counts, and from `at` on she
    is free. `no_entry`: nobody opened, or no key."""

    kind: Literal["client_not_met"]
    visit_id: Code
    worker_id: Code
    cause: Literal["no_entry", "absent", "hospital", "refused"] = "no_entry"


class ClientMovedIn(Moved):
    """Her new place, and her address where it is told: one write for both. From now on."""

    kind: Literal["client_moved"]
    client_id: Code


class ClientJoinedIn(Joined):
    """A new client, her place if it is new, and her first visits."""

    kind: Literal["client_joined"]
    client: ClientShape
    visits: list[VisitShape] = Field(default_factory=list, max_length=500)


class WorkerMovedIn(Moved):
    """Where her tours begin and end from now on."""

    kind: Literal["worker_moved"]
    worker_id: Code


class WorkerJoinedIn(Joined):
    """Somebody new in the brigade, and her place if it is new."""

    kind: Literal["worker_joined"]
    worker: WorkerShape


class WorkerLeftIn(Told):
    """She comes no more: her hours and engagements end there; what she did is kept."""

    kind: Literal["worker_left"]
    worker_id: Code
    cause: Literal["contract_ended", "resigned", "other"] = "other"


AnyIncident = (
    WorkerAwayIn
    | WorkerLateIn
    | WorkerMovedIn
    | WorkerJoinedIn
    | WorkerLeftIn
    | ClientAwayIn
    | ClientMovedIn
    | ClientJoinedIn
    | ClientLeftIn
    | ClientNotMetIn
)


class IncidentIn(RootModel[Annotated[AnyIncident, Field(discriminator="kind")]]):
    """What happened."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "worker_away", "worker_id": "W1", "cause": "breakdown"},
                {"kind": "client_away", "client_id": "S1:A", "cause": "hospital"},
                {"kind": "client_not_met", "visit_id": "V1", "worker_id": "W1", "cause": "no_entry"},
            ]
        }
    )


class IncidentEndIn(BaseModel):
    """It is over, or was told in error. `at`: when; left out: now."""

    model_config = STRICT
    at: Moment | None = None
    reason: PossibleReason = None
