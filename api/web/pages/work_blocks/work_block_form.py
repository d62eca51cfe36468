"""The form of a meeting: its day, when it may begin, its length, who attends; as the document has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from pydantic import BaseModel, Field

from brigade.exchange.documents.shape_faults import read_model
from brigade.exchange.shapes.demand_shapes import WorkBlockShape
from brigade.exchange.shapes.field_kinds import Day, PriorityName, Text
from brigade.units import PARIS
from brigade.values.demand import WorkBlockKind


class WorkBlockForm(BaseModel):
    """`from_hour`: when it begins; with `to_hour`, when it may begin at the earliest and at the latest."""

    kind: WorkBlockKind
    label: Text | None = Field(None, max_length=120)
    day: Day
    from_hour: time
    to_hour: time | None = None
    duration_min: int = Field(ge=1)
    at_least: int | None = Field(None, ge=1)
    site_id: str | None = None
    priority: PriorityName = PriorityName.P3
    mandatory: str = ""
    funding_line_id: str | None = None

    def block(self, id: str, participants: list[str], stood: WorkBlockShape | None) -> WorkBlockShape:
        """Args: stood: what the form does not ask stays as it stood. Raises: UnreadableInput."""
        begins = datetime.combine(self.day, self.from_hour, PARIS)
        latest = datetime.combine(self.day, self.to_hour or self.from_hour, PARIS)
        window = {"earliest": begins, "latest": latest, "hard_latest": latest}
        told = {
            "id": id,
            "kind": self.kind.value,
            "label": self.label,
            "duration_min": self.duration_min,
            "windows": [{name: at.isoformat() for name, at in window.items()}],
            "participants": participants,
            "at_least": self.at_least,
            "site_id": self.site_id,
            "priority": self.priority.value,
            "mandatory": bool(self.mandatory),
            "funding_line_id": self.funding_line_id,
        }
        read = read_model(WorkBlockShape, {name: one for name, one in told.items() if one is not None})
        if stood is None:
            return read
        unasked = ("announced_at", "forbidden_workers")
        return read.model_copy(update={name: getattr(stood, name) for name in unasked})


@dataclass(frozen=True, slots=True)
class BlockFields:
    """What the form shows. `several`: the block may begin at more times than the form can say."""

    kind: WorkBlockKind
    day: str
    duration_min: int
    priority: PriorityName
    label: str = ""
    from_hour: str = ""
    to_hour: str = ""
    at_least: str = ""
    site_id: str = ""
    mandatory: bool = False
    funding_line_id: str = ""
    participants: frozenset[str] = frozenset()
    several: bool = False


def empty_form(day: date) -> BlockFields:
    """Of one that is to be entered."""
    return BlockFields(WorkBlockKind.MEETING, f"{day}", 60, PriorityName.P3)


def shown_in_form(block: WorkBlockShape) -> BlockFields:
    """Of several times at which it may begin the first."""
    window = block.windows[0]
    first, last = (at.astimezone(PARIS) for at in (window.earliest, window.hard_latest or window.latest))
    return BlockFields(
        block.kind,
        f"{first:%Y-%m-%d}",
        round(block.duration_min),
        block.priority,
        label=block.label or "",
        from_hour=f"{first:%H:%M}",
        to_hour="" if last == first else f"{last:%H:%M}",
        at_least="" if block.at_least is None else f"{block.at_least}",
        site_id=block.site_id or "",
        mandatory=block.mandatory,
        funding_line_id=block.funding_line_id or "",
        participants=frozenset(block.participants),
        several=len(block.windows) > 1,
    )
