"""The forms of the on-call page, as the API has what they ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import BaseModel, Field

from api.shapes.cycle_requests import read_request
from api.shapes.planning.rota_views import RotaIn
from brigade.exchange.shapes.field_kinds import Day
from brigade.timing.duty_days import monday_of

SPANS = ("evening", "weekend")


class RotaForm(BaseModel):
    """`weekend_*`: both, or neither."""

    first_day: Day
    weeks: int = Field(ge=1, le=26)
    people: int = Field(1, ge=1, le=20)
    evening_start: str
    evening_end: str
    weekend_start: str = ""
    weekend_end: str = ""

    def rota(self, worker_ids: Sequence[str]) -> RotaIn:
        """Raises: UnreadableInput."""
        hours = {name: self._hours(name) for name in SPANS}
        told = {
            "first_day": f"{self.first_day}",
            "weeks": self.weeks,
            "people": self.people,
            "worker_ids": sorted(set(worker_ids)),
        }
        return read_request(RotaIn, told | {name: one for name, one in hours.items() if one is not None})

    def _hours(self, name: str) -> dict[str, str] | None:
        start, end = getattr(self, f"{name}_start"), getattr(self, f"{name}_end")
        return {"start": start[:5], "end": end[:5]} if start or end else None


def field_of(where: str) -> str:
    """Of a place in the request, the field that asks for it."""
    for name in SPANS:
        if where.startswith(f"{name}."):
            return where.replace(".", "_", 1)
    return where.partition("[")[0]


def next_quarter(today: date) -> date:
    """The Monday from which a rota is proposed where nobody says another: a month ahead, as changes are to be
    told so long before (BAD V.22)."""
    return monday_of(today + timedelta(days=31)) + timedelta(days=7)
