"""Shift patterns: hours of the day by name, and who works which of them on which day of a cycle."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from brigade.exchange.shapes.field_kinds import Code, Day, FieldKind, Text, WorkerCode

STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)
OFF = "-"
"""In a cycle: a day without a shift."""
WALL = r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"
WallClock = Annotated[str, Field(pattern=WALL, examples=["07:00"]), FieldKind.TEXT]


class ShiftPatternShape(BaseModel):
    """A shift by its name: from when to when, home legs included; a split one has a second spell."""

    model_config = STRICT
    id: Code = Field(description="As cycles name it.", examples=["M"])
    name: Text | None = Field(None, description="What people call it.", examples=["matin"])
    start: WallClock
    end: WallClock = Field(description="Not after `start`: on the next morning.")
    second_start: WallClock | None = Field(None, description="Of a split shift: its second spell.")
    second_end: WallClock | None = None


class ShiftCycleShape(BaseModel):
    """Which shift somebody works day after day: the cycle begins on `first` and goes on, again and again."""

    model_config = STRICT
    worker_id: WorkerCode
    first: Day = Field(description="The day of the first shift of the cycle.")
    last: Day | None = Field(None, description="Included; absent: it goes on.")
    cycle: Text = Field(
        min_length=1,
        description="A shift a day, parted by spaces; `-`: a day off.",
        examples=["M M S S - - C"],
    )
