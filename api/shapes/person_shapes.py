"""Who people are and where they are reached, as it goes over the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.shapes.cycle_requests import CONTACT, MAILBOX, PHONE, STRICT
from brigade.exchange.shapes.field_kinds import Day, Moment, Text

Line = Annotated[Text, Field(min_length=1, max_length=200)]


class ContactIn(BaseModel):
    """One way to reach somebody. `of`: whom, when it is not the person."""

    model_config = STRICT
    kind: Literal["email", "phone"]
    value: str = Field(
        min_length=3,
        max_length=200,
        pattern=r"^[^\s\x00-\x1f]+( [^\s\x00-\x1f]+)*$",
        examples=["+33321000000"],
    )
    of: Line | None = Field(None, examples=["sa fille"])


class IdentityIn(BaseModel):
    """Who stands behind a pseudonym. Nothing about health: what a visit needs is said by its competencies."""

    model_config = STRICT
    name: Line = Field(examples=["Mme Exemple"])
    address_lines: list[Line] = Field(
        default_factory=list, max_length=6, examples=[["3 rue de l’Exemple", "62300 Lens"]]
    )
    entry: Text | None = Field(
        None, min_length=1, max_length=1000, description="Door code, keys, dog. Shown from the day before."
    )
    contacts: list[ContactIn] = Field(default_factory=list, max_length=10)


class ContactShape(BaseModel):
    """`id` says whom: worker:W1, provider:S1, or account:… for a coordinator, who then hears what needs a
    decision here."""

    model_config = STRICT
    id: str = Field(max_length=120, pattern=CONTACT, examples=["worker:W1"])
    email: str | None = Field(None, max_length=254, pattern=MAILBOX, examples=["w1@example.org"])
    phone: str | None = Field(None, pattern=PHONE, examples=["+33612345678"])
    language: Literal["fr", "en"] = "fr"
    channels: list[Literal["email", "sms"]] = Field(
        default_factory=list, max_length=2, description="By default the mail."
    )


# -- a worker's own time -----------------------------------------------------------------------------------
class FreeSpanIn(BaseModel):
    """Time in which a worker can come. `last_resort`: only where nobody else can."""

    model_config = STRICT
    start: Moment = Field(examples=["2026-03-10T08:00:00+01:00"])
    end: Moment = Field(examples=["2026-03-10T12:00:00+01:00"])
    last_resort: bool = False


class AvailabilityIn(BaseModel):
    """When a worker can come on the days from `first_day` to `last_day`: what no span names is not free.
    Hours right after a free span, as a last resort, lengthen its tour."""

    model_config = STRICT
    first_day: Day = Field(examples=["2026-03-10"])
    last_day: Day = Field(examples=["2026-03-16"])
    spans: list[FreeSpanIn] = Field(max_length=200)


class WorkerDayView(BaseModel):
    """A day of work. `is_over`: before today, as it was done where that was told, else as it was planned;
    ahead, as it is planned, whether she has agreed or not."""

    day: date
    starts_at: datetime
    ends_at: datetime
    visits: int
    service_min: int
    work_min: int
    night_min: int
    is_over: bool


class WorkerWeekView(BaseModel):
    """A week from `monday` to `sunday`. `contract_min` None: no fixed hours; `limit_min` None: no text names
    one."""

    monday: date
    sunday: date
    work_min: int
    contract_min: int | None
    limit_min: int | None
    article: str | None
    days: list[WorkerDayView]


class WorkerHoursView(BaseModel):
    """Whole weeks, those of the first and the last day among them."""

    worker_id: str
    first_day: date
    last_day: date
    weeks: list[WorkerWeekView]


class OwnChangeView(BaseModel):
    """What became of a visit told to a worker. `kind`: new, at another hour (`before_*`), or no longer
    hers."""

    kind: Literal["new", "moved", "gone"]
    offer_id: str
    at: datetime
    starts_at: datetime
    ends_at: datetime
    before_starts_at: datetime | None
    before_ends_at: datetime | None
    place: str | None


class OwnChangesView(BaseModel):
    """`since`: as it was asked; `now`: ask from there the next time."""

    since: datetime
    now: datetime
    changes: list[OwnChangeView]
