"""The form of a meeting: its day, when it may begin, its length, who attends; as the document has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from pydantic import BaseModel, Field

from brigade.exchange.documents.json_text import JsonObject
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

    def document(self, id: str, participants: list[str], stood: Mapping[str, Any]) -> JsonObject:
        """Args: stood: what the form does not ask stays as it stood."""
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
        kept = {name: stood[name] for name in ("announced_at", "forbidden_workers") if name in stood}
        return {name: one for name, one in {**kept, **told}.items() if one is not None}


def empty_form(day: date) -> dict[str, Any]:
    """What the form shows of one that is to be entered."""
    blank = dict.fromkeys(("label", "from_hour", "to_hour", "at_least", "site_id", "funding_line_id"), "")
    return {
        **blank,
        "kind": WorkBlockKind.MEETING,
        "day": f"{day}",
        "duration_min": 60,
        "priority": PriorityName.P3,
        "mandatory": False,
        "participants": set(),
        "several": False,
    }


def shown_in_form(block: WorkBlockShape) -> dict[str, Any]:
    """What the form shows of a block that stands: of several times at which it may begin the first."""
    window = block.windows[0]
    first, last = (at.astimezone(PARIS) for at in (window.earliest, window.hard_latest or window.latest))
    return {
        "kind": block.kind,
        "label": block.label or "",
        "day": f"{first:%Y-%m-%d}",
        "from_hour": f"{first:%H:%M}",
        "to_hour": "" if last == first else f"{last:%H:%M}",
        "duration_min": round(block.duration_min),
        "at_least": "" if block.at_least is None else block.at_least,
        "site_id": block.site_id or "",
        "priority": block.priority,
        "mandatory": block.mandatory,
        "funding_line_id": block.funding_line_id or "",
        "participants": set(block.participants),
        "several": len(block.windows) > 1,
    }
