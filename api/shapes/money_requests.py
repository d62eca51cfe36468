"""What is asked about releases and funding: declared, confirmed, cancelled; money moved between lines."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from api.shapes.cycle_requests import ID, STRICT
from brigade.exchange.shapes.demand_shapes import CourseShape, IntervalShape
from brigade.exchange.shapes.field_kinds import Code, PossibleReason, Text

LONGEST_RELEASE = 60
"""Days of one release: a course longer than that is declared in parts."""
COURSE = {"title": "DEAES, bloc 1", "training_body": "GRETA Artois", "place": "Lens", "taught_min": 420}


class ReleaseDayIn(BaseModel):
    """One stretch away, and the hours to keep for it."""

    model_config = STRICT
    interval: IntervalShape
    reserve_min: int | None = Field(
        None,
        ge=1,
        le=1440,
        description="Work to keep; by default the visits of the rota in it, else all of it.",
    )


class ReleaseIn(BaseModel):
    """Somebody leaves for a course, or to tutor. `id` lets the provider's software name it."""

    model_config = STRICT
    # Each of its days has an absence whose id is this one with a number behind it, within 120 characters.
    id: Code | None = Field(None, pattern=ID, max_length=110)
    provider_id: Code = Field(examples=["S1"])
    employee_id: Code = Field(examples=["A-1"])
    kind: Literal["training_release", "tutor_release"]
    course: CourseShape = Field(examples=[COURSE])
    days: list[ReleaseDayIn] = Field(min_length=1, max_length=LONGEST_RELEASE)
    funding_line_id: Code | None = Field(
        None, description="The one line that pays its replaced hours.", examples=["F1"]
    )


class HeldDayIn(BaseModel):
    """Who of the brigade is kept free for one day of a release, and over which time (by default all of that
    day)."""

    model_config = STRICT
    absence_id: Code = Field(examples=["REL-1-1"])
    worker_id: Code | None = Field(
        None, description="Left out: nobody in person; the hours stay kept.", examples=["W1"]
    )
    interval: IntervalShape | None = None
    reserve_min: int | None = Field(None, ge=1, le=1440, description="Left out: as declared.")


class ConfirmIn(BaseModel):
    """The coordinator answers for the cover of these days; the others stay as they are."""

    model_config = STRICT
    days: list[HeldDayIn] = Field(default_factory=list, max_length=LONGEST_RELEASE)
    reason: PossibleReason = None


class ReportIn(BaseModel):
    """Issue the figures of a period that is over."""

    model_config = STRICT
    period: str = Field(
        pattern=r"^20\d\d(-(0[1-9]|1[0-2]|T[1-4]))?$",
        description="A month, a quarter or a year.",
        examples=["2026-02", "2026-T1", "2026"],
    )
    reason: Text | None = Field(
        None, min_length=1, description="Needed to issue a period again: the former edition stays."
    )


class TransferIn(BaseModel):
    """Money of one line to another. Beyond the limit of the giving line, with the reason that will stand in
    the evidence."""

    model_config = STRICT
    from_line_id: Code = Field(examples=["F1"])
    to_line_id: Code = Field(examples=["F2"])
    cents: int = Field(ge=1, le=10**11, examples=[200_000])
    reason: Text | None = Field(None, min_length=1, description="Needed beyond the limit.")
